"""Who asks, and whether that person may: before any page is made."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from appliance.accounts import Right

LOGIN = "/login"
"""Where a person says who they are; ``then`` is the page that they came for."""
FORBIDDEN, UNAUTHORISED = 403, 401
POLICY_VIOLATION = 1008
"""RFC 6455 7.4.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: the account's name, which stands in the journal, and what it may."""

    name: str
    rights: frozenset[Right]

    def may(self, right: Right | None) -> bool:
        """Whether a page that asks for ``right`` is for this person; None: for everybody."""
        return right is None or right in self.rights


class Access(Protocol):
    """Whoever knows the persons."""

    def person(self, connection: HTTPConnection) -> Person | None:
        """Who asks; None for nobody that is known."""


def person_of(request: HTTPConnection) -> Person | None:
    """Who asks; None for nobody that is known."""
    access: Access = request.app.state.access
    if "person" not in request.scope:
        request.scope["person"] = access.person(request)
    person: Person | None = request.scope["person"]
    return person


def somebody(request: HTTPConnection) -> Person:
    """Who asks for a page that is not for everybody. Raises HTTPException for nobody."""
    person = person_of(request)
    if person is None:
        raise HTTPException(UNAUTHORISED)
    return person


class Gate:
    """Stands before a route: lets in who has ``right``, leads others to the login."""

    def __init__(self, application: ASGIApp, right: Right) -> None:
        self._application = application
        self._right = right

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection (ASGI 3)."""
        connection = HTTPConnection(scope)
        person = person_of(connection)
        if person is not None and person.may(self._right):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif person is not None:
            raise HTTPException(FORBIDDEN)
        else:
            await _to_login(connection)(scope, receive, send)


def _to_login(connection: HTTPConnection) -> Response:
    """A page that is looked at is come back to; what was sent is not sent again."""
    if connection.scope["method"] != "GET":
        raise HTTPException(UNAUTHORISED)
    url = connection.url
    then = quote(url.path + (f"?{url.query}" if url.query else ""), safe="")
    return RedirectResponse(f"{LOGIN}?then={then}", status_code=303)
