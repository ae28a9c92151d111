"""One study: its whole way on a page, and what a person may have done once more."""

from starlette.responses import Response

from appliance.accounts import Right
from appliance.console.asking import Asked
from appliance.console.studies import words
from appliance.console.studies.checking import checking
from appliance.console.studies.content_tree import content_tree
from appliance.console.studies.desk import Course, Desk
from appliance.console.studies.dose_table import dose_table, with_doubts
from appliance.console.studies.list_pages import HOME
from appliance.console.studies.timeline import timeline
from appliance.console.studies.versions import versions
from appliance.errors import NotFoundError
from appliance.outbox import Kind
from appliance.outbox.course import Sent
from appliance.rdsr import read_native


def study(asked: Asked[Desk]) -> Response:
    """Everything about one study."""
    course = asked.desk.course(asked.number("number"), asked.person.name)
    last = next((each for each in reversed(course.reports) if each.dataset is not None), None)
    told = last.dataset if last else None
    judged = checking(course)
    return asked.page(
        "studies/study.html",
        course=course,
        happenings=timeline(course, asked.texts),
        table=with_doubts(dose_table(course.record, course.pictures), judged.doubts),
        checking=judged,
        versions=versions(course.reports),
        tree=content_tree(told) if told is not None else None,
        events=dose_table(read_native(told)) if told is not None else None,
        refusals=_refusals(course),
        may_act=asked.person.may(Right.SETTLE),
        words=words,
        done=asked.answers.get("done", ""),
    )


def _refusals(course: Course) -> list[tuple[str, str]]:
    """Why the study is not compared with reference levels, each reason once."""
    comparison = course.perspective.comparison
    refused = comparison.refused if comparison else {}
    return list(dict.fromkeys(refusal.meaning for refusal, _ in refused))


def read_again(asked: Asked[Desk]) -> Response:
    """Ask whether a study is to be read once more; have it read."""
    number = asked.number("number")
    if not asked.is_form:
        course = asked.desk.course(number, asked.person.name)
        return asked.page("studies/read_again.html", course=course)
    asked.desk.read_again(number, asked.person.name)
    return asked.leading_to(f"{HOME}/{number}?done=read")


def send_again(asked: Asked[Desk]) -> Response:
    """Ask whether a report is to be sent once more; have it sent."""
    number, report = asked.number("number"), asked.number("report")
    destination = asked.answers.get("destination", "")
    if asked.is_form:
        asked.desk.send_again(number, report, destination, asked.person.name)
        return asked.leading_to(f"{HOME}/{number}?done=send")
    course = asked.desk.course(number, asked.person.name)
    return asked.page(
        "studies/send_again.html", course=course, sent=_of(course, report, destination)
    )


def _of(course: Course, report: int, destination: str) -> Sent:
    """That delivery. Raises NotFoundError."""
    for each in course.sent:
        is_report = each.kind in {Kind.REPORT, Kind.NATIVE_REPORT}
        if is_report and (each.outgoing_id, each.destination) == (report, destination):
            return each
    raise NotFoundError("it does not go there", destination)
