"""The arithmetic that a dose report must satisfy, and the limits of physics.

Every check takes the record alone, so a person's correction passes the same ones.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from appliance.dose.coded import Phantom
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Sourced

HALF = Decimal("0.5")
MM_PER_CM = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Ranges by record field, and how DLP / CTDIvol may differ from a printed range, in mm."""

    version: int
    ranges: Mapping[str, tuple[Decimal, Decimal]]
    least_length_mm: Decimal
    greatest_length_mm: Decimal
    short_of_range_mm: Decimal
    beyond_range_mm: Decimal


@cache
def limits() -> Limits:
    """The shipped limits (``limits.toml``)."""
    data = tomllib.loads((files("appliance.dose") / "limits.toml").read_text("utf-8"))
    length = data["length"]
    return Limits(
        data["version"],
        {name: (Decimal(low), Decimal(high)) for name, (low, high) in data["ranges"].items()},
        Decimal(length["least_mm"]),
        Decimal(length["greatest_mm"]),
        Decimal(length["short_of_range_mm"]),
        Decimal(length["beyond_range_mm"]),
    )


def doubts(record: CTRadiationDose, within: Limits | None = None) -> tuple[Doubt, ...]:
    """Everything in ``record`` that does not fit; none when it reconciles."""
    bounds = within or limits()
    found = [*_sum(record)]
    for at, event in enumerate(record.events):
        found += _ranges(event, bounds, f"events[{at}]")
        found += _length(event, bounds, f"events[{at}]")
    return tuple(found)


def rounding(number: Number) -> Decimal:
    """Half of the last printed place: how far the true value may be from the printed one."""
    return half_of_last_place(number.value)


def half_of_last_place(value: Decimal) -> Decimal:
    """Half of what the last digit of ``value`` counts."""
    exponent = value.as_tuple().exponent
    return HALF.scaleb(exponent if isinstance(exponent, int) else 0)


def _sum(record: CTRadiationDose) -> Iterator[Doubt]:
    """The printed total is the plain sum of the printed DLPs, phantoms not converted.

    Where the total is printed phantom by phantom, so is each of its parts.
    """
    if record.total_dlp_mgy_cm is not None:
        yield from _difference(record.total_dlp_mgy_cm, record.events, "total_dlp_mgy_cm", "DLPs")
    parts = record.totals_by_phantom
    if parts and None not in record.phantoms:
        for phantom, name in _PARTS.items():
            events = [e for e in record.dose_events if e.phantom and e.phantom.value is phantom]
            if phantom in parts:
                yield from _difference(parts[phantom], events, name, f"DLPs of {phantom.name}")
            elif events:
                detail = f"rows of {phantom.name} print a dose, their total does not"
                yield Doubt(Reason.TOTAL_MISMATCH, detail, name)


_PARTS = {
    Phantom.HEAD16: "total_dlp_head_mgy_cm",
    Phantom.BODY32: "total_dlp_body_mgy_cm",
}


def _difference(
    total: Number, events: Sequence[IrradiationEvent], name: str, what: str
) -> Iterator[Doubt]:
    if abs(_missing(total, events)) > _tolerance(total, events):
        added = total.value - _missing(total, events)
        detail = f"the {what} add up to {added}, the total says {total.text}"
        yield _doubt(Reason.TOTAL_MISMATCH, detail, name, total)


def lacking(total: Number, events: Sequence[IrradiationEvent]) -> Decimal:
    """What the events' DLPs lack of the total in mGy·cm; 0 when it is no more than rounding."""
    missing = _missing(total, events)
    return missing if missing > _tolerance(total, events) else Decimal(0)


def _missing(total: Number, events: Sequence[IrradiationEvent]) -> Decimal:
    return total.value - sum((part.value for part in _dlps(events)), Decimal(0))


def _tolerance(total: Number, events: Sequence[IrradiationEvent]) -> Decimal:
    return sum((rounding(part) for part in _dlps(events)), rounding(total))


def _dlps(events: Sequence[IrradiationEvent]) -> list[Number]:
    return [event.dlp_mgy_cm for event in events if event.dlp_mgy_cm is not None]


def is_plausible(name: str, value: object, within: Limits | None = None) -> bool:
    """Whether a CT can do ``value``; what has no range is."""
    low, high = (within or limits()).ranges.get(name, (None, None))
    if low is None or high is None or not isinstance(value, Decimal):
        return True
    return low <= value <= high


def _ranges(event: IrradiationEvent, bounds: Limits, path: str) -> Iterator[Doubt]:
    for name, sourced in event.sourced():
        if not is_plausible(name, sourced.value, bounds):
            low, high = bounds.ranges[name]
            detail = f"{name} {sourced.text} is not between {low} and {high}"
            yield _doubt(Reason.IMPLAUSIBLE_VALUE, detail, f"{path}.{name}", sourced)


def _length(event: IrradiationEvent, bounds: Limits, path: str) -> Iterator[Doubt]:
    """DLP / CTDIvol is the exposed length: at least the printed range, and not much more."""
    ctdi, dlp = event.ctdi_vol_mgy, event.dlp_mgy_cm
    if ctdi is None or dlp is None or ctdi.value <= 0:
        return
    shortest = (dlp.value - rounding(dlp)) / (ctdi.value + rounding(ctdi)) * MM_PER_CM
    margin = ctdi.value - rounding(ctdi)
    longest = (dlp.value + rounding(dlp)) / (margin if margin > 0 else ctdi.value) * MM_PER_CM
    low, high = bounds.least_length_mm, bounds.greatest_length_mm
    if event.scan_range_mm is not None:
        low = max(low, event.scan_range_mm - bounds.short_of_range_mm)
        high = min(high, event.scan_range_mm + bounds.beyond_range_mm)
    if longest < low or shortest > high:
        length = (dlp.value / ctdi.value * MM_PER_CM).quantize(Decimal("0.1"))
        detail = f"DLP {dlp.text} / CTDIvol {ctdi.text} is {length} mm, expected {low} to {high} mm"
        yield _doubt(Reason.LENGTH_MISMATCH, detail, f"{path}.dlp_mgy_cm", dlp)


def _doubt(reason: Reason, detail: str, field: str, sourced: Sourced[object]) -> Doubt:
    origin = sourced.origin
    readings = ((origin.detail, sourced.text),)
    return Doubt(reason, detail, field, readings, origin.sop_instance_uid, origin.box)
