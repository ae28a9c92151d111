"""``python -m tests.bench``: every measurement, its ratios on the terminal and all in a file.

A module here that has a function ``run() -> {"rows": …, "ratios": {name: ratio}}`` takes part; a
``"table"`` is printed line by line.
"""

import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path


def main(target: Path) -> None:
    """Measure and write."""
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    results: dict[str, object] = {"host": machine | {"cores": os.cpu_count()}}
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = import_module(f"tests.bench.{file.stem}")
        if not hasattr(module, "run"):
            continue
        measured = module.run()
        results[file.stem] = measured
        sys.stdout.writelines(f"{line}\n" for line in measured.get("table", ()))
        for name, ratio in measured["ratios"].items():
            sys.stdout.write(f"{file.stem}: {name}: {ratio}\n")
    target.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
