"""Who asks, and whether that person may: before any page is made, and while it goes on."""

import asyncio
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from appliance.accounts import Right

LOGIN = "/login"
"""Where a person says who they are; ``then`` is the page that they came for."""
ACCOUNT = "/account"
"""A person's own account; who has to choose a password does it there."""
LOOK_S = 5.0
"""Seconds between looks whether somebody still may see what goes on without end."""
EVENTS = "text/event-stream"
FORBIDDEN, UNAUTHORISED = 403, 401
POLICY_VIOLATION = 1008
"""RFC 6455 7.4.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: the account's name, which stands in the journal, and what it may.

    ``has_to_choose`` a password before anything else: it was given one for once.
    """

    name: str
    rights: frozenset[Right]
    has_to_choose: bool = False

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
        # Off the loop: who that is stands in the ledger.
        person = await run_in_threadpool(person_of, connection)
        if person is not None and person.may(self._right):
            await self._serve(connection, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif person is None:
            await to_login(connection)(scope, receive, send)
        elif person.has_to_choose:
            await RedirectResponse(ACCOUNT, status_code=303)(scope, receive, send)
        else:
            raise HTTPException(FORBIDDEN)

    async def _serve(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Serve, and end what has no end of its own once the person may no longer see it."""
        stream = _Stream(send)
        serving = asyncio.ensure_future(self._application(connection.scope, receive, stream.send))
        try:
            while not (await asyncio.wait({serving}, timeout=LOOK_S))[0]:
                if stream.is_endless and not await run_in_threadpool(self._may_go_on, connection):
                    serving.cancel()
                    await asyncio.wait({serving})
                    await stream.end()
                    return
        finally:
            serving.cancel()
        await serving

    def _may_go_on(self, connection: HTTPConnection) -> bool:
        access: Access = connection.app.state.access
        person = access.person(connection)
        return person is not None and person.may(self._right)


class _Stream:
    """What is sent to a browser; told apart is what ends only when somebody ends it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_endless = False
        self._closing: Message = {"type": "http.response.body", "body": b""}

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "websocket.accept":
            self.is_endless = True
            self._closing = {"type": "websocket.close", "code": POLICY_VIOLATION}
        elif message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            self.is_endless = kind.startswith(EVENTS)
        await self._send(message)

    async def end(self) -> None:
        """Nothing more comes."""
        await self._send(self._closing)


def to_login(connection: HTTPConnection) -> Response:
    """A page that is looked at is come back to; what was sent is not sent again."""
    if connection.scope["method"] != "GET":
        raise HTTPException(UNAUTHORISED)
    url = connection.url
    then = quote(url.path + (f"?{url.query}" if url.query else ""), safe="")
    return RedirectResponse(f"{LOGIN}?then={then}", status_code=303)
