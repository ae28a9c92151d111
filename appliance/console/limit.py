"""How much one browser may ask for, so that there is something left for all others.

Who is logged in is counted by the session, whoever else is behind the same address; everybody else
by the address. A session counts once a page of it was answered, so that no made-up cookie does.
Nobody who uses the pages by hand meets it: it is for scripts that went mad, and for bad ones.
"""

import asyncio
import hashlib
import math
from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from appliance.clock import Clock
from appliance.console.allowance import Allowances, Pace
from appliance.console.caller import address_in, machine_of
from appliance.console.guard import POLICY_VIOLATION, complete
from appliance.console.refusals import Refusals

OF_ADDRESS = Pace(per_s=20.0, most=600.0)
"""Of all who are not logged in, at one address: screens on walls, and fifty who log in at once."""
OF_SESSION = Pace(per_s=10.0, most=600.0)
"""A page of a case has some dozens of pictures; one that renews itself asks once a second."""
FIXED_COST = 0.1
"""Of what is read from a file and made for nobody: scripts and styles."""
FIXED = "/static/"
MOST_ADDRESSES = 1024
MOST_SESSIONS = 1000
"""As many as there are at a time."""
HELD_S = 1.0
"""For how long who asks too much waits for being told; a script that takes turns asks less so."""
MOST_HELD = 20
"""At a time: they take connections."""
TOO_MANY_REQUESTS = 429
SENTENCE = (
    "Too many requests came from this browser or address. It goes on in {wait_s} s.\n"
    "要求が多すぎます。{wait_s}秒後にもう一度操作してください。\n"
)
Token = Callable[[HTTPConnection], str]
"""What a session goes by; empty: none."""


class Limit:
    """Stands before an application, and answers 429 to who asks for too much.

    ``token`` tells a browser's session; ``hold`` waits so many seconds.
    """

    def __init__(
        self,
        application: ASGIApp,
        clock: Clock,
        token: Token,
        hold: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._application = application
        self._token = token
        self._hold = hold
        self._held = 0
        self._addresses = Allowances(OF_ADDRESS, clock, MOST_ADDRESSES)
        self._sessions = Allowances(OF_SESSION, clock, MOST_SESSIONS)
        self._known: dict[str, None] = {}
        self._refusals = Refusals(clock, "requests_limited")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection (ASGI 3)."""
        if scope["type"] not in {"http", "websocket"}:
            await self._application(scope, receive, send)
            return
        session = self._session(scope)
        wait_s = self._wait_s(scope, session)
        if wait_s > 0:
            await self._refuse(scope, receive, send, wait_s)
            return

        async def heard(message: Message) -> None:
            self._learn(scope, session)
            await send(message)

        await self._application(scope, receive, heard)

    def _session(self, scope: Scope) -> str:
        """What its allowance goes by; empty: none."""
        token = self._token(HTTPConnection(scope))
        return hashlib.sha256(token.encode()).hexdigest() if token else ""

    def _wait_s(self, scope: Scope, session: str) -> float:
        cost = FIXED_COST if scope["path"].startswith(FIXED) else 1.0
        if session in self._known:
            return self._sessions.take(session, cost)
        return self._addresses.take(machine_of(address_in(scope)), cost)

    def _learn(self, scope: Scope, session: str) -> None:
        """Whether it is somebody's session, as the pages found out; the oldest is forgotten."""
        if not session or "person" not in scope:
            return
        self._known.pop(session, None)
        if scope["person"] is not None:
            self._known[session] = None
        if len(self._known) > MOST_SESSIONS:
            del self._known[next(iter(self._known))]

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, wait_s: float) -> None:
        self._refusals.tell(machine_of(address_in(scope)))
        await self._wait()
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        seconds = math.ceil(wait_s)
        head = {"retry-after": str(seconds)}
        answer = PlainTextResponse(SENTENCE.format(wait_s=seconds), TOO_MANY_REQUESTS, head)
        complete(answer.headers, scope["path"])
        await answer(scope, receive, send)

    async def _wait(self) -> None:
        if self._held >= MOST_HELD:
            return
        self._held += 1
        try:
            await self._hold(HELD_S)
        finally:
            self._held -= 1
