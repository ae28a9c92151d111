"""Who asks, by the cookie: what every page's gate is told."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES
from appliance.accounts.sessions import Session
from appliance.console.access import Person
from appliance.console.people.cookie import token_of
from appliance.console.people.desk import Desk

NAVIGATION = "navigate"


@dataclass(frozen=True, slots=True)
class Recognition:
    """The persons of the accounts."""

    desk: Desk

    def person(self, connection: HTTPConnection) -> Person | None:
        """Whose session it is, with the rights of the role that the account has now."""
        session = session_of(self.desk, connection)
        if session is None:
            return None
        if _is_by_hand(connection):
            self.desk.note_use(session)
        rights = frozenset() if session.is_new else ROLES[session.role]
        return Person(name=session.account, rights=rights, has_to_choose=session.is_new)


def session_of(desk: Desk, connection: HTTPConnection) -> Session | None:
    """The session that a browser has; None: none that goes on."""
    token = token_of(connection)
    return desk.session(token) if token else None


def _is_by_hand(connection: HTTPConnection) -> bool:
    """Whether a person did it: a page that is kept up to date by itself keeps nobody logged in.

    A page is opened (Fetch metadata, ``Sec-Fetch-Mode``), or something is sent.
    """
    if connection.scope["type"] == "websocket":
        return False
    if connection.scope["method"] not in {"GET", "HEAD"}:
        return True
    return connection.headers.get("sec-fetch-mode", NAVIGATION) == NAVIGATION
