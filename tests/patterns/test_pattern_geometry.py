"""Where things are, how large and how bright, against the published numbers at 1024 x 1024."""

from fractions import Fraction

import numpy as np
import pytest

from appliance.displayqa.patterns import Panel, Raster, drawn, found, patterns
from appliance.displayqa.patterns.frame import cell_px, rounded, scaled
from appliance.displayqa.patterns.lettering import letters

SQUARE = Panel(1024, 1024)
EIGHTEEN = tuple(range(0, 256, 15))


def picture(name: str, panel: Panel = SQUARE, surround: int | None = None) -> Raster:
    (member,) = found(name)
    return drawn(member, panel, surround)


def levels_in(raster: Raster) -> list[int]:
    return [int(each) for each in np.unique(raster)]


def bounds(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom; the last two are inside."""
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


# --- JIRA BN and TG18-LN


@pytest.mark.parametrize("number", range(1, 19))
def test_bn_has_the_levels_of_the_grey_scale_on_black(number: int) -> None:
    raster = picture(f"jira-bn-{number:02}")
    assert int(raster[512, 512]) == 15 * (number - 1)
    assert levels_in(raster) == sorted({0, 15 * (number - 1)})


def test_bn_has_a_square_of_a_tenth_of_all_pixels() -> None:
    raster = picture("jira-bn-18", Panel(2048, 2560))
    left, top, right, bottom = bounds(raster == 255)
    assert (right - left + 1, bottom - top + 1) == (724, 724)
    assert (left, top) == ((2048 - 724) // 2, (2560 - 724) // 2)


def test_bn_takes_another_surround() -> None:
    raster = picture("jira-bn-03", surround=157)
    assert levels_in(raster) == [30, 157]
    assert int(raster[0, 0]) == 157


@pytest.mark.parametrize("surround", [-1, 256])
def test_a_surround_is_a_level_of_the_panel(surround: int) -> None:
    with pytest.raises(ValueError, match="surround"):
        picture("jira-bn-03", surround=surround)


def test_a_uniform_pattern_has_no_surround() -> None:
    with pytest.raises(ValueError, match="surround"):
        picture("tg18-un80", surround=51)


def test_ln12_counts_in_steps_of_240_around_2457() -> None:
    panel = Panel(1024, 1024, 12)
    rasters = [picture(f"tg18-ln12-{number:02}", panel) for number in range(1, 19)]
    assert [int(each[512, 512]) for each in rasters] == list(range(0, 4081, 240))
    assert {int(each[0, 0]) for each in rasters} == {2457}


def test_ln8_at_ten_bits_goes_to_white_in_steps_of_sixty_and_a_bit() -> None:
    panel = Panel(1024, 1024, 10)
    middles = [int(picture(f"tg18-ln8-{n:02}", panel)[512, 512]) for n in range(1, 19)]
    assert middles == [round(level * 1023 / 255) for level in EIGHTEEN]


def test_ln_has_a_square_of_324_on_153() -> None:
    raster = picture("tg18-ln8-18")
    assert bounds(raster == 255) == (350, 350, 673, 673)
    assert int(raster[0, 0]) == 153


# --- uniform screens


@pytest.mark.parametrize(("name", "level"), [("tg18-un10", 26), ("tg18-un80", 204)])
def test_un_is_uniform_and_unl_is_it_with_lines(name: str, level: int) -> None:
    assert levels_in(picture(name)) == [level]
    lines = picture(name.replace("un", "unl"))
    assert np.mean(lines == level) > 0.98
    assert len(levels_in(lines)) == 2
    assert [int(lines[at, at]) for at in (128, 512, 896)] == [level] * 3


def test_uln_has_nine_regions_between_the_published_lines() -> None:
    raster = picture("tg270-uln8-09")
    assert levels_in(raster) == [120, 165]
    assert np.flatnonzero(raster[0] == 165).tolist() == [340, 341, 682, 683]
    assert np.flatnonzero(raster[:, 0] == 165).tolist() == [340, 341, 682, 683]


def test_uln_has_lines_at_every_level() -> None:
    for number, level in enumerate(EIGHTEEN, 1):
        other = level + 45 if level <= 210 else level - 45
        assert levels_in(picture(f"tg270-uln8-{number:02}")) == sorted((level, other))


# --- TG18-QC

QC_CELLS = {
    **{(0, row): level for row, level in enumerate((88, 72, 56, 40, 24, 8))},
    **{(column, 0): level for column, level in enumerate((88, 104, 120, 136, 152, 168))},
    **{(5, row): level for row, level in enumerate((168, 184, 200, 216, 232, 248))},
}


def test_qc_has_a_grid_of_102_pixels_from_the_middle() -> None:
    raster = picture("tg18-qc")
    free = raster[140]  # a row without other elements
    assert np.flatnonzero(free == 191).tolist() == list(range(2, 1024, 102))
    assert 512 in range(2, 1024, 102)
    assert set(levels_in(free)) == {128, 191}


@pytest.mark.parametrize(("cell", "level"), QC_CELLS.items())
def test_qc_has_sixteen_grey_steps_with_faint_corners(cell: tuple[int, int], level: int) -> None:
    left, top = (512 + 102 * (at - 3) for at in cell)
    tile = picture("tg18-qc")[top + 1 : top + 102, left + 1 : left + 102]
    assert int(tile[50, 20]) == level
    corners = [int(each) for each in (tile[0, 0], tile[-1, -1], tile[0, -1], tile[-1, 0])]
    assert corners == [level - 4, level - 4, level + 4, level + 4]
    assert int(np.sum(tile == level - 4)) == int(np.sum(tile == level + 4)) == 200


def test_qc_shows_five_and_ninety_five_percent() -> None:
    raster = picture("tg18-qc")
    for column, around, inside in ((1, 0, 13), (4, 255, 242)):
        left, top = 512 + 102 * (column - 3), 512 + 102 * 2
        tile = raster[top + 1 : top + 102, left + 1 : left + 102]
        assert levels_in(tile) == sorted((around, inside))
        assert int(np.sum(tile == inside)) == 51 * 51


def test_qc_has_ramps_of_every_level_in_both_directions() -> None:
    raster = picture("tg18-qc")
    left, right = raster[257:767, 512 - 459].astype(int), raster[257:767, 512 + 459].astype(int)
    assert levels_in(raster[257:767, 512 - 459]) == list(range(256))
    assert (left[0], left[-1], right[0], right[-1]) == (255, 0, 0, 255)
    assert bool(np.all(np.diff(left) <= 0))
    assert np.array_equal(left[::-1], right)
    wide = np.flatnonzero(raster[257] == 255)
    assert len(wide) == 76


@pytest.mark.parametrize(("column", "behind", "sign"), [(-2, 0, 1), (0, 128, 1), (2, 255, -1)])
def test_qc_has_letters_that_fade(column: int, behind: int, sign: int) -> None:
    left, top = 512 + 102 * (column - 1), 512 + 102 * 3
    panel = picture("tg18-qc")[top + 1 : top + 91, left + 1 : left + 203].astype(int)
    steps = sorted(set((sign * (panel - behind)).ravel().tolist()) & set(range(15)))
    assert steps == list(range(15))
    ink = {letter: int(shape.sum()) * 4 for letter, shape in letters().items()}
    for number, letter in zip(range(14, 0, -1), "QUALITYCONTROL", strict=True):
        assert int(np.sum(panel == behind + sign * number)) == ink[letter]
    assert panel[panel.shape[0] // 2, 5] == behind


def test_qc_resolves_device_pixels_in_the_middle_and_the_corners() -> None:
    raster = picture("tg18-qc").astype(int)
    for left, top in ((410, 461), (13, 13), (807, 13), (13, 909), (807, 909)):
        block = raster[top : top + 102, left : left + 204]
        assert set(np.abs(np.diff(block[20, 2:50]))) == {255}
        assert set(np.abs(np.diff(block[70:100, 20]))) == {255}
        assert set(np.abs(np.diff(block[20, 104:150]))) == {2}
        assert set(np.abs(np.diff(block[20, 53:99:2]))) == {255}
        assert set(block[20, 103:202]) == {128, 130}
        assert set(block[0]) == set(block[:, 0]) == {64}


def test_qc_has_lines_that_double_for_crosstalk() -> None:
    raster = picture("tg18-qc")
    top, bottom = 512 - 510, 512 - 459
    white = raster[top:bottom, 232:512]
    lengths = [int(np.sum(row == 0)) for row in white]
    assert sorted(lengths, reverse=True)[:27] == [2**n for n in range(8, -1, -1) for _ in range(3)]
    black = raster[bottom : 512 - 408, 232:512]
    assert sorted(int(np.sum(row == 255)) for row in black)[-27:] == sorted(lengths)[-27:]


def test_ct_has_sixteen_grey_steps_with_half_moons() -> None:
    raster = picture("tg18-ct").astype(int)
    found_levels = set()
    for left, top in ((512 + 204 * x, 512 + 204 * y) for x in range(-2, 2) for y in range(-2, 2)):
        tile = raster[top + 1 : top + 204, left + 1 : left + 204]
        level = int(tile[50, 100])
        found_levels.add(level)
        assert (int(tile[101, 90]), int(tile[101, 115])) == (level - 2, level + 2)
        assert int(np.sum(tile == level - 2)) == int(np.sum(tile == level + 2))
        left_edge, _, right_edge, _ = bounds(np.abs(tile - level) == 2)
        assert right_edge - left_edge + 1 == 51
    assert found_levels == set(range(8, 256, 16))


# --- TG270


def test_sqc_has_eighteen_squares_in_a_serpentine() -> None:
    raster = picture("tg270-sqc")
    rows = (EIGHTEEN[:6], EIGHTEEN[11:5:-1], EIGHTEEN[12:])
    for row, levels in enumerate(rows):
        for column, level in enumerate(levels):
            left, top = 48 + 160 * column, 96 + 160 * row
            square = raster[top : top + 128, left : left + 128].astype(int)
            assert square[0, 0] == square[127, 127] == square[64, 64] == level
            assert int(raster[top - 1, left + 5]) == int(raster[top + 5, left - 1]) == 128
            upper, lower = square[16:48, 16:48], square[80:112, 80:112]
            first = {0: 3, 255: -5}.get(level, -5)
            second = {0: 5, 255: -3}.get(level, 5)
            assert (upper[0] - level).tolist() == ([0] * 3 + [first] * 3) * 5 + [0] * 2
            assert (lower[0] - level).tolist() == ([0] * 3 + [second] * 3) * 5 + [0] * 2
            assert np.all(upper == upper[0])


def test_sqc_has_great_squares_a_ramp_and_lines_of_one_pixel() -> None:
    raster = picture("tg270-sqc")
    for left, level in ((128, 0), (384, 128), (640, 255)):
        assert levels_in(raster[640:896, left : left + 256]) == [level]
    assert int(raster[960, 0]) == 128
    assert (int(raster[961, 0]), int(raster[1023, 895])) == (0, 255)
    assert set(np.abs(np.diff(raster[1000, 896:960].astype(int)))) == {255}
    assert set(np.abs(np.diff(raster[961:, 1000].astype(int)))) == {255}


def test_pqc_has_eighteen_bars_between_margins_and_ramps() -> None:
    raster = picture("tg270-pqc")
    assert [int(raster[62 + 50 * at + 25, 500]) for at in range(18)] == list(EIGHTEEN)
    assert (int(raster[3, 100]), int(raster[1020, 100])) == (64, 191)
    assert (int(raster[0, 0]), int(raster[1023, 0])) == (0, 255)
    assert (int(raster[0, 1023]), int(raster[1023, 1023])) == (255, 0)
    assert int(np.abs(raster[:, 40].astype(int) - raster[:, 5]).max()) == 3


@pytest.mark.parametrize(
    ("column", "period", "difference"),
    [(0, 18, 4), (1, 12, 4), (2, 6, 4), (3, 4, 4), (4, 18, 1), (5, 12, 1), (6, 6, 1), (7, 4, 1)],
)
def test_pqc_modulates_every_bar(column: int, period: int, difference: int) -> None:
    raster = picture("tg270-pqc").astype(int)
    for bar, level in enumerate(EIGHTEEN):
        middle = min(max(level, difference), 255 - difference)
        lying = raster[62 + 50 * bar :, 87 + 50 * column][:50] - middle
        wave = ([-difference] * (period // 2) + [difference] * (period // 2)) * 50
        assert lying.tolist() == wave[:50]
        upright = raster[62 + 50 * bar, 887 - 50 * column :][:50] - middle
        assert upright.tolist() == wave[:50]


def test_pqc_has_line_pairs_of_six_four_and_two_pixels() -> None:
    raster = picture("tg270-pqc").astype(int)
    for left, px in ((187, 3), (287, 2), (387, 1)):
        assert raster[6:18, left].tolist() == (([128] * px + [0] * px) * 6)[:12]
        assert raster[968:980, left].tolist() == (([128] * px + [255] * px) * 6)[:12]
    for left, px in ((587, 1), (687, 2), (787, 3)):
        assert raster[30, left : left + 12].tolist() == (([128] * px + [0] * px) * 6)[:12]


# --- flicker, crosstalk, colour


def test_flicker_alternates_single_pixels() -> None:
    dot, row = picture("flicker-dot").astype(int), picture("flicker-row").astype(int)
    assert set(np.abs(np.diff(dot, axis=0)).ravel()) == {128}
    assert set(np.abs(np.diff(dot, axis=1)).ravel()) == {128}
    assert set(np.abs(np.diff(row, axis=0)).ravel()) == {128}
    assert set(np.diff(row, axis=1).ravel()) == {0}
    assert np.array_equal(picture("flicker-column").T, row)


def test_crosstalk_has_a_window_in_the_grey_of_the_picture_without() -> None:
    for name, level in (("crosstalk-black", 0), ("crosstalk-white", 255)):
        raster = picture(name)
        assert bounds(raster == level) == (384, 384, 639, 639)
        assert levels_in(raster) == sorted((128, level))
    assert levels_in(picture("crosstalk-none")) == [128]


def test_colours_are_channels() -> None:
    for channel, name in enumerate(("red", "green", "blue")):
        raster = picture(f"colour-{name}")
        assert raster.shape == (1024, 1024, 3)
        assert [int(raster[5, 5, at]) for at in range(3)] == [
            255 if at == channel else 0 for at in range(3)
        ]


# --- arithmetic


def test_halves_are_rounded_away_from_the_middle() -> None:
    halves = [Fraction(each, 2) for each in (-3, -1, 1, 3)]
    assert [rounded(each) for each in halves] == [-2, -1, 1, 2]


def test_places_scale_and_pitch_is_whole() -> None:
    assert (cell_px(SQUARE), cell_px(Panel(2048, 2560)), cell_px(Panel(1920, 1080))) == (
        102,
        204,
        107,
    )
    assert scaled(Panel(800, 600), 1) == 1


def test_every_pattern_says_what_is_not_verified() -> None:
    assert all(each.verified != bool(each.unverified) for each in patterns().values())
