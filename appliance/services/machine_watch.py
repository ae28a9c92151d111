"""The keeper's errand around the machine: heat, supply, disks.

**Knows:** from when on what the machine says of itself is alarming.
**Does not know:** where it says it (``machine``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.machine import MachineLimits
from appliance.ledger import Ledger
from appliance.machine import Machine, Medium, SpareBlocks, look_at

EVERY_S = 60.0
LONGEST_S = 60.0
COOLER_CELSIUS = 5.0
"""So much below its limit it is not too hot any more."""
OURS = (
    AlarmCode.TOO_HOT,
    AlarmCode.UNDER_VOLTAGE,
    AlarmCode.DISK_WORN,
    AlarmCode.FILE_SYSTEM_ERRORS,
)
Held = tuple[tuple[AlarmCode, str], str]


def machine_watch(configuration: Configuration, ledger: Ledger, clock: Clock) -> "MachineWatch":
    """The errand."""
    return MachineWatch(configuration.machine, Alarms(ledger, clock), clock)


@dataclass
class MachineWatch:
    """Looks once a minute."""

    limits: MachineLimits
    alarms: Alarms
    clock: Clock
    root: Path = Path("/")
    name: str = "machine"
    longest_s: float = LONGEST_S
    _next_s: float = field(default=float("-inf"), init=False)

    def work_next(self) -> bool:
        """Look if it is time to; never more at once."""
        if self.clock.monotonic() >= self._next_s:
            self._next_s = self.clock.monotonic() + EVERY_S
            is_hot = any(each.code is AlarmCode.TOO_HOT for each in self.alarms.raised())
            machine = look_at(self.root, self.clock.wall())
            self.alarms.hold(OURS, dict(alarming(machine, self.limits, was_hot=is_hot)))
        return False


def alarming(machine: Machine, limits: MachineLimits, *, was_hot: bool) -> Iterator[Held]:
    """What of it someone has to know; ``was_hot``: whether it was too hot at the last look."""
    bound = limits.hot_celsius - (COOLER_CELSIUS if was_hot else 0)
    hottest = machine.hottest_celsius
    if hottest is not None and hottest >= bound:
        yield (AlarmCode.TOO_HOT, ""), f"{limits.hot_celsius:g} degrees Celsius or more"
    if machine.supply.under_voltage or machine.supply.under_voltage_since_boot:
        yield (AlarmCode.UNDER_VOLTAGE, ""), "since the start of the machine"
    for medium in machine.media:
        if detail := _wear(medium, limits.life_used_percent):
            yield (AlarmCode.DISK_WORN, medium.device), detail
    for each in machine.file_systems:
        if each.errors:
            yield (AlarmCode.FILE_SYSTEM_ERRORS, each.device), f"{each.errors} errors"


def _wear(medium: Medium, limit_percent: int) -> str:
    used = medium.life_used_percent
    if used is not None and used >= limit_percent:
        return f"up to {used} % of its life used"
    worn = medium.spare_blocks in (SpareBlocks.WARNING, SpareBlocks.URGENT)
    return f"spare blocks: {medium.spare_blocks}" if worn else ""
