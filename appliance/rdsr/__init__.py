"""From a dose record to an X-Ray Radiation Dose SR, and back.

The content tree is built of highdicom's content items, one function a template of PS3.16.

**Knows:** TID 10011 and the templates it includes, the modules of the X-Ray Radiation Dose SR IOD,
and what to write where a dose screen is silent.
**Does not know:** how the record was read, where the report goes, configuration, clocks, files.

>>> report = build_report(record, evidence, device)  # doctest: +SKIP
>>> nonconformities(report)  # doctest: +SKIP
()
"""

from importlib import import_module
from typing import TYPE_CHECKING

from appliance.dose.region import REGIONS, Region
from appliance.rdsr.conformance import Nonconformity, nonconformities
from appliance.rdsr.native import (
    completed_native,
    is_recorded_by,
    read_native,
    sources_stated,
    succeeding,
)
from appliance.rdsr.parties import PersonObserver, Predecessor, RecordingDevice
from appliance.rdsr.readback import read_record
from appliance.rdsr.waiting import doubts

if TYPE_CHECKING:
    from appliance.rdsr.document import Order, build_report, target_regions

__all__ = [
    "REGIONS",
    "Nonconformity",
    "Order",
    "PersonObserver",
    "Predecessor",
    "RecordingDevice",
    "Region",
    "build_report",
    "completed_native",
    "doubts",
    "is_recorded_by",
    "nonconformities",
    "read_native",
    "read_record",
    "sources_stated",
    "succeeding",
    "target_regions",
]


def __getattr__(name: str) -> object:
    """What builds reports, loaded when it is asked for: who only reads them needs no highdicom."""
    if name in {"Order", "build_report", "target_regions"}:
        return getattr(import_module("appliance.rdsr.document"), name)
    raise AttributeError(name)
