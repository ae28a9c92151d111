"""What has to be started again for changed settings to count.

**Knows:** the table ``settings_effects.toml``, and the units of systemd.
**Does not know:** what changed, and whether it did any good.
"""

import subprocess
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.errors import ApplianceError, NotFoundError

ALL, BOX = "all", "box"
TARGET = "dose-appliance.target"
SERVICES = (
    "receiver",
    "recogniser",
    "forwarder",
    "clerk",
    "keeper",
    "console",
    "status",
    "frontpanel",
    "powerfail",
)
UNITS: Mapping[str, tuple[str, ...]] = {
    "network": ("systemd-networkd.service", "systemd-resolved.service"),
    "firewall": ("dose-appliance-firewall.service",),
    "listener": ("dose-appliance-receiver.socket",),
    "time": ("systemd-timesyncd.service",),
    "logging-in": ("ssh.service",),
    "box-name": (),
    BOX: (),
    **{each: (f"dose-appliance-{each}.service",) for each in SERVICES},
}
PROVISION = "dose-appliance-provision.service"
LISTENER = "listener"
INSTALL = "dose-appliance-update-install.service"
RESTART_S, INSTALL_S = 180.0, 6 * 3600.0
Systemctl = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from a change."""

    restarts: tuple[str, ...]
    asks: bool

    @property
    def needs_new_start(self) -> bool:
        """Whether some of it counts from the next start of the box only."""
        return BOX in self.restarts

    @property
    def units(self) -> tuple[str, ...]:
        """Those of systemd, in the order in which they are started again."""
        named = {*self.restarts, *(SERVICES if ALL in self.restarts else ())}
        return tuple(unit for name, units in UNITS.items() if name in named for unit in units)


def effects_of(tables: Iterable[str]) -> Effects:
    """Of a change in these tables, such as ``receiver``. An unknown one restarts everything."""
    known = _table()
    changed = list(tables)
    restarts = {each for table in changed for each in known["restart"].get(table, [ALL])}
    return Effects(tuple(sorted(restarts)), any(each in known["asks"] for each in changed))


@cache
def _table() -> Mapping[str, Any]:
    text = (files("appliance.services") / "settings_effects.toml").read_text("utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class UnderSystemd:
    """Starts units again; ``is_box``: what box.toml says is written below /run first."""

    is_box: bool

    def bring_into_force(self, effects: Effects) -> None:
        """Raises ApplianceError when systemd does not."""
        if self.is_box:
            systemctl(["restart", PROVISION])
        if LISTENER in effects.restarts:
            systemctl(["daemon-reload"])
            # A socket is not opened anew while its service holds it.
            systemctl(["stop", *UNITS["receiver"]])
        if effects.units:
            systemctl(["reset-failed", *effects.units])
            # Only those that are wanted here: ExecCondition= says so for services.
            systemctl(["restart", *self._known(effects.units)])

    def install_offered(self) -> None:
        """Have the unit that may use the network install. Raises ApplianceError when it failed."""
        systemctl(["start", INSTALL], patience_s=INSTALL_S)

    def restart_box(self) -> None:
        """In good order, after this process has ended."""
        systemctl(["--no-block", "reboot"])

    def _known(self, units: Sequence[str]) -> list[str]:
        """Those that this machine has enabled or running; a machine need not have all."""
        return [each for each in units if _is_wanted(each)]


class AtADesk:
    """Nothing is started again: whoever runs the processes does that."""

    def bring_into_force(self, effects: Effects) -> None:
        """Nothing."""

    def install_offered(self) -> None:
        """Raises ApplianceError: there are no slots."""
        raise NotFoundError("this machine has no slots: it is not updated by bundles")

    def restart_box(self) -> None:
        """Nothing."""


def systemctl(words: Sequence[str], patience_s: float = RESTART_S) -> None:
    """Raises ApplianceError when it cannot be done."""
    try:
        done = subprocess.run(
            ["systemctl", *words],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=patience_s,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise ApplianceError("systemctl did not answer", words[0]) from failure
    if done.returncode != 0 and words[0] != "reset-failed":
        told = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise ApplianceError(told or "systemctl failed", " ".join(words)[:200])


def _is_wanted(unit: str) -> bool:
    asked = subprocess.run(
        ["systemctl", "show", "--property=UnitFileState,ActiveState", "--value", unit],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=RESTART_S,
    )
    words = set(asked.stdout.decode("utf-8", "replace").split())
    return bool(words & {"enabled", "enabled-runtime", "active", "failed"})
