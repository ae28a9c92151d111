"""The form that a display is registered by."""

from decimal import Decimal

import pytest

from appliance.console.displayqa.registration import (
    NO_NAME,
    NO_PANEL,
    blank,
    fields,
    filled,
    proposed_name,
    registered,
)
from appliance.displayqa.ruleset_file import shipped
from appliance.displays.display import Display
from tests.console.typing_by_ime import wide

ASKED = fields(shipped().values())
ANSWERS = {
    **blank(),
    "workstation": "reading1",
    "position": "左",
    "ruleset": "jesra-x0093-1a",
    "width_px": wide("2048"),
    "height_px": "2560",
    "target_cd_m2": wide("400"),
}
DISPLAY = Display(
    name="reading1-left",
    workstation="reading1",
    position="左",
    ruleset="jesra-x0093-1a",
    width_px=2048,
    height_px=2560,
    target_cd_m2=Decimal(400),
)


def test_a_display_is_registered_as_it_was_typed() -> None:
    assert registered(ASKED, ANSWERS, shipped()) == DISPLAY


def test_what_is_registered_fills_the_form_again() -> None:
    assert registered(ASKED, filled(DISPLAY), shipped()) == DISPLAY
    whole = Display(
        name="a",
        workstation="b",
        position="right",
        room="第1読影室",
        make="x",
        model="y",
        serial_number="1",
        use="胸部",
        ruleset="tg18-primary",
        width_px=1200,
        height_px=1600,
        bits=10,
        size_inch=Decimal("21.3"),
        is_monochrome=True,
        target_cd_m2=Decimal("410.5"),
        reflection_cd_m2_lx=Decimal("0.005"),
        constancy_days=365,
    )
    assert registered(ASKED, filled(whole), shipped()) == whole


@pytest.mark.parametrize(
    ("changed", "complaints"),
    [
        ({"workstation": ""}, {"workstation"}),
        ({"workstation": "読影1"}, {"workstation", "name"}),
        ({"name": "Left"}, {"name"}),
        ({"width_px": "20"}, {"width_px"}),
        ({"width_px": "広い"}, {"width_px"}),
        ({"width_px": "1024.5"}, {"width_px"}),
        ({"height_px": ""}, {"height_px"}),
        ({"ruleset": "jesra-x0093"}, {"ruleset"}),
        ({"bits": "9"}, {"bits"}),
        ({"constancy_days": "0"}, {"constancy_days"}),
        ({"size_inch": "21,3"}, {"size_inch"}),
        ({"room": "x" * 201}, {"room"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed: dict[str, str], complaints: set[str]) -> None:
    found = registered(ASKED, {**ANSWERS, **changed}, shipped())
    assert not isinstance(found, Display)
    assert set(found) == complaints
    assert all(english and japanese for english, japanese in found.values())


def test_the_panel_is_one_that_patterns_can_be_drawn_for() -> None:
    assert registered(ASKED, {**ANSWERS, "height_px": "599"}, shipped()) == {"height_px": NO_PANEL}


def test_a_name_that_cannot_be_is_told_what_can() -> None:
    assert registered(ASKED, {**ANSWERS, "name": "左モニタ"}, shipped()) == {"name": NO_NAME}


@pytest.mark.parametrize(
    ("position", "name"),
    [("左", "ws-left"), ("Left", "ws-left"), ("単独", "ws"), ("", "ws"), ("upper 2", "ws-upper-2")],
)
def test_a_name_is_proposed(position: str, name: str) -> None:
    assert proposed_name({"workstation": "ws", "position": position}) == name


@pytest.mark.parametrize("ruleset", ["jesra-x0093-1a", "tg18-primary"])
def test_an_interval_that_is_not_typed_is_half_a_year(ruleset: str) -> None:
    found = registered(ASKED, {**ANSWERS, "ruleset": ruleset}, shipped())
    assert isinstance(found, Display)
    assert found.constancy_days == 182


def test_every_question_is_asked_in_both_languages() -> None:
    for each in ASKED:
        assert all(each.label), each
        assert bool(each.hint[0]) == bool(each.hint[1]), each
