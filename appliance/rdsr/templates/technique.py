"""TID 10013 rows 7 to 20, CT Acquisition Parameters, with TID 10014 Scanning Length."""

from collections.abc import Iterator
from decimal import Decimal

from highdicom.sr import ContentItem

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.record import IrradiationEvent, Number, XRaySource
from appliance.rdsr.concepts import Concept
from appliance.rdsr.derived import tube_current_ma
from appliance.rdsr.evidence import is_uid
from appliance.rdsr.items import container, num, text, uidref
from appliance.rdsr.waiting import is_constant_angle
from appliance.units import Unit

MOST_SOURCES = 4
"""A number of X-Ray sources beyond this is no number of containers to write."""
_OF_A_PITCH = frozenset({CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED})
"""Row 12: table feed per rotation, or per sequenced scan, by the collimation."""


def ct_acquisition_parameters(event: IrradiationEvent) -> ContentItem:
    """Row 7 with everything below it."""
    return container(Concept.CT_ACQUISITION_PARAMETERS, _rows(event))


def _rows(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 8 to 14."""
    yield num(Concept.EXPOSURE_TIME, positive(event.exposure_time_s), Unit.S)
    yield from scanning_length(event)
    single, total = event.single_collimation_mm, event.total_collimation_mm
    yield num(Concept.NOMINAL_SINGLE_COLLIMATION_WIDTH, positive(single), Unit.MM)
    yield num(Concept.NOMINAL_TOTAL_COLLIMATION_WIDTH, positive(total), Unit.MM)
    kind = event.acquisition_type
    if event.pitch is not None or (kind is not None and kind.value in _OF_A_PITCH):
        yield num(Concept.PITCH_FACTOR, positive(event.pitch), Unit.RATIO)
    sources = _sources(event)
    number = positive(event.x_ray_sources)
    agreed = number if number == len(sources) else None
    yield num(Concept.NUMBER_OF_X_RAY_SOURCES, agreed, Unit.X_RAY_SOURCES)
    rotates = not is_constant_angle(event)
    for name, source in enumerate(sources, start=1):
        rows = _source_rows(str(name), source, rotates=rotates)
        yield container(Concept.CT_X_RAY_SOURCE_PARAMETERS, rows)


def scanning_length(event: IrradiationEvent) -> Iterator[ContentItem]:
    """TID 10014 rows 1, 2, 4, 5 and 8.

    Scanning Length is the travel of the table during the whole loading, overranging included. The
    range that a screen prints leaves overranging out, and DLP by CTDIvol is a travel only where no
    collimator moves, so neither is written here. The printed range goes into the comment.

    A position means something only in a Frame of Reference; without one none is written.
    """
    yield num(Concept.SCANNING_LENGTH, positive(event.scanning_length_mm), Unit.MM)
    length = positive(event.reconstructable_length_mm)
    if length is not None:
        yield num(Concept.LENGTH_OF_RECONSTRUCTABLE_VOLUME, length, Unit.MM)
    frame = event.frame_of_reference_uid
    if frame is None or not is_uid(frame.value):
        return
    ends = {Concept.TOP_Z_LOCATION: event.top_z_mm, Concept.BOTTOM_Z_LOCATION: event.bottom_z_mm}
    known = {concept: end.value for concept, end in ends.items() if end is not None}
    for concept, end in known.items():
        yield num(concept, end, Unit.MM)
    if known:
        yield uidref(Concept.FRAME_OF_REFERENCE_UID, frame.value)


def _sources(event: IrradiationEvent) -> list[XRaySource]:
    """The event's own, the further ones, and one each for those that only their number tells of."""
    first = XRaySource(
        kvp=event.kvp,
        tube_current_ma=tube_current_ma(event),
        tube_current_max_ma=event.tube_current_max_ma,
        rotation_time_s=event.rotation_time_s,
    )
    known = [first, *event.further_sources]
    number = positive(event.x_ray_sources) or Decimal(1)
    return known + [XRaySource()] * (min(int(number), MOST_SOURCES) - len(known))


def _source_rows(name: str, source: XRaySource, *, rotates: bool) -> Iterator[ContentItem]:
    """Rows 15 to 19; nothing rotates in an acquisition of constant angle (row 19)."""
    yield text(Concept.IDENTIFICATION_OF_THE_X_RAY_SOURCE, name)
    yield num(Concept.KVP, positive(source.kvp), Unit.KV)
    yield num(Concept.MAXIMUM_X_RAY_TUBE_CURRENT, positive(source.tube_current_max_ma), Unit.MA)
    yield num(Concept.X_RAY_TUBE_CURRENT, positive(source.tube_current_ma), Unit.MA)
    if rotates:
        rotation = positive(source.rotation_time_s)
        yield num(Concept.EXPOSURE_TIME_PER_ROTATION, rotation, Unit.S)


def positive(number: Number | None) -> Decimal | None:
    """The number itself, or None for one that no scan can have: no reason to lose the dose."""
    return None if number is None or number.value <= 0 else number.value


def value(number: Number | None) -> Decimal | None:
    """The number itself."""
    return None if number is None else number.value
