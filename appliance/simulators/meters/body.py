"""What every simulated meter has: light falling in, a condition, and words answered in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import ClassVar


class Condition(Enum):
    """What may be wrong with a meter."""

    GOOD = auto()
    OVER_RANGE = auto()
    BATTERY = auto()


@dataclass(frozen=True, slots=True)
class Light:
    """What falls in: luminance in cd/m² and the chromaticity x, y of CIE 1931."""

    luminance_cd_m2: Decimal
    x: Decimal = Decimal("0.3127")
    y: Decimal = Decimal("0.3290")

    @property
    def tristimulus(self) -> tuple[Decimal, Decimal, Decimal]:
        """X, Y, Z."""
        share = self.luminance_cd_m2 / self.y
        return self.x * share, self.luminance_cd_m2, (1 - self.x - self.y) * share

    @property
    def uniform(self) -> tuple[Decimal, Decimal]:
        """u', v' of CIE 1976."""
        whole = -2 * self.x + 12 * self.y + 3
        return 4 * self.x / whole, 9 * self.y / whole


class Body:
    """A meter: bytes in, bytes out. ``light`` is asked at each measurement."""

    terminator: ClassVar[bytes] = b"\r\n"

    def __init__(self, light: Callable[[], Light], condition: Condition = Condition.GOOD) -> None:
        self.light = light
        self.condition = condition
        self._heard = b""

    def take(self, data: bytes) -> bytes:
        """What the meter sends after these bytes; several words are answered in turn."""
        self._heard += data
        said = b""
        while self.terminator in self._heard:
            word, self._heard = self._heard.split(self.terminator, 1)
            said += self.answer(word.decode("ascii", "replace").strip("\r\n"))
        return said

    def answer(self, word: str) -> bytes:
        """The answer to one word, with its end."""
        raise NotImplementedError
