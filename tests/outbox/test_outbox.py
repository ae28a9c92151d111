"""Reports are kept until every destination has them; deliveries are leased, never lost."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Backlog, Outbox

SR = "1.2.840.10008.5.1.4.1.1.88.67"
LEASE_S = 60.0


@dataclass
class Time:
    """A wall clock that a test sets."""

    now: float = 1_000_000.0

    @property
    def clock(self) -> Clock:
        return replace(SYSTEM_CLOCK, wall=lambda: self.now)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def a_ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def an_outbox(a_ledger: Ledger, tmp_path: Path, time: Time) -> Outbox:
    return Outbox(tmp_path / "outbox", a_ledger, time.clock)


def put(outbox: Outbox, uid: str, predecessor_uid: str = "", study: str = "") -> None:
    """A report of a study of its own, if none is named."""
    assert outbox.put(f"report {uid}".encode(), SR, uid, study or f"9.{uid}", predecessor_uid)
    outbox.plan(["pacs", "dose"])


def leased(outbox: Outbox, destination: str = "pacs") -> str:
    delivery = outbox.lease(destination, LEASE_S)
    return delivery.outgoing.sop_instance_uid if delivery else ""


def test_a_report_is_kept_whole(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    report = an_outbox.report("1.1")
    assert report is not None
    assert report.path.read_bytes() == b"report 1.1"
    assert (report.sop_class_uid, report.study_instance_uid) == (SR, "9.1.1")
    assert an_outbox.report("1.2") is None


def test_the_first_report_of_a_uid_stays(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    assert not an_outbox.put(b"made again", SR, "1.1", "9.1.1")
    (report,) = an_outbox.reports("9.1.1")
    assert report.path.read_bytes() == b"report 1.1"


@pytest.mark.parametrize("uid", ["../1", "", "1.1/2", "1" * 65])
def test_what_is_no_uid_is_no_file(an_outbox: Outbox, tmp_path: Path, uid: str) -> None:
    with pytest.raises(ValueError, match="not a UID"):
        an_outbox.put(b"", SR, uid, "9.9")
    assert list((tmp_path / "outbox").iterdir()) == []


def test_the_report_that_counts_stands_last(an_outbox: Outbox) -> None:
    put(an_outbox, "1.2", study="9.9")
    put(an_outbox, "1.1", predecessor_uid="1.2", study="9.9")
    assert [report.sop_instance_uid for report in an_outbox.reports("9.9")] == ["1.2", "1.1"]


def test_a_report_goes_to_every_destination_once(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    an_outbox.plan(["pacs", "dose"])
    for destination in ("pacs", "dose"):
        delivery = an_outbox.lease(destination, LEASE_S)
        assert delivery is not None
        an_outbox.delivered(delivery)
        assert leased(an_outbox, destination) == ""


def test_a_destination_added_later_gets_what_was_made_before(
    an_outbox: Outbox, a_ledger: Ledger, tmp_path: Path, time: Time
) -> None:
    put(an_outbox, "1.1")
    Outbox(tmp_path / "outbox", a_ledger, time.clock).plan(["new"])
    assert leased(an_outbox, "new") == "1.1"


def test_a_lease_that_ran_out_is_taken_again(an_outbox: Outbox, time: Time) -> None:
    put(an_outbox, "1.1")
    assert leased(an_outbox) == "1.1"
    time.now += LEASE_S - 1
    assert leased(an_outbox) == ""
    time.now += 1
    assert leased(an_outbox) == "1.1"


def test_the_answer_to_an_old_lease_changes_nothing_but_delivery(
    an_outbox: Outbox, time: Time
) -> None:
    put(an_outbox, "1.1")
    old = an_outbox.lease("pacs", LEASE_S)
    time.now += LEASE_S
    new = an_outbox.lease("pacs", LEASE_S)
    assert old is not None
    assert new is not None
    an_outbox.refused(old, "no")
    an_outbox.failed(old, "no", pause_s=0)
    assert leased(an_outbox) == ""
    an_outbox.delivered(old)
    an_outbox.failed(new, "too late", pause_s=0)
    assert leased(an_outbox) == ""
    assert an_outbox.backlog()[1].delivered == 1


def test_whatever_waits_for_a_destination_waits_when_it_failed(
    an_outbox: Outbox, time: Time
) -> None:
    put(an_outbox, "1.1")
    put(an_outbox, "1.2")
    delivery = an_outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    an_outbox.failed(delivery, "unreachable", pause_s=10)
    time.now += 9
    assert leased(an_outbox) == ""
    assert leased(an_outbox, "dose") == "1.1"
    time.now += 1
    assert [leased(an_outbox), leased(an_outbox)] == ["1.2", "1.1"]


def test_a_report_made_after_a_failure_does_not_wait(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    delivery = an_outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    an_outbox.failed(delivery, "unreachable", pause_s=900)
    put(an_outbox, "1.2")
    assert leased(an_outbox) == "1.2"


def test_a_report_that_keeps_failing_goes_last(an_outbox: Outbox, time: Time) -> None:
    put(an_outbox, "1.1")
    put(an_outbox, "1.2")
    delivery = an_outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    an_outbox.failed(delivery, "unreachable", pause_s=10)
    time.now += 10
    assert [leased(an_outbox), leased(an_outbox)] == ["1.2", "1.1"]


def test_a_delivery_makes_everything_for_that_destination_due(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    delivery = an_outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    an_outbox.failed(delivery, "unreachable", pause_s=900)
    put(an_outbox, "1.2")
    fresh = an_outbox.lease("pacs", LEASE_S)
    assert fresh is not None
    an_outbox.delivered(fresh)
    assert leased(an_outbox) == "1.1"


@pytest.mark.parametrize("end", ["delivered", "refused"])
def test_a_report_waits_for_the_one_it_replaces(an_outbox: Outbox, end: str) -> None:
    put(an_outbox, "1.1", study="9.9")
    put(an_outbox, "1.2", predecessor_uid="1.1", study="9.9")
    former = an_outbox.lease("pacs", LEASE_S)
    assert former is not None
    assert leased(an_outbox) == ""
    if end == "delivered":
        an_outbox.delivered(former)
    else:
        an_outbox.refused(former, "no")
    assert leased(an_outbox) == "1.2"


def test_giving_up_counts_the_time_waited_not_the_clock(an_outbox: Outbox, time: Time) -> None:
    put(an_outbox, "1.1")
    for _ in range(3):
        delivery = an_outbox.lease("pacs", LEASE_S)
        assert delivery is not None
        an_outbox.failed(delivery, "unreachable", pause_s=0, failed_s=100)
        time.now += 1e8  # the box was off, or had no time yet
    assert an_outbox.give_up("pacs", 301) == 0
    assert an_outbox.give_up("dose", 300) == 0
    assert an_outbox.give_up("pacs", 300) == 1
    assert an_outbox.refused_count("pacs") == 1


@pytest.mark.parametrize("years", [-50, 50])
def test_a_clock_that_jumps_holds_nothing_back_for_years(
    an_outbox: Outbox, time: Time, years: int
) -> None:
    put(an_outbox, "1.1")
    put(an_outbox, "1.2")
    failing = an_outbox.lease("pacs", LEASE_S)
    assert failing is not None
    assert leased(an_outbox) == "1.2"
    an_outbox.failed(failing, "unreachable", pause_s=900)
    time.now += years * 365 * 86400
    assert {leased(an_outbox), leased(an_outbox)} == {"1.1", "1.2"}


@pytest.mark.parametrize(
    ("which", "made_due"),
    [
        ({}, 2),
        ({"destination": "pacs"}, 1),
        ({"sop_instance_uid": "1.1"}, 2),
        ({"sop_instance_uid": "9"}, 0),
    ],
)
def test_a_person_has_refused_reports_sent_again(
    an_outbox: Outbox, which: dict[str, str], made_due: int
) -> None:
    put(an_outbox, "1.1")
    for destination in ("pacs", "dose"):
        delivery = an_outbox.lease(destination, LEASE_S)
        assert delivery is not None
        an_outbox.refused(delivery, "no")
    assert an_outbox.retry(**which) == made_due
    again = [leased(an_outbox, destination) for destination in ("pacs", "dose")]
    assert again.count("1.1") == made_due


def test_what_was_delivered_is_not_sent_again(an_outbox: Outbox) -> None:
    put(an_outbox, "1.1")
    delivery = an_outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    an_outbox.delivered(delivery)
    assert an_outbox.retry(destination="pacs") == 0
    an_outbox.refused(delivery, "no")
    assert an_outbox.refused_count("pacs") == 0


def test_the_backlog_tells_counts_age_and_the_last_error(an_outbox: Outbox, time: Time) -> None:
    started = time.now
    for number in range(4):
        time.now = started + number
        put(an_outbox, f"1.{number}")
    first, second, third = (an_outbox.lease("pacs", LEASE_S) for _ in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    an_outbox.delivered(first)
    an_outbox.failed(second, "unreachable", pause_s=10)
    an_outbox.refused(third, "not understood")
    assert an_outbox.backlog() == [
        Backlog("dose", 4, 0, 0, started, ""),
        Backlog("pacs", 2, 1, 1, started + 1, "not understood"),
    ]


def test_a_report_stands_or_falls_with_the_transaction_around_it(
    an_outbox: Outbox, a_ledger: Ledger, tmp_path: Path
) -> None:
    put(an_outbox, "1.1")
    with suppress(KeyError), a_ledger.transaction():
        an_outbox.put(b"report 1.2", SR, "1.2", "9.9")
        raise KeyError
    assert an_outbox.report("1.2") is None
    (tmp_path / "outbox" / "0123456789abcdef.part").touch()
    assert an_outbox.recover() == 2
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == ["1.1.dcm"]
    put(an_outbox, "1.2")
    assert [len(an_outbox.reports(study)) for study in ("9.1.1", "9.1.2")] == [1, 1]


PUTTER = """
import sys
from pathlib import Path
from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
folder, start = Path(sys.argv[1]), int(sys.argv[2])
outbox = Outbox(folder / "outbox", open_ledger(folder / "ledger.sqlite"), SYSTEM_CLOCK)
outbox.recover()
for number in range(start, start + 10000):
    outbox.put(b"x" * 100000, "1.2", f"1.{number}", "9.9")
    print(number, flush=True)
"""


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_writer_loses_no_report_and_leaves_no_half(tmp_path: Path, rounds: int) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    outbox = Outbox(tmp_path / "outbox", ledger, SYSTEM_CLOCK)
    told = 0
    for number in range(rounds):
        arguments = [sys.executable, "-c", PUTTER, str(tmp_path), str(told)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(1 + number % 7):
            process.stdout.readline()
        process.kill()
        process.communicate()
        reports = outbox.reports("9.9")
        told = len(reports)
    outbox.recover()
    assert {report.path.stat().st_size for report in outbox.reports("9.9")} == {100000}
    assert len(list((tmp_path / "outbox").iterdir())) == told
    assert told >= rounds
