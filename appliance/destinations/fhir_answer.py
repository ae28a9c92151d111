"""What a FHIR server's answer to a transaction means (FHIR R4 http, 3.1.0.11.2 and 3.1.0.7).

Of an OperationOutcome only the codes are read: its words may quote the patient.
"""

import json
import re
from typing import Any

from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry
from appliance.destinations.web_server import Answer
from appliance.destinations.web_status import not_carried_out

OK, CONFLICT, PRECONDITION_FAILED = 200, 409, 412
ISSUES = {
    # FHIR R4 ValueSet issue-type: http://hl7.org/fhir/R4/valueset-issue-type.html
    "login": Cause.LOGIN_REFUSED,
    "expired": Cause.LOGIN_REFUSED,
    "forbidden": Cause.LOGIN_REFUSED,
    "security": Cause.LOGIN_REFUSED,
    "unknown": Cause.LOGIN_REFUSED,
    "transient": Cause.SERVER_BUSY,
    "lock-error": Cause.SERVER_BUSY,
    "throttled": Cause.SERVER_BUSY,
    "timeout": Cause.SERVER_BUSY,
    "incomplete": Cause.SERVER_BUSY,
    "no-store": Cause.OUT_OF_RESOURCES,
    "exception": Cause.PROCESSING_FAILED,
    "conflict": Cause.PROCESSING_FAILED,
}
"""Codes of issues that may pass; every other one is of this transaction, and stays."""
_CODE = re.compile(r"[a-z-]{1,20}")
_MOST_CODES = 5


def outcome_of(answer: Answer, entries: int) -> Outcome:
    """Whether the server did all ``entries`` of the transaction."""
    told = _resource(answer.body)
    if answer.status == OK:
        return _done(told, entries)
    found = not_carried_out(answer)
    codes = _issues(told)
    detail = " ".join([f"HTTP {answer.status}", *codes])
    if isinstance(found, Retry):
        return Retry(found.cause, detail, after_s=found.after_s)
    if answer.status == CONFLICT:
        return Retry(Cause.PROCESSING_FAILED, detail)
    passing = [ISSUES[code] for code in codes if code in ISSUES]
    if passing and len(passing) == len(codes):
        return Retry(passing[0], detail)
    if answer.status == PRECONDITION_FAILED:
        return Refused(Cause.NOT_UNIQUE, detail)
    return Refused(Cause.NOT_UNDERSTOOD, detail)


def _done(told: dict[str, Any], entries: int) -> Outcome:
    """A transaction is done as a whole or not at all, and each entry's status says so."""
    listed = told.get("entry")
    if told.get("type") != "transaction-response" or not isinstance(listed, list):
        return Retry(Cause.ANSWER_UNCLEAR, "HTTP 200 without a transaction-response")
    statuses = [_status(entry) for entry in listed]
    if len(statuses) != entries or not all(status in ("200", "201") for status in statuses):
        return Retry(Cause.ANSWER_UNCLEAR, f"HTTP 200 with {' '.join(statuses[:10])}")
    return Delivered("created" if statuses[0] == "201" else "updated")


def _status(entry: object) -> str:
    """The code of ``entry.response.status``, which may have words behind it."""
    response = entry.get("response") if isinstance(entry, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    code = str(status)[:3]
    return code if code.isascii() and code.isdigit() else "none"


def _issues(told: dict[str, Any]) -> list[str]:
    """Codes of the errors of an OperationOutcome."""
    issues = told.get("issue") if told.get("resourceType") == "OperationOutcome" else None
    codes = [
        str(issue.get("code"))
        for issue in (issues if isinstance(issues, list) else [])
        if isinstance(issue, dict) and issue.get("severity") in ("error", "fatal")
    ]
    return [code for code in codes if _CODE.fullmatch(code)][:_MOST_CODES]


def _resource(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
