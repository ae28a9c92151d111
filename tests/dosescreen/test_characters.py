"""The networks read fonts that they were not trained with as well as those that they were."""

from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from appliance.dosescreen.characters import SPACE, Network, networks
from appliance.dosescreen.characters.alphabet import ALPHABET
from appliance.dosescreen.characters.specimens import CODES, IGNORED, Faces, batches
from appliance.dosescreen.characters.strips import lay
from appliance.dosescreen.characters.typefaces import Bitmap, Outline, families
from appliance.dosescreen.characters.writing import a_word
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.segment import Grey, Line, lines
from appliance.simulators.consoles.canvas import Canvas, Font
from appliance.simulators.consoles.outline import OutlineFont

FOLDER = Path("/usr/share/fonts/truetype")
SANS, SERIF, MONO = (
    FOLDER / name
    for name in (
        "dejavu/DejaVuSans.ttf",
        "liberation/LiberationSerif-Regular.ttf",
        "freefont/FreeMono.ttf",
    )
)
NUMBERS = ("0123456789", "373.00", "S15.750-I650.250", "5.10", "1795", "46.88")


def page(font: Font, *texts: str) -> tuple[Line, ...]:
    """Texts on lines of their own, as a screen's lines."""
    canvas = Canvas(40 * len(texts) + 40, 500, font)
    for at, text in enumerate(texts):
        canvas.text(text, 20 + 40 * at, 20)
    return lines(canvas.picture)


def read(network: Network, text: tuple[Line, ...]) -> list[str]:
    return ["".join(each.character for each in placed) for placed in network.read(text)]


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.name)
@pytest.mark.parametrize("size_px", [12, 15])
@pytest.mark.parametrize("path", [SANS, SERIF, MONO], ids=lambda path: path.stem)
def test_numbers_in_outline_fonts_are_read(network: Network, path: Path, size_px: int) -> None:
    found = read(network, page(OutlineFont(path, size_px, antialiased=True), *NUMBERS))
    digits = [Counter(c for c in text if c in "23456789") for text in found]
    assert digits == [Counter(c for c in text if c in "23456789") for text in NUMBERS]


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.name)
@pytest.mark.parametrize("name", ["helvB12-75dpi", "courR12-75dpi", "timR14-75dpi", "8x13-misc"])
def test_words_in_bitmap_fonts_are_read(network: Network, name: str) -> None:
    texts = ("Dose Report", "CTDIvol", "Phantom Head 16", "Total Exam DLP 913.55")
    alike = str.maketrans("l1", "II", SPACE)  # some fonts draw them alike
    found = [text.translate(alike) for text in read(network, page(load_font(name), *texts))]
    assert found == [text.translate(alike) for text in texts]


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.name)
def test_a_character_is_placed_in_its_ink(network: Network) -> None:
    (line,) = page(OutlineFont(SANS, 14, antialiased=True), "2468 3579")
    (placed,) = network.read((line,))
    glyphs = [glyph for word in line.words for glyph in word.glyphs]
    seen = [each for each in placed if each.character != SPACE]
    for glyph, each in zip(glyphs, seen, strict=True):
        assert glyph.box.left <= each.x < glyph.box.right


def test_every_word_is_laid_on_some_strip_once() -> None:
    text = page(load_font("helvR12-75dpi"), *("Dose Report 373.00 Head 16" for _ in range(9)))
    for network in networks():
        places = [place for strip in lay(text, network.geometry) for place in strip.places]
        assert [place.line for place in places] == sorted(place.line for place in places)
        assert {place.line for place in places} == set(range(len(text)))
        assert all(place.right < network.geometry.columns for place in places)


def test_what_is_wider_than_a_strip_is_not_read() -> None:
    screen: Grey = np.zeros((60, 4000), np.uint8)
    ink = load_font("helvR12-75dpi").draw("8" * 400)
    screen[20 : 20 + ink.shape[0], 20 : 20 + ink.shape[1]] = ink * np.uint8(255)
    for network in networks():
        assert read(network, lines(screen)) == [""]


def test_no_text_is_no_characters() -> None:
    for network in networks():
        assert network.read(()) == ()


# What they are trained with

FACES = Faces(
    {"helv": (Bitmap(load_font("helvR12-75dpi")),), "sans": (Outline(SANS, 14, True),)}, ()
)


def test_training_strips_are_the_same_for_the_same_seed() -> None:
    geometry = networks()[0].geometry
    one, other = (next(batches(FACES, geometry, 8, seed=5)) for _ in range(2))
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.name)
def test_training_strips_show_what_their_outputs_say(network: Network) -> None:
    images, outputs = next(batches(FACES, network.geometry, 16, seed=7))
    assert images.shape == (16, 1, network.geometry.rows, network.geometry.columns)
    assert outputs.shape == (16, network.geometry.columns // network.geometry.stride)
    assert outputs.min() >= IGNORED
    assert outputs.max() <= len(ALPHABET)
    inked = images[:, 0].max(axis=1)
    for strip, frame in zip(*np.nonzero((outputs > 0) & (outputs != CODES[SPACE])), strict=True):
        column = frame * network.geometry.stride
        near = inked[strip, max(0, column - 4) : column + 5]
        assert near.max() > 0.1


def test_families_are_bitmap_fonts_and_the_files_of_outline_fonts() -> None:
    found = dict(families([SANS]))
    assert "helv" in found
    assert all(isinstance(face, Outline) for face in found["DejaVuSans"])


def test_training_text_holds_every_digit_about_as_often() -> None:
    random = Random(3)
    counts = Counter("".join(a_word(random) for _ in range(4000)))
    digits = [counts[digit] for digit in "0123456789"]
    assert max(digits) < 3 * min(digits)
