"""How a glyph is drawn, exactly: what a lesson is about."""

from typing import TypeAlias

from appliance.dosescreen.segment import Glyph

LEVELS = 32
"""Grey levels of 256 that count as one."""

Drawn: TypeAlias = tuple[int, int, bytes, bytes]
"""Rows up to the baseline, columns, the bits of the ink, and the grey levels of antialiased ink.

The last is empty for ink of two levels. Antialiased characters of the same bits may be different
ones, told apart by a faint stroke.
"""


def drawn(glyph: Glyph) -> Drawn:
    """The key of a glyph, equal for what is drawn alike."""
    levels = (glyph.grey // LEVELS).tobytes() if glyph.is_antialiased else b""
    return (*glyph.shape_key, levels)
