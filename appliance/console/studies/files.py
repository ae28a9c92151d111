"""What a study is downloaded as, and the pictures of its screens."""

import json
from dataclasses import asdict
from html import escape
from typing import Any

from starlette.responses import Response

from appliance.console.asking import Asked
from appliance.console.studies.desk import Course, Desk, Refusal
from appliance.dose.codec import record_to_json
from appliance.texts import Texts

DICOM, JSON, PNG, SVG = "application/dicom", "application/json", "image/png", "image/svg+xml"
STATUS = {Refusal.REMOVED: 410, Refusal.UNREADABLE: 422, Refusal.NOT_CLEAN: 422}
"""RFC 9110 15.5.11 and 15.5.21."""
_WORDS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 160" role="img">'
    '<rect width="640" height="160" fill="#22272c"/>'
    '<text x="320" y="88" fill="#ffffff" font-size="20" font-family="sans-serif" '
    'text-anchor="middle">{}</text></svg>'
)
"""What stands in the place of a picture that cannot be shown."""


def picture(asked: Asked[Desk]) -> Response:
    """A frame of a dose screen; where it cannot be shown a picture of why."""
    number, instance, frame = map(asked.number, ("number", "instance", "frame"))
    found = asked.desk.picture(number, instance, frame, asked.person.name)
    if isinstance(found, bytes):
        return Response(found, media_type=PNG)
    said = escape(asked.texts.say(f"studies.picture_{found}"))
    return Response(_WORDS.format(said), STATUS[found], media_type=SVG)


def report(asked: Asked[Desk]) -> Response:
    """A report as it leaves."""
    number, outgoing = asked.number("number"), asked.number("report")
    found = asked.desk.report(number, outgoing, asked.person.name)
    return _file(asked, found, f"study-{number}-report-{outgoing}.dcm")


def clean_report(asked: Asked[Desk]) -> Response:
    """The same without identity."""
    number, outgoing = asked.number("number"), asked.number("report")
    found = asked.desk.clean_report(number, outgoing, asked.person.name)
    return _file(asked, found, f"study-{number}-report-{outgoing}-deidentified.dcm")


def as_json(asked: Asked[Desk]) -> Response:
    """The study's doses and course for programs; nothing in it names the patient."""
    course = asked.desk.course(asked.number("number"), asked.person.name)
    content = json.dumps(course_values(course), ensure_ascii=False, indent=1)
    return _attached(content.encode(), JSON, f"study-{course.study.number}.json")


def course_values(course: Course) -> dict[str, Any]:
    """JSON-able values; times are seconds since the epoch, doses the digits printed."""
    study = asdict(course.study) | {"senders": list(course.study.senders)}
    return {
        "study": study,
        "received": [asdict(each) for each in course.batches],
        "decisions": [
            {
                "outcome": str(each.outcome),
                "reason": each.reason,
                "layout": each.layout,
                "atlas": each.atlas,
                "decided_at": each.decided_at,
            }
            for each in course.decisions
        ],
        "record": record_to_json(course.record) if course.record else None,
        "sources": dict(course.merged),
        "reports": [
            {
                "sop_instance_uid": each.outgoing.sop_instance_uid,
                "predecessor_uid": each.outgoing.predecessor_uid or None,
                "kind": str(each.outgoing.kind),
                "created_at": each.outgoing.created_at,
            }
            for each in course.reports
        ],
        "deliveries": [asdict(each) for each in course.sent],
        "commitments": [asdict(each) for each in course.committed],
    }


def _file(asked: Asked[Desk], found: bytes | Refusal, name: str) -> Response:
    if isinstance(found, bytes):
        return _attached(found, DICOM, name)
    return refused(asked, found)


def refused(asked: Asked[Desk], refusal: Refusal) -> Response:
    """A page that says why there is no file."""
    said = _said(asked.texts, refusal)
    number = asked.number("number")
    return asked.page("studies/refused.html", STATUS[refusal], said=said, number=number)


def _said(texts: Texts, refusal: Refusal) -> str:
    return texts.say(f"studies.file_{refusal.replace('-', '_')}")


def _attached(content: bytes, media_type: str, name: str) -> Response:
    head = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=head)
