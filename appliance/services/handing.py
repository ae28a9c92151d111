"""Giving staged folders to a medium, and counting what it took.

Nothing counts before it was read back from the medium: the row of a batch ends, its deliveries and
its entry in the journal are written in one transaction after that.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from appliance import __version__
from appliance.alarms import Alarms
from appliance.clock import Clock, iso8601
from appliance.config import Configuration
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.media.fault import Failed
from appliance.media.medium import Taken
from appliance.media.notice import Notice
from appliance.outbox import Delivery, Outbox
from appliance.services.staging import Staged

PATIENT, REGISTRY = "patient", "registry"
_ASIDE = "batch-"
_UNFINISHED = """
SELECT * FROM exported_batch b WHERE ended_at IS NULL AND use = 'registry'
  AND destination = ? AND medium = ?
  AND EXISTS (SELECT 1 FROM exported_delivery d WHERE d.batch_id = b.id) ORDER BY id
"""
_CARRIED = "INSERT INTO exported_delivery (batch_id, delivery_id) VALUES (?, ?)"


class Target(Protocol):
    """What takes a folder: a stick, a folder, the image of a disc."""

    def free_bytes(self) -> int:
        """Room for files; raises OSError."""

    def take(self, staged: Path, name: str = "") -> Taken | Failed:
        """Copy it and read it back."""

    def holds(self, name: str, checksums_sha256: str) -> Taken | None:
        """What is there whole under that name, with that list of digests."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one batch carries: for whom, whose deliveries end with it, and the files that leave."""

    use: str
    destination: str
    deliveries: Sequence[Delivery]
    files: Sequence[Path]
    studies: Sequence[str] = ()
    """Of a patient's medium: the journal says what was handed out."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A medium as the ledger names it: the stick's name, ``folder`` or ``image``.

    ``person`` asked for the export; empty: a stick did, by being plugged in.
    """

    target: Target
    name: str
    person: str = ""


class Handing:
    """One medium, in one run of a command."""

    def __init__(
        self, configuration: Configuration, ledger: Ledger, clock: Clock, carrier: Carrier
    ) -> None:
        self.carrier = carrier
        self.outbox = Outbox(configuration.outbox_dir, ledger, clock, spool=configuration.spool_dir)
        self.alarms = Alarms(ledger, clock)
        self._configuration = configuration
        self._ledger = ledger
        self._clock = clock

    def hand(self, staged: Staged, load: Load) -> Taken | Failed:
        """Have the medium take one batch; count it when it did, put its deliveries back if not."""
        batch = self._begin(staged, load)
        name = _folder(batch) if load.use == REGISTRY else ""
        outcome = self.carrier.target.take(staged.folder, name)
        with self._ledger.transaction():
            self._end(batch, outcome)
            if isinstance(outcome, Failed):
                self.put_back(load.deliveries)
            else:
                self._count(batch, staged.checksums_sha256, len(load.files), load)
        return outcome

    def found_whole(self, destination: str) -> dict[Path, int]:
        """Count what an export wrote whole and died before it counted: folder → its objects."""
        found = {}
        for row in self._ledger.rows(_UNFINISHED, destination, self.carrier.name):
            taken = self.carrier.target.holds(_folder(row["id"]), row["checksums_sha256"])
            if taken is not None:
                with self._ledger.transaction():
                    self._count_late(row, taken)
                found[taken.folder] = int(row["objects"])
        return found

    def put_back(self, deliveries: Sequence[Delivery]) -> None:
        """They wait for the next medium, as if they had not been leased."""
        with self._ledger.transaction():
            for each in deliveries:
                self.outbox.put_back(each)

    def notice(
        self, use: str, objects: int, cleaning: str = "none", sealed_for: str = ""
    ) -> Notice:
        """What stands on the medium beside its objects."""
        return Notice(
            use=use,
            institution=self._configuration.site.institution_name,
            contact=self._configuration.media.contact,
            made_on=iso8601(self._clock.wall())[:10],
            software=f"dose-appliance {__version__}",
            objects=objects,
            cleaning=cleaning,
            recipient=sealed_for,
        )

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """A folder on the box's disk for as long as the block lasts."""
        folder = media_dir(self._configuration)
        with TemporaryDirectory(dir=folder, prefix=_ASIDE) as aside:
            yield Path(aside)

    def _begin(self, staged: Staged, load: Load) -> int:
        with self._ledger.transaction() as ledger:
            cursor = ledger.execute(
                "INSERT INTO exported_batch (use, destination, medium, objects, checksums_sha256,"
                " began_at) VALUES (?, ?, ?, ?, ?, ?)",
                load.use,
                load.destination,
                self.carrier.name,
                len(load.files),
                staged.checksums_sha256,
                self._clock.wall(),
            )
            batch = int(cursor.lastrowid or 0)
            for each in load.deliveries:
                ledger.execute(_CARRIED, batch, each.id)
        return batch

    def _end(self, batch: int, outcome: Taken | Failed) -> None:
        self._ledger.execute(
            "UPDATE exported_batch SET ended_at = ?, fault = ? WHERE id = ?",
            self._clock.wall(),
            outcome.fault if isinstance(outcome, Failed) else "",
            batch,
        )
        self._ledger.execute("DELETE FROM exported_delivery WHERE batch_id = ?", batch)

    def _count(self, batch: int, checksums_sha256: str, objects: int, load: Load) -> None:
        for delivery in load.deliveries:
            self.outbox.delivered(delivery)
        body = {
            "batch": batch,
            "use": load.use,
            "destination": load.destination,
            "medium": self.carrier.name,
            "objects": objects,
            "checksums_sha256": checksums_sha256,
            "studies": list(load.studies),
            "person": self.carrier.person,
        }
        Journal(self._ledger, self._clock).append("media-exported", body)

    def _count_late(self, row: sqlite3.Row, taken: Taken) -> None:
        batch = int(row["id"])
        sql = "SELECT delivery_id AS id FROM exported_delivery WHERE batch_id = ?"
        carried = (self.outbox.delivery(each["id"]) for each in self._ledger.rows(sql, batch))
        deliveries = [each for each in carried if each is not None]
        self._end(batch, taken)
        load = Load(REGISTRY, row["destination"], deliveries, ())
        self._count(batch, row["checksums_sha256"], row["objects"], load)


def _folder(batch: int) -> str:
    return f"D{batch:07d}"


@contextmanager
def one_export_at_a_time(configuration: Configuration) -> Iterator[None]:
    """Wait until no other export runs on this box; what a killed one left aside is removed.

    The kernel ends the lock when its holder dies.
    """
    folder = media_dir(configuration)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{_ASIDE}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def media_dir(configuration: Configuration) -> Path:
    """Where batches are put together."""
    folder = configuration.data_dir / "media"
    folder.mkdir(0o750, parents=True, exist_ok=True)
    return folder
