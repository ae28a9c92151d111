"""Lines that are not there are told; a desk's lines are files."""

from pathlib import Path

import pytest

from appliance.config.machine import FrontPanel
from appliance.errors import MissingToolError
from appliance.frontpanel.lines import FolderLines, GpioLines, Line, found
from appliance.frontpanel.patterns import Light
from appliance.services.panel_lines import button, lights, lines_for, power_fail


def test_a_line_that_no_chip_has_is_told_with_its_use(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="GPIO17: the line of well cannot be had"):
        GpioLines([Line("well", "GPIO17")], [], tmp_path)


def test_a_chip_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").write_text("no chip")
    for name in ("GPIO17", "gpiochip0:17", "gpiochip9:1"):
        with pytest.raises(MissingToolError, match=name):
            GpioLines([], [Line("button", name, active_low=True)], tmp_path)


def test_a_chip_and_a_number_need_no_name(tmp_path: Path) -> None:
    assert found("gpiochip4:17", tmp_path) == (tmp_path / "gpiochip4", 17)


def test_a_desks_lines_are_files(tmp_path: Path) -> None:
    lines = FolderLines(tmp_path / "panel", [Line("well", "GPIO17")])
    assert (tmp_path / "panel" / "well").read_text() == "0"
    lines.switch("well", on=True)
    assert (tmp_path / "panel" / "well").read_text() == "1"
    assert not lines.is_on("button")
    (tmp_path / "panel" / "button").write_text("1\n")
    assert lines.is_on("button")
    lines.close()
    assert (tmp_path / "panel" / "well").read_text() == "0"


def test_the_settings_say_which_lines_there_are(tmp_path: Path) -> None:
    settings = FrontPanel(
        activity_light="",
        lights_active="low",
        button_active="high",
        power_fail="GPIO24",
        simulated=str(tmp_path),
    )
    assert lights(settings) == (
        Line(Light.WELL, "GPIO17", active_low=True),
        Line(Light.ATTENTION, "GPIO22", active_low=True),
    )
    assert button(settings) == (Line("button", "GPIO23"),)
    assert power_fail(settings) == (Line("power-fail", "GPIO24", active_low=True),)
    assert isinstance(lines_for(settings, (), ()), FolderLines)
    assert power_fail(FrontPanel()) == ()
