"""Which of a site's doses are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf, nextafter

from appliance.drl.exam import Ages


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """From a weight in kg to another, both included."""

    least: float
    most: float


AGES: dict[str, Ages] = {
    name: Ages(youngest=Decimal(youngest), below=None if below is None else Decimal(below))
    for name, youngest, below in (
        ("0-1", 0, 1),
        ("1-5", 1, 5),
        ("5-10", 5, 10),
        ("10-15", 10, 15),
        ("15-", 15, None),
    )
}
"""The bands that the Japanese levels are stated for; from 15 on adults (``exams.toml``)."""
WEIGHTS: dict[str, Weights] = {
    "-50": Weights(least=0.0, most=nextafter(50.0, 0.0)),
    "50-70": Weights(least=50.0, most=70.0),
    "70-": Weights(least=nextafter(70.0, inf), most=inf),
}
"""Around the standard weight of the edition of 2020."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is empty or None leaves nothing out; what is not known is in no band and no period.

    Attributes:
        first: The first day, included; ``last`` likewise.
        scanner: Its identifier.
        label: The protocol: Acquisition Protocol, of several phases joined.
        ages: A key of ``AGES``.
        weights: A key of ``WEIGHTS``.
    """

    first: date | None = None
    last: date | None = None
    scanner: str = ""
    label: str = ""
    ages: str = ""
    weights: str = ""

    def terms(self) -> Iterator[tuple[str, str]]:
        """As parts of an address, those that leave something out."""
        for name in self.__slots__:
            value = getattr(self, name)
            if value:
                yield name, value.isoformat() if isinstance(value, date) else value
