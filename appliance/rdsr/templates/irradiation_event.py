"""TID 10013 CT Irradiation Event Data."""

from collections.abc import Iterator
from dataclasses import dataclass

from highdicom.sr import ContentItem

from appliance.dose.record import IrradiationEvent
from appliance.dose.region import ENTIRE_BODY, Region
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.evidence import IrradiatingDevice
from appliance.rdsr.interval import started_at
from appliance.rdsr.items import HAS_CONCEPT_MOD, code, container, date_time, text, uidref
from appliance.rdsr.templates.comments import event_comment
from appliance.rdsr.templates.ct_dose import ct_dose
from appliance.rdsr.templates.participants import device_participant
from appliance.rdsr.templates.technique import ct_acquisition_parameters
from appliance.rdsr.waiting import states_dose


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
    yield from _description(acquisition)
    yield ct_acquisition_parameters(event)
    if states_dose(event):
        yield ct_dose(event)
    comment = event_comment(event, region_is_stated=acquisition.region is not None)
    if comment:
        yield text(Concept.COMMENT, comment)
    yield device_participant(acquisition.ct)


def _description(acquisition: Acquisition) -> Iterator[ContentItem]:
    """Rows 2 to 6f."""
    event = acquisition.event
    if event.label is not None and event.label.value.strip():
        yield text(Concept.ACQUISITION_PROTOCOL, event.label.value)
    yield code(Concept.TARGET_REGION, acquisition.region or ENTIRE_BODY)
    kind = event.acquisition_type
    yield code(Concept.CT_ACQUISITION_TYPE, Fixed.UNKNOWN if kind is None else kind.value)
    if event.procedure_context is not None:
        yield code(Concept.PROCEDURE_CONTEXT, event.procedure_context.value)
    yield uidref(Concept.IRRADIATION_EVENT_UID, acquisition.irradiation_event_uid)
    yield from _irradiation_event_label(event)
    if started_at(event):
        yield date_time(Concept.DATE_TIME_STARTED, started_at(event))


def _irradiation_event_label(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 6b and 6c: the series or scan number as printed, else the images' Acquisition Number."""
    labels = ((event.series, Fixed.SERIES_NUMBER), (event.acquisition, Fixed.ACQUISITION_NUMBER))
    printed = [(each.value, kind) for each, kind in labels if each is not None]
    for label, kind in [each for each in printed if each[0].strip()][:1]:
        nature = code(Concept.LABEL_TYPE, kind, relationship=HAS_CONCEPT_MOD)
        yield text(Concept.IRRADIATION_EVENT_LABEL, label, [nature])
