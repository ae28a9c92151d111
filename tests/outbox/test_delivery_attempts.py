"""Each attempt at a delivery is kept as it ended, whatever came between; but not without end."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.ledger.schema import migrations
from appliance.outbox import Delivery, Kind, Outbox, Received, Renaming, Routing, statements
from appliance.outbox.attempts import KEPT, Came
from appliance.outbox.course import Sent, Tried, sent

STUDY, REPORT, SR = "9.1", "1.1", "1.2.840.10008.5.1.4.1.1.88.67"
LEASE_S, FIRST_S = 60.0, 1_000_000.0
HERE_FROM = 24
"""The schema that has attempts."""
INSTANCE = "INSERT INTO instance VALUES (?, ?, '1.2', '', ?, 1, ?, 'CT', 'BOX', '', 0, 0, NULL)"


@dataclass
class Box:
    """A box with a report for the archive; every lease is taken a second after the one before."""

    folder: Path
    now: float = FIRST_S
    ledger: Ledger = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.folder / "ledger.sqlite")
        self.ledger.execute("PRAGMA synchronous = OFF")
        clock = replace(SYSTEM_CLOCK, wall=lambda: self.now)
        self.outbox = Outbox(self.folder / "outbox", self.ledger, clock, self.folder)
        if self.outbox.report(REPORT) is None:
            self.outbox.put(b"a report", SR, REPORT, STUDY)
            self.outbox.plan(["pacs"])

    def lease(self) -> Delivery:
        self.now += 1
        delivery = self.outbox.lease("pacs", LEASE_S)
        assert delivery is not None
        return delivery

    def fail(self, why: str = "unreachable") -> None:
        delivery = self.lease()
        self.now += 1
        self.outbox.failed(delivery, why, 0)

    def sent(self) -> Sent:
        (found,) = sent(self.ledger, STUDY)
        return found

    def tried(self) -> list[tuple[int | None, Came, str]]:
        return [(each.number, each.outcome, each.why) for each in self.sent().tried]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    yield made
    made.ledger.close()


def test_each_attempt_has_its_time_and_what_came_of_it(box: Box) -> None:
    assert box.sent().tried == ()
    box.fail()
    box.outbox.refused(box.lease(), "not-authorised")
    box.outbox.retry()
    box.outbox.delivered(box.lease())
    assert box.sent().tried == (
        Tried(
            number=1,
            outcome=Came.FAILED,
            why="unreachable",
            attempts=1,
            began_at=FIRST_S + 1,
            ended_at=FIRST_S + 2,
        ),
        Tried(
            number=2,
            outcome=Came.REFUSED,
            why="not-authorised",
            attempts=1,
            began_at=FIRST_S + 3,
            ended_at=FIRST_S + 3,
        ),
        Tried(
            number=3,
            outcome=Came.DELIVERED,
            why="",
            attempts=1,
            began_at=FIRST_S + 4,
            ended_at=FIRST_S + 4,
        ),
    )


def test_what_was_put_back_was_no_attempt(box: Box) -> None:
    box.outbox.put_back(box.lease())
    assert box.tried() == []
    box.fail()
    assert box.tried() == [(1, Came.FAILED, "unreachable")]


def test_an_attempt_in_which_the_power_failed_has_no_end(box: Box) -> None:
    box.lease()
    assert box.tried() == [(1, Came.UNDER_WAY, "")]
    box.ledger.close()
    box = Box(box.folder, box.now + LEASE_S)
    box.lease()
    assert box.tried() == [(1, Came.CUT_OFF, ""), (2, Came.UNDER_WAY, "")]
    assert box.sent().tried[0].ended_at is None
    assert box.outbox.take_back("pacs") == 1
    assert box.tried() == [(1, Came.CUT_OFF, ""), (2, Came.CUT_OFF, "")]
    box.ledger.close()


def test_an_answer_after_its_lease_is_still_that_of_its_attempt(box: Box) -> None:
    late = box.lease()
    box.now += LEASE_S
    second = box.lease()
    box.outbox.failed(late, "timed-out", 0)
    assert box.tried() == [(1, Came.FAILED, "timed-out"), (2, Came.UNDER_WAY, "")]
    box.outbox.delivered(second)
    box.outbox.put_back(second)
    assert box.tried()[1] == (2, Came.DELIVERED, "")


def test_of_many_attempts_the_first_and_the_last_stay(box: Box) -> None:
    for number in range(1, 3 * KEPT):
        box.fail(f"reason {number}")
        assert len(box.tried()) <= KEPT + 1
    last = range(3 * KEPT - KEPT, 3 * KEPT)
    assert [number for number, _, _ in box.tried()] == [1, *last]
    assert box.tried()[0] == (1, Came.FAILED, "reason 1")
    assert box.sent().attempts == 3 * KEPT - 1


def test_attempts_at_objects_that_stand_alike_stand_together(box: Box) -> None:
    for number in range(1, 4):
        box.ledger.execute(INSTANCE, number, f"2.{number}", str(number), str(number))
        box.outbox.route(
            Routing(instance_id=number, kind=Kind.IMAGE, destinations=["pacs"]),
            Received(
                sop_instance_uid=f"2.{number}",
                sop_class_uid="1.2",
                study_instance_uid=STUDY,
                path=str(number),
                sha256="",
            ),
        )
    box.outbox.delivered(box.lease())
    box.fail()
    box.fail()
    for _ in range(3):
        box.outbox.delivered(box.lease())
    images = next(each for each in sent(box.ledger, STUDY) if each.kind is Kind.IMAGE)
    assert (images.objects, images.attempts) == (3, 3)
    assert [(each.number, each.outcome, each.attempts) for each in images.tried] == [
        (None, Came.FAILED, 2),
        (None, Came.DELIVERED, 3),
    ]
    assert images.tried[0].began_at < images.tried[1].began_at


def test_an_export_that_takes_many_keeps_an_attempt_at_each(box: Box) -> None:
    box.outbox.put(b"another", SR, "1.2", STUDY)
    box.outbox.plan(["pacs"])
    first, second = box.outbox.lease_together("pacs", LEASE_S, 9)
    box.outbox.delivered(first)
    box.outbox.put_back(second)
    told = [[each.outcome for each in found.tried] for found in sent(box.ledger, STUDY)]
    assert told == [[Came.DELIVERED], []]


def test_what_moves_to_another_name_is_counted_anew(box: Box) -> None:
    box.fail()
    clock = replace(SYSTEM_CLOCK, wall=lambda: box.now)
    Renaming(box.ledger, clock, "pacs", "vna", [Kind.REPORT]).done()
    assert (box.sent().destination, box.sent().attempts, box.tried()) == ("vna", 0, [])
    delivery = box.outbox.lease("vna", LEASE_S)
    assert delivery is not None
    box.outbox.delivered(delivery)
    assert box.tried() == [(1, Came.DELIVERED, "")]


def test_attempts_go_with_their_delivery(box: Box) -> None:
    box.fail()
    box.outbox.plan(["vna"])
    clock = replace(SYSTEM_CLOCK, wall=lambda: box.now)
    moved = Renaming(box.ledger, clock, "pacs", "vna", [Kind.REPORT]).done()
    assert moved.there_already == 1
    assert box.ledger.rows("SELECT * FROM delivery_attempt") == []


def test_an_older_version_between_goes_on_and_leaves_gaps(box: Box) -> None:
    """Its statements know nothing of attempts; it may go on with one of ours, and we with its."""
    box.lease()
    box.ledger.execute(statements.END_LEASE, "waiting", "theirs", 1, 1)
    theirs = box.ledger.execute(statements.LEASE, box.now, LEASE_S, "pacs").fetchall()
    assert [row["attempts"] for row in theirs] == [2]
    box.now += LEASE_S
    box.fail("ours")
    assert box.tried() == [(1, Came.CUT_OFF, ""), (3, Came.FAILED, "ours")]
    box.ledger.execute("DELETE FROM delivery")
    assert box.ledger.rows("SELECT * FROM delivery_attempt") == []


def test_a_ledger_of_before_has_deliveries_without_attempts(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as old:
        for each in migrations():
            if each.version < HERE_FROM:
                old.executescript(each.sql)
                old.execute(f"PRAGMA user_version = {each.version}")
        old.execute("INSERT INTO destination (name) VALUES ('pacs')")
        old.execute(
            "INSERT INTO outgoing (id, kind, sop_instance_uid, sop_class_uid, study_instance_uid,"
            " path, sha256, created_at) VALUES (1, 'report', ?, ?, ?, '1.1.dcm', '', 0)",
            (REPORT, SR, STUDY),
        )
        old.execute(
            "INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state, attempts,"
            " failed_s_before, created_at) VALUES (1, ?, 'pacs', 'leased', 7, 0, 0)",
            (STUDY,),
        )
        old.commit()
    box = Box(tmp_path)
    assert (box.sent().attempts, box.sent().tried) == (7, ())
    box.fail()
    assert box.tried() == [(8, Came.FAILED, "unreachable")]
    box.ledger.close()


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.sampled_from(["failed", "refused", "delivered", "put back", "ran out", "late"]),
        max_size=3 * KEPT,
    )
)
def test_whatever_comes_of_leases_stands_there(steps: list[str]) -> None:
    expected: dict[int, tuple[Came, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        box, number = Box(Path(folder)), 0
        for at, step in enumerate(steps):
            delivery, why = box.lease(), f"{step} {at}"
            number += 1
            assert delivery.attempts == number
            match step:
                case "failed":
                    box.outbox.failed(delivery, why, 0)
                    expected[number] = Came.FAILED, why
                case "refused":
                    box.outbox.refused(delivery, why)
                    box.outbox.retry()
                    expected[number] = Came.REFUSED, why
                case "delivered":
                    box.outbox.delivered(delivery)
                    box.outbox.send_again(REPORT, "pacs")
                    expected[number] = Came.DELIVERED, ""
                case "put back":
                    box.outbox.put_back(delivery)
                    number -= 1
                case "ran out":
                    box.now += LEASE_S
                    expected[number] = Came.CUT_OFF, ""
                case _:
                    box.now += LEASE_S
                    again = box.lease()
                    box.outbox.refused(delivery, why)
                    box.outbox.failed(again, why, 0)
                    expected[number] = Came.REFUSED, why
                    number += 1
                    expected[number] = Came.FAILED, why
        found = box.sent()
        told = {each.number or 0: (each.outcome, each.why) for each in found.tried}
        known = {n: each for n, each in expected.items() if n == 1 or n > number - KEPT}
        if found.state == "leased":
            known[number] = Came.UNDER_WAY, ""  # nobody took it since
        missing = known.keys() - told.keys()
        assert {n: told[n] for n in told} == {n: known[n] for n in told}
        assert len(missing) <= 1, "one made room for an attempt that was none"
        assert found.attempts == number
        box.ledger.close()
