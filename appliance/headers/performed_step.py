"""Modality performed procedure steps (PS3.4 F.7) as a source of dose.

A step is created with one message and set with others; what was said last counts. Its Radiation
Dose module (PS3.3 C.4.16, retired) is read as ``exposure_dose`` reads it.

The source of its values is Automated Data Collection (113856, DCM): the scanner itself collects
them and says so while the patient lies there. CID 10020 of projection X-Ray has a code of its own,
MPPS Content (113858, DCM); CID 10021 of CT has none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pydicom import Dataset
from pydicom.sequence import Sequence as Items

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number
from appliance.headers.element import items, text
from appliance.headers.exposure_dose import ExposureDose, read_exposure_dose

SOURCE = SourceOfDoseInformation.AUTOMATED
DETAIL = "MPPS"
LAYOUT = "performed procedure step"
"""What the record names as its layout."""
COMPLETED, DISCONTINUED = "COMPLETED", "DISCONTINUED"
MODALITY = "CT"
FIXED = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "ScheduledStepAttributesSequence",
    "PerformedProcedureStepID",
    "PerformedStationAETitle",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
    "Modality",
    "StudyID",
)
"""What only the message that creates a step may say (PS3.4 table F.7.2-1)."""


@dataclass(frozen=True, slots=True)
class PerformedSeries:
    """An item of Performed Series Sequence (0040,0340); texts are empty where it says nothing."""

    series_instance_uid: str
    protocol_name: str
    description: str
    images: int


@dataclass(frozen=True, slots=True)
class DiscontinuationReason:
    """A code of CID 9300: why a step was not completed."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PerformedStep:
    """What was said of one step, all messages together.

    Attributes:
        sop_instance_uid: The step.
        studies: Every study that it was scheduled for.
        state: ``IN PROGRESS``, ``COMPLETED`` or ``DISCONTINUED``; empty when it was never said.
        modality: Of the equipment.
        reason: Why it was discontinued, where it says so.
        series: What came of it.
        exposure: Its Radiation Dose module.
        record: The same as a dose record; None where nothing is known of whose or how much it is.
        unused: Why there is a dose and no ``record``; empty otherwise.
    """

    sop_instance_uid: str
    studies: tuple[str, ...]
    state: str
    modality: str
    reason: DiscontinuationReason | None
    series: tuple[PerformedSeries, ...]
    exposure: ExposureDose
    record: CTRadiationDose | None = None
    unused: str = ""

    @property
    def discontinued(self) -> bool:
        """Whether it was broken off; what was irradiated until then counts all the same."""
        return self.state == DISCONTINUED


@dataclass(slots=True)
class _Merged:
    dataset: Dataset = field(default_factory=Dataset)

    def take(self, message: Dataset) -> None:
        """The next message. What is empty says nothing, and what is fixed is said once."""
        is_first = not self.dataset
        fixed = {each.tag for each in self.dataset if each.keyword in FIXED}
        for element in message:
            if is_first or (element.tag not in fixed and not _is_empty(element.value)):
                self.dataset[element.tag] = element


def _is_empty(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, Items) and not value)


def read_performed_steps(messages: Iterable[Dataset]) -> tuple[PerformedStep, ...]:
    """The steps that ``messages`` are about, in the order in which they began.

    Each message has its SOP Instance UID, and they are in the order in which they came.
    """
    merged: dict[str, _Merged] = {}
    for message in messages:
        merged.setdefault(text((message,), "SOPInstanceUID"), _Merged()).take(message)
    return tuple(_step(uid, each.dataset) for uid, each in merged.items())


def record_of(steps: Sequence[PerformedStep]) -> CTRadiationDose | None:
    """The dose of a study's steps together; the total only where there is one step to state it.

    Some consoles end every step that was scheduled with the dose of all: a scan that two steps name
    alike counts once. None where two steps say the same of a scan and do not name it.
    """
    records = [step.record for step in steps if step.record is not None]
    found: list[tuple[IrradiationEvent, ...]] = []
    for record in records:
        before = [content for events in found for content in map(_content, events)]
        again = [event for event in record.events if _content(event) in before]
        if any(event.has_dose and not _is_named(event) for event in again):
            return None
        found.append(tuple(event for event in record.events if _content(event) not in before))
    stating = [record for record, events in zip(records, found, strict=True) if events]
    if not stating:
        return None
    total: Number | None = stating[0].total_dlp_mgy_cm if len(stating) == 1 else None
    events = tuple(event for each in found for event in each)
    return CTRadiationDose(events, total_dlp_mgy_cm=total, layout=LAYOUT)


def _content(event: IrradiationEvent) -> frozenset[tuple[str, object]]:
    """What is said of an event, without where it stands."""
    return frozenset((name, sourced.value) for name, sourced in event.sourced())


def _is_named(event: IrradiationEvent) -> bool:
    """Whether it says which scan of the study it is."""
    return any((event.series, event.irradiation_event_uid, event.started))


def _step(uid: str, dataset: Dataset) -> PerformedStep:
    exposure = read_exposure_dose(dataset, SOURCE, DETAIL)
    step = PerformedStep(
        sop_instance_uid=uid,
        studies=tuple(dict.fromkeys(_studies(dataset))),
        state=text((dataset,), "PerformedProcedureStepStatus"),
        modality=text((dataset,), "Modality"),
        reason=_reason(dataset),
        series=tuple(map(_series, items((dataset,), "PerformedSeriesSequence"))),
        exposure=exposure,
    )
    if exposure.record is None:
        return step
    unused = _unused(step)
    record = None if unused else replace(exposure.record, layout=LAYOUT)
    return replace(step, record=record, unused=unused)


def _unused(step: PerformedStep) -> str:
    """Why its dose is not taken; empty when it is."""
    if step.modality != MODALITY:
        return "it is not of a CT"
    if len(step.studies) > 1:
        return "it is of several studies, and does not say which dose is whose"
    if step.state not in (COMPLETED, DISCONTINUED):
        return "it goes on, and what it says may not be all"
    return ""


def _studies(dataset: Dataset) -> Iterator[str]:
    for item in items((dataset,), "ScheduledStepAttributesSequence"):
        if uid := text((item,), "StudyInstanceUID"):
            yield uid


def _reason(dataset: Dataset) -> DiscontinuationReason | None:
    """Performed Procedure Step Discontinuation Reason Code Sequence (0040,0281)."""
    codes = items((dataset,), "PerformedProcedureStepDiscontinuationReasonCodeSequence")
    keywords = ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
    return DiscontinuationReason(*(text((codes[0],), each) for each in keywords)) if codes else None


def _series(item: Dataset) -> PerformedSeries:
    return PerformedSeries(
        text((item,), "SeriesInstanceUID"),
        text((item,), "ProtocolName"),
        text((item,), "SeriesDescription"),
        len(items((item,), "ReferencedImageSequence")),
    )
