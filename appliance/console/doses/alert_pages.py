"""Studies above an alert value of the site: seen, and acknowledged with a reason."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.accounts import Right
from appliance.console.asking import NOT_FOUND, Asked
from appliance.console.doses.desk import Desk
from appliance.console.doses.pages import HOME

PATH = f"{HOME}/alerts"
SHOWN = 25
NEWEST = 2**62
LONGEST = 500
UNPROCESSABLE = 422


def alerts(asked: Asked[Desk]) -> Response:
    """The newest first, page by page."""
    return _list(asked)


def acknowledge(asked: Asked[Desk]) -> Response:
    """Keep who looked at it, and why the dose was that high; a reason is asked for."""
    number = asked.number("number")
    reason = " ".join(asked.answers.get("reason", "").split())
    if not reason or len(reason) > LONGEST:
        return _list(asked, wrong=number)
    if not asked.desk.acknowledge(number, asked.person.name, reason):
        raise HTTPException(NOT_FOUND)
    return asked.leading_to(PATH)


def _list(asked: Asked[Desk], wrong: int = 0) -> Response:
    at = wrong + 1 if wrong else _number(asked.answers.get("before", ""))
    found = list(asked.desk.alerts(at, SHOWN + 1))
    return asked.page(
        "doses/alerts.html",
        UNPROCESSABLE if wrong else 200,
        alerts=found[:SHOWN],
        next=f"{PATH}?before={found[SHOWN - 1].number}" if len(found) > SHOWN else None,
        first=PATH if at != NEWEST else None,
        has_values=asked.desk.has_alert_values,
        may_see=asked.person.may(Right.SEE_PATIENTS),
        may_acknowledge=asked.person.may(Right.SETTLE),
        names=asked.desk.scanners(),
        wrong=wrong,
        longest=LONGEST,
    )


def _number(text: str) -> int:
    """Of an alert; what is none is after the newest."""
    is_number = text.isascii() and text.isdigit() and len(text) < len(str(NEWEST))
    return int(text) if is_number else NEWEST
