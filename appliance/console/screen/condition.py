"""What a page says of its window, and what of that a pattern does not bear."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from appliance.console.rendering import pair

DEPTHS = (24, 30)
"""Bits of a colour that a screen without tricks has, as browsers say it."""
NEARLY_1 = 0.01
LARGEST_PX = 32768
Size = tuple[int, int]
"""Width and height in device pixels."""
GAMUTS = ("srgb", "p3", "rec2020", "unknown")


class Caution(StrEnum):
    """Something about a page that a pattern, or trust in it, does not bear."""

    TAB_HIDDEN = "tab-hidden"
    NOT_FULL_SCREEN = "not-full-screen"
    WRONG_SIZE = "wrong-size"
    SIZE_ESTIMATED = "size-estimated"
    ZOOMED = "zoomed"
    SCALED = "scaled"
    LEVELS_CHANGED = "levels-changed"
    COLOUR_DEPTH = "colour-depth"
    WIDE_GAMUT = "wide-gamut"
    HIGH_DYNAMIC_RANGE = "high-dynamic-range"
    MAY_SLEEP = "may-sleep"

    @property
    def is_hindering(self) -> bool:
        """Whether nothing is shown as long as it holds."""
        return self in {Caution.TAB_HIDDEN, Caution.NOT_FULL_SCREEN, Caution.WRONG_SIZE}

    @property
    def meaning(self) -> tuple[str, str]:
        """What is wrong and what to do: English, Japanese."""
        return pair("caution", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The window of a page, as it says itself.

    Attributes:
        width_px, height_px: Device pixels of the area that patterns fill.
        pixel_ratio: Device pixels a pixel of style sheets.
        zoom: How much of that the browser itself zooms, with fingers or keys; 1: not.
        is_exact: Whether the browser says device pixels, not only a ratio.
        depth: Bits of a colour.
        gamut: One of ``GAMUTS``.
        is_awake: Whether the screen is kept from sleeping.
        keeps_levels: Whether every grey that is drawn is read back as it was drawn.

    Raises ValueError for what no window is.
    """

    width_px: int
    height_px: int
    pixel_ratio: float
    zoom: float
    is_exact: bool
    is_full_screen: bool
    is_visible: bool
    depth: int
    gamut: str
    is_hdr: bool
    is_awake: bool
    keeps_levels: bool

    def __post_init__(self) -> None:
        if not all(0 < each <= LARGEST_PX for each in (self.width_px, self.height_px)):
            raise ValueError("no window is of that size")
        if self.gamut not in GAMUTS:
            raise ValueError("an unknown gamut")

    @classmethod
    def parsed(cls, content: Mapping[str, Any]) -> "Condition":
        """Of JSON. Raises ValueError when a field is missing or of another type."""
        values = {each.name: _typed(content.get(each.name), each.type) for each in fields(cls)}
        return cls(**values)

    def cautions(self, size_px: Size | None) -> tuple[Caution, ...]:
        """What is to be said of it, worst first; ``size_px`` is that of the registered display."""
        return tuple(self._cautions(size_px))

    def _cautions(self, size_px: Size | None) -> Iterator[Caution]:
        ratio = self.pixel_ratio / self.zoom
        is_size = size_px in {None, (self.width_px, self.height_px)}
        holds = {
            Caution.TAB_HIDDEN: not self.is_visible,
            Caution.NOT_FULL_SCREEN: not self.is_full_screen,
            Caution.WRONG_SIZE: self.is_full_screen and not is_size,
            Caution.SIZE_ESTIMATED: not self.is_exact,
            Caution.ZOOMED: abs(self.zoom - 1) > NEARLY_1,
            Caution.SCALED: abs(ratio - round(ratio)) > NEARLY_1,
            Caution.LEVELS_CHANGED: not self.keeps_levels,
            Caution.COLOUR_DEPTH: self.depth not in DEPTHS,
            Caution.WIDE_GAMUT: self.gamut in {"p3", "rec2020"},
            Caution.HIGH_DYNAMIC_RANGE: self.is_hdr,
            Caution.MAY_SLEEP: self.is_full_screen and not self.is_awake,
        }
        yield from (caution for caution, is_so in holds.items() if is_so)


def _typed(value: object, kind: Any) -> Any:  # noqa: ANN401 - a class of a field
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not 1 / 64 <= value <= 64:  # noqa: PLR2004 - no browser goes that far
            raise ValueError("an impossible ratio")
        return float(value)
    if type(value) is not kind:
        raise ValueError("not a window's condition")
    return value
