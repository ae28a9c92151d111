"""When the next test of a display is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.due import Calendar, Due, Urgency, dues
from appliance.displayqa.sessions.happening import Ended, Entry
from appliance.displayqa.sessions.session import Session
from tests.displayqa.sessions.tests_of_displays import BEGUN

TODAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
CALENDAR = Calendar(TODAY.date(), 182, 14)
EVERY = tuple(Occasion)


def done(occasion: Occasion, days_ago: int, *, is_given_up: bool = False) -> Session:
    at = TODAY - timedelta(days=days_ago)
    ended = Ended(verdict="fail", is_given_up=is_given_up)
    entries = (Entry(at, replace(BEGUN, occasion=occasion)), Entry(at, ended))
    return Session(days_ago, "left", (), entries)


def of(test: Occasion, *sessions: Session) -> Due | None:
    return next((each for each in dues(sessions, EVERY, CALENDAR) if each.test is test), None)


def test_a_new_display_is_to_be_accepted() -> None:
    assert dues((), EVERY, CALENDAR) == (
        Due(Occasion.ACCEPTANCE, Urgency.FIRST),
        Due(Occasion.DAILY, Urgency.FIRST),
    )


@pytest.mark.parametrize(
    ("days_ago", "urgency"),
    [
        (0, Urgency.LATER),
        (167, Urgency.LATER),
        (168, Urgency.DUE),
        (182, Urgency.DUE),
        (183, Urgency.OVERDUE),
    ],
)
def test_constancy_is_counted_from_the_last_test_that_measured(
    days_ago: int, urgency: Urgency
) -> None:
    first = done(Occasion.ACCEPTANCE, 900)
    for last in (done(Occasion.ACCEPTANCE, days_ago), done(Occasion.CONSTANCY, days_ago)):
        due = of(Occasion.CONSTANCY, first, last, done(Occasion.DAILY, 0))
        assert due is not None
        assert due.urgency is urgency
        assert due.last is last
        assert due.day == TODAY.date() + timedelta(days=182 - days_ago)


def test_what_was_given_up_does_not_count() -> None:
    given_up = done(Occasion.ACCEPTANCE, 3, is_given_up=True)

    assert of(Occasion.ACCEPTANCE, given_up) == Due(Occasion.ACCEPTANCE, Urgency.FIRST)
    assert of(Occasion.CONSTANCY, given_up) is None


@pytest.mark.parametrize(("days_ago", "urgency"), [(0, Urgency.LATER), (1, Urgency.DUE)])
def test_a_daily_check_is_due_each_day(days_ago: int, urgency: Urgency) -> None:
    due = of(Occasion.DAILY, done(Occasion.DAILY, days_ago))

    assert due is not None
    assert due.urgency is urgency


def test_what_the_ruleset_does_not_ask_for_is_never_due() -> None:
    assert dues((done(Occasion.ACCEPTANCE, 900),), (Occasion.ACCEPTANCE,), CALENDAR) == ()
