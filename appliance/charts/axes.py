"""A frame with two axes: where a value is on the paper, and which figures stand beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from appliance.charts.drawing import FAINT, INK, Drawing, Point

STEPS = (1, 2, 5, 10)
LEFT, TOP, RIGHT, BOTTOM = 58.0, 12.0, 14.0, 40.0
MARK = 4.0
DECADE = 1.000001


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least value to the greatest, straight or by powers of ten (both above 0)."""

    least: float
    greatest: float
    is_logarithmic: bool = False

    def share(self, value: float) -> float:
        """0 at the least, 1 at the greatest; what is beyond them is at them."""
        if self.is_logarithmic:
            at = log10(max(value, self.least) / self.least) / log10(self.greatest / self.least)
        else:
            at = (value - self.least) / (self.greatest - self.least)
        return min(max(at, 0.0), 1.0)

    def ticks(self, about: int) -> list[float]:
        """Round values between the ends."""
        return list(self._powers() if self.is_logarithmic else self._even(about))

    def _even(self, about: int) -> Iterator[float]:
        step = round_step((self.greatest - self.least) / about)
        first, last = ceil(self.least / step - 1e-9), floor(self.greatest / step + 1e-9)
        yield from (number * step for number in range(first, last + 1))

    def _powers(self) -> Iterator[float]:
        """1, 2, 5 of each power of ten; 1 alone over many."""
        first, last = floor(log10(self.least)), ceil(log10(self.greatest))
        digits = (1,) if last - first > len(STEPS) + 1 else STEPS[:-1]
        for power in range(first, last + 1):
            for digit in digits:
                value = digit * 10.0**power
                if self.least / DECADE <= value <= self.greatest * DECADE:
                    yield value


def round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below ``least`` (above 0)."""
    power = 10.0 ** floor(log10(least))
    return next(each * power for each in STEPS if each * power >= least * (1 - 1e-9))


def around(values: Sequence[float], margin: float = 0.08) -> Scale:
    """A scale that has all of them, with a margin on both sides; never of no length."""
    least, greatest = min(values), max(values)
    gap = (greatest - least) * margin or max(abs(greatest) * margin, 1e-3)
    return Scale(least - gap, greatest + gap)


class Axes:
    """A frame in a drawing; ``across`` and ``up`` place what is drawn in it."""

    def __init__(self, drawing: Drawing, size: Point, across: Scale, up: Scale) -> None:
        self.drawing, self.across, self.up = drawing, across, up
        self.width, self.height = size[0] - LEFT - RIGHT, size[1] - TOP - BOTTOM

    def at(self, across: float, up: float) -> Point:
        """Where the two values meet."""
        x = LEFT + self.width * self.across.share(across)
        return x, TOP + self.height * (1 - self.up.share(up))

    def frame(self, labels: tuple[str, str], ticks: Sequence[tuple[float, str]]) -> None:
        """The frame, figures along both sides, and what they are of; ``ticks`` stand below."""
        for value in self.up.ticks(5):
            x, y = self.at(self.across.least, value)
            self.drawing.line((x, y), (x + self.width, y), FAINT, 0.6)
            self.drawing.text((x - MARK - 2, y + MARK), f"{value:g}", "end")
        for value, said in ticks:
            x, y = self.at(value, self.up.least)
            self.drawing.line((x, y), (x, y + MARK))
            self.drawing.text((x, y + 16), said, "middle")
        self.drawing.box((LEFT, TOP), (self.width, self.height), stroke=INK)
        below, beside = labels
        self.drawing.text((LEFT + self.width / 2, TOP + self.height + 33), below, "middle")
        self.drawing.text((13, TOP + self.height / 2), beside, "middle", turned=True)

    def band(self, least: float, greatest: float, colour: str) -> None:
        """A stripe over the whole width."""
        x, y = self.at(self.across.least, greatest)
        self.drawing.box((x, y), (self.width, self.at(0, least)[1] - y), colour)

    def rule(self, value: float, colour: str, dash: str = "") -> None:
        """A line over the whole width."""
        x, y = self.at(self.across.least, value)
        self.drawing.path(((x, y), (x + self.width, y)), colour, 1.2, dash)
