"""The methods' factors and limits, as ``size.toml`` has them.

Lengths in cm are those of AAPM Reports 204 and 220; what is unverified is never handed out.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import Any

from appliance.dose.coded import Phantom, SizeSpecificDoseMethod
from appliance.dose.region import Region
from appliance.headers.size.refusal import NoEstimate, Unfit


@dataclass(frozen=True, slots=True)
class Interval:
    """Diameters in cm, both ends included."""

    smallest: float
    greatest: float

    def __contains__(self, diameter_cm: float) -> bool:
        return self.smallest <= diameter_cm <= self.greatest


@dataclass(frozen=True, slots=True)
class Conversion:
    """The factor of one phantom: ``a`` times e to the power of minus ``b`` times the diameter."""

    report: str
    body: str
    phantom: Phantom
    a: Decimal
    b: Decimal
    diameters: Interval
    verified: bool

    def factor(self, diameter_cm: float) -> float:
        """SSDE by CTDIvol for a water-equivalent or effective diameter (AAPM 220, appendix A)."""
        return float(self.a) * exp(-float(self.b) * diameter_cm)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The effective diameter that goes with a measured dimension."""

    method: SizeSpecificDoseMethod
    coefficients: tuple[Decimal, ...]
    lengths: Interval
    verified: bool

    def effective_diameter_cm(self, length_cm: float) -> float:
        """By the polynomial that the report's table is."""
        return float(sum(float(c) * length_cm**n for n, c in enumerate(self.coefficients)))


@dataclass(frozen=True, slots=True)
class Patient:
    """Where the patient is in an image; Hounsfield units and mm."""

    tissue_hu: float
    lung_hu: float
    thin_mm: float
    thick_mm: float
    edge_mm: float
    outside_hu: float
    air_hu: tuple[float, float]
    least_air_share: float
    rim_hu: float
    rim_share: float


@dataclass(frozen=True, slots=True)
class Range:
    """How much of a scan has to be measured."""

    apart_mm: float
    gap_mm: float
    covered_share: float
    fewest: int
    truncated_share: float


@dataclass(frozen=True, slots=True)
class Methods:
    """Everything of ``size.toml``; ``conversions`` and ``dimensions`` hold unverified ones too."""

    conversions: tuple[Conversion, ...]
    dimensions: tuple[Dimension, ...]
    regions: Mapping[str, frozenset[str]]
    patient: Patient
    range: Range

    def conversion(self, phantom: Phantom, region: Region) -> Conversion | NoEstimate:
        """The verified factor for CTDIvol of this phantom and this part of the body."""
        body = next((name for name, its in self.regions.items() if region.extent <= its), None)
        fit = [c for c in self.conversions if (c.body, c.phantom) == (body, phantom)]
        verified = [c for c in fit if c.verified]
        if verified:
            return verified[0]
        why = Unfit.FACTOR_UNVERIFIED if fit else Unfit.REGION_WITHOUT_FACTOR
        return NoEstimate(why, f"{fit[0].report if fit else phantom.name}, {region.name}")

    def dimension(self, method: SizeSpecificDoseMethod) -> Dimension | None:
        """The verified relation for a method of AAPM 204, or None."""
        fit = (d for d in self.dimensions if d.method is method and d.verified)
        return next(fit, None)


def methods_from(text: str) -> Methods:
    """What a table says; raises KeyError, ValueError."""
    data = tomllib.loads(text)
    return Methods(
        conversions=tuple(map(_conversion, data["conversion"])),
        dimensions=tuple(map(_dimension, data["dimension"])),
        regions={name: frozenset(its) for name, its in data["body"].items()},
        patient=Patient(**{**data["patient"], "air_hu": tuple(data["patient"]["air_hu"])}),
        range=Range(**data["range"]),
    )


@lru_cache(maxsize=1)
def shipped() -> Methods:
    """The table that the appliance ships."""
    return methods_from((files(__package__) / "size.toml").read_text("utf-8"))


def _conversion(row: Mapping[str, Any]) -> Conversion:
    return Conversion(
        report=row["report"],
        body=row["body"],
        phantom=Phantom.from_name(row["phantom"]),
        a=Decimal(row["a"]),
        b=Decimal(row["b"]),
        diameters=_interval(row),
        verified=row["verified"],
    )


def _dimension(row: Mapping[str, Any]) -> Dimension:
    return Dimension(
        method=SizeSpecificDoseMethod.from_name(row["method"]),
        coefficients=tuple(map(Decimal, row["coefficients"])),
        lengths=_interval(row),
        verified=row["verified"],
    )


def _interval(row: Mapping[str, Any]) -> Interval:
    return Interval(float(row["smallest_cm"]), float(row["greatest_cm"]))
