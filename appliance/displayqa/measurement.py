"""What was measured of one display: readings by level and place, ambient light, what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import sqrt
from statistics import stdev

from appliance.displayqa.chromaticity import Chromaticity, mean
from appliance.displayqa.level import DEPTHS, EIGHT_BITS, found, grey_scale

APART_PERCENT, APART_CD_M2 = 10, Decimal("0.1")
"""Reads of one level are of different things when they differ by more than both: our figures."""
COVERAGE = 2
"""An uncertainty is stated as twice the standard deviation (k = 2)."""


class Method(StrEnum):
    """How luminance was measured; it decides whether ambient light is in the readings."""

    CONTACT = "contact"
    FRONT_SENSOR = "front-sensor"
    TELESCOPIC = "telescopic"

    @property
    def sees_ambient(self) -> bool:
        """Whether the readings include what the screen reflects of the room."""
        return self is Method.TELESCOPIC


@dataclass(frozen=True)
class Reading:
    """What was read at one level and place, once or several times.

    ``gain`` multiplies the mean; other than 1 it is a question of how much an error would matter.
    Raises ValueError without a luminance, and for one below 0.
    """

    luminances_cd_m2: tuple[Decimal, ...]
    chromaticities: tuple[Chromaticity, ...] = ()
    gain: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if not self.luminances_cd_m2:
            raise ValueError("nothing was read")
        if any(not each.is_finite() or each < 0 for each in self.luminances_cd_m2):
            raise ValueError("a luminance is below 0")

    @cached_property
    def mean_cd_m2(self) -> Fraction:
        """The mean, exactly."""
        total = sum(map(Fraction, self.luminances_cd_m2), Fraction(0))
        return self.gain * total / len(self.luminances_cd_m2)

    @property
    def chromaticity(self) -> Chromaticity | None:
        """The mean; None when none was read."""
        return mean(self.chromaticities) if self.chromaticities else None

    @property
    def disagrees(self) -> bool:
        """Whether the reads are too far apart to be of the same thing."""
        apart = max(self.luminances_cd_m2) - min(self.luminances_cd_m2)
        return apart > APART_CD_M2 and 100 * apart > APART_PERCENT * max(self.luminances_cd_m2)

    @property
    def spread_cd_m2(self) -> float | None:
        """Standard deviation of the reads; None for a single one."""
        reads = [float(each) for each in self.luminances_cd_m2]
        return stdev(reads) if len(reads) > 1 else None

    def uncertainty_cd_m2(self, repeatability_percent: Fraction) -> Fraction:
        """Of the mean (k = 2): by the spread, or the meter's repeatability if that says more."""
        root = sqrt(len(self.luminances_cd_m2))
        stated = float(self.mean_cd_m2 * repeatability_percent) / 100
        return Fraction(max(COVERAGE * (self.spread_cd_m2 or 0.0), stated) / root)


Screen = Mapping[int, Mapping[str, Reading]]
"""By level, then by the name of the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """Everything that was measured of a display; what was not is None or empty.

    Attributes:
        bits: Depth of the levels, one of 8, 10, 12, 14, 16.
        scale: The grey scale, measured at one place: readings by level.
        screen: One level at several places: readings by level and place.
        ambient_cd_m2: What the screen reflects of the room, at viewing conditions.
        illuminance_lx: At the screen; a record, unless ``ambient_cd_m2`` was computed from it.
        is_monochrome: Chromaticity is not asked for.
        displays: How many the workstation has.
        beside: The others of them.
        baseline: The same display, as it was accepted.
        target_cd_m2: Luminance it was calibrated to.
        seen: The visual checks' identifiers, and whether each was fulfilled.
        accuracy_percent: Of the meter (k = 2): an error that all readings share.
        repeatability_percent: Of the meter (k = 2): errors that readings do not share.
        chromaticity_uncertainty: Of a difference in u', v' (k = 2).

    Raises ValueError for a depth that there is not, and for ambient light below 0.
    """

    bits: int = EIGHT_BITS
    scale: Mapping[int, Reading] = field(default_factory=dict)
    screen: Screen = field(default_factory=dict)
    method: Method = Method.CONTACT
    ambient_cd_m2: Fraction | None = None
    illuminance_lx: Decimal | None = None
    is_monochrome: bool = False
    displays: int = 1
    beside: tuple["Measurements", ...] = ()
    baseline: "Measurements | None" = None
    target_cd_m2: Fraction | None = None
    seen: Mapping[str, bool] = field(default_factory=dict)
    accuracy_percent: Fraction | None = None
    repeatability_percent: Fraction | None = None
    chromaticity_uncertainty: Fraction | None = None

    def __post_init__(self) -> None:
        if self.bits not in DEPTHS:
            raise ValueError(f"no depth: {self.bits} bits")
        if self.ambient_cd_m2 is not None and self.ambient_cd_m2 < 0:
            raise ValueError("ambient luminance is below 0")

    @property
    def levels(self) -> tuple[int, ...]:
        """The eighteen levels of the grey scale, measured or not."""
        return grey_scale(self.scale, self.bits)

    @property
    def eighteen(self) -> tuple[int, ...]:
        """Which of ``levels`` were measured, as the readings name them."""
        near = (found(each, self.scale, self.bits) for each in self.levels)
        return tuple(each for each in near if each is not None)

    def at(self, level: int) -> Reading | None:
        """The reading of a level of the grey scale; None: it was not measured."""
        ddl = found(level, self.scale, self.bits)
        return None if ddl is None else self.scale[ddl]

    def with_ambient(self, reading: Reading) -> Fraction:
        """L' in cd/m2: what an observer sees; without known ambient light, what was read."""
        added = 0 if self.method.sees_ambient else self.ambient_cd_m2 or 0
        return reading.mean_cd_m2 + added

    def without_ambient(self, reading: Reading) -> Fraction:
        """L in cd/m2: of the display alone; may be below 0 when the ambient light is wrong."""
        taken = (self.ambient_cd_m2 or 0) if self.method.sees_ambient else 0
        return reading.mean_cd_m2 - taken

    def scaled(self, gain: Fraction) -> "Measurements":
        """As a meter would have read that multiplies by ``gain``."""
        return replace(
            self,
            scale={at: replace(each, gain=gain) for at, each in self.scale.items()},
            screen={
                at: {place: replace(each, gain=gain) for place, each in places.items()}
                for at, places in self.screen.items()
            },
        )


def reflected_cd_m2(illuminance_lx: Decimal, reflection_cd_m2_lx: Decimal) -> Fraction:
    """Ambient luminance E·Rd. Raises ValueError when one is below 0."""
    if illuminance_lx < 0 or reflection_cd_m2_lx < 0:
        raise ValueError("illuminance or reflection is below 0")
    return Fraction(illuminance_lx) * Fraction(reflection_cd_m2_lx)
