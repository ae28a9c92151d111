"""The accounts of the box, for administrators."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.accounts import Role
from appliance.console.asking import Asked
from appliance.console.people.desk import Desk
from appliance.console.people.entrance import NOT_TAKEN
from appliance.errors import OutOfResourcesError, RefusedError

PEOPLE = "/people"
CONFLICT, BUSY = 409, 503


def accounts(asked: Asked[Desk]) -> Response:
    """All of them, and the form for another one."""
    if asked.is_form:
        return _create(asked)
    return _page(asked)


def _create(asked: Asked[Desk]) -> Response:
    name, role = asked.answers.get("name", ""), _role(asked)
    if role is None:
        return _page(asked, "people.no_role", NOT_TAKEN)
    try:
        password = asked.desk.create(name, role, asked.person.name)
    except RefusedError:
        return _page(asked, "people.name_refused", NOT_TAKEN)
    except OutOfResourcesError as failure:
        raise HTTPException(BUSY) from failure
    return _one_time(asked, name, password)


def account(asked: Asked[Desk]) -> Response:
    """One account, and what can be done with it."""
    return _account_page(asked)


def role(asked: Asked[Desk]) -> Response:
    """Let it be for something else."""
    wanted = _role(asked)
    if wanted is None:
        return _account_page(asked, "people.no_role", NOT_TAKEN)
    try:
        asked.desk.set_role(_named(asked), wanted, asked.person.name)
    except RefusedError:
        return _account_page(asked, "people.last_administrator", CONFLICT)
    return _back(asked)


def lock(asked: Asked[Desk]) -> Response:
    """Let nobody use it."""
    try:
        asked.desk.lock(_named(asked), asked.person.name)
    except RefusedError:
        return _account_page(asked, "people.last_administrator", CONFLICT)
    return _back(asked)


def unlock(asked: Asked[Desk]) -> Response:
    """Let its person use it again."""
    asked.desk.unlock(_named(asked), asked.person.name)
    return _back(asked)


def reset(asked: Asked[Desk]) -> Response:
    """Give it a one-time password, which is shown this once."""
    try:
        password = asked.desk.reset(_named(asked), asked.person.name)
    except OutOfResourcesError as failure:
        raise HTTPException(BUSY) from failure
    return _one_time(asked, _named(asked), password)


def _one_time(asked: Asked[Desk], name: str, password: str) -> Response:
    found = asked.desk.account(name)
    return asked.page("people/one_time.html", account=found, password=password)


def _page(asked: Asked[Desk], complaint: str = "", status: int = 200) -> Response:
    name, wanted = (asked.answers.get(each, "") for each in ("name", "role"))
    return asked.page(
        "people/accounts.html",
        status,
        accounts=asked.desk.accounts(),
        roles=list(Role),
        now=asked.desk.now(),
        complaint=complaint,
        name=name,
        wanted=wanted,
    )


def _account_page(asked: Asked[Desk], complaint: str = "", status: int = 200) -> Response:
    return asked.page(
        "people/account_of.html",
        status,
        account=asked.desk.account(_named(asked)),
        roles=list(Role),
        now=asked.desk.now(),
        complaint=complaint,
    )


def _back(asked: Asked[Desk]) -> Response:
    return asked.leading_to(f"{PEOPLE}/{quote(_named(asked))}")


def _named(asked: Asked[Desk]) -> str:
    """Raises NotFoundError where nobody is called so."""
    return asked.desk.account(asked.named("name")).name


def _role(asked: Asked[Desk]) -> Role | None:
    wanted = asked.answers.get("role", "")
    return Role(wanted) if wanted in set(Role) else None
