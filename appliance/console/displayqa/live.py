"""What changes on the page of a running test, as events of the server (SSE, HTML living standard).

Each event is a part of the page, sent when it is other than before; without a script the page is
loaded anew by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from appliance.console.displayqa.desk import Desk
from appliance.console.displayqa.running import running
from appliance.console.rendering import rendering_of
from appliance.errors import NotFoundError

LOOK_S = 0.25
"""Seconds between looks at whether anything changed."""
AT_LEAST_S = 4.0
"""Seconds after which it is looked at even so: a page's window may have changed."""
LONGEST_S = 3600.0
"""Seconds after which a page asks anew by itself."""
PARTS = {"now": "displayqa/now.html", "readings": "displayqa/readings.html"}
Parts = dict[str, str]


def live_route(desk: Desk, path: str) -> Route:
    """The events of the test that ``path`` names."""

    async def serve(request: Request) -> StreamingResponse:
        test = int(request.path_params["test"])
        return StreamingResponse(
            _events(request, desk, test),
            media_type="text/event-stream",
            headers={"x-accel-buffering": "no"},
        )

    return Route(path, serve)


async def _events(request: Request, desk: Desk, test: int) -> AsyncIterator[str]:
    sent: Parts = {}
    for looks in range(int(LONGEST_S / AT_LEAST_S)):
        version = desk.conducted(test).version
        try:
            parts = await run_in_threadpool(_parts, request, desk, test)
        except NotFoundError:
            return
        if parts is None:
            yield _event("ended", "")
            return
        for name, html in parts.items():
            if sent.get(name) != html:
                yield _event(name, html)
        sent = parts
        if looks == 0:
            yield _event("here", "")
        await _changed(lambda: desk.conducted(test).version, version)


async def _changed(version: Callable[[], int], known: int) -> None:
    """When it is another one, or after a while."""
    for _ in range(round(AT_LEAST_S / LOOK_S)):
        if version() != known:
            return
        await asyncio.sleep(LOOK_S)


def _parts(request: Request, desk: Desk, test: int) -> Parts | None:
    """The parts of the page as they are now; None when the test has ended."""
    with desk.tests() as tests:
        session = tests.session(test)
        if session.ended:
            return None
        rendering = rendering_of(request)
        values: dict[str, Any] = running(
            desk, tests.display_of(session), session, rendering.texts(request)
        )
        values |= {"complaints": {}, "answers": {}}
        return {
            name: bytes(rendering.page(request, template, **values).body).decode()
            for name, template in PARTS.items()
        }


def _event(name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"event: {name}\n{lines}\n"
