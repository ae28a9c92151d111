"""A backfill step by step, with a clock that goes when a test says so, and one pair of hands."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.clock import Clock
from appliance.config import Configuration, Recogniser
from appliance.dose.codec import record_from_json
from appliance.dose.doubt import Reason
from appliance.errors import ConfigurationError
from appliance.hours import Hours
from appliance.retrieve import Pace, Progress, Span, Turn
from appliance.retrieve.failure import ArchiveRefusalError
from appliance.services.archive_access import pace, retriever
from appliance.services.archive_work import Summary, order_for, summary
from appliance.services.backfill import Backfill
from appliance.services.crew import Crew, Errand, packed, read_study
from appliance.services.estimate import Estimate
from appliance.services.study_reading import StudyReading
from appliance.services.understanding import Understander
from appliance.simulators.consoles.siemens import PhantomMark
from tests.pipeline.past import a_study, examination, truth, uid, without_dose
from tests.pipeline.studies import a_siemens_study, a_wrong_sum, an_image, images_of, who
from tests.retrieve.pacs import Mood, Shelf, Unruly
from tests.services.desk import Desk, Hands

DAY = date(2012, 1, 4)
CT = "CT"
Studies = Sequence[Sequence[Dataset]]


class OwnHands:
    """Reads at once, in this process."""

    size = 1

    def __init__(self, box: Understander) -> None:
        self._outfit = packed(box)

    def submit(self, errand: Errand) -> Future[StudyReading]:
        future: Future[StudyReading] = Future()
        future.set_result(read_study(self._outfit, errand))
        return future

    def renew(self) -> None:
        raise AssertionError

    def dismiss(self) -> None:
        """Nothing to end."""


class SleepingHands(Hands):
    """A clock that goes on when somebody sleeps."""

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.passed, sleep=self.wait)


@dataclass
class Office:
    """A desk, an archive, and whoever backfills."""

    folder: Path
    archive: Unruly
    confirm_first: int = 0
    settings: dict[str, object] = field(default_factory=dict)
    hands: Hands = field(default_factory=lambda: SleepingHands(now=local(12)))
    estimates: list[Estimate] = field(default_factory=list)

    def __post_init__(self) -> None:
        shelf = Shelf(self.folder / "unused", self.archive.port)
        changes = {"studies_per_min": 0.0} | self.settings
        configuration = Configuration(
            recogniser=Recogniser(confirm_first=self.confirm_first),
            archive=shelf.settings(**changes),
        )
        (self.folder / "data").mkdir()
        self.desk = Desk(self.folder / "data", configuration, self.hands)
        self.span = Span("ARCHIVE", CT, DAY, DAY)

    def backfill(self, *, again: bool = False) -> Summary:
        desk, clock = self.desk, self.hands.clock
        crew: Crew = OwnHands(desk.bench.study_work.understander)
        work = Backfill(
            configuration=desk.configuration,
            order=order_for(desk.configuration, self.span, again=again),
            bench=desk.bench,
            retriever=retriever(desk.configuration, desk.ledger, desk.spool, clock),
            progress=Progress(desk.ledger, clock),
            crew=crew,
            pace=pace(desk.configuration, clock),
            clock=clock,
            stopping=threading.Event(),
            tell=self.estimates.append,
        )
        work.run()
        return summary(Progress(desk.ledger, clock), desk.spool, self.span)

    def totals(self) -> dict[str, str]:
        rows = self.desk.ledger.rows("SELECT * FROM decision WHERE outcome = 'reported'")
        records = {row["study_instance_uid"]: total_of(row["record"]) for row in rows}
        assert len(records) == len(rows)
        return records


def total_of(text: str) -> str:
    total = record_from_json(json.loads(text)).total_dlp_mgy_cm
    return total.text if total else ""


@contextmanager
def an_office(
    tmp_path: Path, studies: Studies, moods: Sequence[Mood] = (), **given: object
) -> Iterator[Office]:
    with Unruly(studies, list(moods)).running() as archive:
        confirm_first = given.pop("confirm_first", 0)
        assert isinstance(confirm_first, int)
        yield Office(tmp_path, archive, confirm_first, given)


def test_what_persons_must_see_is_held_back_until_they_have(tmp_path: Path) -> None:
    """Of a scanner nobody knows two studies wait, not two hundred."""
    numbers = range(2, 12, 2)
    studies = [a_study(number) for number in numbers]
    with an_office(tmp_path, studies, confirm_first=2, most_cases=1) as office:
        before = office.backfill()
        assert before.studies == {"quarantined": 2, "held": 3}
        assert {kind.reason for kind, _ in before.kinds} == {Reason.CONFIRMATION_NEEDED}
        assert office.backfill() == before
        for case in office.desk.quarantine.cases():
            accepted = (Reason.CONFIRMATION_NEEDED,)
            office.desk.settling.settle(case.id, "N. Tanaka", "compared", {}, accepted)
        office.desk.work()
        assert office.backfill().studies == {"reported": 5}
        assert office.totals() == truth(numbers)


def test_one_image_of_each_series_is_fetched_when_the_screen_lacks_the_phantom(
    tmp_path: Path,
) -> None:
    """Not before: images are what an archive has most of."""
    screens = a_siemens_study(5, PhantomMark.NONE)
    images = images_of(examination(5).scans, who(5))
    more = [an_image(who(5), 50 + at, str(each.CTDIvol)) for at, each in enumerate(images)]
    for at, (image, other) in enumerate(zip(images, more, strict=True)):
        image.ImagePositionPatient, image.SliceThickness = [0, 0, -100 * at], 5
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        other.SeriesInstanceUID = image.SeriesInstanceUID
    with an_office(tmp_path, [[*screens, *images, *more]], most_instances=1) as office:
        assert office.backfill().studies == {"reported": 1}
        assert len(office.desk.spool.instances(who(5).study_instance_uid)) == 1 + len(images)
        assert office.totals() == truth([5])


def test_single_images_are_no_report_of_a_study(tmp_path: Path) -> None:
    """An archive that does not say the class of an object lets one be fetched, to see."""
    images = images_of(examination(5).scans, who(5))
    for at, image in enumerate(images):
        image.ImagePositionPatient, image.SliceThickness = [0, 0, -100 * at], 5
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    with an_office(tmp_path, [images]) as office:
        office.archive.says_class = False
        assert office.backfill().studies == {"set-aside": 1}
        assert len(office.desk.spool.instances(who(5).study_instance_uid)) == len(images)
    received = Desk(tmp_path, office.desk.configuration)
    received.settle(*images)
    received.hands.wait(received.configuration.sources.wait_for_screen_s)
    received.work()
    assert received.reason(who(5).study_instance_uid) == "reported"


def test_an_archive_that_does_not_give_what_it_has_is_asked_three_times(tmp_path: Path) -> None:
    studies = [a_study(1), a_study(2)]
    with an_office(tmp_path, studies, [Mood.LACKS_ONE] * 5) as office:
        summary = office.backfill()
        assert summary.studies == {"reported": 1, "failed": 1}
        assert summary.missing == ((uid(studies[0]), str(DAY), "1 objects did not come"),)
        assert office.backfill().studies == {"reported": 2}


def test_an_archive_that_refuses_everything_ends_the_backfill(tmp_path: Path) -> None:
    studies = [a_study(number) for number in range(1, 12)]
    with an_office(tmp_path, studies, [Mood.DOES_NOT_DO_IT] * 20) as office:
        with pytest.raises(ArchiveRefusalError, match="0xA900"):
            office.backfill()
        assert office.archive.queries.count("SERIES") == 10


def test_the_archive_is_asked_at_night_only(tmp_path: Path) -> None:
    office: Office
    with an_office(tmp_path, [without_dose(1)], hours="20:00-06:00") as office:
        office.hands.now = datetime(2026, 3, 1, 12, 30).astimezone().timestamp()
        assert office.backfill().studies == {"nothing": 1}
        asked = datetime.fromtimestamp(office.hands.now).astimezone()
        assert (asked.day, asked.hour, asked.minute) == (1, 20, 0)


def test_no_more_studies_a_minute_than_may_be(tmp_path: Path) -> None:
    studies = [without_dose(number) for number in range(1, 7)]
    with an_office(tmp_path, studies, studies_per_min=2.0) as office:
        begun = office.hands.passed
        assert office.backfill().studies == {"nothing": 6}
        assert office.hands.passed - begun >= 150


def test_the_time_that_is_left_counts_the_days_between_nights() -> None:
    hands = Hands()
    estimate = Estimate.of(30, hands.clock)
    for _ in range(10):
        hands.wait(6)
        estimate = estimate.one_more(hands.clock, 0.25)
    assert (estimate.done, estimate.per_s, estimate.left_s) == (10, 10 / 60, 20 * 6 / 0.25)
    hands.wait(50_000)  # the day
    assert estimate.one_more(hands.clock, 0.25).busy_s == 360


def test_a_night_spans_midnight_and_a_day_has_an_end() -> None:
    night = Hours.from_text("20:00-06:00")
    at = {hour: night.wait_s(local(hour)) for hour in (19, 20, 23, 0, 5, 6, 12)}
    assert at == {19: 3600, 20: 0, 23: 0, 0: 0, 5: 0, 6: 14 * 3600, 12: 8 * 3600}
    assert night.share_of_day == 10 / 24
    assert {Hours.from_text("").wait_s(local(hour)) for hour in range(24)} == {0}
    assert Hours.from_text("08:00-09:30").wait_s(local(9)) == 0
    assert Pace(0, Hours(), Hands().clock).wait_s() == 0


def local(hour: int) -> float:
    return datetime(2026, 3, 1, hour).astimezone().timestamp()


def test_what_came_later_is_found_when_the_days_are_listed_again(tmp_path: Path) -> None:
    with an_office(tmp_path, [without_dose(1)]) as office:
        assert office.backfill().studies == {"nothing": 1}
        office.archive.studies = [a_study(1), without_dose(2)]
        assert office.backfill().studies == {"nothing": 1}
        assert office.backfill(again=True).studies == {"reported": 1, "nothing": 1}


def test_a_study_the_box_reported_itself_is_not_read_again(tmp_path: Path) -> None:
    with an_office(tmp_path, [a_study(1)]) as office:
        office.desk.settle(*a_study(1))
        assert office.desk.reason(uid(a_study(1))) == "reported"
        assert office.backfill().studies == {"reported": 1}
        assert len(office.totals()) == 1


def test_the_recogniser_leaves_alone_what_a_backfill_reads(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Configuration(recogniser=Recogniser(confirm_first=0)))
    study, span = uid(a_study(1)), Span("ARCHIVE", CT, DAY, DAY)
    Progress(desk.ledger, desk.hands.clock).listed(span, DAY, [study])
    desk.ledger.execute("UPDATE backfill_study SET state = 'fetched'")
    with Turn(tmp_path).taken() as mine:
        assert mine
        desk.settle(*a_study(1))
        assert desk.reason(study) == "waits"
    desk.work()  # nobody backfills any more
    assert desk.reason(study) == "reported"


def test_without_an_archive_there_is_nothing_to_backfill(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Configuration())
    with pytest.raises(ConfigurationError, match="no archive"):
        retriever(desk.configuration, desk.ledger, desk.spool, desk.hands.clock)


def test_no_patient_is_named_in_ledger_log_or_file_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Patient Root needs the Patient ID, and a wrong sum waits for a person."""
    named = who(3, patient_name="CANARIA^HANAKO", patient_id="CNRY4711", birth_date="19450815")
    studies = [
        a_siemens_study(3, identity=named),
        a_wrong_sum(4, replace(named, study_instance_uid="1.4")),
    ]
    moods = [Mood.LACKS_ONE, Mood.SENDS_ANOTHER]
    with an_office(tmp_path, studies, moods, model="patient-root") as office:
        assert office.backfill().studies == {"reported": 1, "quarantined": 1}
        with closing(sqlite3.connect(office.desk.ledger.path)) as connection:
            dump = "\n".join(connection.iterdump())
        names = "\n".join(str(path) for path in tmp_path.rglob("*"))
    for text in (caplog.text, dump, names):
        assert text
        assert not any(word in text for word in ("CANARIA", "CNRY4711", "19450815"))
