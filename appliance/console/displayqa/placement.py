"""A little drawing of a screen: where on it the meter goes, and where it has been."""

from collections.abc import Collection, Iterator
from fractions import Fraction

from markupsafe import Markup, escape

from appliance.displayqa.sessions.places import PLACES

LONGER_SIDE = 200
RADIUS = 13


def drawing(place: str, title: str, ratio: Fraction, done: Collection[str] = ()) -> Markup:
    """SVG of a screen whose width is ``ratio`` of its height.

    ``place`` and ``done`` are names of ``PLACES``; ``title`` says the same to who cannot see it.
    """
    width, height = _size(ratio)
    marks = "".join(_mark(name, width, height, place, done) for name in {*done, place})
    return Markup(  # noqa: S704 - numbers, and what was escaped
        f'<svg class="placement" role="img" viewBox="-6 -6 {width + 12} {height + 34}" '
        f'width="{width + 12}" height="{height + 34}"><title>{escape(title)}</title>'
        f'<rect class="screen" width="{width}" height="{height}" rx="4"/>'
        f'<path class="foot" d="M{width // 2} {height}v14m-30 0h60"/>{marks}</svg>'
    )


def _size(ratio: Fraction) -> tuple[int, int]:
    longer = Fraction(LONGER_SIDE)
    return (
        (round(longer), round(longer / ratio))
        if ratio >= 1
        else (round(longer * ratio), round(longer))
    )


def _mark(name: str, width: int, height: int, place: str, done: Collection[str]) -> str:
    across, down = PLACES[name]
    x, y = round(across * width), round(down * height)
    if name == place:
        return "".join(_meter(x, y))
    return f'<path class="done" d="M{x - 6} {y}l4 5l8 -10"/>' if name in done else ""


def _meter(x: int, y: int) -> Iterator[str]:
    """A ring with a dot: told from a tick without colours."""
    yield f'<circle class="meter" cx="{x}" cy="{y}" r="{RADIUS}"/>'
    yield f'<circle class="meter-dot" cx="{x}" cy="{y}" r="4"/>'
