"""What was delivered is looked for at real archives, and what is wanted again comes back."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.clock import Clock
from appliance.config import Configuration, Destination, Preservation
from appliance.preservation import Reconciliation
from appliance.services.archive_access import retriever
from appliance.services.reconciling import Reconciling, recalling, reconciling
from appliance.spool import Remains, Why
from appliance.spool.folder import Folder
from appliance.spool.reduction import to_header
from tests.destinations.archives import LOOPBACK, a_free_port
from tests.pipeline.studies import a_copy, a_ge_study, an_image, encoded, who, with_meta
from tests.retention.shelf_life import DAY_S
from tests.retrieve.pacs import ARCHIVES, Shelf, fill
from tests.services.desk import arrival

NAME = "pacs"


class Ward(Shelf):
    """A shelf, and the clerk's errands to the archive beside it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.now, self.passed = 1e9, 0.0
        self.clock = Clock(wall=lambda: self.now, monotonic=lambda: self.passed)

    @property
    def box(self) -> Configuration:
        return Configuration(
            data_dir=self.folder,
            archive=self.settings(),
            preservation=Preservation(
                archive_destination=NAME, hours="", studies_per_min=0, look_again_days=10
            ),
            destination=(Destination(name=NAME, host=LOOPBACK, port=self.port),),
        )

    def keep(self, objects: Sequence[Dataset]) -> None:
        """They came, and were delivered to the archive, as far as the box knows."""
        self.ledger.execute("INSERT OR IGNORE INTO destination (name) VALUES (?)", NAME)
        for each in objects:
            kept = self.spool.keep(arrival(each), [encoded(each)])
            self.deliver(each, kept.instance_id, "image")
        while self.spool.index_arrivals():
            continue

    def deliver(self, each: Dataset, instance_id: int | None, kind: str) -> None:
        uids = (str(each.SOPInstanceUID), str(each.SOPClassUID), str(each.StudyInstanceUID))
        outgoing = self.ledger.execute(
            "INSERT INTO outgoing (kind, sop_instance_uid, sop_class_uid, study_instance_uid, path,"
            " sha256, instance_id, created_at) VALUES (?, ?, ?, ?, '', '', ?, 1.0)",
            kind,
            *uids,
            instance_id,
        ).lastrowid
        self.ledger.execute(
            "INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state,"
            " failed_s_before, created_at, ended_at) VALUES (?, ?, ?, 'delivered', 0, 1.0, ?)",
            outgoing,
            uids[2],
            NAME,
            self.now - DAY_S,
        )

    def errand(self) -> Reconciling:
        made = reconciling(self.box, self.ledger, self.clock)
        assert made is not None
        return made

    def lacking(self) -> dict[str, tuple[str, ...]]:
        return {e.study_instance_uid: e.missing for e in Reconciliation(self.ledger).lacking()}

    def alarms(self) -> list[str]:
        rows = self.ledger.rows("SELECT detail FROM alarm WHERE cleared_at IS NULL")
        return [str(row[0]) for row in rows]


def a_study(number: int) -> list[Dataset]:
    identity = who(number)
    return [*a_ge_study(number), *(with_meta(an_image(identity, at)) for at in range(3))]


@pytest.mark.parametrize("kind", ARCHIVES)
def test_what_an_archive_lacks_is_told_until_it_has_it(tmp_path: Path, kind: str) -> None:
    first, second = a_study(1), a_study(2)
    lost = second.pop()
    report = a_copy(first[0], SOPInstanceUID="2.25.77", Modality="SR")
    with ARCHIVES[kind](tmp_path / "pacs", [first, second]) as port:
        ward = Ward(tmp_path / "box", port)
        ward.keep([*first, *second, lost])
        ward.deliver(report, None, "report")
        errand = ward.errand()
        while errand.work_next():
            continue
        uids = {str(each.StudyInstanceUID): each.SOPInstanceUID for each in (lost, report)}
        assert ward.lacking() == {study: (str(uid),) for study, uid in uids.items()}
        assert ward.alarms() == ["objects: 2, studies: 2"]

        fill(port, [[lost]])
        ward.now += 11 * DAY_S
        ward.passed += 11 * DAY_S
        while errand.work_next():
            continue
        assert ward.lacking() == {str(report.StudyInstanceUID): (str(report.SOPInstanceUID),)}
        fill(port, [[report]])
        ward.now += 11 * DAY_S
        ward.passed += 11 * DAY_S
        while errand.work_next():
            continue
        assert (ward.lacking(), ward.alarms()) == ({}, [])
        errand.archive.rest()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_study_that_is_wanted_again_comes_back_byte_for_byte(tmp_path: Path, kind: str) -> None:
    study = a_study(1)
    with ARCHIVES[kind](tmp_path / "pacs", [study]) as port:
        ward = Ward(tmp_path / "box", port)
        spool = retriever(ward.box, ward.ledger, ward.spool, ward.clock)
        for series in {str(each.SeriesInstanceUID) for each in study}:
            uids = [str(e.SOPInstanceUID) for e in study if e.SeriesInstanceUID == series]
            assert not spool.archive.fetch(str(study[0].StudyInstanceUID), series, uids).missing
        spool.archive.rest()
        while ward.spool.index_arrivals():
            continue
        before = ward.kept()
        folder = Folder(ward.box.spool_dir)
        instances = ward.spool.instances(str(study[0].StudyInstanceUID))
        headers = [to_header(folder, each) for each in instances]
        gone = [replace(each, remains=Remains.NOTHING) for each in headers[:1] if each]
        with ward.ledger.transaction():
            ward.spool.reductions.plan([*gone, *(e for e in headers[1:] if e)], Why.AGE, 1.0)
        ward.spool.reductions.carry_out()
        ward.spool.reductions.recall([each.id for each in instances], 1.0)

        errand = recalling(ward.box, ward.ledger, ward.clock)
        assert errand is not None
        while errand.work_next():
            continue
        assert ward.kept() == before
        assert ward.spool.reductions.of_study(str(study[0].StudyInstanceUID)) == {}


def test_archive_that_is_away_is_asked_later(tmp_path: Path) -> None:
    ward = Ward(tmp_path / "box", a_free_port())
    ward.keep(a_study(1))
    errand = ward.errand()
    assert not errand.work_next()
    assert (ward.lacking(), ward.alarms()) == ({}, [])
    assert Reconciliation(ward.ledger).looked_for(NAME) == 0
