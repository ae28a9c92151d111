"""Displays that are known exactly, and readings of them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.gsdf import jnd_index, luminance_cd_m2
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.ruleset import Ruleset
from appliance.displayqa.ruleset_file import shipped

EIGHTEEN = tuple(range(0, 256, 15))
NINE = tuple("123456789")
D65_READ = Chromaticity(Fraction("0.19783"), Fraction("0.46833"))


@dataclass(frozen=True)
class Monitor:
    """The luminances of the eighteen levels, in cd/m2, and what the screen reflects."""

    luminances_cd_m2: tuple[float, ...]
    ambient_cd_m2: float

    @property
    def observed_cd_m2(self) -> list[float]:
        return [each + self.ambient_cd_m2 for each in self.luminances_cd_m2]


def gsdf_monitor(dark: float, bright: float) -> list[float]:
    """Eighteen levels along the GSDF."""
    first, last = jnd_index(dark), jnd_index(bright)
    return [luminance_cd_m2(first + (last - first) * at / 17) for at in range(18)]


def gamma_monitor(dark: float, bright: float, gamma: float) -> list[float]:
    return [dark + (bright - dark) * (at / 17) ** gamma for at in range(18)]


def random_monitor(seed: int) -> Monitor:
    """GSDF with an error, or a gamma; any black level, brightness and room."""
    at_random = random.Random(seed)
    dark = 10 ** at_random.uniform(-1, 0.5)
    bright = at_random.uniform(80, 1500)
    if at_random.random() < 0.5:
        levels = gamma_monitor(dark, bright, at_random.uniform(1.6, 2.8))
    else:
        levels = gsdf_monitor(dark, bright)
    error = at_random.choice([0.0, 0.002, 0.02, 0.2])
    wrong = tuple(each * (1 + at_random.gauss(0, error)) for each in levels)
    return Monitor(tuple(max(each, 0.06) for each in wrong), at_random.uniform(0, 0.6))


def read(luminance: float | str | Decimal, *, white: Chromaticity | None = None) -> Reading:
    return Reading((Decimal(str(luminance)),), (white,) if white else ())


def grey_scale(
    luminances: Sequence[float | str], white: Chromaticity | None = D65_READ
) -> dict[int, Reading]:
    return {
        level: read(each, white=white) for level, each in zip(EIGHTEEN, luminances, strict=True)
    }


def field(
    luminances: Sequence[float | str], white: Chromaticity | None = D65_READ
) -> Mapping[str, Reading]:
    """A uniform level at as many places as there are luminances."""
    return {place: read(each, white=white) for place, each in zip(NINE, luminances, strict=False)}


def good_display(**more: object) -> Measurements:
    """Passes everything that any shipped ruleset asks, but for what a baseline or others tell."""
    levels = {level: field(["100"] * 9) for level in (26, 30, 120, 204, 210)}
    whole: dict[str, object] = {
        "scale": grey_scale([f"{each:.6f}" for each in gsdf_monitor(1.21, 451)]),
        "screen": levels,
        "ambient_cd_m2": Fraction("0.05"),
        "target_cd_m2": Fraction(451),
    }
    return Measurements(**(whole | more))  # type: ignore[arg-type]


def ruleset_named(name: str) -> Ruleset:
    return shipped()[name]
