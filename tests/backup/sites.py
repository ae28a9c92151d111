"""Boxes that are backed up and restored, with a past of their own, and what of them is compared."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.alarms import AlarmCode, Alarms
from appliance.backup.sealing import Key, new_identity
from appliance.clock import SYSTEM_CLOCK
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.outbox import Outbox
from appliance.spool import Decision, Outcome, Spool
from tests.media.reports import Box
from tests.retention.fill_disk import route
from tests.spool.test_reductions import an_image, arriving

IDENTITY, RECIPIENT = new_identity()
KEY = Key(identity=IDENTITY)
OTHER_TABLES = ("journal", "backup_made", "exported_batch", "reduction")
"""What a restore writes into; compared otherwise."""
DESTINATIONS = """
[[destination]]
name = "registry"
kind = "medium"
[[destination]]
name = "pacs"
host = "192.0.2.1"
send = ["reports", "images", "dose-screens"]
"""


@dataclass
class Site(Box):
    """A box with a folder of its own for configuration and keys, and backups for one recipient."""

    objects: str = "evidence"
    settings: str = DESTINATIONS

    def configure(self, settings: str) -> None:
        self.box_dir.mkdir(parents=True, exist_ok=True)
        backup = (
            f'[backup]\nrecipients = ["{RECIPIENT}"]\nobjects = "{self.objects}"\n'
            f'box_dir = "{self.box_dir}"\n'
        )
        super().configure(f"{settings}{backup}")

    @property
    def box_dir(self) -> Path:
        return self.folder / "box"

    @property
    def spool(self) -> Spool:
        return Spool(self.data_dir / "spool", self.ledger, SYSTEM_CLOCK)

    def identity(self) -> Path:
        file = self.folder / "identity"
        file.write_text(IDENTITY)
        return file

    def back_up(self, vault: Path) -> Path:
        """A backup into ``vault``, the newest there."""
        assert self.run("backup", "create", "--output", vault) == 0
        return max(vault.glob("*.dosebackup"))

    def restore(self, source: Path, *more: str) -> int:
        self.ledger.close()
        code = self.run("restore", source, "--identity", self.identity(), *more)
        self.ledger = Ledger(self.data_dir / "ledger.sqlite")
        self.outbox = Outbox(self.data_dir / "outbox", self.ledger, SYSTEM_CLOCK)
        return code

    def receive(self, study: int, objects: int, state: str | None, *, screen: bool = False) -> None:
        """``state`` of the delivery of what came; None: nobody has looked at it yet."""
        for at in range(objects):
            image = an_image(study * 1000 + at)
            image.StudyInstanceUID = f"1.9.{study}"
            if screen:
                image.SOPClassUID = SecondaryCaptureImageStorage
            arrival, content = arriving(image, ExplicitVRLittleEndian)
            names = {name: getattr(arrival, name) for name in type(arrival).__slots__}
            arrival = type(arrival)(**names | {"sop_class_uid": str(image.SOPClassUID)})
            kept = self.spool.keep(arrival, [content])
            if state is not None:
                route(self.ledger, kept.instance_id, f"1.9.{study}", state)

    def decide(self, study: int, outcome: Outcome = Outcome.SET_ASIDE) -> None:
        spool = self.spool
        spool.index_arrivals()
        instances = spool.instances(f"1.9.{study}")
        spool.image_readings.note(dict.fromkeys((each.id for each in instances), "[]"))
        decision = Decision(
            study_instance_uid=f"1.9.{study}",
            last_instance_id=instances[-1].id,
            outcome=outcome,
            decided_at=SYSTEM_CLOCK.wall(),
        )
        spool.decide(decision)


def lived(site: Site, seed: int) -> None:
    """A past: objects that came, were read, delivered or not; reports; alarms; a journal."""
    chance = random.Random(seed)
    for study in range(chance.randint(1, 4)):
        state = chance.choice([None, "waiting", "delivered", "refused"])
        site.receive(study, chance.randint(1, 3), state, screen=chance.random() < 0.5)
        if chance.random() < 0.7:
            site.decide(study, chance.choice([Outcome.SET_ASIDE, Outcome.REPORTED]))
    site.put(*range(1, chance.randint(2, 5)))
    journal, alarms = Journal(site.ledger, SYSTEM_CLOCK), Alarms(site.ledger, SYSTEM_CLOCK)
    for entry in range(chance.randint(0, 5)):
        journal.append("atlas-imported", {"n": entry, "線量": chance.random()})
    alarms.raise_(AlarmCode.DISK_FILLING, "spool")
    if chance.random() < 0.5:
        alarms.clear(AlarmCode.DISK_FILLING, "spool")
    for name in ("deidentify.key", "layouts/taught.toml", "quarantine/1/page.png"):
        file = site.data_dir / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(chance.randbytes(32))
    (site.box_dir / "secrets").mkdir(exist_ok=True)
    (site.box_dir / "secrets" / "pacs").write_bytes(chance.randbytes(16))


def tables(data_dir: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the ledger, by table."""
    with closing(sqlite3.connect(data_dir / "ledger.sqlite")) as ledger:
        names = [
            row[0] for row in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: sorted(ledger.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the ledger and what only one machine needs."""
    apart = ("ledger.sqlite", "journal.witness", "backup", "media", "restored-")
    found = [each for each in folder.rglob("*") if each.is_file()]
    named = {each.relative_to(folder).as_posix(): each for each in found}
    return {name: each.read_bytes() for name, each in named.items() if not name.startswith(apart)}


def kinds(site: Site) -> Sequence[str]:
    return [each.kind for each in Journal(site.ledger, SYSTEM_CLOCK).entries()]
