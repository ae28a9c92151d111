"""What is measured is what is shown: under the meter, at its place, the pattern has the level."""

from dataclasses import replace
from itertools import pairwise

import pytest

from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.ruleset_file import shipped, usable
from appliance.displayqa.sessions.places import MIDDLE, PLACES
from appliance.displayqa.sessions.plan import Conditions, plan
from appliance.displayqa.sessions.step import Light, Look, Measure, Place


@pytest.mark.parametrize("bits", [8, 10])
def test_each_level_is_under_the_meter(bits: int) -> None:
    panel = Panel(900, 720, bits)
    measures = {
        step
        for by in usable(shipped()).values()
        for occasion in by.tests
        for series in ("jira-bn", "tg18-ln8", "tg270-uln8")
        for step in plan(by, occasion, Conditions(bits=bits, grey_scale=series))
        if isinstance(step, Measure)
    }
    for pattern in {each.pattern for each in measures}:
        raster = drawn(found(pattern)[0], panel)
        for each in measures:
            if each.pattern == pattern:
                across, down = PLACES[each.place or MIDDLE]
                assert raster[int(down * 720), int(across * 900)] == each.ddl, each


@pytest.mark.parametrize("name", usable(shipped()))
def test_a_plan_asks_each_thing_once_and_moves_the_meter_seldom(name: str) -> None:
    by = shipped()[name]
    for occasion in by.tests:
        steps = plan(by, occasion, Conditions())
        assert len(set(steps)) == len(steps)
        kinds = [type(each) for each in steps]
        assert kinds.count(Look) == sum(occasion in each.tests for each in by.checks)
        if Measure in kinds:
            assert kinds.count(Light) == 1
            places = [each.place or MIDDLE for each in steps if isinstance(each, Measure)]
            moves = 1 + sum(one != other for one, other in pairwise(places))
            assert kinds.count(Place) == moves == len(set(places))


def test_chromaticity_is_not_asked_of_a_monochrome_display() -> None:
    by = shipped()["jesra-x0093-1a"]
    chromatic = tuple(each for each in by.limits if each.quantity.is_chromatic)
    only = replace(by, limits=chromatic, checks=())

    assert any(isinstance(each, Measure) for each in plan(only, Occasion.ACCEPTANCE, Conditions()))
    assert plan(only, Occasion.ACCEPTANCE, Conditions(is_monochrome=True)) == ()
