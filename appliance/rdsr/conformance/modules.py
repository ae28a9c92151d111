"""The attributes around the content tree, by type (PS3.3 A.35.8)."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom import Dataset

from appliance.rdsr.conformance.nonconformity import Nonconformity
from appliance.rdsr.evidence import is_uid, stated

_OWN_UIDS = ("SOPInstanceUID", "SeriesInstanceUID")


def module_nonconformities(report: Dataset) -> Iterator[Nonconformity]:
    """Attributes that are absent, empty or wrong."""
    for module, attributes in rules().items():
        for keyword, rule in attributes.items():
            for fault in _attribute_faults(report, keyword, rule):
                yield Nonconformity(module, keyword, "", fault)
    for keyword in _OWN_UIDS:
        if not is_uid(stated(report, keyword)):
            yield Nonconformity("SOP Common", keyword, "", "no UID")
    yield from _evidence(report)


@cache
def rules() -> dict[str, dict[str, dict[str, Any]]]:
    """The rule of every attribute by its module and keyword, as ``modules.toml`` has them."""
    return tomllib.loads(files(__package__).joinpath("modules.toml").read_text("utf-8"))


def _attribute_faults(report: Dataset, keyword: str, rule: dict[str, Any]) -> Iterator[str]:
    if keyword not in report:
        yield f"absent, of type {rule['type']}"
        return
    values = stated(report, keyword) if report[keyword].VR != "SQ" else report[keyword].value
    if not values and rule["type"] == "1":
        yield "empty, of type 1"
    if values and values not in rule.get("values", [values]):
        yield f"not one of {', '.join(rule['values'])}"


def _evidence(report: Dataset) -> Iterator[Nonconformity]:
    """Current Requested Procedure Evidence Sequence names instances of this study."""
    keyword = "CurrentRequestedProcedureEvidenceSequence"
    studies = report.get(keyword) or []
    instances = [
        stated(instance, "ReferencedSOPInstanceUID")
        for study in studies
        for series in study.get("ReferencedSeriesSequence") or ()
        for instance in series.get("ReferencedSOPSequence") or ()
    ]
    if not instances or not all(instances):
        yield Nonconformity("SR Document General", keyword, "", "names no instance")
    own = stated(report, "StudyInstanceUID")
    if any(stated(study, "StudyInstanceUID") != own for study in studies):
        yield Nonconformity("SR Document General", keyword, "", "names another study")
