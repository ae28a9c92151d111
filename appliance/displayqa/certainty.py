"""How sure a verdict is: whether the limit lies within the uncertainty of the value.

An error that all readings share (the meter's accuracy) and errors of single readings (its
repeatability, or the spread of repeated reads if that is more) are let happen one after the other,
and what each does to the value is added in squares. All are stated as k = 2. Ambient luminance is
taken as exact, and so are the baseline and the other displays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from appliance.displayqa.finding import Missing, finding, observed_cd_m2
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.response import contrast_response
from appliance.displayqa.ruleset import Limit

NO_ERROR = Fraction(0)
ABSOLUTE = {
    Quantity.MAX_LUMINANCE,
    Quantity.MIN_LUMINANCE,
    Quantity.AMBIENT_RATIO,
    Quantity.TARGET_DEVIATION,
    Quantity.MAX_LUMINANCE_DRIFT,
}
"""What is compared with something that the same readings do not give."""
ANY_OF_SEVENTEEN = 1.5
"""That none of 17 intervals is further off than its error takes k = 3 instead of 2."""


class Certainty(StrEnum):
    """What the uncertainty makes of a verdict."""

    CERTAIN = "certain"
    WITHIN_UNCERTAINTY = "within-uncertainty"
    UNKNOWN = "unknown"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return {
            Certainty.CERTAIN: (
                "the limit is further away than the uncertainty",
                "判定基準は不確かさの範囲外",
            ),
            Certainty.WITHIN_UNCERTAINTY: (
                "the limit is within the uncertainty: another measurement may say otherwise",
                "判定基準が不確かさの範囲内(再測定で判定が変わる可能性あり)",
            ),
            Certainty.UNKNOWN: ("the uncertainty is not known", "不確かさは不明"),
        }[self]


def uncertainty(measured: Measurements, limit: Limit) -> Fraction | None:
    """Of the value that ``limit`` is compared with, k = 2, in its unit; None: nothing tells it."""
    if limit.quantity.is_chromatic:
        return measured.chromaticity_uncertainty
    nominal = finding(measured, limit)
    if not (_is_known(measured, limit.quantity) and isinstance(nominal, Fraction)):
        return None
    if limit.quantity is Quantity.CONTRAST_RESPONSE:
        return _of_response(measured, limit)
    changes = [_most(nominal, limit, each) for each in _wrong(measured, limit)]
    return Fraction(_root_of_squares(changes))


def _of_response(measured: Measurements, limit: Limit) -> Fraction:
    """Of κδ: it is the greatest of the intervals', and an error is of one or two of them."""
    nominal = _deviations(measured)
    squares = [0.0] * len(nominal)
    for wrong in _wrong(measured, limit):
        ways = [each for each in map(_deviations, wrong) if each]
        for at, known in enumerate(nominal):
            squares[at] += max((each[at] - known) ** 2 for each in ways) if ways else 0.0
    errors = [ANY_OF_SEVENTEEN * sqrt(each) for each in squares]
    pairs = [(abs(each), error) for each, error in zip(nominal, errors, strict=True)]
    value = max(size for size, _ in pairs)
    above = max(size + error for size, error in pairs) - value
    below = value - max(max(size - error, 0.0) for size, error in pairs)
    return Fraction(100 * max(above, below))


def _deviations(measured: Measurements) -> list[float]:
    """Of each interval; none when there is no response."""
    luminances = observed_cd_m2(measured)
    if isinstance(luminances, Missing):
        return []
    try:
        return [each.deviation for each in contrast_response(luminances).intervals]
    except ValueError:  # with that error there is no contrast
        return []


def _root_of_squares(values: Iterable[float]) -> float:
    return sqrt(sum(each * each for each in values))


def certainty(value: Fraction, limit: Fraction, within: Fraction | None) -> Certainty:
    """How sure the comparison of ``value`` with ``limit`` is."""
    if within is None:
        return Certainty.UNKNOWN
    near = abs(value - limit) <= within
    return Certainty.WITHIN_UNCERTAINTY if near else Certainty.CERTAIN


def _is_known(measured: Measurements, quantity: Quantity) -> bool:
    """Whether anything tells of the errors that count: shared ones cancel out of ratios."""
    if quantity in ABSOLUTE:
        return measured.accuracy_percent is not None
    spreads = (each.spread_cd_m2 for each in _readings(measured))
    return measured.repeatability_percent is not None or any(s is not None for s in spreads)


def _readings(measured: Measurements) -> Iterator[Reading]:
    yield from measured.scale.values()
    for places in measured.screen.values():
        yield from places.values()


def _most(nominal: Fraction, limit: Limit, wrong: Iterable[Measurements]) -> float:
    """What an error does to the value, upwards or downwards, whichever does more."""
    values = [finding(each, limit) for each in wrong]
    changes = [float(abs(each - nominal)) for each in values if isinstance(each, Fraction)]
    return max(changes, default=0.0)


def _wrong(measured: Measurements, limit: Limit) -> Iterator[list[Measurements]]:
    """One error at a time: as measured with it, upwards and downwards."""
    if measured.accuracy_percent:
        yield [measured.scaled(each) for each in _around(measured.accuracy_percent / 100)]
    yield from _wrong_screen(measured) if limit.quantity.is_of_screen else _wrong_scale(measured)


def _wrong_scale(measured: Measurements) -> Iterator[list[Measurements]]:
    """With an error of one of the eighteen levels."""
    scale = measured.scale
    for ddl in measured.eighteen:
        yield [
            replace(measured, scale={**scale, ddl: each}) for each in _changed(scale[ddl], measured)
        ]


def _wrong_screen(measured: Measurements) -> Iterator[list[Measurements]]:
    """With an error at one of the places."""
    for at, places in measured.screen.items():
        for place, reading in places.items():
            yield [
                replace(measured, screen={**measured.screen, at: {**places, place: each}})
                for each in _changed(reading, measured)
            ]


def _changed(reading: Reading, measured: Measurements) -> list[Reading]:
    """The reading with its own error; none when it has no error, or is 0."""
    error = reading.uncertainty_cd_m2(measured.repeatability_percent or NO_ERROR)
    if not error or not reading.mean_cd_m2:
        return []
    return [replace(reading, gain=gain) for gain in _around(error / reading.mean_cd_m2)]


def _around(error: Fraction) -> tuple[Fraction, Fraction]:
    """Two factors: too much by ``error``, and too little, though never below 0."""
    return 1 + error, max(1 - error, NO_ERROR)
