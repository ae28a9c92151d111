"""The surround at a fifth of the greatest luminance."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.gsdf import jnd_index, luminance_cd_m2
from appliance.displayqa.patterns import Panel
from appliance.displayqa.patterns.surround import surround_level

PANEL = Panel(1024, 1024)


@pytest.mark.parametrize(
    ("black", "white", "level"), [(1.0, 350.0, 157), (0.5, 500.0, 166), (0.8, 170.0, 146)]
)
def test_a_display_that_keeps_the_gsdf(black: float, white: float, level: int) -> None:
    assert surround_level(PANEL, {0: black, 255: white}) == level


@settings(max_examples=50, deadline=None)
@given(st.sampled_from((8, 10, 12)), st.floats(1.8, 2.6), st.floats(0.1, 1.5), st.floats(150, 600))
def test_no_level_is_nearer_on_a_display_measured_at_every_level(
    bits: int, gamma: float, black: float, white: float
) -> None:
    panel = Panel(1024, 1024, bits)
    every = {
        level: black + (white - black) * (level / panel.white) ** gamma
        for level in range(panel.white + 1)
        if bits == 8 or level % 3 == 0 or level == panel.white
    }
    level = surround_level(panel, every)
    aim = 0.2 * white
    nearest = min(every, key=lambda each: abs(every[each] - aim))
    assert abs(level - nearest) <= (0 if bits == 8 else 3)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 1.5), st.floats(150, 600))
def test_eighteen_readings_are_as_good_as_all(black: float, white: float) -> None:
    first, last = jnd_index(black), jnd_index(white)
    every = [luminance_cd_m2(first + (last - first) * level / 255) for level in range(256)]
    some = {level: every[level] for level in range(0, 256, 15)}
    assert abs(surround_level(PANEL, some) - surround_level(PANEL, dict(enumerate(every)))) <= 1


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        ({}, "from level 0"),
        ({0: 1.0}, "from level 0"),
        ({0: 1.0, 240: 300.0}, "from level 0 to 255"),
        ({15: 1.0, 255: 300.0}, "from level 0 to 255"),
        ({0: 1.0, 15: 1.0, 255: 300.0}, "rise"),
        ({0: 1.0, 15: 3.0, 30: 2.0, 255: 300.0}, "rise"),
        ({0: 0.01, 255: 300.0}, "GSDF"),
        ({0: 80.0, 255: 300.0}, "black"),
    ],
)
def test_readings_that_say_nothing_are_refused(readings: dict[int, float], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        surround_level(PANEL, readings)
