"""The plus sign by geometry: a cross of two bars in the middle of the line."""

from appliance.dosescreen.segment import Glyph

LEAST, MOST = 0.35, 0.95
"""Its height in capital heights."""
BAR = 0.8
"""A bar is inked for so much of its length."""
CORNER = 3
"""The outer third of a side, towards each corner, is paper."""


def is_plus(glyph: Glyph) -> bool:
    """Whether a glyph is a plus sign."""
    ink, (rows, columns) = glyph.ink, glyph.ink.shape
    if not LEAST * glyph.capital_px <= rows <= MOST * glyph.capital_px or glyph.rise_px < 0:
        return False
    high, wide = max(1, rows // CORNER), max(1, columns // CORNER)
    corners = (ink[:high, :wide], ink[:high, -wide:], ink[-high:, :wide], ink[-high:, -wide:])
    crossed = ink.mean(axis=1).max() >= BAR and ink.mean(axis=0).max() >= BAR
    return bool(crossed) and not any(corner.any() for corner in corners)
