"""Identifiers of queries and their answers (PS3.4 C.6.2.1, Study Root).

Matching is on UIDs, dates and the modality. Names are neither asked for nor matched: archives
convert their character sets, and drop what they cannot convert.
"""

import warnings
from dataclasses import dataclass
from datetime import date

from pydicom import Dataset
from pydicom.config import disable_value_validation


@dataclass(frozen=True, slots=True)
class StudyMatch:
    """A study; ``time`` is Study Time (0008,0030) as text, empty when the archive gives none."""

    study_instance_uid: str
    time: str


@dataclass(frozen=True, slots=True)
class SeriesMatch:
    """A series; what the archive does not say is empty or None."""

    series_instance_uid: str
    modality: str = ""
    number: int | None = None
    description: str = ""
    instances: int | None = None


@dataclass(frozen=True, slots=True)
class InstanceMatch:
    """An object; ``sop_class_uid`` is empty when the archive does not say it."""

    sop_instance_uid: str
    sop_class_uid: str = ""
    number: int | None = None


def studies_of(day: date, modality: str, times: str = "") -> Dataset:
    """The studies of a day; ``times`` is a range of Study Time, ``080000-115959``."""
    query = _query("STUDY")
    query.StudyDate = f"{day:%Y%m%d}"
    query.StudyTime = times
    query.ModalitiesInStudy = modality
    query.StudyInstanceUID = ""
    return query


def patient_of(study: str) -> Dataset:
    """The Patient ID of a study, which Patient Root wants."""
    query = _query("STUDY")
    query.StudyInstanceUID = study
    query.PatientID = ""
    return query


def series_of(study: str) -> Dataset:
    """The series of a study."""
    query = _query("SERIES")
    query.StudyInstanceUID = study
    for keyword in (
        "SeriesInstanceUID",
        "Modality",
        "SeriesNumber",
        "SeriesDescription",
        "NumberOfSeriesRelatedInstances",
    ):
        setattr(query, keyword, None)
    return query


def instances_of(study: str, series: str) -> Dataset:
    """The objects of a series."""
    query = _query("IMAGE")
    query.StudyInstanceUID, query.SeriesInstanceUID = study, series
    for keyword in ("SOPInstanceUID", "SOPClassUID", "InstanceNumber"):
        setattr(query, keyword, None)
    return query


def retrieval_of(study: str, series: str, instance: str = "", patient_id: str = "") -> Dataset:
    """A whole series, or one object of it, to be retrieved."""
    query = _query("IMAGE" if instance else "SERIES")
    if patient_id:
        query.PatientID = patient_id
    query.StudyInstanceUID, query.SeriesInstanceUID = study, series
    if instance:
        query.SOPInstanceUID = instance
    return query


def study_match(answer: Dataset) -> StudyMatch:
    """A study, from the identifier of a response."""
    return StudyMatch(text(answer, "StudyInstanceUID"), text(answer, "StudyTime"))


def series_match(answer: Dataset) -> SeriesMatch:
    """A series, likewise."""
    return SeriesMatch(
        text(answer, "SeriesInstanceUID"),
        text(answer, "Modality"),
        _number(answer, "SeriesNumber"),
        text(answer, "SeriesDescription"),
        _number(answer, "NumberOfSeriesRelatedInstances"),
    )


def instance_match(answer: Dataset) -> InstanceMatch:
    """An object, likewise."""
    return InstanceMatch(
        text(answer, "SOPInstanceUID"),
        text(answer, "SOPClassUID"),
        _number(answer, "InstanceNumber"),
    )


def text(answer: Dataset, keyword: str) -> str:
    """The value as text, whatever the archive makes of its form; empty when there is none."""
    with warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")  # they quote values
        try:
            return str(answer.get(keyword) or "").strip()
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return ""


def _number(answer: Dataset, keyword: str) -> int | None:
    value = text(answer, keyword)
    return int(value) if value.isdecimal() else None


def _query(level: str) -> Dataset:
    query = Dataset()
    query.QueryRetrieveLevel = level
    return query
