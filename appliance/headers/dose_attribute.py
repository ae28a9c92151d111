"""One attribute of a radiation dose module, standard or private, in the unit of the record.

``exposure_dose.toml`` names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydicom import Dataset

from appliance.headers.element import number_from, private, texts

MOST_DIGITS = 20
"""Before or behind the point; what has more is no measurement."""


@dataclass(frozen=True, slots=True)
class DoseAttribute:
    """An attribute by its keyword, or a private one by group, element and creator.

    ``times`` turns its unit into that of the record's field.
    """

    keyword: str = ""
    group: int = 0
    element: int = 0
    creator: str = ""
    times: Decimal = Decimal(1)

    @property
    def name(self) -> str:
        """The keyword, or the private tag as PS3.5 7.8.1 writes it."""
        return self.keyword or f"({self.group:04X},xx{self.element:02X},{self.creator})"

    def text(self, dataset: Dataset) -> str:
        """Its one value as text; empty when there is none, or several."""
        if not self.keyword:
            return private(dataset, self.group, self.creator, self.element)
        found = texts((dataset,), self.keyword)
        return found[0] if len(found) == 1 else ""

    def number(self, dataset: Dataset) -> Decimal | None:
        """Its one value as a number in the unit of the record's field; None when it is none."""
        said = number_from(self.text(dataset))
        if said is None or abs(said.adjusted()) > MOST_DIGITS:
            return None
        return _plain(said) if self.times == 1 else _plain((said * self.times).normalize())


def dose_attributes(table: Mapping[str, Any]) -> tuple[DoseAttribute, ...]:
    """The attributes that a table of the data lists."""
    return tuple(
        DoseAttribute(**{**body, "times": Decimal(body.get("times", 1))})
        for body in table["attributes"]
    )


def _plain(number: Decimal) -> Decimal:
    """The same number, without an exponent that stands for zeros: 120, not 1.2E+2."""
    exponent = number.as_tuple().exponent
    return Decimal(int(number)) if isinstance(exponent, int) and exponent > 0 else number
