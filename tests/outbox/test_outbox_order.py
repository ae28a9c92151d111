"""Objects of a study keep their order at every destination; other studies go on meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.ledger.schema import migrations
from appliance.outbox import Kind, Outbox, Received, Routing, State, statements

LEASE_S = 60.0
INSTANCE = "INSERT INTO instance VALUES (?, ?, '1.2', '', ?, 1, ?, 'CT', 'BOX', '', 0, 0, NULL)"


@dataclass
class World:
    """An outbox whose clock a test sets."""

    folder: Path
    now: float = 1_000_000.0

    def __post_init__(self) -> None:
        self.ledger: Ledger = open_ledger(self.folder / "ledger.sqlite")
        clock = replace(SYSTEM_CLOCK, wall=lambda: self.now)
        self.outbox = Outbox(self.folder / "outbox", self.ledger, clock, self.folder / "spool")

    def image(self, uid: str, study: str, *destinations: str) -> None:
        number = self.outbox.last_routed() + 1
        self.ledger.execute(INSTANCE, number, uid, uid, uid)
        self.outbox.route(
            Routing(instance_id=number, kind=Kind.IMAGE, destinations=destinations or ("pacs",)),
            Received(
                sop_instance_uid=uid,
                sop_class_uid="1.2",
                study_instance_uid=study,
                path=uid,
                sha256="",
            ),
        )

    def report(self, uid: str, study: str) -> None:
        self.outbox.put(uid.encode(), "1.2", uid, study)
        self.outbox.plan(["pacs"])

    def leased(self, destination: str = "pacs") -> str:
        delivery = self.outbox.lease(destination, LEASE_S)
        return delivery.outgoing.sop_instance_uid if delivery else ""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.ledger.close()


def test_an_object_is_not_overtaken_within_its_study(world: World) -> None:
    world.image("1.1", "9.1")
    world.report("1.2", "9.1")
    world.image("1.3", "9.2")
    first = world.outbox.lease("pacs", LEASE_S)
    assert first is not None
    assert first.outgoing.kind is Kind.IMAGE
    assert world.leased() == "1.3"
    assert world.leased() == ""
    world.outbox.failed(first, "processing-failed", pause_s=0)
    assert world.leased() == "1.1"


@pytest.mark.parametrize("end", [Outbox.delivered, lambda box, each: box.refused(each, "no")])
def test_the_next_of_a_study_goes_when_the_former_ended(world: World, end: object) -> None:
    world.image("1.1", "9.1")
    world.image("1.2", "9.1")
    first = world.outbox.lease("pacs", LEASE_S)
    assert callable(end)
    end(world.outbox, first)
    assert world.leased() == "1.2"


def test_an_object_sent_again_by_a_person_comes_before_those_behind_it(world: World) -> None:
    world.image("1.1", "9.1")
    world.image("1.2", "9.1")
    first = world.outbox.lease("pacs", LEASE_S)
    assert first is not None
    world.outbox.refused(first, "no")
    world.outbox.retry()
    assert world.leased() == "1.1"


def test_one_destination_waits_for_no_other(world: World) -> None:
    world.image("1.1", "9.1", "pacs", "long-term")
    world.image("1.2", "9.1", "pacs", "long-term")
    first = world.outbox.lease("pacs", LEASE_S)
    assert first is not None
    other = world.outbox.lease("long-term", LEASE_S)
    assert other is not None
    world.outbox.delivered(other)
    assert world.leased("long-term") == "1.2"
    assert world.leased("pacs") == ""


def test_what_was_put_back_is_as_if_it_had_not_been_leased(world: World) -> None:
    world.image("1.1", "9.1")
    first = world.outbox.lease("pacs", LEASE_S)
    assert first is not None
    world.outbox.put_back(first)
    (queued,) = world.outbox.queue("pacs")
    assert (queued.attempts, queued.state) == (0, State.WAITING)
    world.outbox.put_back(first)
    assert world.outbox.lease("pacs", LEASE_S) == first


def test_the_queue_shows_order_attempts_and_reasons(world: World) -> None:
    world.image("1.1", "9.1")
    world.image("1.2", "9.2")
    first = world.outbox.lease("pacs", LEASE_S)
    assert first is not None
    world.outbox.failed(first, "unreachable", pause_s=0)
    queued = [
        (each.sop_instance_uid, each.attempts, each.last_error)
        for each in world.outbox.queue("pacs")
    ]
    assert queued == [("1.1", 1, "unreachable"), ("1.2", 0, "")]
    assert len(world.outbox.queue("pacs", 1)) == 1


BEFORE = 5
OLD = """
INSERT INTO instance VALUES
  (1, '2.1', '1.2', '', 'a', 1, 'a/1', 'CT', 'BOX', '', 0, 0),
  (2, '2.2', '1.2', '', 'b', 1, 'a/2', 'CT', 'BOX', '', 0, 0);
INSERT INTO report VALUES
  (1, '1.1', '1.2', '9.1', '', '1.1.dcm', 'x', 5.0),
  (2, '2.2', '1.2', '9.1', '', '2.2.dcm', 'y', 6.0);
INSERT INTO destination VALUES ('pacs', 99.0, 3, 12.5);
INSERT INTO delivery VALUES
  (4, '1.1', 'pacs', 'delivered', 1, 0, 0, '', 5.0, 7.0),
  (5, '2.2', 'pacs', 'waiting', 3, 0, 0, 'unreachable', 6.0, NULL);
"""


def test_an_older_outbox_goes_on_where_it_was(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as old:
        for each in migrations():
            if each.version <= BEFORE:
                old.executescript(each.sql)
        old.executescript(OLD)
        old.execute(f"PRAGMA user_version = {BEFORE}")
        old.commit()
    world = World(tmp_path)
    world.outbox.plan(["pacs"])
    (backlog,) = world.outbox.backlog()
    assert (backlog.waiting, backlog.delivered, backlog.oldest_unsent_at) == (1, 1, 6.0)
    delivery = world.outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    assert delivery.attempts == 4
    assert delivery.outgoing.kind is Kind.NATIVE_REPORT
    assert delivery.outgoing.path == tmp_path / "outbox" / "2.2.dcm"
    assert world.outbox.last_routed() == 2
    assert [each.kind for each in world.outbox.reports("9.1")] == [
        Kind.REPORT,
        Kind.NATIVE_REPORT,
    ]


MARKS = ("?1", "?2", "?3", "?4", "?5", "?6")


@pytest.mark.parametrize(
    "statement",
    ["LEASE", "LEASE_IN_PAUSE", "DELIVERED", "ARRIVED", "END_LEASE", "PAUSE", "GIVE_UP", "REFUSED"],
)
def test_no_statement_of_every_delivery_looks_at_all_rows(world: World, statement: str) -> None:
    sql: str = getattr(statements, statement)
    count = max((int(mark[1:]) for mark in MARKS if mark in sql), default=sql.count("?"))
    plan = world.ledger.rows(f"EXPLAIN QUERY PLAN {sql}", *[0] * count)
    steps = [row["detail"] for row in plan]
    assert steps
    # In a pause those are sorted that came since it began.
    sorts = "" if statement == "LEASE_IN_PAUSE" else "TEMP B-TREE"
    scans = [step for step in steps if step.startswith("SCAN ") and step != "SCAN d"]
    assert not scans, steps
    assert not [step for step in steps if sorts and sorts in step], steps


def test_counting_what_waits_looks_at_what_waits(world: World) -> None:
    steps = [row["detail"] for row in world.ledger.rows(f"EXPLAIN QUERY PLAN {statements.BACKLOG}")]
    assert not [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN t")]
