"""What a Store Instances Response says of the one object that was sent (PS3.18 10.5.3, Annex I).

The body is read as DICOM JSON (PS3.18 Annex F); of one in another form the HTTP status counts.
What a server adds in words stays unread: it may quote the object.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry
from appliance.destinations.web_server import Answer
from appliance.destinations.web_status import not_carried_out

FAILED_SOP_SEQUENCE = "00081198"
OTHER_FAILURES_SEQUENCE = "0008119A"
REFERENCED_SOP_SEQUENCE = "00081199"
REFERENCED_SOP_INSTANCE_UID = "00081155"
FAILURE_REASON = "00081197"
WARNING_REASON = "00081196"
OK, ACCEPTED, CONFLICT = 200, 202, 409


@dataclass(frozen=True, slots=True)
class _Range:
    """Failure Reasons from ``first`` to ``last``, and what they mean."""

    first: int
    last: int
    kind: type[Delivered] | type[Retry] | type[Refused]
    meaning: str
    cause: Cause = Cause.STATUS_UNKNOWN


FAILURE_REASONS = (
    _Range(
        0xA700, 0xA7FF, Retry, "Refused out of Resources", Cause.OUT_OF_RESOURCES
    ),  # PS3.18 Table I.2-2
    _Range(
        0xA900, 0xA9FF, Refused, "Data Set does not match SOP Class", Cause.NOT_UNDERSTOOD
    ),  # Table I.2-2
    _Range(
        0xC122, 0xC122, Refused, "Referenced Transfer Syntax not supported", Cause.NOT_UNDERSTOOD
    ),  # Table I.2-2
    _Range(0xC000, 0xCFFF, Refused, "Cannot understand", Cause.NOT_UNDERSTOOD),  # Table I.2-2
    _Range(0x0110, 0x0110, Retry, "Processing failure", Cause.PROCESSING_FAILED),  # Table I.2-2
    _Range(
        0x0122, 0x0122, Refused, "SOP Class not supported", Cause.SOP_CLASS_NOT_ACCEPTED
    ),  # Table I.2-2
    _Range(0x0124, 0x0124, Refused, "Not authorized", Cause.NOT_AUTHORISED),  # PS3.7 Annex C
    # The DICOMweb server of Microsoft, by its conformance statement: a repeat of what it has.
    _Range(0xB00E, 0xB00E, Delivered, "it was there already"),
    _Range(0x0000, 0xFFFF, Refused, "not a Failure Reason of the standard"),
)
"""The first range that holds a reason counts."""
WARNINGS = {
    0xB000: "Coercion of Data Elements",
    0xB006: "Elements Discarded",
    0xB007: "Data Set does not match SOP Class",
}
"""Warning Reasons (PS3.18 Table I.2-1): stored, with what happened to it."""


def outcome_of(answer: Answer, sop_instance_uid: str) -> Outcome:
    """Whether the object is stored there.

    A failure in the body counts whatever the status is: there are servers that say 200 with it.
    """
    if answer.status not in (OK, ACCEPTED, CONFLICT):
        return _unlikely(answer)
    told = _dataset(answer.body)
    for failure in (
        *_items(told, FAILED_SOP_SEQUENCE),
        *_items(told, OTHER_FAILURES_SEQUENCE),
    ):
        return _failure(_number(failure, FAILURE_REASON))
    for stored in _items(told, REFERENCED_SOP_SEQUENCE):
        if _value(stored, REFERENCED_SOP_INSTANCE_UID) == sop_instance_uid:
            return Delivered(_warning(_number(stored, WARNING_REASON)))
    if answer.status == OK:
        return Delivered("HTTP 200")
    if answer.status == CONFLICT:
        return Refused(Cause.NOT_UNDERSTOOD, "HTTP 409")
    return Retry(Cause.ANSWER_UNCLEAR, "HTTP 202")


def _unlikely(answer: Answer) -> Retry | Refused:
    if OK < answer.status < 300:  # noqa: PLR2004 - another status of success
        return Retry(Cause.ANSWER_UNCLEAR, f"HTTP {answer.status}")
    return not_carried_out(answer)


def _failure(reason: int | None) -> Outcome:
    if reason is None:
        return Refused(Cause.STATUS_UNKNOWN, "a failure without Failure Reason")
    found = next(each for each in FAILURE_REASONS if each.first <= reason <= each.last)
    detail = f"0x{reason:04X} {found.meaning}"
    if found.kind is Delivered:
        return Delivered(detail)
    return (Retry if found.kind is Retry else Refused)(found.cause, detail)


def _warning(reason: int | None) -> str:
    if reason is None:
        return "stored"
    return f"0x{reason:04X} {WARNINGS.get(reason, 'Warning')}"


def _dataset(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(told, list) and told:  # several servers answer with a list of one
        told = told[0]
    return told if isinstance(told, dict) else {}


def _items(dataset: dict[str, Any], tag: str) -> Iterator[dict[str, Any]]:
    for item in _values(dataset, tag):
        if isinstance(item, dict):
            yield item


def _value(dataset: dict[str, Any], tag: str) -> Any:  # noqa: ANN401 - as JSON has it
    return next(iter(_values(dataset, tag)), None)


def _number(dataset: dict[str, Any], tag: str) -> int | None:
    try:
        number = int(_value(dataset, tag))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= 0xFFFF else None  # noqa: PLR2004 - VR US


def _values(dataset: dict[str, Any], tag: str) -> list[Any]:
    element = dataset.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return values if isinstance(values, list) else []
