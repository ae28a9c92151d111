"""What the headers of the evidence say: its dates, its scanner, its order.

The evidence is the dose screens (and other images of the study) that a report is made from. One of
them, the first by SOP Instance UID, speaks for patient and study.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.uid import UID

from appliance.errors import ConformanceError
from appliance.rdsr.concepts import DUMMIES, NOT_STATED
from appliance.uids import derived_uid

_DATE = re.compile(r"\d{8}")
_TIME = re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?")
_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
_UID_LENGTH = 64
_MOMENTS = ("Study", "Acquisition", "Content")


@dataclass(frozen=True, slots=True)
class IrradiatingDevice:
    """The CT, as TID 1021 names it; what no header states is "not stated"."""

    manufacturer: str
    model_name: str
    serial_number: str
    uid: UID


def in_order(evidence: Sequence[Dataset]) -> list[Dataset]:
    """The evidence by SOP Instance UID, each instance once. Raises ConformanceError if empty."""
    instances = {str(each.SOPInstanceUID): each for each in evidence}
    if not instances:
        raise ConformanceError("a report needs the objects it was made from")
    return [instances[uid] for uid in sorted(instances)]


def stated(dataset: Dataset, keyword: str) -> str:
    """The first value of an attribute as text; empty when absent."""
    value = dataset.get(keyword)
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if value else None
    return "" if value is None else str(value).strip(" \0")


def date_stated(header: Dataset, keyword: str) -> str:
    """A date as DA, also where it was written as ACR-NEMA did, ``2009.08.10``; else empty."""
    date = stated(header, keyword).replace(".", "")
    return date if _DATE.fullmatch(date) else ""


def time_stated(header: Dataset, keyword: str) -> str:
    """A time as TM, also where it was written as ACR-NEMA did, ``10:22:33``; else empty."""
    time = stated(header, keyword).replace(":", "")
    return time if _TIME.fullmatch(time) else ""


def irradiating_device(header: Dataset) -> IrradiatingDevice:
    """The scanner that made ``header``'s object.

    The UID is Device UID (0018,1002) where there is one. Else it derives from manufacturer, model
    and serial number, and where there is no serial number from the place the scanner stands at.
    """
    manufacturer = _meant(header, "Manufacturer")
    model = _meant(header, "ManufacturerModelName")
    serial = _meant(header, "DeviceSerialNumber")
    place = ("", "") if serial else _place(header)
    own = stated(header, "DeviceUID")
    return IrradiatingDevice(
        manufacturer=manufacturer or NOT_STATED,
        model_name=model or NOT_STATED,
        serial_number=serial or NOT_STATED,
        uid=UID(own)
        if is_uid(own)
        else derived_uid("irradiating device", manufacturer, model, serial, *place),
    )


def is_uid(value: str) -> bool:
    """Whether ``value`` is a UID by PS3.5 9.1."""
    return len(value) <= _UID_LENGTH and _UID.fullmatch(value) is not None


def content_date_and_time(evidence: Sequence[Dataset]) -> tuple[str, str]:
    """The latest moment in the evidence that has a date and a time, as DA and TM.

    Raises ConformanceError when no object states one: Content Date is type 1, and a clock of this
    box has no say in it.
    """
    complete = [each for each in _moments(evidence) if len(each) > len("YYYYMMDD")]
    if not complete:
        raise ConformanceError("no object of the study states a date and a time")
    latest = max(complete)
    return latest[:8], latest[8:]


def irradiation_bounds(evidence: Sequence[Dataset]) -> tuple[str, str]:
    """The earliest and the latest moment in the evidence, as DT.

    Irradiation happened between the two: a study starts before it, a dose screen is made after.
    Raises ConformanceError when no object states a date.
    """
    moments = list(_moments(evidence))
    if not moments:
        raise ConformanceError("no object of the study states a date")
    return min(moments), max(moments)


def _meant(header: Dataset, keyword: str) -> str:
    value = stated(header, keyword)
    return "" if value.casefold() in DUMMIES else value


def _place(header: Dataset) -> tuple[str, str]:
    return stated(header, "InstitutionName"), stated(header, "StationName")


def _moments(evidence: Sequence[Dataset]) -> Iterator[str]:
    for header in evidence:
        for name in _MOMENTS:
            date = date_stated(header, f"{name}Date")
            if date:
                yield date + time_stated(header, f"{name}Time")
