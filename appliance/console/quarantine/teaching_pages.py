"""Teaching a layout from a case: one screen, what was typed of it, and what came of that."""

from starlette.responses import Response

from appliance.console.quarantine import answers
from appliance.console.quarantine.case_pages import CONFLICT, HOME, UNPROCESSABLE, Asked
from appliance.console.quarantine.desk import Filled, Lesson, Lessons
from appliance.console.quarantine.fields import Form
from appliance.errors import RefusedError


def teach(asked: Asked) -> Response:
    """The form; sent, the lesson begins."""
    number = asked.number("number")
    if not asked.is_form or "add" in asked.answers:
        return _page(asked, asked.desk.lesson(number))
    filled = answers.filled(asked.answers)
    is_settled = asked.desk.whole(number, asked.person.name).settlement is not None
    if not is_settled and asked.desk.check(number, filled).wrong:
        return _page(asked, asked.desk.lesson(number), status=UNPROCESSABLE)
    try:
        name = asked.answers.get("name", "").strip()
        replace = "replace" in asked.answers
        given = Filled() if is_settled else filled
        asked.desk.teach(number, given, name, replace=replace, by=asked.person.name)
    except RefusedError as refused:
        said = Lesson(state=Lessons.REFUSED, said=[refused.what])
        return _page(asked, said, status=CONFLICT)
    return asked.leading_to(f"{HOME}/{number}/teach")


def archive(asked: Asked) -> Response:
    """What was taught, as a ZIP file without any identity."""
    name, content = asked.desk.archive(asked.number("number"), asked.person.name)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/zip", headers=headers)


def _page(asked: Asked, lesson: Lesson, status: int = 200) -> Response:
    number = asked.number("number")
    whole = asked.desk.whole(number, asked.person.name)
    filled = answers.filled(asked.answers) if asked.is_form else Filled()
    form = Form(whole, filled, asked.desk.check(number, filled))
    more = answers.more_rows(asked.answers, is_empty=whole.record is None)
    return asked.page(
        "quarantine/teach.html",
        status,
        whole=whole,
        lesson=lesson,
        rows=form.rows(more),
        totals=form.totals(),
        more=more,
        marks=[(screen, []) for screen in whole.screens],
    )
