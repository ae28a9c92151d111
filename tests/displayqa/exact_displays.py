"""Displays of which a quantity has exactly a value."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from appliance.displayqa.chromaticity import D65, Chromaticity
from appliance.displayqa.measurement import Measurements, Reading
from tests.displayqa.monitors import field, good_display, read


def screen(value: Fraction) -> Measurements:
    most, least = 100 + value / 2, 100 - value / 2
    places = {str(at): Reading((Decimal(100),)) for at in range(7)}
    high = Reading((Decimal(100),), gain=most / 100)
    low = Reading((Decimal(100),), gain=least / 100)
    return good_display(screen={level: {**places, "7": high, "8": low} for level in (26, 204)})


def deviating(value: Fraction) -> Measurements:
    odd = Reading((Decimal(100),), gain=1 + value / 100)
    places = {str(at): Reading((Decimal(100),)) for at in range(8)}
    return good_display(screen={at: {**places, "8": odd} for at in (30, 120, 210)})


def brightest(value: Fraction) -> Measurements:
    scale = dict(good_display().scale)
    scale[255] = Reading((Decimal(1),), gain=value)
    return good_display(scale=scale, ambient_cd_m2=Fraction(0))


def darkest(value: Fraction) -> Measurements:
    scale = dict(good_display().scale)
    scale[0] = Reading((Decimal(1),), gain=value)
    return good_display(scale=scale, ambient_cd_m2=Fraction(0))


def ratio(value: Fraction) -> Measurements:
    scale = dict(good_display().scale)
    scale[0] = Reading((Decimal(1),), gain=451 / value)
    scale[255] = Reading((Decimal(451),))
    return good_display(scale=scale, ambient_cd_m2=Fraction(0))


def ambient(value: Fraction) -> Measurements:
    return good_display(ambient_cd_m2=value * good_display().scale[0].mean_cd_m2)


def target(value: Fraction) -> Measurements:
    white = good_display().scale[255].mean_cd_m2
    return good_display(target_cd_m2=white / (1 + value / 100))


def drift(value: Fraction) -> Measurements:
    before = good_display().scaled(1 / (1 - value / 100))
    return good_display(baseline=before)


def other(value: Fraction) -> Measurements:
    beside = good_display().scaled((200 - value) / (200 + value))
    return good_display(beside=(beside,), displays=2)


def colour(value: Fraction) -> Chromaticity:
    return Chromaticity(D65.u_prime + value * 6 / 10, D65.v_prime - value * 8 / 10)


def tinted(value: Fraction) -> Measurements:
    places = dict(field(["100"] * 9))
    places["9"] = read("100", white=colour(value))
    return good_display(screen={204: places})


def grey(value: Fraction) -> Measurements:
    scale = dict(good_display().scale)
    scale[150] = replace(scale[150], chromaticities=(colour(value),))
    return good_display(scale=scale)


def other_colour(value: Fraction) -> Measurements:
    scale = dict(good_display().scale)
    scale[255] = replace(scale[255], chromaticities=(colour(value),))
    return good_display(beside=(good_display(scale=scale),), displays=2)


WITH_VALUE: dict[str, Callable[[Fraction], Measurements]] = {
    "uniformity": screen,
    "median-deviation": deviating,
    "max-luminance": brightest,
    "min-luminance": darkest,
    "luminance-ratio": ratio,
    "ambient-ratio": ambient,
    "target-deviation": target,
    "max-luminance-drift": drift,
    "displays-luminance": other,
    "screen-chromaticity": tinted,
    "grey-chromaticity": grey,
    "white-point": grey,
    "displays-chromaticity": other_colour,
}
