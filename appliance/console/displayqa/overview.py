"""How each display stands: which tests go on, which are due, and in which order to see to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.due import Due, Urgency
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One display.

    Attributes:
        dues: Its next test of each occasion that its ruleset knows.
        going_on: Tests that have not ended, the oldest first.
    """

    display: Display
    dues: tuple[Due, ...]
    going_on: tuple[Session, ...]

    @property
    def next(self) -> Due | None:
        """Of the tests that measure; None: its ruleset asks for none."""
        return next((each for each in self.dues if each.test is not Occasion.DAILY), None)

    @property
    def last(self) -> Session | None:
        """The test that the next is counted from; None: there was none."""
        return next((each.last for each in self.dues if each.test is Occasion.CONSTANCY), None)

    @property
    def daily(self) -> Due | None:
        """Its daily check; None: its ruleset asks for none."""
        return next((each for each in self.dues if each.test is Occasion.DAILY), None)

    @property
    def checked(self) -> Session | None:
        """The daily check of today; None: there was none yet."""
        daily = self.daily
        return daily.last if daily and daily.urgency is Urgency.LATER else None

    @property
    def urgency(self) -> Urgency:
        """Of its next test."""
        return self.next.urgency if self.next else Urgency.LATER


def standings(
    displays: Iterable[Display], dues: Mapping[str, tuple[Due, ...]], going_on: Sequence[Session]
) -> list[Standing]:
    """Of every display, by workstation and name."""
    ordered = sorted(displays, key=lambda each: (each.workstation, each.name))
    return [
        Standing(
            display=each,
            dues=dues.get(each.name, ()),
            going_on=tuple(test for test in going_on if test.display == each.name),
        )
        for each in ordered
    ]


def by_workstation(every: Iterable[Standing]) -> Mapping[str, tuple[Standing, ...]]:
    """In the order they come in."""
    found: dict[str, tuple[Standing, ...]] = {}
    for each in every:
        name = each.display.workstation
        found[name] = (*found.get(name, ()), each)
    return found


def urgent(every: Iterable[Standing]) -> tuple[Standing, ...]:
    """What is to be done first: overdue the longest, then due, then never done."""
    chosen = [each for each in every if each.urgency is not Urgency.LATER]
    return tuple(sorted(chosen, key=order))


def order(standing: Standing) -> tuple[date, str]:
    """What to sort by: the day, and the name."""
    day = standing.next.day if standing.next else None
    return day or date.max, standing.display.name
