"""The value of each quantity, from what was measured; or why there is none.

A value is an exact fraction of the readings, so that it may equal a limit; only the contrast
response is computed in double precision (1e-9 of it, against a second implementation).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from appliance.displayqa.chromaticity import (
    D65,
    Chromaticity,
    distance_from,
    greatest_distance,
)
from appliance.displayqa.gsdf import is_defined
from appliance.displayqa.level import at_depth
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.response import contrast_response
from appliance.displayqa.ruleset import Limit
from appliance.displayqa.uniformity import (
    deviation_percent,
    difference_percent,
    median_deviation_percent,
)

LEAST_COLOURED_CD_M2 = 5
"""Below it a chromaticity is not looked at (IEC 62563-1, AAPM TG270)."""


class Absence(StrEnum):
    """Why a quantity has no value."""

    LEVELS_MISSING = "levels-missing"
    POSITIONS_MISSING = "positions-missing"
    CHROMATICITY_MISSING = "chromaticity-missing"
    AMBIENT_MISSING = "ambient-missing"
    BASELINE_MISSING = "baseline-missing"
    TARGET_MISSING = "target-missing"
    DISPLAYS_MISSING = "displays-missing"
    ZERO_LUMINANCE = "zero-luminance"
    AMBIENT_TOO_HIGH = "ambient-too-high"
    OUTSIDE_GSDF = "outside-gsdf"
    READS_DISAGREE = "reads-disagree"
    NO_CONTRAST = "no-contrast"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return _MEANINGS[self]

    @property
    def is_a_failure(self) -> bool:
        """Whether no further measurement could let the display pass."""
        return self is Absence.NO_CONTRAST


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no value, and which levels, places or luminances it is about."""

    absence: Absence
    about: tuple[str, ...] = ()


Finding: TypeAlias = Fraction | Missing


def finding(measured: Measurements, limit: Limit) -> Finding:
    """The value that ``limit`` is compared with."""
    apart = _apart(measured, limit)
    if apart:
        return Missing(Absence.READS_DISAGREE, apart)
    return _WAYS[limit.quantity](measured, limit)


def _apart(measured: Measurements, limit: Limit) -> tuple[str, ...]:
    """The levels whose repeated reads are of different things."""
    if not limit.quantity.is_of_screen:
        return tuple(str(ddl) for ddl in measured.eighteen if measured.scale[ddl].disagrees)
    levels = at_depth(limit.level or 0, measured.bits)
    places = [each for level in levels for each in measured.screen.get(level, {}).items()]
    return tuple(f"{levels[0]} {place}" for place, each in places if each.disagrees)


def grey_scale(measured: Measurements) -> list[Reading] | Missing:
    """The eighteen readings from dark to bright."""
    readings = [measured.at(level) for level in measured.levels]
    there = [each for each in readings if each is not None]
    if len(there) == len(readings):
        return there
    lacking = zip(measured.levels, readings, strict=True)
    return Missing(
        Absence.LEVELS_MISSING, tuple(str(level) for level, each in lacking if each is None)
    )


def observed_cd_m2(measured: Measurements) -> list[float] | Missing:
    """The eighteen luminances with ambient light, all of them within the GSDF."""
    readings = grey_scale(measured)
    if isinstance(readings, Missing):
        return readings
    luminances = [float(measured.with_ambient(each)) for each in readings]
    beyond = tuple(f"{each:g}" for each in luminances if not is_defined(each))
    return Missing(Absence.OUTSIDE_GSDF, beyond) if beyond else luminances


def _max_luminance(measured: Measurements, limit: Limit) -> Finding:
    return _end(measured, limit, -1)


def _min_luminance(measured: Measurements, limit: Limit) -> Finding:
    return _end(measured, limit, 0)


def _end(measured: Measurements, limit: Limit, at: int) -> Finding:
    level = measured.levels[at]
    reading = measured.at(level)
    if reading is None:
        return Missing(Absence.LEVELS_MISSING, (str(level),))
    if not limit.is_without_ambient:
        return measured.with_ambient(reading)
    alone = measured.without_ambient(reading)
    return alone if alone >= 0 else Missing(Absence.AMBIENT_TOO_HIGH)


def _luminance_ratio(measured: Measurements, limit: Limit) -> Finding:
    return _quotient(_end(measured, limit, -1), _end(measured, limit, 0))


