"""Every shipped font draws, and the data can be made again from where it came from."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from appliance.dosescreen.atlas import atlas_of, primed
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.fonts.bitmap import BitmapFont, Glyph
from appliance.dosescreen.fonts.derive import NEEDED, SOURCE, digit_px, text_fonts
from appliance.dosescreen.fonts.packed import pack, unpack
from appliance.dosescreen.fonts.pcf import read_pcf

SCREEN_TEXT = "Total Exam DLP: 1230.03 mGy-cm (a) 2/3"


def dot(rows: int, columns: int) -> Glyph:
    return Glyph(np.ones((rows, columns), bool), 0, 0, columns + 1)


A_FONT = BitmapFont("a", 3, 1, {" ": Glyph(np.zeros((0, 0), bool), 0, 0, 2), ".": dot(1, 1)})


@pytest.mark.parametrize("name", font_names())
def test_every_font_draws_what_a_dose_screen_says(name: str) -> None:
    font = load_font(name)
    assert font.name == name
    assert font.glyphs.keys() >= NEEDED
    assert 6 <= digit_px(font) <= 18
    ink = font.draw(SCREEN_TEXT)
    assert ink.shape == (font.height, font.width(SCREEN_TEXT))
    assert ink.any()
    assert len({font.glyphs[digit].ink.tobytes() for digit in "0123456789"}) == 10


def test_text_is_drawn_pixel_for_pixel() -> None:
    ink = load_font("helvB10-100dpi").draw("17")
    drawn = ["".join("#" if pixel else "." for pixel in row) for row in ink]
    assert drawn == [
        "................",
        "................",
        "...##...#######.",
        ".####........##.",
        "...##.......##..",
        "...##.......##..",
        "...##......##...",
        "...##......##...",
        "...##.....##....",
        "...##.....##....",
        "...##....##.....",
        "...##....##.....",
        "...##....##.....",
        "................",
        "................",
        "................",
    ]


def test_a_character_that_a_font_has_not_is_refused() -> None:
    with pytest.raises(KeyError):
        load_font(font_names()[0]).draw("線")


def test_a_font_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        load_font("comic-sans")


def test_what_is_packed_is_unpacked() -> None:
    fonts = [load_font(name) for name in font_names()[:3]]
    arrays = pack(fonts)
    for font in fonts:
        again = unpack(arrays, font.name)
        assert (again.ascent, again.descent) == (font.ascent, font.descent)
        assert again.glyphs.keys() == font.glyphs.keys()
        for character, glyph in font.glyphs.items():
            assert np.array_equal(again.glyphs[character].ink, glyph.ink)
            assert again.glyphs[character].advance == glyph.advance


def test_the_atlas_knows_every_visible_glyph_of_every_font() -> None:
    name = "helvB10-100dpi"
    characters = "".join(fonts.get(name, "") for fonts in primed().shapes.values())
    visible = {c for c, glyph in load_font(name).glyphs.items() if glyph.ink.any()}
    assert visible == set(characters)


def test_the_atlas_version_follows_its_content() -> None:
    other = BitmapFont("a", 3, 1, A_FONT.glyphs | {".": dot(2, 1)})
    assert atlas_of([A_FONT]).version == atlas_of([A_FONT]).version
    assert atlas_of([A_FONT]).version != atlas_of([other]).version


# The Portable Compiled Format, from files made here and from Debian's


def pcf(*, big_endian: bool, compressed: bool) -> bytes:
    """A font of a blank and one glyph, 3 by 2 pixels: ``#.#`` over ``.#.``."""
    order = ">" if big_endian else "<"
    kind = (4 | 8 if big_endian else 0) | (0x100 if compressed else 0)
    if compressed:
        metrics = struct.pack(order + "H10B", 2, 128, 128, 132, 128, 128, 128, 131, 132, 130, 128)
    else:
        metrics = struct.pack(order + "I5hH5hH", 2, 0, 0, 4, 0, 0, 0, 0, 3, 4, 2, 0, 0)
    rows = bytes((0b10100000, 0b01000000)) if big_endian else bytes((0b101, 0b010))
    bitmaps = struct.pack(order + "3I4I", 2, 0, 0, 2, 4, 8, 16) + rows
    accelerators = struct.pack(order + "8B3i", *[0] * 8, 9, 3, 0)
    encodings = struct.pack(order + "5H", 0x20, 0x21, 0, 0, 0) + struct.pack(order + "2H", 0, 1)
    tables = [(4, metrics), (8, bitmaps), (2, accelerators), (32, encodings)]
    head, body = b"\1fcp" + struct.pack("<I", len(tables)), b""
    start = 8 + 16 * len(tables)
    for number, table in tables:
        data = struct.pack("<I", kind if number in {4, 8} else kind & 0xFF) + table
        data += b"\0" * (-len(data) % 4)
        head += struct.pack("<4I", number, kind, len(data), start + len(body))
        body += data
    return head + body


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_font_file_is_read_in_every_byte_order(
    tmp_path: Path, *, big_endian: bool, compressed: bool, zipped: bool
) -> None:
    data = pcf(big_endian=big_endian, compressed=compressed)
    path = tmp_path / ("small.pcf.gz" if zipped else "small.pcf")
    path.write_bytes(gzip.compress(data) if zipped else data)
    font = read_pcf(path)
    assert (font.name, font.ascent, font.descent, font.space) == ("small", 9, 3, 4)
    glyph = font.glyphs["!"]
    assert glyph.ink.tolist() == [[True, False, True], [False, True, False]]
    assert (glyph.left, glyph.top, glyph.advance) == (0, 7, 4)


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.pcf"
    path.write_bytes(pcf(big_endian=False, compressed=False)[:40])
    with pytest.raises((struct.error, KeyError)):
        read_pcf(path)


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "pcf").iterdir()))
def test_the_shipped_glyphs_are_those_of_the_font_files(path: Path) -> None:
    """Two of Debian's files, as they are in xfonts-100dpi and xfonts-base."""
    original = read_pcf(path)
    shipped = load_font(original.name)
    assert (shipped.ascent, shipped.descent) == (original.ascent, original.descent)
    assert shipped.glyphs.keys() == original.glyphs.keys()
    for character, glyph in original.glyphs.items():
        assert np.array_equal(shipped.glyphs[character].ink, glyph.ink)
        assert shipped.glyphs[character].advance == glyph.advance


@pytest.mark.slow
def test_the_same_packages_give_the_same_data() -> None:
    """Where the packages are not installed, what is shipped must still pack to itself."""
    fonts = list(text_fonts()) if SOURCE.is_dir() else [load_font(name) for name in font_names()]
    assert tuple(sorted(font.name for font in fonts)) == font_names()
    made, shipped = pack(fonts), pack([load_font(name) for name in font_names()])
    for key, array in made.items():
        assert np.array_equal(array, shipped[key]), key
