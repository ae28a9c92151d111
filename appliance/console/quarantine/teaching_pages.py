"""Teaching a layout from a case: one screen, what was typed of it, and what came of that."""

from starlette.responses import Response

from appliance.console.quarantine import answers
from appliance.console.quarantine.case_pages import CONFLICT, HOME, UNPROCESSABLE, Asked
from appliance.console.quarantine.desk import Filled, Lesson, Lessons
from appliance.console.quarantine.fields import Form
from appliance.dosescreen.soundness import NAME
from appliance.errors import RefusedError


def teach(asked: Asked) -> Response:
    """The form; sent, the lesson begins."""
    number = asked.number("number")
    if not asked.is_form or "add" in asked.answers:
        return _page(asked, asked.desk.lesson(number))
    filled, name = answers.filled(asked.answers), _name(asked)
    is_settled = asked.desk.whole(number, asked.person.name).settlement is not None
    is_wrong = not is_settled and bool(asked.desk.check(number, filled).wrong)
    if is_wrong or not _may_be_called(name):
        return _page(asked, asked.desk.lesson(number), status=UNPROCESSABLE)
    try:
        replace = "replace" in asked.answers
        given = Filled() if is_settled else filled
        language = asked.texts.language
        asked.desk.teach(number, given, name, language, replace=replace, by=asked.person.name)
    except RefusedError as refused:
        said = Lesson(state=Lessons.REFUSED, said=[refused.what])
        return _page(asked, said, status=CONFLICT)
    return asked.leading_to(f"{HOME}/{number}/teach")


def archive(asked: Asked) -> Response:
    """What was taught, as a ZIP file without any identity."""
    name, content = asked.desk.archive(asked.number("number"), asked.person.name)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/zip", headers=headers)


def _name(asked: Asked) -> str:
    return asked.answers.get("name", "").strip()


def _may_be_called(name: str) -> bool:
    """Whether a layout may; without a name it is called after the model."""
    return not name or NAME.fullmatch(name) is not None


def _page(asked: Asked, lesson: Lesson, status: int = 200) -> Response:
    number = asked.number("number")
    whole = asked.desk.whole(number, asked.person.name)
    filled = answers.filled(asked.answers) if asked.is_form else Filled()
    checked = asked.desk.check(number, filled)
    form = Form(whole, filled, checked)
    more = answers.more_rows(asked.answers, is_empty=whole.record is None)
    return asked.page(
        "quarantine/teach.html",
        status,
        whole=whole,
        lesson=lesson,
        rows=form.rows(more),
        totals=form.totals(),
        more=more,
        wrong=checked.wrong,
        name=_name(asked),
        is_replacing="replace" in asked.answers,
        is_badly_named=not _may_be_called(_name(asked)),
        marks=[(screen, []) for screen in whole.screens],
    )
