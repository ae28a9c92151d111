"""Studies of today of which the box has no dose are fetched; the others are left alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance import config
from appliance.alarms import Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.services.missing_search import MissingSearch, missing_search
from appliance.spool import Decision, Outcome
from tests.destinations.archives import LOOPBACK
from tests.pipeline.studies import (
    a_ge_study,
    a_native_report,
    a_siemens_study,
    an_image,
    encoded,
    who,
)
from tests.retrieve.pacs import Shelf, Unruly
from tests.services.desk import Hands, arrival

NOON = datetime(2012, 1, 4, 12, 0).astimezone().timestamp()
"""The simulated studies were made at 10:22 of that day."""


@dataclass
class Morning:
    """An archive and an errand, with a clock that goes when a test says so."""

    folder: Path
    archive: Unruly
    hands: Hands = field(default_factory=lambda: Hands(now=NOON))

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folder, self.archive.port)
        settings = self.shelf.settings(missing_every_min=10.0, studies_per_min=0.0)
        configuration = Configuration(data_dir=self.folder, archive=settings)
        made = missing_search(configuration, self.shelf.ledger, self.hands.clock)
        assert made is not None
        self.errand: MissingSearch = made

    def look(self) -> None:
        """Work until there is nothing to do for now."""
        while self.errand.work_next():
            continue
        while self.shelf.spool.index_arrivals():
            continue

    def wait(self, minutes: float) -> None:
        self.hands.wait(60 * minutes)

    def have(self, *objects: Dataset) -> None:
        for each in objects:
            self.shelf.spool.keep(arrival(each), [encoded(each)])
        self.shelf.spool.index_arrivals()

    def alarms(self) -> list[str]:
        return [str(each.code) for each in Alarms(self.shelf.ledger, self.hands.clock).raised()]


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    studies = [a_ge_study(1), a_siemens_study(2), [a_native_report(who(3)), an_image(who(3), 1)]]
    for each in studies[2]:
        each.StudyDate, each.StudyTime = "20120104", "100000"
    with Unruly(studies).running() as archive:
        yield Morning(tmp_path, archive)


def uids(*objects: Dataset) -> set[str]:
    return {str(each.SOPInstanceUID) for each in objects}


def test_only_what_is_missing_is_fetched(morning: Morning) -> None:
    first, second, third = morning.archive.studies
    morning.have(*second)
    morning.look()
    assert set(morning.shelf.kept()) == uids(*first, *second, third[0])
    asked = len(morning.archive.queries)
    morning.look()
    assert len(morning.archive.queries) == asked  # it is not time yet
    morning.wait(11)
    morning.look()
    assert len(morning.archive.queries) == asked + 1  # nothing is missing any more


def test_a_study_that_may_go_on_is_left(morning: Morning) -> None:
    morning.hands.now -= 90 * 60  # 10:30
    morning.look()
    assert morning.shelf.kept() == {}


def test_what_was_decided_is_not_fetched_again(morning: Morning) -> None:
    for study in morning.archive.studies:
        morning.shelf.spool.decide(
            Decision(
                study_instance_uid=str(study[0].StudyInstanceUID),
                last_instance_id=0,
                outcome=Outcome.REPORTED,
                decided_at=NOON,
            )
        )
    morning.look()
    assert morning.archive.queries == ["STUDY"]


def test_a_study_of_which_the_archive_has_nothing_is_looked_for_three_times(
    morning: Morning,
) -> None:
    morning.archive.studies = [[an_image(who(9), 1)]]
    for _ in range(6):
        morning.look()
        morning.wait(11)
    assert morning.archive.queries.count("SERIES") == 3


def test_an_archive_that_is_gone_raises_an_alarm_until_it_answers(tmp_path: Path) -> None:
    archive = Unruly([a_ge_study(1)])
    morning = Morning(tmp_path, archive)
    morning.look()
    assert morning.alarms() == ["archive-failing"]
    morning.wait(11)
    with archive.running():
        morning.look()
    assert morning.alarms() == []
    assert set(morning.shelf.kept()) == uids(*a_ge_study(1))


def test_a_box_that_is_not_told_to_look_does_not(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1)
    clock = Clock()
    named = Configuration(archive=config.Archive(host=LOOPBACK))
    assert missing_search(named, shelf.ledger, clock) is None
    assert missing_search(Configuration(), shelf.ledger, clock) is None
