"""In what two events agree, and in what they differ.

Only what a scan has one of can tell two scans apart: CTDIvol, DLP, kV, phantom. Names differ from
source to source, so a name speaks for a pair and never against it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.merge.exposure import reaches_beyond
from appliance.dose.merge.numbering import Numbering, numbers, stands_for
from appliance.dose.merge.orders import Matching
from appliance.dose.merge.particulars import Particulars, Span
from appliance.dose.plausibility import half_of_last_place
from appliance.dose.record import IrradiationEvent, Sourced


class Facet(StrEnum):
    """Something that two events may agree or differ in."""

    EVENT_UID = "event-uid"
    NUMBER = "number"
    LABEL = "label"
    """The same words."""
    NAME = "name"
    """Names that begin with the same words; so do the same words."""
    CTDI_VOL = "ctdi-vol"
    DLP = "dlp"
    KVP = "kvp"
    PHANTOM = "phantom"
    RANGE = "range"
    LENGTH = "length"
    """What was imaged is no longer than what was exposed; it only ever speaks against a pair."""
    LOCALIZER = "localizer"
    ORDER = "order"
    """The same place among scans that are alike in everything else."""
    SUM = "sum"
    """The CTDIvol of several scans adds up to that of the row."""


_ONE_OF = (
    (Facet.EVENT_UID, "irradiation_event_uid"),
    (Facet.DLP, "dlp_mgy_cm"),
    (Facet.KVP, "kvp"),
    (Facet.PHANTOM, "phantom"),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for a pair, and what against it."""

    agrees: frozenset[Facet]
    differs: frozenset[Facet]


@dataclass(frozen=True, slots=True)
class Known:
    """An event and its particulars."""

    event: IrradiationEvent
    names: Particulars


def likeness(row: Known, other: Known, numbering: Numbering | None, by: Matching) -> Likeness:
    """How alike a row of one source and an event of another are."""
    found = dict(_compared(row, other, by))
    names = other.names
    counted = names.series if numbering is Numbering.SERIES else names.acquisitions
    if numbering and stands_for(row.event.series, counted):
        found[Facet.NUMBER] = True
    agrees = frozenset(facet for facet, same in found.items() if same)
    return Likeness(agrees, frozenset(found) - agrees)


def is_localizer(event: IrradiationEvent) -> bool:
    """Whether the tube stood still while the table moved."""
    return _is(event, CTAcquisitionType.CONSTANT_ANGLE)


def is_stationary(event: IrradiationEvent) -> bool:
    """Whether the table stood still, as in bolus tracking and perfusion."""
    return _is(event, CTAcquisitionType.STATIONARY)


def may_repeat(row: IrradiationEvent) -> bool:
    """Whether a row may stand for several scans at one place: a range of numbers, ``4D``, bolus."""
    printed = numbers(row.series.value) if row.series else None
    return is_stationary(row) or (printed is not None and printed.repeated)


def agree(one: Sourced[object], other: Sourced[object]) -> bool:
    """Whether two values are the same, numbers as far as they are printed."""
    if isinstance(one.value, Decimal) and isinstance(other.value, Decimal):
        allowed = half_of_last_place(one.value) + half_of_last_place(other.value)
        return abs(one.value - other.value) <= allowed
    if isinstance(one.value, str) and isinstance(other.value, str):
        return _words(one.value) == _words(other.value)
    return one.value == other.value


def same_ctdi_vol(one: Sourced[Decimal], other: Sourced[Decimal], by: Matching) -> bool | None:
    """Whether two CTDIvol are the same; None where the site's tolerance leaves it open."""
    if agree(one, other):
        return True
    allowed = by.ctdi_vol_tolerance * max(one.value, other.value)
    return None if abs(one.value - other.value) <= allowed else False


def _is(event: IrradiationEvent, wanted: CTAcquisitionType) -> bool:
    kind = event.acquisition_type
    return kind is not None and kind.value is wanted


def _compared(row: Known, other: Known, by: Matching) -> Iterator[tuple[Facet, bool]]:
    one, event = row.event, other.event
    if one.ctdi_vol_mgy and event.ctdi_vol_mgy:
        same = same_ctdi_vol(one.ctdi_vol_mgy, event.ctdi_vol_mgy, by)
        if same is not None:
            yield Facet.CTDI_VOL, same
    for facet, name in _ONE_OF:
        mine, its = getattr(one, name), getattr(event, name)
        if mine is not None and its is not None:
            yield facet, agree(mine, its)
    if is_localizer(one) or is_localizer(event):
        yield Facet.LOCALIZER, is_localizer(one) == is_localizer(event)
    names = [(_words(a), _words(b)) for a in row.names.labels for b in other.names.labels]
    if any(a == b for a, b in names):
        yield Facet.LABEL, True
    if any(_begin_alike(a, b) for a, b in names):
        yield Facet.NAME, True
    if not may_repeat(one) and reaches_beyond(one, other.names.span_mm):
        yield Facet.LENGTH, False
    if _same_span(row.names.span_mm, other.names.span_mm, by.range_tolerance_mm):
        yield Facet.RANGE, True


def _begin_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one name goes on from the other: ``Abdomen`` and ``Abdomen 5.0 B30f``."""
    shorter = min(len(one), len(other))
    return shorter > 0 and one[:shorter] == other[:shorter]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _same_span(one: Span | None, other: Span | None, tolerance_mm: Decimal) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) <= tolerance_mm for a, b in zip(one, other, strict=True))
