"""The pitch of monospaced fonts, and that proportional ones have none."""

import numpy as np
import pytest

from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.segment import Line, lines

TEXTS = (
    "1  Abdomen   Helical  120  165   7.20   196.00  BODY",
    "2  Thorax    Helical  120  111  11.41  1191.17  BODY",
    "Total DLP: 1387.17   11.11  17.71",
)


def a_page(font_name: str) -> tuple[Line, ...]:
    font = load_font(font_name)
    page = np.zeros((200, 12 + max(font.width(text) for text in TEXTS)), np.uint8)
    for at, text in enumerate(TEXTS):
        drawn = font.draw(text)
        top = 10 + 40 * at
        page[top : top + drawn.shape[0], 6 : 6 + drawn.shape[1]] = drawn * np.uint8(255)
    return lines(page)


@pytest.mark.parametrize(
    "font", ["6x13-misc", "7x13-misc", "8x13-misc", "9x15-misc", "courB10-100dpi"]
)
def test_words_of_a_monospaced_font_stay_whole(font: str) -> None:
    found = [len(line.words) for line in a_page(font)]
    assert found == [len(text.split()) for text in TEXTS]


@pytest.mark.parametrize("font", ["helvR12-75dpi", "helvB10-100dpi", "luBS10-100dpi"])
def test_words_of_a_proportional_font_stay_apart(font: str) -> None:
    found = [len(line.words) for line in a_page(font)]
    assert all(words >= len(text.split()) for words, text in zip(found, TEXTS, strict=True)), (
        "columns must never run together"
    )
