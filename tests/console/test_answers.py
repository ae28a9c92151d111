"""What a person answers while a display is tested."""

from decimal import Decimal

import pytest

from appliance.console.displayqa.answer import light_told, measured, remarked, seen
from appliance.displayqa.sessions.happening import LightTold, Measured, Remarked, Seen
from appliance.displayqa.sessions.step import Look, Measure
from tests.console.typing_by_ime import wide
from tests.displayqa.sessions.tests_of_displays import steps

LOOK = next(each for each in steps() if isinstance(each, Look))
STEP = Measure("tg18-un80", 204, "top-left")


def test_a_check_is_answered_by_yes_or_no_alone() -> None:
    name = LOOK.check.identifier
    assert seen(LOOK, {"answer": "yes"}) == Seen(check=name, is_fulfilled=True)
    assert seen(LOOK, {"answer": "no", "remark": " 右下にムラ "}) == Seen(
        check=name, is_fulfilled=False, remark="右下にムラ"
    )
    for nothing in ({}, {"answer": ""}, {"answer": "on"}):
        found = seen(LOOK, nothing)
        assert not isinstance(found, Seen)
        assert set(found) == {"answer"}


def test_the_light_of_the_room_is_told_either_way() -> None:
    assert light_told({"illuminance_lx": wide("30")}) == LightTold(illuminance_lx=Decimal(30))
    assert light_told({"ambient_cd_m2": "0.2"}) == LightTold(ambient_cd_m2=Decimal("0.2"))
    assert light_told({"illuminance_lx": "30", "ambient_cd_m2": "0.2"}) == LightTold(
        illuminance_lx=Decimal(30), ambient_cd_m2=Decimal("0.2")
    )
    assert light_told({"not_to_be_had": "on"}) == LightTold()
    assert light_told({"illuminance_lx": "0"}) == LightTold(illuminance_lx=Decimal(0))


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({}, "illuminance_lx"),
        ({"illuminance_lx": "薄暗い"}, "illuminance_lx"),
        ({"ambient_cd_m2": "0,2"}, "ambient_cd_m2"),
        ({"illuminance_lx": "30", "not_to_be_had": "on"}, "not_to_be_had"),
    ],
)
def test_no_light_is_made_up(answers: dict[str, str], at: str) -> None:
    found = light_told(answers)
    assert not isinstance(found, LightTold)
    assert set(found) == {at}


def test_a_reading_is_typed_with_or_without_its_colour() -> None:
    plain = measured(STEP, {"luminance_cd_m2": wide("123.4")})
    assert plain == Measured(
        pattern="tg18-un80",
        ddl=204,
        place="top-left",
        luminances_cd_m2=(Decimal("123.4"),),
        exchanges=1,
    )
    coloured = measured(STEP, {"luminance_cd_m2": "123.4", "x": "0.3127", "y": "0.3290"})
    assert isinstance(coloured, Measured)
    (colour,) = coloured.chromaticities
    assert float(colour.u_prime) == pytest.approx(0.19783, abs=1e-5)
    assert float(colour.v_prime) == pytest.approx(0.46833, abs=2e-5)


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({}, "luminance_cd_m2"),
        ({"luminance_cd_m2": "x"}, "luminance_cd_m2"),
        ({"luminance_cd_m2": "1", "x": "0.3"}, "x"),
        ({"luminance_cd_m2": "1", "x": "3", "y": "0.3"}, "x"),
        ({"luminance_cd_m2": "1", "x": "0.99", "y": "0.01"}, "x"),
        ({"luminance_cd_m2": "1", "x": "0.3", "y": "y"}, "y"),
    ],
)
def test_what_is_no_reading_is_refused(answers: dict[str, str], at: str) -> None:
    found = measured(STEP, answers)
    assert not isinstance(found, Measured)
    assert set(found) == {at}


def test_a_remark_has_words() -> None:
    assert remarked({"text": " 暖機30分 "}) == Remarked(text="暖機30分")
    assert not isinstance(remarked({"text": "\u3000 "}), Remarked)
