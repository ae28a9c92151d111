"""The two slots, and how a boot loader sees each."""

from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Slot(StrEnum):
    """Where a system lies; the value is RAUC's ``bootname``."""

    A = "a"
    B = "b"

    @property
    def other(self) -> "Slot":
        """The one that this is not."""
        return Slot.B if self is Slot.A else Slot.A


class SlotState(StrEnum):
    """What the boot loader holds of a slot."""

    GOOD = "good"
    """It has proved itself."""
    TRIAL = "trial"
    """It is booted next, or is booted now, and has not proved itself."""
    BAD = "bad"
    """It is half written, has failed, or was never written."""


class BootLoader(Protocol):
    """What RAUC asks of a boot loader; each call leaves a bootable box wherever the power goes."""

    def primary(self) -> Slot:
        """The slot that the next boot begins with."""

    def set_primary(self, slot: Slot, boot_files: Path) -> None:
        """Have ``slot`` tried at the next boot, with what its root holds in ``boot_files``."""

    def state(self, slot: Slot) -> SlotState:
        """What is held of ``slot``."""

    def set_good(self, slot: Slot) -> None:
        """``slot`` has proved itself: it is what is booted from now on."""

    def set_bad(self, slot: Slot) -> None:
        """``slot`` is not to be booted. Raises RefusedError when no other one is good."""
