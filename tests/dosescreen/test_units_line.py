"""Units under the headings are known as such, however badly they are read."""

import numpy as np

from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.headers import _is_units
from appliance.dosescreen.jury import Jury
from appliance.dosescreen.layout import layouts
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Line, lines
from appliance.dosescreen.transcript import Transcript

FONT = load_font("helvR12-75dpi")
(PRINTED,) = (layout for layout in layouts() if layout.name == "dose-info")


def said(*texts: str) -> tuple[Transcript, Line]:
    """A line of as many words, each read as told."""
    screen = np.zeros((60, 120 * len(texts)), np.uint8)
    for at in range(len(texts)):
        ink = FONT.draw("Hxx").astype(np.uint8) * np.uint8(255)
        screen[20 : 20 + ink.shape[0], 100 * at + 20 : 100 * at + 20 + ink.shape[1]] = ink
    (line,) = lines(screen)
    words = {word: (text,) for word, text in zip(line.words, texts, strict=True)}
    return Transcript((line,), Jury((Readings("reader", words=words),))), line


def test_units_in_pieces_are_units() -> None:
    transcript, line = said("[ImGy", "]", "[ImGy*", "cIm", "]", "[", "cIm", "]")
    assert _is_units(transcript, PRINTED, line)


def test_names_are_no_units() -> None:
    transcript, line = said("Abdomen", "Helical", "BODY")
    assert not _is_units(transcript, PRINTED, line)
