"""A small picture of a pattern, for who is asked about it on another screen."""

from fractions import Fraction
from functools import lru_cache

from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displayqa.patterns.panel import LEAST_PX
from appliance.displayqa.patterns.png import as_png

MOST_RATIO = 3
"""Width to height, or the other way round; longer screens are drawn so long."""


@lru_cache(maxsize=32)
def preview(pattern: str, ratio: Fraction) -> bytes | None:
    """PNG of a pattern for a panel of that proportion; None for a pattern that is not ours."""
    members = found(pattern)
    if not members:
        return None
    panel = _panel(min(max(ratio, Fraction(1, MOST_RATIO)), Fraction(MOST_RATIO)))
    return as_png(drawn(members[0], panel), panel)


def _panel(ratio: Fraction) -> Panel:
    if ratio >= 1:
        return Panel(round(LEAST_PX * ratio), LEAST_PX)
    return Panel(LEAST_PX, round(LEAST_PX / ratio))
