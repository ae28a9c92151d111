"""The size of a patient in a section: drawn ones whose size is known exactly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.headers.size.method import shipped
from appliance.headers.size.patient import Size, size_of
from appliance.headers.size.refusal import Unfit
from appliance.headers.size.stored import Pixels
from appliance.simulators.ct_series.anatomy import (
    ABDOMEN,
    CHEST,
    WATER,
    Body,
    Ellipse,
    noisy,
    section,
)
from tests.headers.sections import NOISE, cropped, pixels, seen

LIMITS = shipped().patient
ENOUGH = shipped().range.truncated_share
MOST_ERROR_MM = 1.5
"""Of the water-equivalent diameter; docs/ssde.md prints what was measured."""
MOST_ERROR_CUT_OFF = 0.02
"""The same as a share, where as much is cut off in every section as may be."""


def measured(given_: Pixels) -> Size:
    found = size_of(given_, LIMITS)
    assert isinstance(found, Size), found
    return found


def error(found: Size, body: Body) -> float:
    """Of the water-equivalent diameter, in mm."""
    return found.water_equivalent_diameter_mm - body.water_equivalent_diameter_mm


@given(
    diameter_mm=st.integers(80, 450),
    table=st.booleans(),
    x_mm=st.integers(-20, 20),
    y_mm=st.integers(-20, 5),
)
@settings(max_examples=15, deadline=None)
def test_a_cylinder_of_water_has_its_diameter(
    *, diameter_mm: int, table: bool, x_mm: int, y_mm: int
) -> None:
    body = Body.of_water(diameter_mm, table=table)
    found = measured(seen(body, 520, centre_mm=(x_mm, y_mm)))
    assert abs(error(found, body)) < MOST_ERROR_MM
    assert found.lateral_mm == pytest.approx(diameter_mm, abs=5)
    assert found.truncated_share == 0


@given(
    lateral_mm=st.integers(220, 420),
    flat=st.floats(0.55, 1),
    lung_hu=st.integers(-920, -400),
    gap_mm=st.sampled_from((0, 3, 12)),
)
@settings(max_examples=15, deadline=None)
def test_a_chest_has_the_water_that_was_drawn(
    lateral_mm: int, flat: float, lung_hu: int, gap_mm: float
) -> None:
    ap_mm = lateral_mm * flat
    lungs = tuple(
        Ellipse(lateral_mm * 0.32, ap_mm * 0.6, lung_hu, side * lateral_mm * 0.22)
        for side in (-1, 1)
    )
    body = Body(Ellipse(lateral_mm, ap_mm), lungs, gap_mm=gap_mm)
    assert abs(error(measured(seen(body)), body)) < MOST_ERROR_MM


@pytest.mark.parametrize("wall_mm", [2, 4, 7, 12])
@pytest.mark.parametrize(
    ("lateral_mm", "ap_mm", "field_of_view_mm"), [(110, 85, 250), (340, 230, 400)]
)
@pytest.mark.parametrize("lung_hu", [-880, -700])
def test_a_thin_wall_keeps_its_lung(
    wall_mm: int, lateral_mm: int, ap_mm: int, field_of_view_mm: int, lung_hu: int
) -> None:
    lung = Ellipse(lateral_mm - 2 * wall_mm, ap_mm - 2 * wall_mm, lung_hu)
    heart = Ellipse(lateral_mm / 4, ap_mm * 0.7)
    body = Body(Ellipse(lateral_mm, ap_mm), (lung, heart))
    found = measured(seen(body, field_of_view_mm))
    water_mm2 = body.outline.area_mm2 + (lung.area_mm2 - heart.area_mm2) * lung_hu / 1000
    expected = 2 * (water_mm2 / np.pi) ** 0.5
    assert found.water_equivalent_diameter_mm == pytest.approx(expected, abs=MOST_ERROR_MM)


def test_lung_and_bowel_gas_count_as_what_they_weaken() -> None:
    gas = replace(ABDOMEN, within=(*ABDOMEN.within, Ellipse(60, 40, -1000, -60)))
    assert abs(error(measured(seen(gas)), gas)) < MOST_ERROR_MM
    assert gas.water_equivalent_diameter_mm < ABDOMEN.water_equivalent_diameter_mm - 3


def test_arms_beside_the_body_are_the_patient_s() -> None:
    drawn = section(replace(ABDOMEN, table=False), 256, 520)
    arms = Body(Ellipse(70, 80), table=False)
    for x_mm in (-212, 212):
        arm = section(arms, 256, 520, centre_mm=(-x_mm, 0))
        drawn = np.maximum(drawn, arm)
    found = measured(pixels(noisy(drawn, NOISE), 520))
    whole = ABDOMEN.water_equivalent_diameter_mm**2 + 2 * 70 * 80
    assert found.water_equivalent_diameter_mm == pytest.approx(whole**0.5, abs=MOST_ERROR_MM)
    assert found.lateral_mm == pytest.approx(2 * (212 + 35), abs=5)


def test_two_legs_are_both_counted() -> None:
    drawn = np.maximum(
        *(section(Body.of_water(150), 256, centre_mm=(x_mm, 0)) for x_mm in (-85, 85))
    )
    found = measured(pixels(noisy(drawn, NOISE)))
    assert found.water_equivalent_diameter_mm == pytest.approx(150 * 2**0.5, abs=MOST_ERROR_MM)


def test_a_blanket_and_a_tube_are_not_the_patient() -> None:
    drawn = section(ABDOMEN, 256)
    wrapped = replace(ABDOMEN, outline=replace(ABDOMEN.outline, lateral_mm=360, ap_mm=270))
    cloth = section(replace(wrapped, within=(), table=False), 256)
    drawn = np.where((drawn < -900) & (cloth > -500), -850, drawn)
    drawn[30:33, 60:200] = 300
    found = measured(pixels(noisy(drawn, NOISE)))
    assert found.lateral_mm == pytest.approx(320, abs=6)
    assert error(found, ABDOMEN) < 3  # the margin has 3 mm of the blanket


@pytest.mark.parametrize("body", [ABDOMEN, CHEST, Body.of_water(330, table=True)])
@pytest.mark.parametrize("circle", [False, True])
@pytest.mark.parametrize("field_of_view_mm", [240, 280, 300, 320, 340, 400])
def test_a_patient_who_is_cut_off_is_refused_before_it_matters(
    *, body: Body, circle: bool, field_of_view_mm: int
) -> None:
    drawn = noisy(section(body, 256, field_of_view_mm), NOISE)
    found = measured(pixels(cropped(drawn) if circle else drawn, field_of_view_mm))
    if found.truncated_share <= ENOUGH:
        assert abs(error(found, body)) < MOST_ERROR_CUT_OFF * body.water_equivalent_diameter_mm
    if field_of_view_mm < body.outline.lateral_mm - 30:
        assert found.truncated_share > ENOUGH


@pytest.mark.parametrize("x_mm", range(0, 180, 20))
def test_a_patient_who_lies_beside_the_middle_is_refused_before_it_matters(x_mm: int) -> None:
    drawn = cropped(noisy(section(ABDOMEN, 256, centre_mm=(x_mm, 0)), NOISE))
    found = measured(pixels(drawn))
    assert (found.truncated_share > ENOUGH) == (x_mm >= 120)
    if x_mm < 120:
        most_mm = MOST_ERROR_CUT_OFF * ABDOMEN.water_equivalent_diameter_mm
        assert abs(error(found, ABDOMEN)) < (most_mm if x_mm >= 90 else MOST_ERROR_MM)


def test_a_lung_that_is_cut_open_is_cut_off() -> None:
    found = measured(seen(CHEST, 240))
    assert error(found, CHEST) < -20
    assert found.truncated_share > 2 * ENOUGH


@pytest.mark.parametrize("field_of_view_mm", [120, 160, 200])
def test_a_heart_amid_lung_is_no_patient_amid_air(field_of_view_mm: int) -> None:
    lungs = (Ellipse(130, 180, -850, -90), Ellipse(130, 180, -850, 90))
    chest = Body(Ellipse(360, 260), (*lungs, Ellipse(90, 90)))
    drawn = cropped(noisy(section(chest, 256, field_of_view_mm), NOISE))
    found = size_of(pixels(drawn, field_of_view_mm), LIMITS)
    assert isinstance(found, Unfit) or found.truncated_share > ENOUGH


def test_a_table_that_is_cut_off_cuts_nobody_off() -> None:
    found = measured(seen(replace(ABDOMEN, gap_mm=10), 380))
    assert found.truncated_share == 0
    assert abs(error(found, ABDOMEN)) < MOST_ERROR_MM


@pytest.mark.parametrize("padding", [-2000, -3024])
def test_padding_is_not_measured(padding: int) -> None:
    drawn = cropped(noisy(section(ABDOMEN, 256), NOISE))
    values = np.where(drawn == -1024, padding, drawn).astype(np.float32)
    padded = Pixels(values, np.zeros(drawn.shape, np.bool_), 500 / 256, 500 / 256)
    assert abs(error(measured(padded), ABDOMEN)) < MOST_ERROR_MM


def test_an_empty_table_is_nobody() -> None:
    alone = section(Body(Ellipse(20, 20, WATER, 0, -100), gap_mm=100), 256)
    assert size_of(pixels(noisy(alone, NOISE)), LIMITS) is Unfit.NO_PATIENT


@pytest.mark.parametrize("shift", [-300, 200, 330])
def test_air_that_is_not_at_minus_1000_is_no_hounsfield(shift: float) -> None:
    drawn = noisy(section(Body.of_water(300), 256), NOISE) + shift
    values = Pixels(drawn.astype(np.float32), np.zeros(drawn.shape, np.bool_), 2, 2)
    found = size_of(values, LIMITS)
    assert isinstance(found, Unfit) or found.truncated_share > ENOUGH


@given(
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    seed=st.integers(0, 10**6),
    grain=st.integers(1, 8),
    mm=st.floats(0.1, 8),
)
@settings(max_examples=100, deadline=None)
def test_nothing_that_pixels_hold_breaks_it(
    rows: int, columns: int, seed: int, grain: int, mm: float
) -> None:
    coarse = np.random.default_rng(seed).choice([-3024.0, -1000, -900, 0, 3000], (rows, columns))
    values = np.repeat(np.repeat(coarse, grain, 0), grain, 1).astype(np.float32)
    found = size_of(Pixels(values, values < -3000, mm, mm), LIMITS)
    assert isinstance(found, Unfit) or 0 <= found.truncated_share <= 1.0001


def test_pixels_need_not_be_square() -> None:
    whole = seen(ABDOMEN)
    halved = Pixels(whole.hounsfield[::2], whole.padded[::2], whole.row_mm * 2, whole.column_mm)
    assert abs(error(measured(halved), ABDOMEN)) < 2 * MOST_ERROR_MM