def _ambient_ratio(measured: Measurements, _: Limit) -> Finding:
    if measured.ambient_cd_m2 is None:
        return Missing(Absence.AMBIENT_MISSING)
    level = measured.levels[0]
    darkest = measured.at(level)
    if darkest is None:
        return Missing(Absence.LEVELS_MISSING, (str(level),))
    alone = measured.without_ambient(darkest)
    if alone < 0:
        return Missing(Absence.AMBIENT_TOO_HIGH)
    return _quotient(measured.ambient_cd_m2, alone)


def _quotient(top: Finding, bottom: Finding) -> Finding:
    if isinstance(top, Missing):
        return top
    if isinstance(bottom, Missing):
        return bottom
    return top / bottom if bottom > 0 else Missing(Absence.ZERO_LUMINANCE)


def _contrast_response(measured: Measurements, _: Limit) -> Finding:
    luminances = observed_cd_m2(measured)
    if isinstance(luminances, Missing):
        return luminances
    try:
        return Fraction(contrast_response(luminances).k_delta_percent)
    except ValueError:  # within the GSDF, and yet no contrast to expect
        return Missing(Absence.NO_CONTRAST)


def _target_deviation(measured: Measurements, _: Limit) -> Finding:
    if measured.target_cd_m2 is None:
        return Missing(Absence.TARGET_MISSING)
    return _deviation(brightest_alone(measured), measured.target_cd_m2)


def _drift(measured: Measurements, _: Limit) -> Finding:
    if measured.baseline is None:
        return Missing(Absence.BASELINE_MISSING)
    before = brightest_alone(measured.baseline)
    if isinstance(before, Missing):
        return Missing(Absence.BASELINE_MISSING, before.about)
    return _deviation(brightest_alone(measured), before)


def _deviation(value: Finding, reference: Fraction) -> Finding:
    if isinstance(value, Missing):
        return value
    return deviation_percent(value, reference) if reference > 0 else _ZERO


def brightest_alone(measured: Measurements) -> Finding:
    """Maximum luminance of the display without the room."""
    reading = measured.at(measured.levels[-1])
    if reading is None:
        return Missing(Absence.LEVELS_MISSING, (str(measured.levels[-1]),))
    alone = measured.without_ambient(reading)
    return alone if alone >= 0 else Missing(Absence.AMBIENT_TOO_HIGH)


def _displays_luminance(measured: Measurements, _: Limit) -> Finding:
    found = [brightest_alone(each) for each in _workstation(measured)]
    values = [each for each in found if not isinstance(each, Missing)]
    if len(values) < max(measured.displays, 2):
        return Missing(Absence.DISPLAYS_MISSING)
    return difference_percent(values) if max(values) > 0 else _ZERO


def _displays_chromaticity(measured: Measurements, _: Limit) -> Finding:
    whites = [each.at(each.levels[-1]) for each in _workstation(measured)]
    if len(whites) < max(measured.displays, 2):
        return Missing(Absence.DISPLAYS_MISSING)
    points = [white.chromaticity for white in whites if white is not None]
    known = [each for each in points if each is not None]
    if len(known) < len(whites):
        return Missing(Absence.CHROMATICITY_MISSING)
    return greatest_distance(known)


def _workstation(measured: Measurements) -> tuple[Measurements, ...]:
    return (measured, *measured.beside)


def _uniformity(measured: Measurements, limit: Limit) -> Finding:
    return _over_screen(measured, limit, difference_percent)


def _median_deviation(measured: Measurements, limit: Limit) -> Finding:
    return _over_screen(measured, limit, median_deviation_percent)


def _over_screen(
    measured: Measurements, limit: Limit, formula: Callable[[list[Fraction]], Fraction]
) -> Finding:
    readings = screen_readings(measured, limit)
    if isinstance(readings, Missing):
        return readings
    try:
        return formula([each.mean_cd_m2 for each in readings])
    except ValueError:  # readings are not below 0, so they are 0
        return _ZERO


def _screen_chromaticity(measured: Measurements, limit: Limit) -> Finding:
    readings = screen_readings(measured, limit)
    if isinstance(readings, Missing):
        return readings
    points = [each.chromaticity for each in readings]
    known = [each for each in points if each is not None]
    if len(known) < len(points):
        return Missing(Absence.CHROMATICITY_MISSING)
    return greatest_distance(known)


