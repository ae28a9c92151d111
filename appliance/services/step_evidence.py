"""The images that performed procedure steps say were made, as evidence when none of them came.

A step names patient and study, and what images it produced (PS3.4 F.7.2.1). They are objects that a
report may refer to, wherever they are.

**Knows:** which attributes of a step are those of an image.
**Does not know:** doses (``headers.performed_step``).
"""

from collections.abc import Iterable, Iterator, Sequence

from pydicom import Dataset

from appliance.uids import instance_uid

_OF_THE_PATIENT = (
    "SpecificCharacterSet",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyID",
    "StudyInstanceUID",
)
_OF_THE_ORDER = (
    "AccessionNumber",
    "RequestedProcedureID",
    "RequestedProcedureDescription",
)
_MOMENTS = {
    "AcquisitionDate": "PerformedProcedureStepStartDate",
    "AcquisitionTime": "PerformedProcedureStepStartTime",
    "ContentDate": "PerformedProcedureStepEndDate",
    "ContentTime": "PerformedProcedureStepEndTime",
    "StationName": "PerformedStationName",
}
"""Attribute of an image ← attribute of the step that bounds it in time, or names its station."""


def evidence_of(messages: Sequence[Dataset]) -> tuple[Dataset, ...]:
    """The header of one image a series that the steps produced, as far as steps say it."""
    found = {str(each.SOPInstanceUID): each for each in _images(messages)}
    return tuple(found[uid] for uid in sorted(found))


def _images(messages: Sequence[Dataset]) -> Iterator[Dataset]:
    for message in messages:
        step = _said([each for each in messages if instance_uid(each) == instance_uid(message)])
        for series in message.get("PerformedSeriesSequence") or ():
            references = series.get("ReferencedImageSequence") or ()
            named = [each for each in references if each.get("ReferencedSOPInstanceUID")]
            if named and series.get("SeriesInstanceUID"):
                yield _image(step, series, min(named, key=lambda e: e.ReferencedSOPInstanceUID))


def _image(step: Dataset, series: Dataset, reference: Dataset) -> Dataset:
    header = Dataset()
    _copy(step, header, {name: name for name in _OF_THE_PATIENT} | _MOMENTS)
    for scheduled in (step.get("ScheduledStepAttributesSequence") or ())[:1]:
        _copy(scheduled, header, {name: name for name in _OF_THE_ORDER})
    _copy(series, header, {name: name for name in ("SeriesInstanceUID", "ProtocolName")})
    header.SOPClassUID = reference.get("ReferencedSOPClassUID")
    header.SOPInstanceUID = reference.ReferencedSOPInstanceUID
    return header


def _said(messages: Iterable[Dataset]) -> Dataset:
    """What was said of one step; what is empty says nothing."""
    step = Dataset()
    for message in messages:
        step.update({each.tag: each for each in message if each.tag not in step or each.value})
    return step


def _copy(source: Dataset, target: Dataset, keywords: dict[str, str]) -> None:
    for there, here in keywords.items():
        if source.get(here):
            setattr(target, there, source.get(here))
