"""The trial of a slot: a file on the data partition, from the installation to its end.

Its name tells which slot is on trial, so that systemd can ask for it without reading it: a slot
that is booted on trial and does not prove itself is left again, even when nothing of the appliance
runs there.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.ledger.durable import write_file
from appliance.updates.slot import Slot

NAME = "trial-{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial.

    Attributes:
        slot: Which is tried.
        version: What is in it, for people.
        before: What ran before it, for people.
        began_at: Wall time in seconds since the epoch.
        had_meter: Whether a luminance meter was plugged in before.
        had_tunnel: Whether the VPN worked before.
        had_failed: Units that had failed before already.
        found: What was not well in it, the last time that was looked at; empty: nobody looked.
    """

    slot: Slot
    version: str
    before: str
    began_at: float
    had_meter: bool = False
    had_tunnel: bool = False
    had_failed: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


class Trials:
    """The files in the folder of the updates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, trial: Trial) -> None:
        """Durable before the slot may be booted."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_file(self._file(trial.slot), json.dumps(asdict(trial)).encode())

    def under_way(self) -> Trial | None:
        """The one that has not ended; one that cannot be read counts, without what it said."""
        for slot in Slot:
            if self._file(slot).exists():
                return self._read(slot)
        return None

    def note(self, trial: Trial, found: tuple[str, ...]) -> Trial:
        """Keep what was not well, for the slot before to tell."""
        noted = replace(trial, found=found)
        if noted != trial:
            write_file(self._file(trial.slot), json.dumps(asdict(noted)).encode())
        return noted

    def end(self) -> None:
        """No slot is on trial any more."""
        for slot in Slot:
            self._file(slot).unlink(missing_ok=True)

    def _file(self, slot: Slot) -> Path:
        return self._folder / NAME.format(slot)

    def _read(self, slot: Slot) -> Trial:
        try:
            said = json.loads(self._file(slot).read_bytes())
            said |= {name: tuple(said[name]) for name in ("found", "had_failed")}
            said["slot"] = Slot(said["slot"])
            return Trial(**said)
        except (ValueError, TypeError, KeyError):
            return Trial(slot=slot, version="", before="", began_at=0.0)
