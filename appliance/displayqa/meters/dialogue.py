"""What a dialogue is made of, and how answers are matched: whole, or not at all."""

from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from re import Match, Pattern
from typing import TypeAlias, TypeVar

from appliance.displayqa.meters.reading import (
    Failure,
    Fault,
    Reading,
    chromaticity_of_xy,
    chromaticity_of_xyz,
)

T = TypeVar("T")
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Until:
    """An answer that ends with ``terminator``, for the ``count``-th time."""

    terminator: bytes
    count: int = 1

    def ended(self, received: bytes) -> bool:
        """Whether all of it is there."""
        return received.endswith(self.terminator) and received.count(self.terminator) >= self.count


@dataclass(frozen=True, slots=True)
class Exactly:
    """An answer of so many bytes."""

    count: int

    def ended(self, received: bytes) -> bool:
        """Whether all of it is there."""
        return len(received) >= self.count


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent (nothing: more of the answer is awaited), how the answer ends, and by when.

    ``one_by_one``: the meter loses characters that arrive without a pause.
    """

    sent: bytes
    ending: Until | Exactly
    patience_s: float = 2.0
    one_by_one: bool = False


Dialogue: TypeAlias = Generator[Request, bytes, T | Failure]
"""Yields requests, is given answers, returns a value or why there is none."""


def matched(form: Pattern[str], received: bytes) -> Match[str] | Failure:
    """The match of the whole answer, of which every byte counts; else it is garbled."""
    found = form.fullmatch(received.decode("ascii", "backslashreplace"))
    return garbled(received) if found is None else found


def garbled(received: bytes) -> Failure:
    """An answer that is none."""
    return Failure(Fault.GARBLED, repr(received[:SHOWN]))


def resolution_of(number: str) -> Decimal:
    """One in the last place of a number as it was sent."""
    return Decimal((0, (1,), int(Decimal(number).as_tuple().exponent)))


def digits_of(*numbers: str) -> int:
    """How many digits were sent."""
    return sum(map(str.isdigit, "".join(numbers)))


def luminance(number: str) -> Reading:
    """A reading in cd/m² of a number as it was sent; noise below zero is no light."""
    return _reading(number, None, digits_of(number))


def luminance_xy(number: str, x: str, y: str) -> Reading:
    """A reading of Y, x, y."""
    return _reading(number, chromaticity_of_xy(Decimal(x), Decimal(y)), digits_of(number, x, y))


def luminance_uv(number: str, u_prime: str, v_prime: str) -> Reading:
    """A reading of Y, u', v'."""
    digits = digits_of(number, u_prime, v_prime)
    return _reading(number, (Decimal(u_prime), Decimal(v_prime)), digits)


def luminance_xyz(x: str, number: str, z: str) -> Reading:
    """A reading of X, Y, Z; Y is the luminance."""
    chromaticity = chromaticity_of_xyz(Decimal(x), Decimal(number), Decimal(z))
    return _reading(number, chromaticity, digits_of(x, number, z))


def _reading(number: str, chromaticity: tuple[Decimal, Decimal] | None, digits: int) -> Reading:
    u_prime, v_prime = chromaticity or (None, None)
    return Reading(
        luminance_cd_m2=max(Decimal(number), Decimal(0)),
        u_prime=u_prime,
        v_prime=v_prime,
        resolution=resolution_of(number),
        digits=digits,
    )
