"""Lines, words and characters come from geometry, whatever is on the screen."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dose.record import Box
from appliance.dosescreen.fonts import BitmapFont, load_font
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Grey, Line, around, lines

FONT = load_font("helvR12-75dpi")
WIDE = load_font("courR12-75dpi")  # no two characters touch


def blank(rows: int = 100, columns: int = 400) -> Grey:
    return np.zeros((rows, columns), np.uint8)


def written(*texts: tuple[str, int, int], font: BitmapFont = FONT) -> Grey:
    """A screen with each (text, top, left)."""
    screen = blank()
    for text, top, left in texts:
        ink = font.draw(text).astype(np.uint8) * np.uint8(255)
        screen[top : top + ink.shape[0], left : left + ink.shape[1]] |= ink
    return screen


def counts(found: tuple[Line, ...]) -> list[list[int]]:
    """Glyphs of every word of every line."""
    return [[len(word.glyphs) for word in line.words] for line in found]


def test_an_empty_screen_has_no_lines() -> None:
    assert lines(blank()) == ()
    assert lines(np.zeros((1, 1), np.uint8)) == ()


def test_two_lines_of_words() -> None:
    screen = written(("Total DLP", 10, 10), ("18", 10, 120), ("HOHO", 40, 10), font=WIDE)
    assert counts(lines(screen)) == [[5, 3, 2], [4]]


def test_lines_come_from_top_to_bottom_and_words_from_left_to_right() -> None:
    found = lines(written(("8 6", 60, 200), ("1", 10, 300), ("2", 10, 20)))
    assert [line.baseline for line in found] == sorted(line.baseline for line in found)
    for line in found:
        lefts = [word.box.left for word in line.words]
        assert lefts == sorted(lefts)


def test_a_glyph_is_its_pixels_its_place_and_its_height_above_the_line() -> None:
    screen = written(("H2.p", 20, 30), font=WIDE)
    (line,) = lines(screen)
    _, two, point, p = (glyph for word in line.words for glyph in word.glyphs)
    assert line.baseline == 20 + WIDE.ascent
    assert line.capital_px == two.box.height
    assert np.array_equal(
        two.grey, screen[two.box.top : two.box.bottom, two.box.left : two.box.right]
    )
    assert two.rise_px == point.rise_px == 0
    assert p.rise_px < 0


def test_equal_characters_have_equal_shapes_and_others_have_not() -> None:
    (line,) = lines(written(("1231", 20, 30)))
    keys = [glyph.shape_key for word in line.words for glyph in word.glyphs]
    assert keys[0] == keys[3]
    assert len(set(keys)) == 3


def test_the_same_ink_higher_up_is_another_character() -> None:
    (line,) = lines(written(("H.H-H", 20, 30)))
    square = line.words[0].glyphs[1]
    raised = written(("H H-H", 20, 30))
    box = square.box
    raised[box.top - 4 : box.bottom - 4, box.left : box.right] = 255
    (line,) = lines(raised)
    assert all(glyph.shape_key != square.shape_key for word in line.words for glyph in word.glyphs)


@pytest.mark.parametrize("text", ["i", "j", ":", "=", "Ä", "ä"])
@pytest.mark.parametrize("name", ["helvR12-75dpi", "helvB14-75dpi", "courB14-75dpi", "9x15-misc"])
def test_ink_above_ink_is_one_character(text: str, name: str) -> None:
    font = load_font(name)
    if text in font.glyphs:
        (line,) = lines(written((f"H {text} H", 20, 30), font=font))
        assert [len(word.glyphs) for word in line.words] == [1, 1, 1]


@pytest.mark.parametrize(
    "name", ["helvBO12-75dpi", "timI14-75dpi", "courO14-75dpi", "ncenBI12-75dpi"]
)
def test_a_point_below_a_slanted_digit_stays_a_point(name: str) -> None:
    (line,) = lines(written(("17.47", 20, 30), font=load_font(name)))
    glyphs = [glyph for word in line.words for glyph in word.glyphs]
    assert [mark(glyph) for glyph in glyphs].count(".") == 1


@pytest.mark.parametrize(
    "name", ["ncenI08-100dpi", "ncenBI12-75dpi", "ncenI14-75dpi", "helvO14-75dpi"]
)
def test_a_slanted_colon_is_one_character(name: str) -> None:
    (line,) = lines(written(("H : H", 20, 30), font=load_font(name)))
    found = [mark(glyph) for word in line.words for glyph in word.glyphs]
    assert found == [None, ":", None]


@pytest.mark.parametrize("left", range(90, 112, 2))
def test_a_point_stays_on_its_line_wherever_the_next_line_has_a_digit(left: int) -> None:
    """Where a g touches the d below it, the lower line reaches up to the point."""
    table = (("Topogram   9.5", 20, 20), ("AbdRoutine", 34, 20), ("0.33", 34, left))
    first, second = lines(written(*table, font=load_font("ncenR10-100dpi")))
    assert "".join(mark(glyph) or "x" for glyph in first.glyphs).endswith("x.x")
    assert "".join(mark(glyph) or "x" for glyph in second.glyphs).endswith("x.xx")


def test_cells_half_a_line_apart_are_one_line_or_two_but_no_ink_is_lost() -> None:
    """Consoles centre a heading of one line beside headings of two."""
    screen = written(("Series", 20, 10), ("CTDIvol", 14, 120), ("(mGy)", 28, 120))
    found = lines(screen)
    assert sum(len(word.glyphs) for line in found for word in line.words) == 6 + 7 + 5
    texts = {tuple(len(word.glyphs) for word in line.words) for line in found}
    assert texts == {(6,), (7,), (5,)}


def test_faint_text_is_ink_and_what_is_fainter_is_paper() -> None:
    screen = written(("88", 20, 30))
    assert counts(lines((screen // 255 * 70).astype(np.uint8))) == [[2]]
    assert lines((screen // 255 * 60).astype(np.uint8)) == ()


def test_beside_bright_text_faint_marks_are_paper() -> None:
    screen = written(("88888", 20, 30))
    screen[60:70, 30:36] = 90
    assert counts(lines(screen)) == [[5]]


def test_frames_and_rules_are_no_text() -> None:
    screen = written(("Ward:", 20, 30))
    screen[5, 2:398] = screen[95, 2:398] = screen[5:96, 2] = screen[5:96, 397] = 255
    assert counts(lines(screen)) == [[5]]


def test_lonely_dots_are_no_lines() -> None:
    screen = blank()
    screen[::20, ::20] = 255
    assert lines(screen) == ()


def test_a_screen_of_noise_is_no_text() -> None:
    """More pieces of ink than any screen of text has."""
    screen = np.zeros((512, 512), np.uint8)
    screen[::4, ::4] = 255
    assert cv2.connectedComponents(screen)[0] > 8_000
    assert lines(screen) == ()


def test_a_huge_screen_is_segmented() -> None:
    screen = np.zeros((4096, 4096), np.uint8)
    ink = WIDE.draw("Total DLP 18").astype(np.uint8) * np.uint8(255)
    screen[4000 : 4000 + ink.shape[0], 3900 : 3900 + ink.shape[1]] = ink
    assert counts(lines(screen)) == [[5, 3, 2]]


def test_a_screen_all_ink_is_no_text() -> None:
    assert lines(np.full((512, 512), 255, np.uint8)) == ()


def test_around_needs_a_box() -> None:
    assert around([Box(1, 2, 3, 4), Box(0, 3, 2, 9)]) == Box(0, 2, 3, 9)
    with pytest.raises(ValueError, match="empty"):
        around([])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("0123456789", min_size=1, max_size=6), min_size=1, max_size=5),
    st.sampled_from(["courR12-75dpi", "courB14-75dpi", "9x15-misc", "8x13-misc"]),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_every_digit_of_a_fixed_pitch_comes_out_once(
    words: list[str], name: str, top: int, left: int
) -> None:
    (line,) = lines(written((" ".join(words), top, left), font=load_font(name)))
    assert sum(len(word.glyphs) for word in line.words) == sum(map(len, words))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1600, max_size=1600), st.integers(0, 255))
def test_any_picture_is_segmented_without_losing_order(data: bytes, floor: int) -> None:
    noise = np.frombuffer(data, np.uint8).reshape(40, 40)
    screen = np.where(noise >= floor, noise, 0).astype(np.uint8)
    for line in lines(screen):
        for word in line.words:
            assert word.glyphs
            assert all(glyph.ink.any() for glyph in word.glyphs)
            assert all(0 <= glyph.box.left < glyph.box.right <= 40 for glyph in word.glyphs)


def test_a_stroke_broken_off_below_is_part_of_its_character_and_a_point_is_not() -> None:
    screen = written(("H2H", 20, 30), font=WIDE)
    (whole,) = lines(screen)
    two = whole.words[0].glyphs[1].box
    screen[two.bottom - 2, two.left : two.right] = 0
    assert counts(lines(screen)) == [[3]]
    screen[two.bottom - 1, two.left + 2 : two.right] = 0
    assert sum(map(sum, counts(lines(screen)))) == 4
