"""Punctuation by geometry.

A decimal point is a matter of size and place, never of a model's opinion: that is how decimal
points get lost.
"""

from functools import lru_cache

import cv2
import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.segment import FULL, THRESHOLD, Glyph, Grey, Ink

DOT_SHARE = 0.34
DOT_HEIGHT, DOT_WIDTH, DOT_ASPECT = 0.4, 0.45, 2.0
COLON_WIDTH = 0.6
DASH_HEIGHT = 0.3
DASH_WIDTH = 0.18
DASH_BAND = (0.15, 0.7)
TALL = 0.85
BRACKET_WIDTH = 0.5
SLANT, LEAST_SLANT_PX = -0.85, 3
"""Strokes of two columns lean in slanted fonts, too."""
STROKE_SHARE = 0.45


def mark(glyph: Glyph) -> str | None:
    """``.``, ``,``, ``-``, ``:``, ``=``, ``/``, ``(``, ``)``, or None for anything else."""
    return _mark(*glyph.shape_key, glyph.box.height, glyph.capital_px)


def holes(grey: Grey) -> int:
    """Regions of paper that ink encloses: 8 has two, 0 one, 1 none."""
    paper = cv2.copyMakeBorder(
        (grey <= THRESHOLD).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1,)
    )
    count, _ = cv2.connectedComponents(paper, connectivity=4)
    return int(count) - 2


@lru_cache(maxsize=4096)
def _mark(rise_px: int, columns: int, bits: bytes, rows: int, capital_px: int) -> str | None:
    ink = np.unpackbits(np.frombuffer(bits, np.uint8), count=rows * columns)
    grey: Grey = ink.reshape(rows, columns) * np.uint8(FULL)
    glyph = Glyph(Box(0, 0, columns, rows), grey, rise_px, capital_px)
    return next((character for test, character in _TESTS if test(glyph)), None)


def _is_dot(glyph: Glyph) -> bool:
    low = glyph.box.height <= max(2, DOT_HEIGHT * glyph.capital_px)
    narrow = glyph.box.width <= max(2, DOT_WIDTH * glyph.capital_px)
    round_ = glyph.box.width <= max(2, DOT_ASPECT * glyph.box.height)
    return low and narrow and round_ and abs(glyph.rise_px) <= max(1, 0.1 * glyph.capital_px)


def _is_comma(glyph: Glyph) -> bool:
    narrow = glyph.box.width <= max(2, DOT_SHARE * glyph.capital_px)
    hangs = -0.4 * glyph.capital_px <= glyph.rise_px <= -1
    return narrow and hangs and glyph.box.height <= 0.5 * glyph.capital_px


def _is_dash(glyph: Glyph) -> bool:
    flat = glyph.box.height <= max(2, DASH_HEIGHT * glyph.capital_px)
    wide = glyph.box.width >= max(2, DASH_WIDTH * glyph.capital_px)
    low, high = (share * glyph.capital_px for share in DASH_BAND)
    lies = glyph.box.width > glyph.box.height
    return flat and wide and lies and low <= glyph.rise_px <= high and not _is_stack(glyph)


def _is_stack(glyph: Glyph) -> bool:
    rows = glyph.ink.any(axis=1)
    return bool((~rows).any()) and int(np.diff(rows.astype(int)).clip(0).sum()) == 1


def _is_colon(glyph: Glyph) -> bool:
    """Two dots above each other, the upper one perhaps farther right."""
    low = glyph.box.height <= 0.9 * glyph.capital_px
    if not low or glyph.box.width > COLON_WIDTH * glyph.capital_px or not _is_stack(glyph):
        return False
    gap = int(np.flatnonzero(~glyph.ink.any(axis=1))[0])
    parts = [part[part.any(axis=1)] for part in (glyph.ink[:gap], glyph.ink[gap:])]
    return all(
        len(part) <= max(2, DOT_HEIGHT * glyph.capital_px)
        and int(np.ptp(part.nonzero()[1])) + 1 <= max(2, DOT_SHARE * glyph.capital_px)
        for part in parts
    )


def _is_equals(glyph: Glyph) -> bool:
    inked = glyph.ink[glyph.ink.any(axis=1)]
    wide = glyph.box.width >= DASH_WIDTH * glyph.capital_px
    return wide and _is_stack(glyph) and bool(inked.mean() > TALL)


def _is_slash(glyph: Glyph) -> bool:
    narrow = glyph.box.width < LEAST_SLANT_PX
    if glyph.box.height < TALL * glyph.capital_px or narrow or holes(glyph.grey):
        return False
    rows, columns = np.nonzero(glyph.ink)
    widest = int(glyph.ink.sum(axis=1).max())
    slant = float(np.corrcoef(rows, columns)[0, 1])
    return slant < SLANT and widest <= max(2, STROKE_SHARE * glyph.box.width)


def _is_bracket(glyph: Glyph) -> bool:
    tall = glyph.box.height > glyph.capital_px and glyph.rise_px < 0
    narrow = glyph.box.width <= BRACKET_WIDTH * glyph.capital_px
    third = _end_rows(glyph.ink)
    whole = bool(glyph.ink[third:-third].any())
    return tall and narrow and whole and holes(glyph.grey) == 0 and not _is_stack(glyph)


def _end_rows(ink: Ink) -> int:
    """Rows of a bracket's end."""
    return max(1, len(ink) // 4)


def _is_opening(glyph: Glyph) -> bool:
    if not _is_bracket(glyph):
        return False
    ink = glyph.ink
    third = _end_rows(ink)
    centre = ink[third:-third].nonzero()[1].mean()
    ends = np.concatenate([ink[:third].nonzero()[1], ink[-third:].nonzero()[1]]).mean()
    return bool(centre < ends)


_TESTS = (
    (_is_dot, "."),
    (_is_comma, ","),
    (_is_dash, "-"),
    (_is_colon, ":"),
    (_is_equals, "="),
    (_is_slash, "/"),
    (_is_opening, "("),
    (_is_bracket, ")"),
)
