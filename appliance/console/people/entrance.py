"""The pages that nobody is logged in on: the log-in, and the first account of a box."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.accounts.password import Objection
from appliance.console.access import ACCOUNT, LOGIN
from appliance.console.asking import NOT_FOUND, Asked
from appliance.console.people.cookie import give, take
from appliance.console.people.desk import Desk, LoggedIn, Refusal
from appliance.console.people.recognition import session_of
from appliance.console.people.way_back import HOME, way_back
from appliance.errors import RefusedError

SETUP = "/setup"
STATUSES = {Refusal.WRONG: 403, Refusal.WAIT: 429, Refusal.BUSY: 503}
NOT_TAKEN = 422


def login(asked: Asked[Desk]) -> Response:
    """Name and password."""
    if asked.desk.is_unclaimed():
        return asked.leading_to(SETUP)
    then = way_back(asked.answers.get("then", ""))
    if asked.is_form:
        return _tried(asked, then)
    if session_of(asked.desk, asked.request):
        return asked.leading_to(then)
    return asked.page("people/login.html", then=then, name="", complaint="")


def _tried(asked: Asked[Desk], then: str) -> Response:
    name, password = asked.answers.get("name", ""), asked.answers.get("password", "")
    match asked.desk.login(name, password, address_of(asked)):
        case LoggedIn(token):
            return _let_in(asked, token, then)
        case refusal:
            status = STATUSES[refusal]
            page = {"then": then, "name": name, "complaint": f"people.{refusal}"}
            return asked.page("people/login.html", status, **page)


def logout(asked: Asked[Desk]) -> Response:
    """The end of a session, where there is one."""
    session = session_of(asked.desk, asked.request)
    if session is not None:
        asked.desk.logout(session)
    response = asked.leading_to(LOGIN)
    take(response, asked.request)
    return response


def setup(asked: Asked[Desk]) -> Response:
    """The first account; there is no such page once there is one."""
    if not asked.desk.is_unclaimed():
        raise HTTPException(NOT_FOUND)
    if not asked.is_form:
        return _setup_page(asked)
    code, name, password, again = (
        asked.answers.get(each, "") for each in ("code", "name", "password", "again")
    )
    try:
        outcome = asked.desk.found(code, name, password, again, address_of(asked))
    except RefusedError:
        return _setup_page(asked, "people.no_name", NOT_TAKEN)
    match outcome:
        case LoggedIn(token):
            return _let_in(asked, token, HOME)
        case Objection():
            return _setup_page(asked, f"people.{outcome}", NOT_TAKEN)
        case Refusal.WRONG:
            return _setup_page(asked, "people.wrong_code", STATUSES[outcome])
        case Refusal():
            return _setup_page(asked, f"people.{outcome}", STATUSES[outcome])


def _setup_page(asked: Asked[Desk], complaint: str = "", status: int = 200) -> Response:
    shortest = asked.desk.shortest_password()
    name, code = (asked.answers.get(each, "") for each in ("name", "code"))
    return asked.page(
        "people/setup.html", status, complaint=complaint, shortest=shortest, name=name, code=code
    )


def _let_in(asked: Asked[Desk], token: str, then: str) -> Response:
    """A new token each time: one that was put into the browser before is worth nothing."""
    session = asked.desk.session(token)
    response = asked.leading_to(ACCOUNT if session is None or session.is_new else then)
    give(response, asked.request, token)
    return response


def address_of(asked: Asked[Desk]) -> str:
    """Of who asks; empty where there is none."""
    return asked.request.client.host if asked.request.client else ""
