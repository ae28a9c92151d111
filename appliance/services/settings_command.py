"""A command of the box, run as a person at its keyboard would, and watched while it works.

**Knows:** how a command is begun, what it has written so far, and what it said.
**Does not know:** which command, and who asked for it.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock

LOOK_S = 1.0
MOST_LINES = 200
MIB = 1 << 20
WRITTEN = "write_bytes:"
HEAD = "appliance: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """``why`` is what the command said went wrong; empty: nothing did."""

    exit_code: int
    lines: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboard:
    """Commands with the settings of ``file`` (None: the installed ones) and in ``data_dir``."""

    file: Path | None
    data_dir: Path
    clock: Clock

    def run(self, words: Sequence[str], language: str, moved: Callable[[float], None]) -> Said:
        """``appliance WORDS``, speaking ``language``.

        ``moved`` is told, once a second, how many MiB were written.
        """
        config = ["--config", str(self.file)] if self.file is not None else []
        command = [sys.executable, "-m", "appliance", *config, "--data-dir", str(self.data_dir)]
        with subprocess.Popen(
            [*command, *words, f"--speak={language}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            while True:
                try:
                    out, told = process.communicate(timeout=LOOK_S)
                    break
                except subprocess.TimeoutExpired:
                    moved(_written_mib(process.pid))
        sys.stderr.write(told.decode("utf-8", "replace"))
        lines = tuple(out.decode("utf-8", "replace").splitlines()[-MOST_LINES:])
        complaints = [each for each in told.decode("utf-8", "replace").splitlines() if each]
        why = complaints[-1].removeprefix(HEAD) if process.returncode and complaints else ""
        return Said(exit_code=process.returncode, lines=lines, why=why)


def _written_mib(process: int) -> float:
    """What it gave the kernel to write so far (proc(5)); 0 when that is not told."""
    try:
        lines = Path(f"/proc/{process}/io").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith(WRITTEN)]
    return round(int(found[0]) / MIB, 1) if found else 0.0
