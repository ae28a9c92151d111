"""When an image was acquired, as DT text that sorts as time does."""

import re

from appliance.headers.element import Layers, text

_DATE = re.compile(r"(\d{4})[.]?(\d{2})[.]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?")
_DATE_TIME = re.compile(r"(\d{12}(?:\d{2})?)(\.\d{1,6})?([+-]\d{4})?")


def moment_of(layers: Layers) -> str:
    """Date and time of acquisition, ``YYYYMMDDHHMMSS.ffffff``; empty when none is stated whole.

    Frame Acquisition DateTime (0018,9074), else Acquisition DateTime (0008,002A), else Acquisition
    Date and Time (0008,0022/0032), also with the dots and colons of ACR-NEMA.
    """
    for keyword in ("FrameAcquisitionDateTime", "AcquisitionDateTime"):
        found = date_time(text(layers, keyword))
        if found:
            return found
    return joined(text(layers, "AcquisitionDate"), text(layers, "AcquisitionTime"))


def date_time(said: str) -> str:
    """A DT made even; empty when it is none or says no minute."""
    found = _DATE_TIME.fullmatch(said)
    if found is None:
        return ""
    return found[1].ljust(14, "0") + (found[2] or ".").ljust(7, "0") + (found[3] or "")


def joined(date: str, time: str) -> str:
    """A DA and a TM as one DT; empty when either is missing or none."""
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None or clock is None:
        return ""
    hour, minute, second, fraction = clock.groups()
    return "".join((*day.groups(), hour, minute, second or "00", (fraction or ".").ljust(7, "0")))
