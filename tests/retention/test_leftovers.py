"""Reports and pictures go after everything else, and never before they are delivered."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import Clock, ClockState
from appliance.config import Configuration, Destination, Retention
from appliance.dose.doubt import Doubt, Reason
from appliance.journal import Journal
from appliance.outbox import Outbox
from appliance.quarantine import Closure, Quarantine
from appliance.retention import Leftovers
from appliance.spool import Decision, Outcome, Remains, Why
from appliance.spool.reduction import Reduction
from tests.retention.shelf_life import DAY_S
from tests.spool.test_reductions import World

STUDY = "1.9"
BOX = Configuration(
    retention=Retention(reports_days=100, quarantine_days=50),
    destination=(
        Destination(name="pacs", host="192.0.2.1"),
        Destination(name="dose", host="192.0.2.1"),
        Destination(name="images", host="192.0.2.1", send=("images",)),
    ),
)


class Attic(World):
    """A study with a report, of which all else has gone."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.now = 1e9
        self.clock = Clock(wall=lambda: self.now, state=lambda: ClockState.NTP)
        self.box = replace(BOX, data_dir=root)
        self.outbox = Outbox(self.box.outbox_dir, self.ledger, self.clock)
        self.quarantine = Quarantine(self.box.quarantine_dir, self.ledger, self.clock)
        self.keep(1)
        self.decide()
        self.outbox.put(b"a report", "1.2", "1.7.1", STUDY)
        self.outbox.plan(["pacs", "dose"])

    @property
    def leftovers(self) -> Leftovers:
        return Leftovers(self.box, self.ledger, self.clock)

    @property
    def report(self) -> Path:
        return self.box.outbox_dir / "1.7.1.dcm"

    def decide(self) -> None:
        self.spool.decide(
            Decision(
                study_instance_uid=STUDY,
                last_instance_id=1,
                outcome=Outcome.REPORTED,
                decided_at=self.now,
            )
        )

    def remove_objects(self) -> None:
        with self.ledger.transaction():
            gone = [Reduction(each, Remains.NOTHING) for each in self.instances()]
            self.reductions.plan(gone, Why.AGE, self.now)
        self.reductions.carry_out()

    def deliver(self, destination: str) -> None:
        delivery = self.outbox.lease(destination, 60)
        assert delivery is not None
        self.outbox.delivered(delivery)

    def later(self, days: float) -> int:
        self.now += days * DAY_S
        return self.leftovers.work()


@pytest.fixture
def attic(tmp_path: Path) -> Iterator[Attic]:
    attic = Attic(tmp_path)
    yield attic
    attic.ledger.close()


def test_report_goes_when_it_is_old_alone_and_delivered_everywhere(attic: Attic) -> None:
    attic.deliver("pacs")
    assert attic.later(101) == 0  # the objects are here
    attic.remove_objects()
    assert attic.later(1) == 0  # one destination lacks it
    attic.deliver("dose")
    assert attic.later(1) == 1
    assert not attic.report.exists()
    assert attic.later(1) == 0
    (entry,) = Journal(attic.ledger, attic.clock).entries()
    assert entry.kind == "report-removed"
    assert entry.body == {"study_instance_uid": STUDY, "clock": "ntp"}


def test_young_report_and_one_that_is_kept_for_ever_stay(attic: Attic) -> None:
    attic.remove_objects()
    attic.deliver("pacs")
    attic.deliver("dose")
    assert attic.later(99) == 0
    settings = replace(BOX.retention, reports_days=0)
    attic.box = replace(attic.box, retention=settings)
    assert attic.later(10000) == 0
    assert attic.report.exists()


def test_report_that_nobody_was_ever_sent_stays(attic: Attic) -> None:
    attic.box = replace(attic.box, destination=())
    attic.remove_objects()
    assert attic.later(10000) == 0


def test_removed_report_is_sent_to_no_destination_that_comes_later(attic: Attic) -> None:
    attic.remove_objects()
    attic.deliver("pacs")
    attic.deliver("dose")
    assert attic.later(101) == 1
    again = Outbox(attic.box.outbox_dir, attic.ledger, attic.clock)
    again.plan(["new"])
    assert again.lease("new", 60) is None


def test_removal_that_was_cut_off_is_ended_by_the_next_process(attic: Attic) -> None:
    attic.ledger.execute("INSERT INTO report_removal (outgoing_id, removed_at) VALUES (1, 1.0)")
    assert attic.report.exists()
    attic.leftovers.carry_out()
    assert not attic.report.exists()
    attic.leftovers.carry_out()


def test_pictures_go_when_the_case_was_decided_long_ago(attic: Attic) -> None:
    doubts = (Doubt(Reason.TOTAL_MISMATCH, "x"),)
    cases = []
    for number in range(2):
        with attic.quarantine.pictures({"page-1": b"png"}) as folder:
            cases.append(attic.quarantine.open(f"{STUDY}.{number}", doubts, {}, folder))
    attic.quarantine.close(cases[0].id, Closure.SETTLED)
    assert attic.later(49) == 0
    assert attic.later(2) == 1
    pictures = [attic.quarantine.case(each.id).pictures for each in cases]
    assert [bool(each) for each in pictures] == [False, True]
    assert attic.later(10000) == 0
