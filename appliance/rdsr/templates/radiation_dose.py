"""TID 10011 CT Radiation Dose, the root, with TID 1204 Language of Content Item and Descendants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from highdicom.sr import ContentItem

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose
from appliance.dose.region import Region
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.evidence import IrradiatingDevice
from appliance.rdsr.identity import every_value
from appliance.rdsr.interval import Interval
from appliance.rdsr.items import (
    HAS_CONCEPT_MOD,
    HAS_OBS_CONTEXT,
    HAS_PROPERTIES,
    code,
    container,
    date_time,
    text,
    uidref,
)
from appliance.rdsr.parties import PersonObserver, RecordingDevice
from appliance.rdsr.templates.accumulated_dose import ct_accumulated_dose_data
from appliance.rdsr.templates.comments import report_comment
from appliance.rdsr.templates.irradiation_event import Acquisition, ct_irradiation_event_data
from appliance.rdsr.templates.participants import (
    device_observer_context,
    person_observer_context,
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What surrounds a dose record.

    Attributes:
        study_instance_uid: The study, whose dose is accumulated.
        when: Start and end of irradiation.
        irradiation_event_uids: One a event of the record.
        regions: One a event of the record; None where nothing states it.
        ct: The irradiating device.
        device: The recording device.
        person: Who settled the study, if anybody had to.
    """

    study_instance_uid: str
    when: Interval
    irradiation_event_uids: Sequence[str]
    regions: Sequence[Region | None]
    ct: IrradiatingDevice
    device: RecordingDevice
    person: PersonObserver | None


def ct_radiation_dose(record: CTRadiationDose, around: Circumstances) -> ContentItem:
    """TID 10011, whose order is significant."""
    return container(
        Concept.X_RAY_RADIATION_DOSE_REPORT,
        [*_context(around), *_content(record, around)],
        template="10011",
        relationship=None,
    )


def _context(around: Circumstances) -> Iterator[ContentItem]:
    """Rows 1b to 8."""
    yield code(Concept.LANGUAGE, Fixed.ENGLISH, relationship=HAS_CONCEPT_MOD)
    intent = code(Concept.HAS_INTENT, Fixed.DIAGNOSTIC_INTENT, relationship=HAS_CONCEPT_MOD)
    yield code(Concept.PROCEDURE_REPORTED, Fixed.COMPUTED_TOMOGRAPHY, [intent], HAS_CONCEPT_MOD)
    yield from device_observer_context(around.device)
    if around.person is not None:
        yield from person_observer_context(around.person)
    yield date_time(Concept.START_OF_X_RAY_IRRADIATION, around.when.start, HAS_OBS_CONTEXT)
    yield date_time(Concept.END_OF_X_RAY_IRRADIATION, around.when.end, HAS_OBS_CONTEXT)
    study = uidref(Concept.STUDY_INSTANCE_UID, around.study_instance_uid, HAS_PROPERTIES)
    yield code(Concept.SCOPE_OF_ACCUMULATION, Fixed.STUDY, [study], HAS_OBS_CONTEXT)


def _content(record: CTRadiationDose, around: Circumstances) -> Iterator[ContentItem]:
    """Rows 9 to 12."""
    yield ct_accumulated_dose_data(record, around.ct, around.person)
    per_event = zip(record.events, around.irradiation_event_uids, around.regions, strict=True)
    for event, uid, region in per_event:
        yield ct_irradiation_event_data(Acquisition(event, uid, region, around.ct))
    comment = report_comment(record.total_dlp_mgy_cm, around.person, around.when)
    if comment:
        yield text(Concept.COMMENT, comment)
    for source in sources_of_dose_information(record):
        yield code(Concept.SOURCE_OF_DOSE_INFORMATION, source)


def sources_of_dose_information(record: CTRadiationDose) -> list[SourceOfDoseInformation]:
    """Every source that a value of the record came from, in the order of CID 10021."""
    totals = [t for t in (record.total_dlp_mgy_cm, record.total_mas) if t is not None]
    values = [value for event in record.events for _, value in every_value(event)]
    used = {value.origin.source for value in (*values, *totals)}
    return [source for source in SourceOfDoseInformation if source in used]
