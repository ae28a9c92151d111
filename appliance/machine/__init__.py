"""The machine under the appliance, as the kernel tells of it in small files.

**Knows:** /sys, /proc and os-release below a root that it is given: what was booted, the clock's
state, heat, supply, disks and their life, errors of file systems.
**Does not know:** what any of it means for doses, who is told, and how much is too much
(``services``); it never writes and never asks a device.
"""

from pathlib import Path

from appliance.clock import RTCS, lower_bound_s, state_of_clock
from appliance.machine.attribute import text_of
from appliance.machine.boot import boot_of
from appliance.machine.facts import (
    Boot,
    ClockFacts,
    FileSystem,
    Machine,
    Medium,
    MediumKind,
    SpareBlocks,
    Supply,
    Temperature,
)
from appliance.machine.media import file_systems_of, media_of
from appliance.machine.power import supply_of, temperatures_of

__all__ = [
    "Boot",
    "ClockFacts",
    "FileSystem",
    "Machine",
    "Medium",
    "MediumKind",
    "SpareBlocks",
    "Supply",
    "Temperature",
    "boot_of",
    "look_at",
]


def look_at(root: Path, wall_s: float) -> Machine:
    """The machine whose /sys, /proc, /run, /usr and /var lie below ``root``; raises nothing.

    ``wall_s`` is what its clock shows, in seconds since the epoch.
    """
    rtcs = sorted((root / RTCS).glob("rtc*"))
    return Machine(
        clock=ClockFacts(
            state=state_of_clock(root, wall_s),
            rtc=text_of(rtcs[0] / "name") if rtcs else None,
            lower_bound_s=lower_bound_s(root),
        ),
        boot=boot_of(root),
        temperatures=tuple(temperatures_of(root)),
        supply=supply_of(root),
        media=tuple(media_of(root)),
        file_systems=tuple(file_systems_of(root)),
    )
