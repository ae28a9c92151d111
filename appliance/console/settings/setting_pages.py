"""The pages on which settings are looked at and written: nothing here is in force yet."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from appliance.config.source import KeyPath, written
from appliance.console import asking
from appliance.console.sentences import pair_of
from appliance.console.settings.answering import Changes, Complaints, answered, value_of
from appliance.console.settings.desk import Desk, Sheet, Text, Unreadable
from appliance.console.settings.difference import difference
from appliance.console.settings.meanings import types_of
from appliance.console.settings.question import (
    APPLIANCE,
    Block,
    Listing,
    Question,
    address_of,
    block_at,
    entry_kind,
    new_question,
    path_of,
    required_of,
    said,
    top_level,
)
from appliance.errors import ApplianceError, ConfigurationError, RefusedError

HOME = "/settings"
GENERAL = "general"
Asked = asking.Asked[Desk]
UNPROCESSABLE = 422
LONGEST_REASON = 300


def readable(page: Callable[[Asked], Response]) -> Callable[[Asked], Response]:
    """A page that needs settings that can be read; the text alone is shown where they cannot."""

    def answer(asked: Asked) -> Response:
        try:
            return page(asked)
        except Unreadable as failure:
            return _unreadable(asked, failure)

    return answer


def home(asked: Asked) -> Response:
    """Every table, with what is wrong in it; who is writing."""
    sheet = asked.desk.sheet(asked.person.name)
    general, tables = top_level(sheet.settings, sheet.document, sheet.faults)
    return _page(asked, sheet, "home.html", general=general, tables=tables, course=_course(asked))


def table(asked: Asked) -> Response:
    """One table as a form; what was typed is kept, nothing is applied."""
    sheet = asked.desk.sheet(asked.person.name)
    found = _found(sheet, asked.named("path"))
    if isinstance(found, Listing):
        return _page(asked, sheet, "listing.html", listing=found, address=address_of)
    if not asked.is_form:
        return _form(asked, sheet, found, {})
    complaints, kept = _taken(asked, found)
    sheet = asked.desk.sheet(asked.person.name)
    found = _found(sheet, asked.named("path"))
    if isinstance(found, Listing) or (not complaints and "done" in asked.answers and kept):
        return asked.leading_to(HOME)
    return _form(asked, sheet, found, complaints, comments_lost=not kept)


def beside(asked: Asked) -> Response:
    """The text beside a form while somebody types: as it would be, and what would be wrong."""
    person = asked.person.name
    sheet = asked.desk.sheet(person)
    found = _found(sheet, asked.named("path"))
    if isinstance(found, Listing):
        return asked.leading_to(HOME)
    complaints, _ = _taken(asked, found)
    sheet = asked.desk.sheet(person)
    again = _found(sheet, asked.named("path"))
    block = again if isinstance(again, Block) else found
    return _page(asked, sheet, "beside.html", block=block, complaints=complaints)


def add(asked: Asked) -> Response:
    """Another entry of a list of tables, with the settings that it has to have."""
    path = path_of(asked.named("path"))
    sheet = asked.desk.sheet(asked.person.name)
    kind = entry_kind(sheet.settings, path)
    types = types_of(kind)
    questions = [
        new_question((*path, each.name), each, types[each.name])
        for each in required_of(sheet.settings, path)
    ]
    complaints: Complaints = {}
    if asked.is_form:
        entry, complaints = _entry(questions, asked.answers)
        listing = block_at(sheet.settings, sheet.document, path)
        assert isinstance(listing, Listing)  # noqa: S101 - required_of() says so
        at = (*path, len(listing.entries))
        if not complaints:
            asked.desk.change(asked.person.name, {at: entry})
            return asked.leading_to(_address(_top_of(at)))
    return _page(
        asked,
        sheet,
        "add.html",
        questions=questions,
        header=written(path),
        complaints=complaints,
        values={each.name: asked.answers.get(each.name, "") for each in questions},
    )


def remove(asked: Asked) -> Response:
    """One entry of a list of tables goes; the list with its last one."""
    path = path_of(asked.named("path"))
    sheet = asked.desk.sheet(asked.person.name)
    listing = block_at(sheet.settings, sheet.document, path[:-1])
    if not isinstance(listing, Listing) or not isinstance(path[-1], int):
        raise RefusedError("no entry of a list")
    alone = len(listing.entries) == 1
    asked.desk.change(asked.person.name, {path[:-1] if alone else path: None})
    above = _top_of(path[:-1])
    return asked.leading_to(_address(above))


def text(asked: Asked) -> Response:
    """The whole text, to be written by hand; the parser says what is wrong with it."""
    person = asked.person.name
    complaint = ""
    sheet = asked.desk.sheet(person)
    shown = sheet.text
    if asked.is_form:
        main = asked.answers.get("main", "").replace("\r\n", "\n")
        given = asked.answers.get("beside")
        shown = Text(main, None if given is None else given.replace("\r\n", "\n"))
        try:
            asked.desk.write(person, shown)
        except ConfigurationError as failure:
            complaint = str(failure)
        else:
            return asked.leading_to(f"{HOME}/difference")
    status = UNPROCESSABLE if complaint else 200
    return _page(asked, sheet, "text.html", status, shown=shown, complaint=complaint)


def compare(asked: Asked) -> Response:
    """What would change, and the button that applies it."""
    sheet = asked.desk.sheet(asked.person.name)
    return _difference(asked, sheet, "")


def apply(asked: Asked) -> Response:
    """Ask for it to come into force."""
    person = asked.person.name
    reason = asked.answers.get("reason", "").strip()[:LONGEST_REASON]
    try:
        asked.desk.apply(person, reason)
    except ApplianceError as failure:
        return _difference(asked, asked.desk.sheet(person), str(failure))
    return asked.leading_to(f"{HOME}/course")


def discard(asked: Asked) -> Response:
    """Give up what was written."""
    asked.desk.discard(asked.person.name)
    return asked.leading_to(HOME)


def rest(asked: Asked) -> Response:
    """Stay with what one wrote, having seen what somebody else changed."""
    asked.desk.rest_on_present(asked.person.name)
    return asked.leading_to(f"{HOME}/difference")


def _difference(asked: Asked, sheet: Sheet, refused: str) -> Response:
    return _page(
        asked,
        sheet,
        "difference.html",
        UNPROCESSABLE if refused else 200,
        lines=difference(sheet.in_force.whole, sheet.text.whole),
        theirs=difference(sheet.base.whole, sheet.in_force.whole),
        refused=refused,
        places=[(written(path), said(what, remedy)) for path, what, remedy in sheet.faults],
    )


def _unreadable(asked: Asked, failure: Unreadable) -> Response:
    complaint, shown = failure.why, failure.text
    if asked.is_form and "main" in asked.answers:
        shown = Text(asked.answers["main"].replace("\r\n", "\n"), asked.answers.get("beside"))
        try:
            asked.desk.write(asked.person.name, shown)
        except ConfigurationError as wrong:
            complaint = str(wrong)
        else:
            return asked.leading_to(f"{HOME}/difference")
    return asked.page(
        "settings/text.html",
        UNPROCESSABLE,
        sheet=None,
        shown=shown,
        complaint=complaint,
        address=address_of,
    )


def _page(
    asked: Asked,
    sheet: Sheet,
    template: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - what the template wants
) -> Response:
    return asked.page(
        f"settings/{template}", status, sheet=sheet, **{"address": address_of, **values}
    )


def _course(asked: Asked) -> Any:  # noqa: ANN401 - a Course or None
    return asked.desk.course()


def _form(
    asked: Asked,
    sheet: Sheet,
    block: Block,
    complaints: Complaints,
    *,
    comments_lost: bool = False,
) -> Response:
    return _page(
        asked,
        sheet,
        "table.html",
        UNPROCESSABLE if complaints else 200,
        block=block,
        complaints=complaints,
        comments_lost=comments_lost,
        saved=asked.is_form and not complaints,
        up=_address(block.path[:-1]) if block.path and isinstance(block.path[-1], int) else HOME,
    )


def _taken(asked: Asked, block: Block) -> tuple[Complaints, bool]:
    """Keep what was typed, as far as it is anything; and whether every comment stayed."""
    changes, complaints = answered(block.every_question(), asked.answers)
    if not changes:
        return complaints, True
    try:
        return complaints, asked.desk.change(asked.person.name, changes)
    except ConfigurationError as failure:
        name = written(next(iter(changes)))
        return {**complaints, name: pair_of(str(failure))}, True


def _entry(
    questions: list[Question], answers: Mapping[str, str]
) -> tuple[dict[str, Any], Complaints]:
    entry: Changes = {}
    complaints: Complaints = {}
    for each in questions:
        value, complaint = value_of(each, answers.get(each.name, "").strip())
        if complaint:
            complaints[each.name] = complaint
        else:
            entry[each.path] = value
    return {str(path[-1]): value for path, value in entry.items()}, complaints


def _found(sheet: Sheet, address: str) -> Block | Listing:
    if address == GENERAL:
        return top_level(sheet.settings, sheet.document, sheet.faults)[0]
    return block_at(sheet.settings, sheet.document, path_of(address), sheet.faults)


def _top_of(path: KeyPath) -> KeyPath:
    """The table with a page of its own that ``path`` is in."""
    own = 2 if path[:1] == (APPLIANCE,) else 1
    entry = len(path) > own and isinstance(path[own], int)
    return path[: own + 1] if entry else path[:own]


def _address(path: KeyPath) -> str:
    return f"{HOME}/table/{address_of(path)}"
