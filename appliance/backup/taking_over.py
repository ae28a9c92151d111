"""A restored box takes the place of what was there: at once, or not at all.

What was unpacked lies in ``.restore/new`` of each folder (the data folder, the box's own folder).
From the moment that ``.restore/ready`` of the data folder is durable, the restored box counts, and
nothing runs on the old one: what was there goes into ``.restore/old``, then what is new comes out.
Each step is a rename, and may be done again after a power cut, as often as it takes.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.backup.copying import OWN_FOLDER, REPLACED, RESTORE_FOLDER
from appliance.errors import StateError
from appliance.ledger.durable import sync_folder, write_file

READY, EMPTIED = "ready", "emptied"
_STAYS = frozenset({RESTORE_FOLDER, OWN_FOLDER, REPLACED, "lost+found"})
_SPOOL = "spool"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that is restored, and where what is new and what was there wait."""

    folder: Path

    @property
    def aside(self) -> Path:
        """For as long as it takes."""
        return self.folder / RESTORE_FOLDER

    @property
    def new(self) -> Path:
        """What was unpacked."""
        return self.aside / "new"

    @property
    def old(self) -> Path:
        """What was there."""
        return self.aside / "old"

    def clear(self) -> None:
        """Forget what was unpacked and does not count. Raises OSError."""
        if self.aside.exists():
            shutil.rmtree(self.aside)


def is_pending(data_dir: Path) -> bool:
    """Whether a restored box waits to take the place of what is there."""
    return (Place(data_dir).aside / READY).exists()


def expect_none_pending(data_dir: Path) -> None:
    """Raise StateError while a restored box waits: nothing may run on what was there before."""
    if is_pending(data_dir):
        what = "a restored box waits to take this one's place"
        raise StateError(what, str(data_dir), "run `appliance restore --finish`, or restart")


def make_ready(data: Path, others: Sequence[Path], *, keeps_old: bool) -> None:
    """From now on the restored box counts. Raises OSError, and then it does not."""
    told = {"others": [str(each) for each in others], "keeps_old": keeps_old}
    write_file(Place(data).aside / READY, json.dumps(told).encode("utf-8"))


def take_over(data_dir: Path) -> bool:
    """Finish what was begun; False when nothing waits. Raises OSError; it may be called again."""
    data = Place(data_dir)
    if not is_pending(data_dir):
        return False
    told = json.loads((data.aside / READY).read_text("utf-8"))
    places = [Place(Path(each)) for each in told["others"]] + [data]
    if not (data.aside / EMPTIED).exists():
        for place in places:
            _move(_entries(place.folder), place.old)
        write_file(data.aside / EMPTIED, b"")
    _carry_over(data)
    for place in places:
        _move(_within(place.new), place.folder)
    if told["keeps_old"] and data.old.exists():
        _keep(data)
    for place in places[:-1]:
        place.clear()
    (data.aside / READY).unlink()
    sync_folder(data.aside)
    data.clear()
    return True


def _entries(folder: Path) -> Iterator[Path]:
    return (each for each in _within(folder) if each.name not in _STAYS)


def _within(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.iterdir()) if folder.exists() else ())


def _move(entries: Iterator[Path], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in entries:
        each.rename(folder / each.name)
    sync_folder(folder)
    sync_folder(folder.parent)


def _carry_over(data: Place) -> None:
    """Objects that were received here since the box was switched on were acknowledged, too.

    They become files without a row, which the receiver enters at its start.
    """
    for each in sorted((data.old / _SPOOL).glob("?/*.dcm")):
        target = data.new / _SPOOL / each.parent.name / each.name
        if (data.folder / _SPOOL).exists():  # the spool came out before the power went
            target = data.folder / _SPOOL / each.parent.name / each.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.link(each, target)


def _keep(data: Place) -> None:
    """What was there stays, for a person to look at."""
    folder = data.folder / REPLACED
    folder.mkdir(exist_ok=True)
    number = 1 + max(
        (int(each.name) for each in folder.iterdir() if each.name.isdigit()), default=0
    )
    data.old.rename(folder / f"{number:04d}")
    sync_folder(folder)
