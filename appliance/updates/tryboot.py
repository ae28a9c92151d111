"""Raspberry Pi 4 and 5: the firmware's own two-slot boot.

``autoboot.txt`` on the first partition names the partition that is booted, and the one that is
booted once when the reboot asked for ``tryboot``; whatever becomes of that, the next boot is by
the first name again. So nothing has to be undone after a failed try, and good means: the names
changed places. Needs a boot loader in the EEPROM that knows ``tryboot_a_b``.
Source: the Raspberry Pi documentation of ``autoboot.txt`` and ``tryboot``; not tried on a board.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from appliance.errors import RefusedError, StateError
from appliance.ledger.durable import write_file
from appliance.updates.boot_files import copy_files, remove, sweep
from appliance.updates.slot import Slot, SlotState

AUTOBOOT = Path("autoboot.txt")
FILES = Path("files")
"""Of a root's boot files: what goes onto the slot's boot partition."""
PARTITIONS = {Slot.A: 2, Slot.B: 3}
REBOOT_ARGUMENT = "0 tryboot"
_BOOTED = re.compile(r"\A\[all\]\n(?:[a-z_]+=.*\n)*?boot_partition=([0-9]+)\n")


def autoboot(booted: Slot) -> bytes:
    """``autoboot.txt`` that boots one slot and tries the other."""
    return (
        f"[all]\ntryboot_a_b=1\nboot_partition={PARTITIONS[booted]}\n"
        f"[tryboot]\nboot_partition={PARTITIONS[booted.other]}\n"
    ).encode()


class TryBoot:
    """The first partition mounted at ``root``; ``opened`` mounts the boot partition of a slot.

    ``reboot_argument`` is systemd's file of what the next reboot is asked for; it does not outlive
    the power, so a slot whose try a power cut prevented is simply not tried.
    """

    def __init__(
        self,
        root: Path,
        opened: Callable[[Slot], AbstractContextManager[Path]],
        reboot_argument: Path,
    ) -> None:
        self._root = root
        self._opened = opened
        self._reboot_argument = reboot_argument

    def primary(self) -> Slot:
        """The slot that the next reboot begins with."""
        return self._booted().other if self._is_armed() else self._booted()

    def state(self, slot: Slot) -> SlotState:
        """GOOD is what is booted without asking, and the other one until it fails."""
        if slot is self._booted():
            return SlotState.GOOD
        if self._is_armed():
            return SlotState.TRIAL
        return SlotState.BAD if self._bad(slot).exists() else SlotState.GOOD

    def set_primary(self, slot: Slot, boot_files: Path) -> None:
        """Have ``slot`` tried at the next reboot, once."""
        sweep(self._root)
        if slot is self._booted():
            self._disarm()
            return
        with self._opened(slot) as partition:
            sweep(partition)
            copy_files(boot_files / FILES, partition, slot)
        self._reboot_argument.parent.mkdir(parents=True, exist_ok=True)
        self._reboot_argument.write_text(REBOOT_ARGUMENT, "ascii")

    def set_good(self, slot: Slot) -> None:
        """Boot ``slot`` without asking from now on."""
        sweep(self._root)
        if slot is not self._booted():
            write_file(self._root / AUTOBOOT, autoboot(slot))
        remove(self._bad(slot))
        self._disarm()

    def set_bad(self, slot: Slot) -> None:
        """Do not try it. Raises RefusedError when it is booted and the other one is not good."""
        sweep(self._root)
        if slot is self._booted():
            if self._bad(slot.other).exists() or self._is_armed():
                raise RefusedError("the other slot is not good", slot, "nothing sure would boot")
            write_file(self._root / AUTOBOOT, autoboot(slot.other))
        self._disarm()
        write_file(self._bad(slot), b"")

    def _booted(self) -> Slot:
        found = _BOOTED.match((self._root / AUTOBOOT).read_text("ascii", "replace"))
        slots = {number: slot for slot, number in PARTITIONS.items()}
        if found is None or int(found[1]) not in slots:
            raise StateError("names no slot", str(self._root / AUTOBOOT))
        return slots[int(found[1])]

    def _bad(self, slot: Slot) -> Path:
        return self._root / f"slot-{slot}.bad"

    def _is_armed(self) -> bool:
        if not self._reboot_argument.exists():
            return False
        return self._reboot_argument.read_text("ascii", "replace").strip() == REBOOT_ARGUMENT

    def _disarm(self) -> None:
        self._reboot_argument.unlink(missing_ok=True)
