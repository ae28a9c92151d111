"""General Equipment (PS3.3 C.7.5.1): which scanner made an object, as far as its header says."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Self

from pydicom.dataset import Dataset

from appliance.headers.element import text


@dataclass(frozen=True, slots=True)
class Equipment:
    """A scanner by its header; empty: not stated. Case and spaces do not tell scanners apart.

    Attributes:
        maker: The first word of Manufacturer (0008,0070): makers write their name in several ways.
        model: Manufacturer's Model Name (0008,1090).
        device: Device Serial Number (0018,1000).
        station: Station Name (0008,1010).
    """

    maker: str = ""
    model: str = ""
    device: str = ""
    station: str = ""

    @classmethod
    def of(cls, header: Dataset) -> Self:
        """What ``header`` says."""
        maker, model, device, station = (
            text((header,), keyword).casefold().split()
            for keyword in (
                "Manufacturer",
                "ManufacturerModelName",
                "DeviceSerialNumber",
                "StationName",
            )
        )
        return cls("".join(maker[:1]), " ".join(model), " ".join(device), " ".join(station))

    def may_be(self, other: "Equipment") -> bool:
        """Whether nothing that both state differs; a maker's serial number settles it."""
        if self.device and other.device:
            return self.device == other.device and self._agrees(other, "maker")
        return self._agrees(other, *(each.name for each in fields(self)))

    def may_have_captured(self, other: "Equipment") -> bool:
        """Whether this may be a workstation that a screen of ``other`` passed: another maker's."""
        return bool(self.maker and other.maker) and self.maker != other.maker

    def _agrees(self, other: "Equipment", *names: str) -> bool:
        pairs = ((getattr(self, name), getattr(other, name)) for name in names)
        return all(mine == its or not (mine and its) for mine, its in pairs)


def are_several(found: Iterable[Equipment]) -> bool:
    """Whether two of ``found`` are two scanners."""
    return any(not one.may_be(other) for one, other in combinations(set(found), 2))