def screen_readings(measured: Measurements, limit: Limit) -> list[Reading] | Missing:
    """The readings over the screen at the limit's level, at as many places as it asks for."""
    levels = at_depth(limit.level or 0, measured.bits)
    places: Mapping[str, Reading] = next(
        (measured.screen[each] for each in levels if each in measured.screen), {}
    )
    if len(places) < limit.positions:
        wanted = f"{len(places)} of {limit.positions} at level {levels[0]}"
        return Missing(Absence.POSITIONS_MISSING, (wanted,))
    return list(places.values())


def _grey_chromaticity(measured: Measurements, _: Limit) -> Finding:
    points = _coloured(measured)
    return points if isinstance(points, Missing) else distance_from(points, points[-1])


def _white_point(measured: Measurements, _: Limit) -> Finding:
    points = _coloured(measured)
    return points if isinstance(points, Missing) else distance_from(points, D65)


def _coloured(measured: Measurements) -> list[Chromaticity] | Missing:
    """Chromaticities of the grey scale where it is bright enough, the brightest level's last."""
    readings = grey_scale(measured)
    if isinstance(readings, Missing):
        return readings
    bright = [each for each in readings if measured.with_ambient(each) >= LEAST_COLOURED_CD_M2]
    points = [each.chromaticity for each in bright]
    known = [each for each in points if each is not None]
    if not known or len(known) < len(points) or readings[-1] is not bright[-1]:
        return Missing(Absence.CHROMATICITY_MISSING)
    return known


_ZERO = Missing(Absence.ZERO_LUMINANCE)
_WAYS: Mapping[Quantity, Callable[[Measurements, Limit], Finding]] = {
    Quantity.MAX_LUMINANCE: _max_luminance,
    Quantity.MIN_LUMINANCE: _min_luminance,
    Quantity.LUMINANCE_RATIO: _luminance_ratio,
    Quantity.CONTRAST_RESPONSE: _contrast_response,
    Quantity.AMBIENT_RATIO: _ambient_ratio,
    Quantity.TARGET_DEVIATION: _target_deviation,
    Quantity.UNIFORMITY: _uniformity,
    Quantity.MEDIAN_DEVIATION: _median_deviation,
    Quantity.SCREEN_CHROMATICITY: _screen_chromaticity,
    Quantity.GREY_CHROMATICITY: _grey_chromaticity,
    Quantity.WHITE_POINT: _white_point,
    Quantity.DISPLAYS_LUMINANCE: _displays_luminance,
    Quantity.DISPLAYS_CHROMATICITY: _displays_chromaticity,
    Quantity.MAX_LUMINANCE_DRIFT: _drift,
}
_MEANINGS = {
    Absence.LEVELS_MISSING: ("levels were not measured", "未測定の階調があります"),
    Absence.POSITIONS_MISSING: (
        "not measured at enough places of the screen",
        "画面内の測定点が不足しています",
    ),
    Absence.CHROMATICITY_MISSING: ("u' and v' were not measured", "色度(u'、v')が未測定です"),
    Absence.AMBIENT_MISSING: ("ambient luminance is not known", "環境光輝度が不明です"),
    Absence.BASELINE_MISSING: ("there is no baseline", "基準値がありません"),
    Absence.TARGET_MISSING: ("there is no target luminance", "目標輝度がありません"),
    Absence.DISPLAYS_MISSING: (
        "other displays of the workstation were not measured",
        "他のモニタが未測定です",
    ),
    Absence.ZERO_LUMINANCE: (
        "a luminance of 0 cannot be divided by",
        "輝度が 0 のため計算できません",
    ),
    Absence.AMBIENT_TOO_HIGH: (
        "the ambient luminance is above what was read",
        "環境光輝度が測定値を超えています",
    ),
    Absence.OUTSIDE_GSDF: (
        "a luminance is outside the GSDF, 0.05 to 4000 cd/m2",
        "輝度がGSDFの範囲(0.05〜4000 cd/m2)外です",
    ),
    Absence.READS_DISAGREE: (
        "repeated reads are too far apart to be of the same thing",
        "繰り返し測定の値が大きく異なります",
    ),
    Absence.NO_CONTRAST: (
        "the brightest level is hardly brighter than the darkest",
        "最大階調と最小階調の輝度差がほとんどありません",
    ),
}
