"""Start and End of X-Ray Irradiation (TID 10011 rows 5 and 6).

Both are mandatory. Where every event says when it started, the start is stated, and so is the end
if the last of them says how long it lasted; otherwise the objects of the study bound them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom import Dataset

from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.rdsr.evidence import irradiation_bounds

_MOMENT = re.compile(r"(\d{14})(?:\.(\d{1,6}))?([+-]\d{4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """When irradiation took place, as DT.

    Attributes:
        start: No irradiation before it.
        end: No irradiation after it.
        start_is_stated: Irradiation began at ``start``; otherwise not before it.
        end_is_stated: Irradiation ended at ``end``; otherwise not after it.
    """

    start: str
    end: str
    start_is_stated: bool = False
    end_is_stated: bool = False


def interval(record: CTRadiationDose, headers: Sequence[Dataset]) -> Interval:
    """The interval; raises ConformanceError when no object states a date."""
    earliest, latest = irradiation_bounds(headers)
    started = [moment for event in record.events if (moment := started_at(event))]
    if len(started) < len(record.events) or len(set(map(_offset, started))) > 1:
        return Interval(earliest, max(latest, *started) if started else latest)
    start, last = min(started), max(started)
    ends = [_ended_at(event) for event in record.events if started_at(event) == last]
    known = [each for each in ends if each is not None]
    if len(known) == len(ends):
        return Interval(start, max(known), start_is_stated=True, end_is_stated=True)
    return Interval(start, max(latest, last), start_is_stated=True)


def started_at(event: IrradiationEvent) -> str:
    """DateTime Started of an event; empty when it is not known to the second."""
    if event.started is None or not _MOMENT.fullmatch(event.started.value):
        return ""
    return event.started.value if _parsed(event.started.value) else ""


def _ended_at(event: IrradiationEvent) -> str | None:
    """When an event ended; None when it is not known how long it lasted."""
    start = started_at(event)
    if not start or event.exposure_time_s is None:
        return None
    moment = _parsed(start)
    if moment is None:
        return None
    end = moment + timedelta(seconds=float(event.exposure_time_s.value))
    fraction = f"{end:%f}".rstrip("0")
    return f"{end:%Y%m%d%H%M%S}{'.' if fraction else ''}{fraction}{_offset(start)}"


def _parsed(moment: str) -> datetime | None:
    found = _MOMENT.fullmatch(moment)
    try:
        return datetime.strptime(  # noqa: DTZ007 - local time, as DICOM writes it
            f"{found[1]}.{found[2] or 0}" if found else "", "%Y%m%d%H%M%S.%f"
        )
    except ValueError:
        return None


def _offset(moment: str) -> str:
    found = _MOMENT.fullmatch(moment)
    return (found[3] or "") if found else ""
