"""How each display stands: when it was tested, what came of it, and when the next test is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display

SOON = timedelta(days=14)
"""A test is called due so long before its day."""


class Urgency(StrEnum):
    """Of the next acceptance or constancy test."""

    FIRST = "first"
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One display.

    Attributes:
        last: The last acceptance or constancy test that was not given up; None: there was none.
        due: Day of the next one; None: it was never accepted.
        going_on: Tests that have not ended, the newest last.
        checked: The daily check of today; None: there was none yet.
    """

    display: Display
    last: Session | None
    due: date | None
    urgency: Urgency
    going_on: tuple[Session, ...]
    checked: Session | None

    @property
    def is_urgent(self) -> bool:
        """Whether it belongs at the head of the list."""
        return self.urgency is not Urgency.LATER


def standing(display: Display, sessions: Sequence[Session], today: date) -> Standing:
    """Of a display and its tests, the oldest first."""
    ended = [each for each in sessions if each.ended and not each.ended.is_given_up]
    measured = [each for each in ended if each.begun.occasion is not Occasion.DAILY]
    last = measured[-1] if measured else None
    due = began(last) + timedelta(days=display.constancy_days) if last else None
    daily = [each for each in ended if each.begun.occasion is Occasion.DAILY]
    return Standing(
        display=display,
        last=last,
        due=due,
        urgency=_urgency(due, today),
        going_on=tuple(each for each in sessions if each.ended is None),
        checked=daily[-1] if daily and began(daily[-1]) == today else None,
    )


def began(session: Session) -> date:
    """The day of the box's clock."""
    return session.entries[0].at.date()


def by_workstation(standings: Iterable[Standing]) -> Mapping[str, tuple[Standing, ...]]:
    """In the order of their names."""
    found: dict[str, tuple[Standing, ...]] = {}
    for each in sorted(standings, key=lambda each: (each.display.workstation, each.display.name)):
        name = each.display.workstation
        found[name] = (*found.get(name, ()), each)
    return found


def urgent(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """What is to be done first: overdue the longest, then soon, then never accepted."""
    chosen = [each for each in standings if each.is_urgent]
    return tuple(sorted(chosen, key=lambda each: (each.due or date.max, each.display.name)))


def _urgency(due: date | None, today: date) -> Urgency:
    if due is None:
        return Urgency.FIRST
    if due < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due - today <= SOON else Urgency.LATER
