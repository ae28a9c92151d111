"""systemd-boot with boot counting: the slots of a PC with UEFI.

``loader/entries`` of the EFI system partition holds one entry a slot; its file name counts the
tries, as the Boot Loader Specification has it (``slot-b+2-1.conf``: two left, one done; none: it
is good). systemd-boot takes entries with tries left before those with none, then the greater
``version``, which here is a number that grows with every change of the primary slot. Kernel and
initial RAM disk of a slot lie in a folder of its own beside it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import RefusedError, StateError
from appliance.ledger.durable import write_file
from appliance.updates.boot_files import content_for, copy_files, remove, rename, sweep
from appliance.updates.slot import Slot, SlotState

ENTRIES = Path("loader/entries")
TEMPLATE = Path("entry.conf")
"""Of a root's boot files: the entry, without its version."""
FILES = Path("files")
"""Of a root's boot files: what goes into the slot's folder."""
TRIES = 3
_NAME = re.compile(r"slot-(?P<slot>[ab])(?:\+(?P<left>[0-9]+)(?:-(?P<done>[0-9]+))?)?\.conf")
_VERSION = re.compile(r"^version +([0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``tries_left`` is None once it is good."""

    path: Path
    slot: Slot
    tries_left: int | None
    tries_done: int
    version: int

    @property
    def state(self) -> SlotState:
        """What its name says."""
        if self.tries_left is None:
            return SlotState.GOOD
        return SlotState.TRIAL if self.tries_left else SlotState.BAD


class CountedBoot:
    """The EFI system partition mounted at ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / ENTRIES

    def primary(self) -> Slot:
        """The slot of the entry that systemd-boot takes. Raises StateError when there is none."""
        entries = self._entries()
        if not entries:
            raise StateError("no boot entry of a slot", str(self._folder))
        return entries[0].slot

    def state(self, slot: Slot) -> SlotState:
        """What its first entry says; BAD without one."""
        first = self._first(slot)
        return first.state if first else SlotState.BAD

    def set_primary(self, slot: Slot, boot_files: Path) -> None:
        """Have ``slot`` tried next, TRIES times; nothing is done when it is what is booted next.

        The slot's entry is BAD for as long as its files are not whole.
        """
        sweep(self._root)
        if self.primary() is slot and self.state(slot) is not SlotState.BAD:
            return
        copy_files(boot_files / FILES, self._root / f"slot-{slot}", slot)
        before = self._of(slot)
        version = max(entry.version for entry in self._entries()) + 1
        text = content_for(boot_files / TEMPLATE, slot) + f"version {version}\n".encode()
        path = self._folder / f"slot-{slot}+{TRIES}.conf"
        write_file(path, text)
        for entry in before:
            if entry.path != path:
                remove(entry.path)

    def set_good(self, slot: Slot) -> None:
        """Stop counting. Raises StateError when the slot has no entry."""
        sweep(self._root)
        first = self._first(slot)
        if first is None:
            raise StateError("no boot entry of the slot", slot)
        path = self._folder / f"slot-{slot}.conf"
        if first.path != path:
            rename(first.path, path)
        for entry in self._of(slot):
            if entry.path != path:
                remove(entry.path)

    def set_bad(self, slot: Slot) -> None:
        """Leave it no tries. Raises RefusedError when the other slot is not good."""
        if self.state(slot.other) is not SlotState.GOOD:
            raise RefusedError("the other slot is not good", slot, "nothing sure would boot")
        sweep(self._root)
        for entry in self._of(slot):
            if entry.state is not SlotState.BAD:
                name = f"slot-{slot}+0-{entry.tries_done or 1}.conf"
                rename(entry.path, self._folder / name)

    def _first(self, slot: Slot) -> Entry | None:
        return next(iter(self._of(slot)), None)

    def _of(self, slot: Slot) -> list[Entry]:
        return [entry for entry in self._entries() if entry.slot is slot]

    def _entries(self) -> list[Entry]:
        """In the order that systemd-boot takes them."""
        found = [_entry(path) for path in sorted(self._folder.iterdir())]
        return sorted(
            (entry for entry in found if entry is not None),
            key=lambda entry: (entry.state is SlotState.BAD, -entry.version, entry.slot == Slot.A),
        )


def _entry(path: Path) -> Entry | None:
    name = _NAME.fullmatch(path.name)
    if name is None:
        return None
    version = _VERSION.search(path.read_text("utf-8", "replace"))
    left = None if name["left"] is None else int(name["left"])
    done = int(name["done"] or 0)
    return Entry(path, Slot(name["slot"]), left, done, int(version[1]) if version else 0)
