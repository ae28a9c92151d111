"""Tests of a display from beginning to end, through hindrances and the death of the process."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.conducting import NOT_RISING, Complete, Conductor
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import (
    Ended,
    Happening,
    Hindered,
    LightTold,
    Measured,
    Placed,
    Remarked,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.screen import NotShown
from appliance.displayqa.sessions.step import Look, Measure, Place
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.simulators.monitor import Gamma
from tests.services.ward import METER, Ward, done, ward

CLOSED = NotShown("page-closed", ("the page was closed", "ページが閉じられました"))


@pytest.fixture
def a_ward(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def happenings(a_ward: Ward, session: int) -> list[Happening]:
    return [each.happening for each in a_ward.tests.session(session).entries]


def at_the_scale(a_ward: Ward) -> int:
    """A test up to where the meter lies in the middle of the display."""
    session = a_ward.begin().identifier
    while True:
        step = a_ward.tests.session(session).remaining[0]
        if isinstance(step, Measure):
            return session
        a_ward.tests.submit(session, done(step))


def test_a_good_display_passes_its_acceptance(a_ward: Ward) -> None:
    session = a_ward.tested()

    assert session.ended == Ended(verdict="pass", by="yamada")
    measured = [each for each in session.entries if isinstance(each.happening, Measured)]
    assert len(measured) == 18 + 5
    judged = a_ward.tests.judged(session.identifier)
    assert judged.evaluation.response is not None
    assert not judged.is_ruleset_changed
    assert judged.measured.accuracy_percent == 2


def test_a_display_that_nobody_calibrated_fails(a_ward: Ward) -> None:
    session = a_ward.tested(curve=Gamma(0.8, 450))

    assert session.ended == Ended(verdict="fail", by="yamada")


def test_what_is_looked_at_is_shown_before_it_is_asked(a_ward: Ward) -> None:
    stop = a_ward.go_on(a_ward.begin().identifier)

    assert isinstance(stop, Look)
    assert a_ward.wall.shown == [("tg18-qc", "")]


def test_the_place_of_the_meter_is_marked(a_ward: Ward) -> None:
    a_ward.tested()

    marks = [shown for shown in a_ward.wall.shown if shown[1]]
    assert marks[0] == ("jira-bn-01", "middle")
    assert ("tg18-un80", "top-left") in marks


def test_a_meter_that_answers_late_is_given_time(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    slow = Gauge(replace(METER, age_s=Decimal(2)), a_ward.gauge.measure)

    a_ward.go_on(session, slow)

    assert set(a_ward.waited) == {2.5}


class KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("is_kept", [True, False])
def test_killed_at_every_happening_it_ends_as_if_it_had_not_been(
    a_ward: Ward, *, is_kept: bool
) -> None:
    """Each process lives for one happening, and dies right after or right before it is kept."""
    session, deaths = a_ward.begin().identifier, 0
    kept_once: set[int] = set()

    def keep(happening: Happening, number: int) -> bool:
        if not is_kept and number not in kept_once:
            kept_once.add(number)
            raise KilledError
        a_ward.tests.keep(session, happening, number)
        raise KilledError

    while True:
        conductor = a_ward.tests.conductor(session, a_ward.wall, a_ward.gauge, a_ward.wait)
        mortal = Conductor(conductor.session, keep, a_ward.wall, a_ward.gauge, a_ward.wait)
        try:
            stop = mortal.go_on()
        except KilledError:
            deaths += 1
            continue
        if isinstance(stop, Complete):
            break
        assert not isinstance(stop, Hindered)
        a_ward.tests.submit(session, done(stop))

    assert deaths == (25 if is_kept else 50)  # the meter, the trial, 23 levels
    assert a_ward.tests.session(session).ended == Ended(verdict="pass", by="yamada")
    counted = [each for each in happenings(a_ward, session) if isinstance(each, Measured)]
    assert len({(each.pattern, each.place) for each in counted}) == len(counted) == 23


def test_what_a_person_does_meanwhile_counts_before_what_was_read_meanwhile(
    a_ward: Ward,
) -> None:
    session = at_the_scale(a_ward)
    a_ward.go_on(session)
    level = Repeated(pattern="jira-bn-04")
    a_ward.tests.submit(session, level)
    a_ward.tests.submit(session, Placed(place="middle"))
    moved: list[object] = []

    def measure() -> object:
        outcome = a_ward.gauge.measure()
        if not moved:  # while it is read, somebody takes the meter away, and says so
            moved.append(a_ward.tests.submit(session, Placed(place="top-left")))
        return outcome

    stop = a_ward.go_on(session, Gauge(METER, measure))  # type: ignore[arg-type]

    assert moved
    assert isinstance(stop, Place)
    assert isinstance(happenings(a_ward, session)[-1], Measured)
    remaining = a_ward.tests.session(session).remaining
    assert Measure("jira-bn-04", 45) in remaining


def test_a_closed_page_hinders_and_the_test_goes_on(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    a_ward.wall.closed = CLOSED

    assert a_ward.go_on(session) == Hindered(by="page-closed", sentences=CLOSED.sentences)
    a_ward.go_on(session)
    kept = [each for each in happenings(a_ward, session) if isinstance(each, Hindered)]
    assert len(kept) == 1

    a_ward.wall.closed = None
    assert isinstance(a_ward.run(session).ended, Ended)


@pytest.mark.parametrize("fault", [Fault.NO_REPLY, Fault.UNSTABLE, Fault.UNPLUGGED])
def test_a_fault_of_the_meter_hinders_in_words_for_people(a_ward: Ward, fault: Fault) -> None:
    session = at_the_scale(a_ward)
    for said in "xyz":
        broken = Gauge(METER, lambda: Failure(fault, said))  # noqa: B023 - asked at once
        hindered = a_ward.go_on(session, broken)
        assert hindered == Hindered(by=str(fault), sentences=fault.sentences, detail=said)
    assert sum(isinstance(each, Hindered) for each in happenings(a_ward, session)) == 1
    assert not isinstance(a_ward.go_on(session), Hindered)


@pytest.mark.parametrize("noise", [-0.2, 0, 0.2])
def test_a_meter_that_lies_elsewhere_is_not_trusted(a_ward: Ward, noise: float) -> None:
    session = at_the_scale(a_ward)
    a_ward.wall.curve = lambda share: 12.5 + noise * share

    assert a_ward.go_on(session) == NOT_RISING
    assert not a_ward.tests.session(session).readings

    a_ward.wall.curve = Gamma(0.8, 450)
    assert isinstance(a_ward.go_on(session), Place)
    tried = [each for each in happenings(a_ward, session) if isinstance(each, Tried)]
    assert len(tried) == 2


def test_a_display_that_is_really_flat_is_measured_as_it_is(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    a_ward.wall.curve = lambda _: 12.5
    assert a_ward.go_on(session) == NOT_RISING

    assert a_ward.run(session).ended == Ended(verdict="fail", by="yamada")


def test_a_level_that_does_not_rise_is_read_once_more(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    covered: list[int] = []

    def curve(share: float) -> float:
        if a_ward.wall.level == 120 and len(a_ward.tests.session(session).readings) == 8:
            covered.append(1)
            if len(covered) <= 5:  # as often as one measurement asks
                return 0.1
        return Gamma(0.8, 450)(share)

    a_ward.wall.curve = curve
    a_ward.go_on(session)

    assert len(covered) > 5
    reading = a_ward.tests.session(session).readings["jira-bn-09", ""]
    assert reading.luminances_cd_m2[0] > 50


def test_another_meter_is_written_down_and_tries_the_display_anew(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    a_ward.fault = Failure(Fault.BATTERY)
    other = replace(METER, name="m-2")
    a_ward.go_on(session)
    a_ward.fault = None
    a_ward.go_on(session, Gauge(other, a_ward.gauge.measure))

    said = happenings(a_ward, session)
    assert [each for each in said if each in (METER, other)] == [METER, other]
    assert sum(isinstance(each, Tried) for each in said) == 1


def test_a_person_reads_without_a_trial(a_ward: Ward) -> None:
    session = at_the_scale(a_ward)
    a_ward.go_on(session, Gauge(METER, a_ward.gauge.measure, is_by_hand=True))

    assert not any(isinstance(each, Tried) for each in happenings(a_ward, session))
    assert len(a_ward.tests.session(session).readings) == 19


def test_what_is_repeated_within_a_day_opens_the_test_again(a_ward: Ward) -> None:
    session = a_ward.tested(curve=Gamma(0.8, 450)).identifier
    a_ward.tests.submit(session, Repeated(pattern="jira-bn"), by="sato")
    assert a_ward.tests.open_sessions()[0].identifier == session

    a_ward.wall.curve = Gamma(0.8, 450, 1.0)
    assert isinstance(a_ward.run(session).ended, Ended)
    assert a_ward.tests.open_sessions() == []
    kinds = [each.kind for each in Journal(a_ward.ledger, a_ward.clock).entries()]
    assert kinds == [
        "display-entered",
        "display-test-ended",
        "display-test-repeated",
        "display-test-ended",
    ]


def test_after_a_day_it_takes_a_new_test(a_ward: Ward) -> None:
    session = a_ward.tested().identifier
    a_ward.now += 25 * 3600
    a_ward.tests.submit(session, Remarked(text="the lamp was replaced"))

    with pytest.raises(RefusedError, match="too long ago"):
        a_ward.tests.submit(session, Repeated())
    with pytest.raises(RefusedError, match="has ended"):
        a_ward.tests.submit(session, LightTold())


def test_what_was_given_up_is_over(a_ward: Ward) -> None:
    session = a_ward.begin().identifier
    a_ward.tests.give_up(session, "sato")

    assert a_ward.tests.open_sessions() == []
    assert isinstance(a_ward.go_on(session), Complete)
    with pytest.raises(RefusedError, match="has ended"):
        a_ward.tests.submit(session, Repeated())
    assert [each.kind for each in Journal(a_ward.ledger, a_ward.clock).entries()][-1] == (
        "display-test-given-up"
    )


@pytest.mark.parametrize(
    "happening",
    [
        Seen(check="no-such-check", is_fulfilled=True),
        Placed(place="behind"),
        Measured(pattern="jira-bn-01", ddl=255, luminances_cd_m2=(Decimal(1),)),
        Ended(verdict="pass"),
    ],
)
def test_what_is_no_part_of_the_test_is_refused(a_ward: Ward, happening: Happening) -> None:
    with pytest.raises(RefusedError, match="no part of this test"):
        a_ward.tests.submit(a_ward.begin().identifier, happening)


def test_a_test_of_what_there_is_not(a_ward: Ward) -> None:
    with pytest.raises(NotFoundError, match="no display of that name"):
        a_ward.begin("middle")
    with pytest.raises(NotFoundError, match="no such test"):
        a_ward.tests.session(5)
    with pytest.raises(NotFoundError, match="no such test"):
        a_ward.tests.submit(5, Remarked(text=""))


def test_a_daily_check_takes_eyes_only(a_ward: Ward) -> None:
    session = a_ward.begin(occasion=Occasion.DAILY)

    assert all(isinstance(each, Look) for each in session.remaining)
    for look in session.remaining:
        assert isinstance(look, Look)
        session = a_ward.tests.submit(session.identifier, done(look))
    assert session.ended == Ended(verdict="pass", by="yamada")
