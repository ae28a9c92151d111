"""Screens in any TrueType font: as large as told, in two levels or in levels of grey."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import ImageFont

from appliance.dosescreen.segment import lines
from appliance.simulators.consoles import ge
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination
from appliance.simulators.consoles.outline import OutlineFont

WHO = Identity("1.2.3")


@pytest.fixture
def font_file(tmp_path: Path) -> Path:
    """The font that Pillow brings along."""
    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    file = tmp_path / "font.ttf"
    file.write_bytes(font.font_bytes)
    return file


@pytest.mark.parametrize("antialiased", [False, True])
def test_text_is_as_wide_and_high_as_the_font_says(font_file: Path, *, antialiased: bool) -> None:
    font = OutlineFont(font_file, 14, antialiased)
    for text in ("Dose Report", "1744", "jJ/W", "-"):
        ink = font.draw(text)
        assert ink.shape == (font.height, font.width(text))
        assert ink.any()
    levels = set(np.unique(font.draw("Series 208")))
    assert levels == {0, 255} if not antialiased else len(levels) > 8


def test_nothing_of_a_letter_is_cut_off(font_file: Path) -> None:
    """Drawn with room to spare, it has no more ink."""
    font = OutlineFont(font_file, 16)
    for text in ("jWf", "(Q)", "gy_|"):
        alone = np.count_nonzero(font.draw(text))
        spared = np.count_nonzero(font.draw(f" {text} "))
        assert alone == spared, text


@pytest.mark.parametrize("antialiased", [False, True])
def test_a_console_draws_with_it(font_file: Path, *, antialiased: bool) -> None:
    font = OutlineFont(font_file, 12, antialiased)
    (page,) = ge.draw(ge_examination(Random(2), 2), WHO, font)
    assert page.max() == 255
    assert len(lines(page)) > 8


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_text("no font")
    with pytest.raises(OSError, match="file format"):
        OutlineFont(tmp_path / "font.ttf", 12).draw("1")
