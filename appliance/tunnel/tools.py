"""The programs of wireguard-tools, and the privileges that they are run with.

Three fixed commands, none of which takes anything from a study or from the network. With
``privileges = "sudo"`` each is run by ``sudo -n``, so that a site may grant exactly these.
"""

import socket
import subprocess
from dataclasses import dataclass

from appliance.config.vpn import SUDO, Vpn

COMMAND_S = 20.0
"""How long a command may take; ``wg-quick`` resolves the peer's name."""


@dataclass
class ToolFailure(Exception):  # noqa: N818 - a noun, as all exceptions here
    """A program of wireguard-tools could not be run or did not do it; ``detail`` is for people."""

    detail: str

    def __str__(self) -> str:
        """The detail."""
        return self.detail


def newest_handshake(settings: Vpn) -> float | None:
    """When the newest handshake was, in seconds since the epoch; None when there was none.

    Only that with ``settings.peer`` counts, if it is named. Raises ToolFailure.
    """
    times = [int(at) for key, at in _handshakes(settings) if settings.peer in ("", key)]
    return max((float(at) for at in times if at), default=None)


def _handshakes(settings: Vpn) -> list[list[str]]:
    """Each peer's key and the time of its newest handshake."""
    if not settings.handshakes:
        told = _run(settings, "wg", "show", settings.interface, "latest-handshakes")
        return [line.split("\t") for line in told.splitlines()]
    lines = [line.split("\t") for line in _asked(settings.handshakes).splitlines()]
    return [line[1:] for line in lines if line[0] == settings.interface]


def _asked(path: str) -> str:
    """Everything that the socket at ``path`` tells; who answers takes no word of ours."""
    told = b""
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(COMMAND_S)
            asked.connect(path)
            while piece := asked.recv(4096):
                told += piece
    except OSError as failure:
        raise ToolFailure(f"{path}: {type(failure).__name__}") from failure
    return told.decode("utf-8", "replace")


def bring_up(settings: Vpn) -> None:
    """Make the tunnel's device as its file says. Raises ToolFailure."""
    _run(settings, "wg-quick", "up", settings.wg_quick or settings.interface)


def bring_down(settings: Vpn) -> None:
    """Take the tunnel's device away. Raises ToolFailure."""
    _run(settings, "wg-quick", "down", settings.wg_quick or settings.interface)


def _run(settings: Vpn, *command: str) -> str:
    privileged = ("sudo", "-n", *command) if settings.privileges == SUDO else command
    try:
        done = subprocess.run(
            privileged,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=COMMAND_S,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise ToolFailure(f"{privileged[0]}: {type(failure).__name__}") from failure
    if done.returncode:
        raise ToolFailure(f"{' '.join(command[:2])} ended with {done.returncode}")
    return done.stdout.decode("utf-8", "replace")
