"""What a ruleset asks to be done on an occasion, in the order that costs a person the fewest moves.

First what is looked at, then the light of the room, then the grey scale with the meter in the
middle, then place by place every level that is asked for over the screen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.displayqa.level import COUNT, EIGHT_BITS, GREATEST_8_BIT, at_depth
from appliance.displayqa.ruleset import Limit, Occasion, Ruleset
from appliance.displayqa.sessions.places import MIDDLE, places
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Step

EIGHTEEN = range(0, GREATEST_8_BIT + 1, GREATEST_8_BIT // (COUNT - 1))
"""8-bit levels of a grey scale."""
GREY_SCALE = "jira-bn"
"""The series whose eighteen members are measured, unless the site has another one."""
UNIFORM: Mapping[int, str] = {26: "tg18-un10", 204: "tg18-un80"} | {
    level: f"tg270-uln8-{number:02}" for number, level in enumerate(EIGHTEEN, 1)
}
"""The uniform pattern of an 8-bit level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Of the display, as far as they decide what is done.

    Attributes:
        bits: Depth of the panel's levels.
        is_monochrome: Chromaticity is not asked for.
        grey_scale: Name of a series of eighteen patterns.
    """

    bits: int = EIGHT_BITS
    is_monochrome: bool = False
    grey_scale: str = GREY_SCALE


def plan(ruleset: Ruleset, occasion: Occasion, conditions: Conditions) -> tuple[Step, ...]:
    """Every step, in order. Raises KeyError for a level that no uniform pattern has."""
    asked = [each for each in ruleset.limits if _is_asked(each, occasion, conditions)]
    steps: list[Step] = [Look(each) for each in ruleset.checks if occasion in each.tests]
    if asked:
        steps += [Light(), Place(MIDDLE), *_grey_scale(conditions)]
    steps += _over_screen([each for each in asked if each.quantity.is_of_screen], conditions)
    return tuple(steps)


def _is_asked(limit: Limit, occasion: Occasion, conditions: Conditions) -> bool:
    return occasion in limit.tests and not (
        limit.quantity.is_chromatic and conditions.is_monochrome
    )


def _grey_scale(conditions: Conditions) -> Iterator[Measure]:
    for number, level in enumerate(EIGHTEEN, 1):
        ddl = at_depth(level, conditions.bits)[0]
        yield Measure(f"{conditions.grey_scale}-{number:02}", ddl)


def _over_screen(asked: Sequence[Limit], conditions: Conditions) -> Iterator[Step]:
    """Place by place, the middle first, where the meter is already."""
    wanted: dict[str, set[int]] = {}
    for limit in asked:
        for place in places(limit.positions):
            wanted.setdefault(place, set()).add(limit.level or 0)
    for place, levels in wanted.items():
        if place != MIDDLE:
            yield Place(place)
        for level in sorted(levels):
            yield Measure(UNIFORM[level], at_depth(level, conditions.bits)[0], place)
