"""What waits, one case, and the steps to its decision."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.accounts import Right
from appliance.console.asking import Asked as AskedOf
from appliance.console.quarantine import answers
from appliance.console.quarantine.desk import Checked, Desk, Filled, Whole
from appliance.console.quarantine.fields import Form, marks
from appliance.dose.doubt import Reason
from appliance.errors import RefusedError
from appliance.quarantine import FirstDecision, Verdict

HOME = "/quarantine"
A_PAGE = 25
BAD, UNPROCESSABLE, CONFLICT = 400, 422, 409
LONGEST_REASON = 200
HOPELESS = {
    Reason.UNREADABLE_OBJECT,
    Reason.IDENTITY_INCONSISTENT,
    Reason.IDENTITY_MISMATCH,
    Reason.EVIDENCE_REMOVED,
}
"""What no typed value answers."""
REASONS: Mapping[Verdict, tuple[str, ...]] = {
    Verdict.SETTLE: ("compared", "typed"),
    Verdict.DISCARD: ("no_dose_screen", "phantom_scan", "sent_twice"),
    Verdict.WRONG_PATIENT: ("other_patient",),
}
"""Reasons that need not be typed: ``reason_…`` their texts."""
Asked = AskedOf[Desk]


def home(asked: Asked) -> Response:
    """The list; ``done`` is the case that was just decided, ``after`` where the page begins."""
    given = asked.answers.get("after", "0")
    offset = int(given) if given.isdecimal() and len(given) <= len("999999") else 0
    listing = asked.desk.listing(offset, A_PAGE)
    return asked.page(
        "quarantine/home.html",
        listing=listing,
        offset=offset,
        count=A_PAGE,
        now=asked.desk.now(),
        done=asked.answers.get("done", ""),
        waits=asked.answers.get("waits", ""),
    )


def case(asked: Asked) -> Response:
    """One case with its form; sent, it is shown again, with one more row or what is open still."""
    number = asked.number("number")
    whole = asked.desk.whole(number, asked.person.name)
    filled = answers.filled(asked.answers) if asked.is_form else Filled()
    if asked.is_form and "add" not in asked.answers:
        return _onward(asked, whole, filled)
    return _case(asked, whole, filled)


def check(asked: Asked) -> Response:
    """What the form comes to, for a page that is being typed into."""
    number = asked.number("number")
    whole = asked.desk.whole(number, asked.person.name)
    filled = answers.filled(asked.answers)
    return asked.page("quarantine/checked.html", **_shown(asked, whole, filled), is_live=True)


def sign(asked: Asked) -> Response:
    """Keep the decision that was looked over."""
    number = asked.number("number")
    given = asked.answers.get("verdict", "")
    if given not in set(Verdict):
        raise HTTPException(BAD)
    filled, verdict = answers.filled(asked.answers), Verdict(given)
    try:
        kept = asked.desk.decide(number, verdict, filled, asked.person.name, _reason(asked))
    except RefusedError as refused:
        return _refused(asked, number, filled, refused)
    waits = "&waits=1" if isinstance(kept, FirstDecision) else ""
    return asked.leading_to(f"{HOME}?done={number}{waits}")


def agree(asked: Asked) -> Response:
    """The second person agrees."""
    number = asked.number("number")
    try:
        asked.desk.agree(number, asked.person.name)
    except RefusedError as refused:
        return _refused(asked, number, Filled(), refused)
    return asked.leading_to(f"{HOME}?done={number}")


def decline(asked: Asked) -> Response:
    """The first decision is taken back."""
    number = asked.number("number")
    try:
        asked.desk.decline(number, asked.person.name, _reason(asked))
    except RefusedError as refused:
        return _refused(asked, number, Filled(), refused)
    return asked.leading_to(f"{HOME}/{number}")


def picture(asked: Asked) -> Response:
    """A whole screen, as PNG."""
    number, name = asked.number("number"), asked.named("picture")
    content = asked.desk.picture(number, name, asked.person.name)
    return Response(content, media_type="image/png")


def _onward(asked: Asked, whole: Whole, filled: Filled) -> Response:
    """To what is signed, once nothing is open."""
    verdict = _verdict(asked)
    checked = asked.desk.check(whole.case.id, filled)
    if verdict.is_release and not checked.is_ready:
        return _case(asked, whole, filled, status=UNPROCESSABLE)
    if whole.settlement or whole.first or not whole.case.is_open:
        return _case(asked, whole, filled, status=CONFLICT)
    return asked.page(
        "quarantine/review.html",
        whole=whole,
        checked=checked,
        form=Form(whole, filled, checked),
        verdict=verdict,
        reasons=_reasons(verdict, checked),
        sent=answers.as_sent(asked.answers),
        longest=LONGEST_REASON,
    )


def _reasons(verdict: Verdict, checked: Checked) -> tuple[str, ...]:
    """The likeliest first."""
    reasons = REASONS[verdict]
    return tuple(reversed(reasons)) if verdict.is_release and checked.changed else reasons


def _verdict(asked: Asked) -> Verdict:
    given = asked.answers.get("verdict", "")
    return Verdict(given) if given in set(Verdict) else Verdict.SETTLE


def _reason(asked: Asked) -> str:
    """What was typed, or else the sentence that was chosen, as the box's journal has it."""
    own = asked.answers.get("own_reason", "").strip()[:LONGEST_REASON]
    chosen = asked.answers.get("reason", "")
    known = {each for reasons in REASONS.values() for each in reasons}
    return own or (asked.texts.say(f"quarantine.reason_{chosen}") if chosen in known else "")


def _refused(asked: Asked, number: int, filled: Filled, refused: RefusedError) -> Response:
    """The case as it is by now, with what was typed, and why the decision was not kept."""
    whole = asked.desk.whole(number, asked.person.name)
    return _case(asked, whole, filled, refused=refused.what, status=CONFLICT)


def _case(
    asked: Asked, whole: Whole, filled: Filled, *, refused: str = "", status: int = 200
) -> Response:
    return asked.page(
        "quarantine/case.html",
        status,
        **_shown(asked, whole, filled),
        refused=refused,
        is_sent=asked.is_form and "add" not in asked.answers,
        is_live=False,
        may_teach=asked.person.may(Right.CONFIGURE),
        own=whole.first is not None and whole.first.decision.person == asked.person.name,
    )


def _shown(asked: Asked, whole: Whole, filled: Filled) -> dict[str, Any]:
    checked = asked.desk.check(whole.case.id, filled)
    if checked.wrong and whole.record is not None:  # what is open besides, by what was read
        checked = replace(asked.desk.check(whole.case.id, Filled()), wrong=checked.wrong)
    form = Form(whole, filled, checked)
    more = answers.more_rows(asked.answers, is_empty=whole.record is None)
    hopeless = [each for each in whole.case.doubts if each.reason in HOPELESS]
    return {
        "whole": whole,
        "form": form,
        "checked": checked,
        "more": more,
        "rows": form.rows(more),
        "totals": form.totals(),
        "counted": form.count(),
        "unsettled": form.open_in_order(more),
        "marks": [(screen, list(marks(form, screen, more))) for screen in whole.screens],
        "hopeless": hopeless,
        "accepted": filled.accepted,
        "is_decided": bool(whole.settlement) or not whole.case.is_open,
        "now": asked.desk.now(),
    }
