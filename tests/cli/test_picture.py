"""Pictures in braille: a dot where the ink is."""

import numpy as np

from appliance.cli.picture import braille


def test_a_dot_is_where_the_ink_is() -> None:
    picture = np.zeros((9, 9), np.uint8)
    picture[1, 1] = picture[4, 4] = 255
    assert braille(picture, 10) == ["⠁⢀"]


def test_margins_are_cut_off_and_wide_pictures_shrunk() -> None:
    picture = np.zeros((100, 400), np.uint8)
    picture[40:60, 100:300] = 255
    lines = braille(picture, 25)
    assert {len(line) for line in lines} == {25}
    assert set(lines[0]) == {"⣿"}


def test_paper_alone_is_nothing() -> None:
    assert braille(np.zeros((5, 5), np.uint8), 10) == []
