"""The monitor that is not there, against what is known of light and of the GSDF."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.gsdf import jnd_index
from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displayqa.response import contrast_response
from appliance.displayqa.sessions.places import PLACES
from appliance.simulators.monitor import D65, Detector, Gamma, Gsdf, Levels, Monitor, spot

EIGHTEEN = range(0, 256, 15)


def field(level: int, *, height: int = 60, width: int = 80) -> Levels:
    return np.full((height, width), level, np.uint8)


def luminance(monitor: Monitor, level: int, place: str = "middle") -> float:
    return monitor.xyz(field(level), PLACES[place])[1]


def test_a_gsdf_monitor_is_equally_spaced_in_jnds() -> None:
    monitor = Monitor(curve=Gsdf(0.8, 400.0))
    jnds = [jnd_index(luminance(monitor, level)) for level in EIGHTEEN]
    steps = np.diff(jnds)
    assert steps == pytest.approx(steps.mean(), rel=2e-3)
    assert luminance(monitor, 255) == pytest.approx(400, rel=1e-3)


def test_one_calibrated_with_its_room_is_right_only_in_it() -> None:
    monitor = Monitor(curve=Gsdf(0.8, 400.0, ambient_cd_m2=0.5), ambient_cd_m2=0.5)
    seen = [monitor.xyz(field(level), with_room=True)[1] for level in EIGHTEEN]
    alone = [monitor.xyz(field(level))[1] for level in EIGHTEEN]
    assert contrast_response(seen).k_delta_percent < 0.2
    assert contrast_response(alone).k_delta_percent > 5


def test_a_gamma_monitor_is_far_from_the_gsdf() -> None:
    monitor = Monitor(curve=Gamma(0.8, 400.0))
    seen = [luminance(monitor, level) + 0.3 for level in EIGHTEEN]
    assert contrast_response(seen).k_delta_percent == pytest.approx(53.424, abs=0.001)


@given(level=st.integers(0, 255), bits=st.sampled_from([10, 12]))
def test_depth_does_not_change_the_light_of_a_share(level: int, bits: int) -> None:
    coarse, fine = Monitor(curve=Gsdf(1, 350)), Monitor(curve=Gsdf(1, 350), bits=bits)
    panel = Panel(600, 600, bits)
    raster = np.full((4, 4), panel.level(level), np.uint16)
    gap = luminance(coarse, min(level + 1, 255)) - luminance(coarse, level)
    assert abs(fine.xyz(raster)[1] - luminance(coarse, level)) <= max(gap, 1e-9)


def test_the_corners_are_darker_by_the_falloff() -> None:
    monitor = Monitor(curve=Gamma(1, 401), falloff_percent=40)
    middle, corner = luminance(monitor, 204), luminance(monitor, 204, "top-left")
    assert corner / middle == pytest.approx(1 - 0.4 * (2 / 3) ** 2)
    assert corner == pytest.approx(luminance(monitor, 204, "bottom-right"))


def test_the_room_is_seen_from_afar_alone() -> None:
    monitor = Monitor(curve=Gsdf(1, 350), ambient_cd_m2=0.25)
    at_glass, afar = (monitor.xyz(field(0), with_room=each)[1] for each in (False, True))
    assert afar - at_glass == pytest.approx(0.25)


def test_a_display_warms_up_and_fades() -> None:
    monitor = Monitor(curve=Gsdf(1, 400), cold_percent=20, faded_percent=10)
    white = [monitor.xyz(field(255), on_s=at)[1] for at in (0, 600, 3600, 1e9)]
    assert white[0] == pytest.approx(400 * 0.8 * 0.9, rel=1e-3)
    assert white == sorted(white)
    assert white[-1] == pytest.approx(360, rel=1e-3)


def test_grey_has_the_colour_of_white_and_black_that_of_the_leak() -> None:
    blue = (0.25, 0.25)
    monitor = Monitor(curve=Gamma(2, 402), leak=blue)
    detector = Detector()
    black, white = (detector.light(monitor, field(level)) for level in (0, 255))
    assert (float(black.x), float(black.y)) == pytest.approx(blue, abs=1e-5)
    assert (float(white.x), float(white.y)) == pytest.approx(D65, abs=1e-3)


def test_white_turns_from_left_to_right() -> None:
    monitor = Monitor(curve=Gamma(0.5, 400), turn=(0.02, 0.0))
    detector = Detector()
    left, middle, right = (
        detector.light(monitor, field(204), PLACES[each]) for each in ("left", "middle", "right")
    )
    assert left.x < middle.x < right.x
    assert float(right.x - left.x) == pytest.approx(0.02 * 2 / 3, rel=0.01)


def test_colours_add_up_to_white() -> None:
    monitor = Monitor(curve=Gamma(0.5, 300))
    one = [np.full((4, 4, 3), 0, np.uint8) for _ in range(3)]
    for channel, raster in enumerate(one):
        raster[..., channel] = 255
    black, white = monitor.xyz(field(0))[1], monitor.xyz(field(255))[1]
    parts = [monitor.xyz(raster)[1] - black for raster in one]
    assert sum(parts) == pytest.approx(white - black)
    assert parts == pytest.approx(
        [each * (white - black) for each in (0.2126, 0.7152, 0.0722)], 1e-2
    )


def test_the_light_of_a_grating_is_the_mean_of_its_light() -> None:
    monitor = Monitor(curve=Gamma(0.4, 400))
    bars = np.zeros((8, 8), np.uint8)
    bars[:, ::2] = 255
    half = (luminance(monitor, 0) + luminance(monitor, 255)) / 2
    assert monitor.xyz(bars)[1] == pytest.approx(half)


def test_the_meter_sees_the_square_of_a_real_pattern_and_not_its_surround() -> None:
    monitor = Monitor(curve=Gsdf(1, 350))
    panel = Panel(800, 600)
    (member,) = found("jira-bn-18")
    light = Detector().light(monitor, drawn(member, panel))
    assert float(light.luminance_cd_m2) == pytest.approx(350, rel=1e-3)


@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    place=st.sampled_from(sorted(PLACES)),
    share=st.floats(0, 1),
)
def test_a_spot_is_on_the_screen(width: int, height: int, place: str, share: float) -> None:
    rows, columns = spot(width, height, PLACES[place], share)
    assert field(7, height=height, width=width)[rows, columns].size >= 1
    assert rows.start >= 0
    assert columns.start >= 0
    assert rows.stop <= height
    assert columns.stop <= width


def test_a_meter_repeats_itself_as_well_as_it_says_and_again_the_same() -> None:
    monitor = Monitor(curve=Gsdf(1, 350))

    def readings(seed: int) -> list[float]:
        detector = Detector(repeatability_percent=1.0, seed=seed)
        return [float(detector.light(monitor, field(255)).luminance_cd_m2) for _ in range(400)]

    assert readings(1) == readings(1)
    assert readings(1) != readings(2)
    assert np.std(readings(1)) == pytest.approx(350 * 0.005, rel=0.15)


def test_a_shared_error_is_in_every_reading() -> None:
    monitor = Monitor(curve=Gsdf(1, 350))
    wrong = Detector(gain_percent=3).light(monitor, field(255)).luminance_cd_m2
    right = Detector().light(monitor, field(255)).luminance_cd_m2
    assert float(wrong / right) == pytest.approx(1.03, rel=1e-4)


def test_there_is_always_a_luminance_to_read() -> None:
    dark = Monitor(curve=Gamma(0, 100))
    assert Detector().light(dark, field(0)).luminance_cd_m2 > Decimal(0)


def test_a_monitor_is_a_value() -> None:
    one = Monitor(curve=Gsdf(1, 350))
    assert replace(one) == one
    assert one.xyz(field(99), (Fraction(1, 6), Fraction(1, 2))) == one.xyz(field(99), (1 / 6, 0.5))
