"""RAUC, the program and its service."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import ApplianceError, MissingToolError, RefusedError

INFO_S = 120.0
INSTALL_S = 7200.0
"""A slow card takes minutes; this only ends what hangs."""
REASON = "LastError:"
"""What RAUC's service answered, before the program says that it failed."""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Rauc:
    """``rauc`` as configured by ``system_conf``."""

    system_conf: Path = Path("/etc/rauc/system.conf")
    program: str = "rauc"

    def info(self, file: Path) -> str:
        """What the bundle says of itself, as JSON. Raises RefusedError when it is not trusted."""
        done = self._run(INFO_S, "info", "--output-format=json", str(file))
        if done.returncode != 0:
            raise RefusedError(_told(done.stderr), file.name)
        return done.stdout

    def install(self, file: Path) -> None:
        """Write the slot that is not booted, check every block, and have it booted next.

        Raises RefusedError for what is not as it was signed or not for this board, and
        ApplianceError when it cannot be written.
        """
        done = self._run(INSTALL_S, "install", str(file))
        if done.returncode != 0:
            raise ApplianceError(_told(done.stdout + done.stderr), file.name)

    def mark_booted(self, *, good: bool) -> None:
        """Have the slot that is booted called good, or bad. Raises ApplianceError."""
        done = self._run(INFO_S, "status", "mark-good" if good else "mark-bad", "booted")
        if done.returncode != 0:
            raise ApplianceError(_told(done.stderr or done.stdout), "rauc status")

    def _run(self, timeout_s: float, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [self.program, f"--conf={self.system_conf}", *words]
        try:
            return subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                env=os.environ | _ENVIRONMENT,
            )
        except FileNotFoundError as failure:
            raise MissingToolError("is not here", self.program) from failure
        except subprocess.TimeoutExpired as failure:
            raise ApplianceError(f"took longer than {timeout_s:g} s", self.program) from failure


def _told(text: str) -> str:
    """The line that says why, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    why = [line.removeprefix(REASON).strip() for line in lines if line.startswith(REASON)]
    return (why or lines or ["no reason given"])[-1]
