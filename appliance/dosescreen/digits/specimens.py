"""Training specimens: digits and other characters in many fonts, sizes and conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from appliance.dosescreen.digits.features import Vector, features
from appliance.dosescreen.digits.network import DIGITS
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.segment import THRESHOLD, Grey

OTHERS = "ACDEFGHJKLMNPQRTUVWXYabcdefghjkmnpqrtuvwxyz%&#@+=?"
"""Characters that are no digit and do not look like one in a plain font."""
OTHERS_A_FONT = 8
OUTLINE_SIZES_PX = range(9, 26)
SIZES_A_FONT = 4
GLYPH_ROWS = range(5, 41)


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """One glyph: its font's family, its feature vector, and its class (10 is no digit)."""

    family: str
    vector: Vector
    label: int


def specimens(outline_fonts: Path, seed: int) -> Iterator[Specimen]:
    """Every specimen from the shipped bitmap fonts and the outline fonts under a folder."""
    random = np.random.default_rng(seed)
    for family, character, grey in _drawn(outline_fonts, random):
        label = DIGITS.find(character) if character in DIGITS else len(DIGITS)
        for variant in _conditions(grey, random):
            yield Specimen(family, features(variant), label)


def _drawn(
    folder: Path, random: np.random.Generator
) -> Iterator[tuple[str, str, npt.NDArray[np.uint8]]]:
    for name in font_names():
        font = load_font(name)
        for character in _characters(random):
            glyph = font.glyphs.get(character)
            if glyph is not None and glyph.ink.size:
                yield name.split("-")[0].rstrip("0123456789"), character, _ink(glyph.ink)
    for path in sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf")]):
        for size in random.choice(OUTLINE_SIZES_PX, SIZES_A_FONT, replace=False):
            font_file = ImageFont.truetype(path, int(size))
            mode = "L" if random.random() < 0.6 else "1"  # noqa: PLR2004 - mostly antialiased
            for character in _characters(random):
                yield path.stem.split("-")[0], character, _outline(font_file, character, mode)


def _characters(random: np.random.Generator) -> str:
    return DIGITS + "".join(random.choice(list(OTHERS), OTHERS_A_FONT, replace=False))


def _ink(ink: npt.NDArray[np.bool_]) -> Grey:
    return ink.astype(np.uint8) * np.uint8(255)


def _outline(font: ImageFont.FreeTypeFont, character: str, mode: str) -> Grey:
    image = Image.new("L", (60, 60))
    drawing = ImageDraw.Draw(image)
    drawing.fontmode = mode
    drawing.text((12, 10), character, fill=255, font=font)
    return np.asarray(image)


def _conditions(grey: Grey, random: np.random.Generator) -> Iterator[Grey]:
    """The glyph as drawn, and twice rescaled, perhaps blurred, perhaps cut to two levels."""
    variants = [grey]
    for _ in range(2):
        scale = random.uniform(0.8, 2.2)
        how = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA)[random.integers(3)]
        scaled = cv2.resize(np.pad(grey, 3), None, fx=scale, fy=scale, interpolation=how)
        if random.random() < 0.5:  # noqa: PLR2004
            scaled = cv2.GaussianBlur(scaled, (3, 3), random.uniform(0.3, 0.8))
        if random.random() < 0.5:  # noqa: PLR2004
            scaled = _ink(scaled > random.integers(90, 165))
        variants.append(scaled.astype(np.uint8))
    for variant in variants:
        cut = _cut(variant)
        if cut is not None and cut.shape[0] in GLYPH_ROWS:
            yield cut


def _cut(grey: Grey) -> Grey | None:
    rows = np.flatnonzero((grey > THRESHOLD).any(axis=1))
    columns = np.flatnonzero((grey > THRESHOLD).any(axis=0))
    if not rows.size:
        return None
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
