"""What goes along in a backup, put together beside the running services.

**Knows:** which received objects are still needed, and that the ledger of a backup says of those
that stay behind that they are gone.
**Does not know:** how it is encrypted and where it goes.
"""

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance import __version__
from appliance.backup.archive import BOX, DATA, SETTINGS, Piece
from appliance.backup.copying import (
    LEDGER,
    copy_files,
    copy_ledger,
    pieces,
    settle_ledger,
    size_bytes,
)
from appliance.backup.manifest import Manifest
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.files import named_files
from appliance.journal import Journal, Verdict
from appliance.ledger import Ledger
from appliance.retention import Holds, Kind, Removal
from appliance.spool import Instance, Reduction, Remains, Spool, Why

EVIDENCE, ALL = "evidence", "all"
ATTEMPTS = 3
"""A file may go between the copy of the ledger and its own; then both are copied again."""
_UNREAD = """
SELECT i.path FROM instance i WHERE NOT EXISTS (
  SELECT 1 FROM study_member m JOIN decision d USING (study_instance_uid)
  WHERE m.instance_id = i.id)
"""


@dataclass(frozen=True, slots=True)
class Content:
    """A backup as it will be: what it is, and the files."""

    manifest: Manifest
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose backup it is: the box's host name, and the file of the configuration in force."""

    box: str
    file: Path | None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Received objects: the files that go along, relative to the spool, and what stays behind."""

    taken: Sequence[str]
    left: Sequence[Instance]


def put_together(
    configuration: Configuration, origin: Origin, number: int, aside: Path, clock: Clock
) -> Content:
    """Copy everything into the folder ``aside``. Raises OSError, sqlite3.Error."""
    copied = _copied(configuration, aside, clock)
    everything = [
        *pieces(copied.folder, DATA),
        *_of_box(configuration),
        *_settings(configuration, origin.file),
    ]
    manifest = Manifest(
        software=__version__,
        schema=copied.schema,
        number=number,
        made_at=clock.wall(),
        box=origin.box,
        ae_title=configuration.receiver.ae_title,
        objects=configuration.backup.objects,
        taken=len(copied.objects.taken) - copied.missing,
        left_out=len(copied.objects.left),
        missing=copied.missing,
        size_bytes=size_bytes(everything),
        journal_entries=copied.journal.entries,
        journal_intact=copied.journal.intact,
    )
    return Content(manifest, everything)


@dataclass(frozen=True, slots=True)
class _Copied:
    folder: Path
    objects: Sorted
    missing: int
    schema: int
    journal: Verdict


def _copied(configuration: Configuration, aside: Path, clock: Clock) -> _Copied:
    """The data folder at one moment; again where a file went between the ledger's copy and its."""
    for attempt in range(1, ATTEMPTS + 1):
        target = aside / f"{attempt}"
        copy_ledger(configuration.data_dir, target)
        with closing(Ledger(target / LEDGER)) as ledger:
            spool = Spool(target / "spool", ledger, clock)
            found = sorted_out(configuration, ledger, spool, clock)
            missing = copy_files(configuration.data_dir, target, found.taken)
            if not missing or attempt == ATTEMPTS:
                break
        shutil.rmtree(target)
    with closing(Ledger(target / LEDGER)) as ledger:
        _leave_out(ledger, Spool(target / "spool", ledger, clock), found.left, clock.wall())
        schema = int(ledger.rows("PRAGMA user_version")[0][0])
        journal = Journal(ledger, clock).verify()
    settle_ledger(configuration.data_dir, target)
    return _Copied(target, found, missing, schema, journal)


def sorted_out(configuration: Configuration, ledger: Ledger, spool: Spool, clock: Clock) -> Sorted:
    """Which received objects go along. Objects that nobody has read yet always do."""
    wanted = configuration.backup.objects
    taken, left = [each["path"] for each in ledger.rows(_UNREAD)], []
    holds, removal = Holds(ledger, configuration), Removal(configuration, ledger, spool, clock)
    for row in ledger.rows("SELECT DISTINCT study_instance_uid AS uid FROM decision"):
        study = str(row["uid"])
        stays = None if holds.of_study(study) else holds.objects(study, clock.wall())
        for held in removal.held(study):
            if held.remains is Remains.NOTHING:
                continue
            is_held = stays is None or held.instance.id in stays
            is_wanted = wanted == ALL or (wanted == EVIDENCE and held.kind is not Kind.IMAGES)
            if is_held or is_wanted:
                taken.append(held.instance.path)
            else:
                left.append(held.instance)
    return Sorted(taken, left)


def _leave_out(ledger: Ledger, spool: Spool, left: Sequence[Instance], now: float) -> None:
    """The ledger of the backup says that they are gone, for want of room."""
    with ledger.transaction():
        spool.reductions.plan((Reduction(each, Remains.NOTHING) for each in left), Why.ROOM, now)
    deque(iter(spool.reductions.carry_out, 0), maxlen=0)


def _of_box(configuration: Configuration) -> Iterator[Piece]:
    folder = configuration.backup.box_dir
    if folder and Path(folder).is_dir():
        found = pieces(Path(folder), BOX)
        yield from (each for each in found if not each.name.startswith(f"{BOX}/.restore"))


def _settings(configuration: Configuration, file: Path | None) -> Iterator[Piece]:
    """The configuration in force, and what it names outside of the folders that go along."""
    if file is not None and file.is_file():
        yield Piece(f"{SETTINGS}/appliance.toml", file)
    apart = [configuration.data_dir, Path(configuration.backup.box_dir or "/nowhere")]
    for path in sorted(set(named_files(configuration))):
        is_elsewhere = not any(path.is_relative_to(each) for each in apart)
        if is_elsewhere and path.is_absolute() and path.is_file():
            yield Piece(f"{SETTINGS}/files{path}", path)
