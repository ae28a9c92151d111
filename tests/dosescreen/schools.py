"""A scanner with a font that the box has never seen, and what it may have been taught of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from appliance.dosescreen.atlas import atlas_of
from appliance.dosescreen.fonts import BitmapFont, load_font
from appliance.dosescreen.fonts.bitmap import Glyph
from appliance.dosescreen.learning import LearntAtlas, Lesson, learn
from appliance.dosescreen.learning.drawn import Drawn
from appliance.dosescreen.scanner import Scanner
from appliance.simulators.secondary_capture import Console

DIGITS = "0123456789"
ROW_PX = 4
"""The row above the baseline that is drawn twice."""


@cache
def unknown_font(name: str = "helvR10-75dpi") -> BitmapFont:
    """A shipped font a pixel taller, and so one that the primed atlas has not."""
    font = load_font(name)
    return BitmapFont(
        f"{name}-taller",
        font.ascent + 1,
        font.descent,
        {character: _taller(glyph, font.ascent) for character, glyph in font.glyphs.items()},
    )


def _taller(glyph: Glyph, ascent: int) -> Glyph:
    row = ascent - ROW_PX - glyph.top
    if row < 0:
        return replace(glyph, top=glyph.top + 1)
    if row >= glyph.ink.shape[0]:
        return glyph
    return replace(glyph, ink=np.insert(glyph.ink, row, glyph.ink[row], axis=0))


def shapes(font: BitmapFont) -> dict[str, Drawn]:
    """The shape of every character that a font draws with ink."""
    found = atlas_of([font]).shapes
    return {
        character: (*key, b"") for key, named in found.items() for character in named[font.name]
    }


def lesson(shape: Drawn, character: str, screen: str = "s1", **changes: object) -> Lesson:
    known = Lesson(
        shape=shape,
        character=character,
        readers="one+other",
        unanimous=True,
        occurrences=3,
        layout="dose-report/1",
        screen=screen,
        learnt_at=1e9,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def scanner(console: Console) -> Scanner:
    return Scanner(console.manufacturer, console.model, console.device_serial_number)


def taught(
    console: Console, font: BitmapFont, mistaken: Mapping[str, str] | None = None
) -> LearntAtlas:
    """An atlas of all of a font, and of the digits of a larger one.

    ``mistaken`` says which of the first font's characters was taught as which.
    """
    wrong, larger = mistaken or {}, shapes(load_font("helvB14-100dpi"))
    lessons = [
        lesson(shape, wrong.get(character, character)) for character, shape in shapes(font).items()
    ]
    lessons += [lesson(larger[digit], digit) for digit in DIGITS]
    return learn(LearntAtlas(scanner(console)), lessons)
