"""Clocks that do not agree are told; who sends late is not."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from appliance.alarms import Alarms
from appliance.clock import Clock
from appliance.config import Configuration, Scanner
from appliance.ledger import Ledger, open_ledger
from appliance.services.clock_check import OLD_ONES, ClockCheck
from appliance.spool import Arrival, Spool
from tests.pipeline.studies import encoded

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
JAPAN = timezone(timedelta(hours=9))


@dataclass
class Box:
    """A box that receives; its clock shows noon in Greenwich."""

    folder: Path
    ledger: Ledger = field(init=False)
    passed: float = 0.0
    count: int = 0

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.folder / "ledger.sqlite")
        clock = Clock(NOON.timestamp, lambda: self.passed)
        self.spool = Spool(self.folder / "spool", self.ledger, clock)
        self.alarms = Alarms(self.ledger, clock)
        configuration = Configuration(
            data_dir=self.folder, scanner=(Scanner(name="ct1", ae_title="CT1"),)
        )
        self.errand = ClockCheck(configuration, self.spool, self.alarms, clock, zone=JAPAN)
        self.errand.work_next()

    def receives(self, said: dict[str, str], sender: str = "CT1") -> None:
        dataset = Dataset()
        self.count += 1
        dataset.StudyInstanceUID = "1.2.3"
        dataset.SOPInstanceUID = f"1.2.3.{self.count}"
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        with disable_value_validation():
            for keyword, value in said.items():
                setattr(dataset, keyword, value)
        arrival = Arrival(
            sop_class_uid="1.2.840.10008.5.1.4.1.1.7",
            sop_instance_uid=dataset.SOPInstanceUID,
            transfer_syntax_uid=ExplicitVRLittleEndian,
            calling_ae=sender,
            called_ae="BOX",
            address="192.0.2.1",
        )
        self.spool.keep(arrival, [encoded(dataset)])

    def looks(self) -> dict[str, str]:
        self.passed += 10.0
        self.errand.work_next()
        return {each.subject: each.detail for each in self.alarms.raised()}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    with closing(made.ledger):
        yield made


def content_at(moment: datetime) -> dict[str, str]:
    local = moment.astimezone(JAPAN)
    return {
        "StudyDate": f"{local:%Y%m%d}",
        "StudyTime": "0000",
        "ContentDate": f"{local:%Y%m%d}",
        "ContentTime": f"{local:%H%M%S}.25",
    }


def test_a_sender_whose_clock_agrees_is_no_alarm(box: Box) -> None:
    box.receives(content_at(NOON - timedelta(minutes=5)))
    assert box.looks() == {}
    box.receives(content_at(NOON + timedelta(minutes=14)))
    assert box.looks() == {}


def test_what_is_of_the_future_is_told_until_an_object_agrees(box: Box) -> None:
    box.receives(content_at(NOON + timedelta(hours=1)), "ELSEWHERE")
    assert box.looks() == {"ELSEWHERE": "ahead of the box by 60 min"}
    box.receives(content_at(NOON), "ELSEWHERE")
    assert box.looks() == {}


def test_a_listed_scanner_that_is_never_young_is_told(box: Box) -> None:
    for number in range(OLD_ONES):
        assert box.looks() == {}, number
        box.receives(content_at(NOON - timedelta(days=400)))
    assert box.looks() == {"CT1": "behind the box by 9600 h"}


def test_an_archive_may_send_what_is_years_old(box: Box) -> None:
    for _ in range(OLD_ONES + 1):
        box.receives(content_at(NOON - timedelta(days=4000)), "ARCHIVE")
        assert box.looks() == {}


def test_of_many_that_came_at_once_the_last_one_counts(box: Box) -> None:
    box.receives(content_at(NOON + timedelta(hours=2)))
    box.receives(content_at(NOON))
    assert box.looks() == {}


@pytest.mark.parametrize(
    ("said", "ahead_min"),
    [
        ({"AcquisitionDateTime": "20261121230000+0900"}, 120),
        ({"AcquisitionDateTime": "20261121090000.5-0500"}, 120),
        ({"AcquisitionDateTime": "202611212300"}, 120),
        ({"ContentDate": "20261121", "ContentTime": "1400", "TimezoneOffsetFromUTC": "+0000"}, 120),
        ({"InstanceCreationDate": "20261122", "InstanceCreationTime": "000000"}, 180),
    ],
)
def test_times_are_understood_in_every_form(box: Box, said: dict[str, str], ahead_min: int) -> None:
    box.receives(said)
    assert box.looks() == {"CT1": f"ahead of the box by {ahead_min} min"}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"ContentDate": "20271121"},
        {"ContentDate": "20271399", "ContentTime": "000000"},
        {"AcquisitionDateTime": "tomorrow"},
        {"AcquisitionDateTime": "2027112"},
    ],
)
def test_a_time_that_is_none_tells_nothing(box: Box, said: dict[str, str]) -> None:
    box.receives(said)
    assert box.looks() == {}


def test_what_was_there_before_the_start_is_not_looked_at(tmp_path: Path) -> None:
    first = Box(tmp_path)
    first.receives(content_at(NOON + timedelta(days=1)))
    second = Box(tmp_path)
    assert second.looks() == {}
    first.ledger.close()
    second.ledger.close()
