"""A person's own account: who they are here, and another password."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.accounts.password import Objection
from appliance.accounts.sessions import Session
from appliance.console.access import ACCOUNT, UNAUTHORISED, to_login
from appliance.console.asking import Asked
from appliance.console.people.cookie import give
from appliance.console.people.desk import Desk, LoggedIn
from appliance.console.people.entrance import NOT_TAKEN, STATUSES, address_of
from appliance.console.people.recognition import session_of
from appliance.console.people.way_back import HOME


def account(asked: Asked[Desk]) -> Response:
    """Look at it. ``?done=1``: the password was just changed."""
    session = session_of(asked.desk, asked.request)
    if session is None:
        return to_login(asked.request)
    return _page(asked, session)


def password(asked: Asked[Desk]) -> Response:
    """Choose another password; who had to goes on to the first page."""
    session = session_of(asked.desk, asked.request)
    if session is None:
        raise HTTPException(UNAUTHORISED)
    former, new, again = (asked.answers.get(each, "") for each in ("former", "password", "again"))
    match outcome := asked.desk.choose(session, former, new, again, address_of(asked)):
        case LoggedIn(token):
            response = asked.leading_to(HOME if session.is_new else f"{ACCOUNT}?done=1")
            give(response, asked.request, token)
            return response
        case Objection():
            return _page(asked, session, f"people.{outcome}", NOT_TAKEN)
        case _:
            key = "people.wrong_former" if outcome == "wrong" else f"people.{outcome}"
            return _page(asked, session, key, STATUSES[outcome])


def _page(asked: Asked[Desk], session: Session, complaint: str = "", status: int = 200) -> Response:
    return asked.page(
        "people/account.html",
        status,
        account=asked.desk.account(session.account),
        session=session,
        complaint=complaint,
        is_done=bool(asked.answers.get("done")) and not asked.is_form,
        shortest=asked.desk.shortest_password(),
    )
