"""Where on a screen uniformity is measured: the middles of boxes, as shares of width and height.

Five places are the middle and the corners, nine a grid of three by three. That a corner's place is
the middle of its ninth of the screen is our reading of IEC 62563-1 and TG270; TG18 and JESRA X-0093
may set corners further out, which was not checked against them.
"""

from collections.abc import Mapping
from fractions import Fraction

SIXTH = Fraction(1, 6)
MIDDLE = "middle"
_COLUMNS = {"left": SIXTH, "": Fraction(1, 2), "right": 5 * SIXTH}
_ROWS = {"top": SIXTH, "": Fraction(1, 2), "bottom": 5 * SIXTH}
PLACES: Mapping[str, tuple[Fraction, Fraction]] = {
    "-".join(filter(None, (row, column))) or MIDDLE: (x, y)
    for row, y in _ROWS.items()
    for column, x in _COLUMNS.items()
}
"""All nine by name: share of the width from the left, share of the height from the top."""
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
NAMES = {
    "top-left": ("top left", "左上"),
    "top": ("top", "上"),
    "top-right": ("top right", "右上"),
    "left": ("left", "左"),
    MIDDLE: ("middle", "中央"),
    "right": ("right", "右"),
    "bottom-left": ("bottom left", "左下"),
    "bottom": ("bottom", "下"),
    "bottom-right": ("bottom right", "右下"),
}
"""For people, English and Japanese."""
FIVE, NINE = 5, 9


def places(count: int) -> tuple[str, ...]:
    """The places that ``count`` asks for at least, the middle first. Raises ValueError beyond 9."""
    if count > NINE:
        raise ValueError(f"no screen is measured at {count} places here")
    names = CORNERS if count <= FIVE else tuple(each for each in PLACES if each != MIDDLE)
    return (MIDDLE, *names)
