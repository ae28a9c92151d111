"""What holds of every pattern at any size, orientation and depth."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.patterns import Panel, Raster, drawn, found, patterns
from appliance.displayqa.patterns.frame import BASE, CELL, Frame, area
from tests.patterns.digests import PANELS, digest, shown, written

NAMES = [each.name for each in shown()]
REAL = [(800, 600), (1280, 1024), (1200, 1600), (1080, 1920), (2048, 1536), (2560, 1600)]
sizes = st.one_of(st.sampled_from(REAL), st.tuples(st.integers(600, 1700), st.integers(600, 1700)))
depths = st.sampled_from((8, 10, 12))
TRANSPOSABLE = [
    *("jira-bn-09", "tg18-ln8-09", "tg18-un10", "tg18-unl10", "tg18-unl80", "tg270-uln8-09"),
    *("crosstalk-black", "crosstalk-white", "flicker-dot", "grey-09"),
]
MIRRORED = ["tg18-unl10", "tg18-unl80", "tg270-uln8-09", "crosstalk-black", "crosstalk-white"]


def picture(name: str, panel: Panel, surround: int | None = None) -> Raster:
    (member,) = found(name)
    return drawn(member, panel, surround)


@pytest.mark.parametrize("panel", PANELS)
def test_every_pattern_is_as_somebody_saw_it(panel: str) -> None:
    now = {each.name: digest(each, PANELS[panel]) for each in shown()}
    assert now == written()[panel]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), sizes, depths)
def test_levels_are_the_panels_and_the_same_at_any_size(
    name: str, size: tuple[int, int], bits: int
) -> None:
    raster = picture(name, Panel(*size, bits))
    assert raster.shape[:2] == (size[1], size[0])
    assert raster.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert int(raster.max()) < 2**bits
    if bits == 8:  # a ramp of a small panel has fewer levels than a deep panel has
        assert set(np.unique(raster)) == set(np.unique(picture(name, Panel(1024, 1024))))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([name for name in NAMES if "ln12" not in name]), sizes)
def test_a_deeper_panel_shows_the_same_picture(name: str, size: tuple[int, int]) -> None:
    coarse = picture(name, Panel(*size, 8)).astype(int)
    fine = picture(name, Panel(*size, 10)).astype(int)
    apart = np.abs(fine * 255 - coarse * 1023)
    rounding = 2 * 1023  # of a ramp and of the ripple on it
    assert int(apart.max()) <= rounding


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TRANSPOSABLE), sizes, depths)
def test_a_turned_panel_shows_the_turned_picture(
    name: str, size: tuple[int, int], bits: int
) -> None:
    width, height = size
    lying, upright = Panel(width, height, bits), Panel(height, width, bits)
    assert np.array_equal(picture(name, lying), picture(name, upright).T)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(MIRRORED), st.tuples(st.integers(300, 850), st.integers(300, 850)))
def test_what_must_be_symmetric_is(name: str, halves: tuple[int, int]) -> None:
    raster = picture(name, Panel(2 * halves[0], 2 * halves[1]))
    assert np.array_equal(raster, raster[::-1])
    assert np.array_equal(raster, raster[:, ::-1])


@settings(max_examples=40, deadline=None)
@given(sizes, st.integers(1, 18), depths, st.data())
def test_the_square_is_in_the_middle_and_exact(
    size: tuple[int, int], number: int, bits: int, data: st.DataObject
) -> None:
    panel = Panel(*size, bits)
    level = (15 * (number - 1) * panel.white + 127) // 255
    surround = data.draw(st.integers(0, panel.white).filter(lambda each: each != level))
    inside = picture(f"jira-bn-{number:02}", panel, surround) == level
    rows, columns = np.nonzero(inside)
    side = int(columns.max() - columns.min()) + 1
    assert side**2 <= size[0] * size[1] // 10 < (side + 1) ** 2
    assert int(inside.sum()) == side**2
    for near, far, length in (
        (int(columns.min()), int(columns.max()), size[0]),
        (int(rows.min()), int(rows.max()), size[1]),
    ):
        assert 0 <= (length - 1 - far) - near <= 1


@settings(max_examples=25, deadline=None)
@given(st.tuples(st.integers(600, 5120), st.integers(600, 5120)))
def test_no_element_is_cut_off_or_lost(size: tuple[int, int]) -> None:
    panel = Panel(*size)
    units = {
        Frame.PANEL: (Fraction(panel.width_px), Fraction(panel.height_px)),
        Frame.CELLS: (Fraction(panel.side_px * CELL // BASE),) * 2,
    }
    for pattern in patterns().values():
        for element in pattern.elements:
            at, frame = getattr(element, "at", None), getattr(element, "frame", None)
            if at is None or frame is None:
                continue
            across, down = units.get(frame, (Fraction(panel.side_px, BASE),) * 2)
            place = area(panel, frame, at)
            assert abs(place.width - across * (at[2] - at[0])) <= 1, (pattern.name, element)
            assert abs(place.height - down * (at[3] - at[1])) <= 1, (pattern.name, element)
            assert 0 <= place.left < place.right <= panel.width_px
            assert 0 <= place.top < place.bottom <= panel.height_px


@settings(max_examples=20, deadline=None)
@given(sizes)
def test_grid_lines_are_single_pixels_and_equidistant(size: tuple[int, int]) -> None:
    raster = picture("tg18-qc", Panel(*size))
    pitch = min(size) * 102 // 1024
    row = raster[size[1] // 2 - pitch * 7 // 2 - pitch // 4]  # above the bands, below the dashes
    lines = np.flatnonzero(row == 191)
    assert set(np.diff(lines)) == {pitch}
    assert size[0] // 2 in lines


@pytest.mark.parametrize("size", [(5120, 2880), (2880, 5120)])
def test_the_greatest_panel_is_drawn(size: tuple[int, int]) -> None:
    raster = picture("tg18-qc", Panel(*size, 10))
    assert raster.shape == (size[1], size[0])
    block = raster[40:60, 40:60].astype(int)
    assert set(np.abs(np.diff(block, axis=1)).ravel()) == {1023}


@pytest.mark.parametrize(
    ("width", "height", "bits"), [(599, 800, 8), (800, 8193, 8), (800, 600, 7), (800, 600, 17)]
)
def test_a_panel_that_there_is_not_is_refused(width: int, height: int, bits: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        Panel(width, height, bits)
