"""What every pattern was when somebody looked at it; run as a module, it is written anew.

``docs/patterns.png`` shows the same patterns to people.
"""

import sys
import tomllib
from hashlib import sha256
from pathlib import Path

from appliance.displayqa.patterns import Member, Panel, drawn, patterns

FILE = Path(__file__).with_name("digests.toml")
PANELS = {
    "square": Panel(1024, 1024),
    "portrait": Panel(1200, 1600, 10),
    "wide": Panel(1920, 1080, 12),
}


def shown() -> list[Member]:
    """One of each series, and every other pattern."""
    return [each.each()[8 if each.is_series else 0] for each in patterns().values()]


def digest(member: Member, panel: Panel) -> str:
    return sha256(drawn(member, panel).tobytes()).hexdigest()


def written() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def _toml() -> str:
    lines = ["# SHA-256 of the levels, little endian; by `python -m tests.patterns.digests`."]
    for name, panel in PANELS.items():
        lines += ["", f"[{name}]  # {panel.width_px} x {panel.height_px}, {panel.bits} bits"]
        lines += [f'{each.name} = "{digest(each, panel)}"' for each in shown()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(_toml(), "utf-8")
    sys.stdout.write(f"{FILE} written\n")
