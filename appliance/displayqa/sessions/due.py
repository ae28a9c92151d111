"""When the next test of a display is due: from those that were done, and its interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.session import Session


class Urgency(StrEnum):
    """How soon a test has to be done."""

    FIRST = "first"
    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return {
            Urgency.FIRST: ("never done yet", "未実施"),
            Urgency.OVERDUE: ("overdue", "期限超過"),
            Urgency.DUE: ("due", "実施時期"),
            Urgency.LATER: ("not due yet", "期限前"),
        }[self]


@dataclass(frozen=True, slots=True)
class Due:
    """The next test of an occasion.

    ``day`` is the last day for it, None: it was never done; ``last`` what it is counted from.
    """

    test: Occasion
    urgency: Urgency
    day: date | None = None
    last: Session | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is, for how many days before its last day a test is called due, and its interval.

    ``constancy_days`` is the display's.
    """

    today: date
    constancy_days: int
    remind_days: int


def dues(
    sessions: Sequence[Session], asked: Sequence[Occasion], calendar: Calendar
) -> tuple[Due, ...]:
    """Of each occasion that is ``asked`` for, from one panel's tests, the oldest first.

    An acceptance test is due once; constancy is counted from the last test that measured.
    """
    return tuple(_dues([each for each in sessions if is_done(each)], asked, calendar))


def is_done(session: Session) -> bool:
    """Whether it was done to its end."""
    return session.ended is not None and not session.ended.is_given_up


def day_of(session: Session) -> date:
    """When it began, by the box's clock."""
    return session.entries[0].at.date()


def _dues(done: list[Session], asked: Sequence[Occasion], calendar: Calendar) -> Iterator[Due]:
    daily = [each for each in done if each.begun.occasion is Occasion.DAILY]
    measured = [each for each in done if each.begun.occasion is not Occasion.DAILY]
    accepted = [each for each in measured if each.begun.occasion is Occasion.ACCEPTANCE]
    if Occasion.ACCEPTANCE in asked and not accepted:
        yield Due(Occasion.ACCEPTANCE, Urgency.FIRST)
    if Occasion.CONSTANCY in asked and measured:
        day = day_of(measured[-1]) + timedelta(days=calendar.constancy_days)
        yield Due(Occasion.CONSTANCY, _urgency(day, calendar), day, measured[-1])
    if Occasion.DAILY in asked:
        yield _daily(daily, calendar)


def _daily(daily: list[Session], calendar: Calendar) -> Due:
    if not daily:
        return Due(Occasion.DAILY, Urgency.FIRST)
    is_done_today = day_of(daily[-1]) == calendar.today
    day = calendar.today + timedelta(days=int(is_done_today))
    urgency = Urgency.LATER if is_done_today else Urgency.DUE
    return Due(Occasion.DAILY, urgency, day, daily[-1])


def _urgency(day: date, calendar: Calendar) -> Urgency:
    if day < calendar.today:
        return Urgency.OVERDUE
    soon = day - timedelta(days=calendar.remind_days) <= calendar.today
    return Urgency.DUE if soon else Urgency.LATER
