"""TID 10013 CT Irradiation Event Data, with TID 10014 Scanning Length."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from highdicom.sr import ContentItem

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.record import IrradiationEvent, Number
from appliance.dose.region import ENTIRE_BODY, Region
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.evidence import IrradiatingDevice
from appliance.rdsr.items import HAS_CONCEPT_MOD, code, container, num, text, uidref
from appliance.rdsr.templates.comments import event_comment
from appliance.rdsr.templates.participants import device_participant
from appliance.rdsr.waiting import is_constant_angle, states_dose
from appliance.units import Unit

X_RAY_SOURCE = "1"
"""Row 15: the name this report gives the only X-Ray source that it describes."""

_OF_A_PITCH = frozenset({CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED})
"""Row 12: table feed per rotation, or per sequenced scan, by the collimation."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """An event of the record and what only the study around it gives."""

    event: IrradiationEvent
    irradiation_event_uid: str
    region: Region | None
    ct: IrradiatingDevice


def ct_irradiation_event_data(acquisition: Acquisition) -> ContentItem:
    """TID 10013; its rows by number stand in docs/rdsr.md."""
    return container(Concept.CT_ACQUISITION, _rows(acquisition), template="10013")


def _rows(acquisition: Acquisition) -> Iterator[ContentItem]:
    event = acquisition.event
    if event.label is not None and event.label.value.strip():
        yield text(Concept.ACQUISITION_PROTOCOL, event.label.value)
    yield code(Concept.TARGET_REGION, acquisition.region or ENTIRE_BODY)
    kind = event.acquisition_type
    yield code(Concept.CT_ACQUISITION_TYPE, Fixed.UNKNOWN if kind is None else kind.value)
    yield uidref(Concept.IRRADIATION_EVENT_UID, acquisition.irradiation_event_uid)
    yield from _irradiation_event_label(event)
    yield container(Concept.CT_ACQUISITION_PARAMETERS, _ct_acquisition_parameters(event))
    if states_dose(event):
        yield container(Concept.CT_DOSE, _ct_dose(event))
    comment = event_comment(event, region_is_stated=acquisition.region is not None)
    if comment:
        yield text(Concept.COMMENT, comment)
    yield device_participant(acquisition.ct)


def _irradiation_event_label(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 6b and 6c: the series or scan number as printed."""
    if event.series is not None and event.series.value.strip():
        kind = code(Concept.LABEL_TYPE, Fixed.SERIES_NUMBER, relationship=HAS_CONCEPT_MOD)
        yield text(Concept.IRRADIATION_EVENT_LABEL, event.series.value, [kind])


def _ct_acquisition_parameters(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 8 to 20."""
    yield num(Concept.EXPOSURE_TIME, _value(event.exposure_time_s), Unit.S)
    yield from scanning_length()
    single, total = event.single_collimation_mm, event.total_collimation_mm
    yield num(Concept.NOMINAL_SINGLE_COLLIMATION_WIDTH, _value(single), Unit.MM)
    yield num(Concept.NOMINAL_TOTAL_COLLIMATION_WIDTH, _value(total), Unit.MM)
    kind = event.acquisition_type
    if kind is not None and kind.value in _OF_A_PITCH:
        yield num(Concept.PITCH_FACTOR, None, Unit.RATIO)
    yield num(Concept.NUMBER_OF_X_RAY_SOURCES, None, Unit.X_RAY_SOURCES)
    yield container(Concept.CT_X_RAY_SOURCE_PARAMETERS, _ct_x_ray_source_parameters(event))


def scanning_length() -> Iterator[ContentItem]:
    """TID 10014 row 1, always unknown.

    Scanning Length is the travel of the table during the whole loading, overranging included. The
    range that a screen prints leaves overranging out, and DLP by CTDIvol is a travel only where no
    collimator moves, so neither is written here. The printed range goes into the comment.
    """
    yield num(Concept.SCANNING_LENGTH, None, Unit.MM)


def _ct_x_ray_source_parameters(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 15 to 20; nothing rotates in an acquisition of constant angle (row 19)."""
    yield text(Concept.IDENTIFICATION_OF_THE_X_RAY_SOURCE, X_RAY_SOURCE)
    yield num(Concept.KVP, _value(event.kvp), Unit.KV)
    yield num(Concept.MAXIMUM_X_RAY_TUBE_CURRENT, None, Unit.MA)
    yield num(Concept.X_RAY_TUBE_CURRENT, _value(event.tube_current_ma), Unit.MA)
    if not is_constant_angle(event):
        rotation = _value(event.rotation_time_s)
        yield num(Concept.EXPOSURE_TIME_PER_ROTATION, rotation, Unit.S)


def _ct_dose(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 22 to 26. The phantom is known: ``waiting.doubts`` holds a report back without it."""
    yield num(Concept.MEAN_CTDI_VOL, _value(event.ctdi_vol_mgy), Unit.MGY)
    if event.phantom is not None:
        yield code(Concept.CTDIW_PHANTOM_TYPE, event.phantom.value)
    yield num(Concept.DLP, _value(event.dlp_mgy_cm), Unit.MGY_CM)


def _value(number: Number | None) -> Decimal | None:
    return None if number is None else number.value
