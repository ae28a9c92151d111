"""The page on the display, its WebSocket, and the form that pairs it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.form import form_of
from appliance.console.rendering import Group, Link, rendering_of
from appliance.console.screen.channel import PAIRING_PATH, serve
from appliance.console.screen.pages import Displays, Pages
from appliance.errors import NotFoundError, RefusedError

PAGE_PATH = "/display"
TOO_MANY_ATTEMPTS = 429


def screen_section(pages: Pages, displays: Displays) -> Section:
    """The display's page, which nobody logs in on: it shows nothing before it is paired."""
    views = _Views(pages, displays)
    channel = WebSocketRoute(f"{PAGE_PATH}/channel", views.channel)
    return Section(routes=(Route(PAGE_PATH, views.page), channel), right=None)


def pairing_section(pages: Pages, displays: Displays) -> Section:
    """The form that pairs a display's page with the display that it is on."""
    views = _Views(pages, displays)
    routes = (
        Route(PAIRING_PATH, views.form),
        Route(PAIRING_PATH, views.pair, methods=["POST"]),
        Route(f"{PAIRING_PATH}/end", views.end, methods=["POST"]),
    )
    links = (Link(PAIRING_PATH, "pairing.link", Group.DISPLAYS),)
    return Section(routes=routes, right=Right.TEST_DISPLAYS, links=links)


@dataclass(frozen=True, slots=True)
class _Views:
    pages: Pages
    displays: Displays

    def page(self, request: Request) -> Response:
        """What is opened on the display under test."""
        return rendering_of(request).page(request, "screen/screen.html")

    async def channel(self, socket: WebSocket) -> None:
        """Its WebSocket."""
        await serve(socket, self.pages)

    def form(self, request: Request) -> Response:
        """The form, and which displays have a page."""
        query = request.query_params
        return self._form(request, query, said="done" if query.get("done") else "")

    async def pair(self, request: Request) -> Response:
        """What was typed into the form."""
        answers = await form_of(request)
        return await run_in_threadpool(self._pair, request, answers)

    async def end(self, request: Request) -> Response:
        """End the pairing of a display's page."""
        display = (await form_of(request)).get("display", "")
        await run_in_threadpool(self.pages.unpair, display)
        return RedirectResponse(PAIRING_PATH, status_code=303)

    def _pair(self, request: Request, answers: Mapping[str, str]) -> Response:
        typed = unicodedata.normalize("NFKC", answers.get("code", ""))
        code = "".join(filter(str.isdecimal, typed))
        display = answers.get("display", "")
        address = request.client.host if request.client else ""
        try:
            is_paired = self.pages.pair(code, display, address)
        except RefusedError as refusal:
            raise HTTPException(TOO_MANY_ATTEMPTS) from refusal
        except NotFoundError:
            return self._form(request, answers, said="gone", status=409)
        if not is_paired:
            return self._form(request, answers, said="wrong", status=409)
        return RedirectResponse(f"{PAIRING_PATH}?done={display}", status_code=303)

    def _form(
        self, request: Request, values: Mapping[str, Any], said: str, status: int = 200
    ) -> Response:
        states = {name: self.pages.state(name) for name in self.displays()}
        address = str(request.url.replace(path=PAGE_PATH, query=""))
        return rendering_of(request).page(
            request,
            "screen/pairing.html",
            status,
            displays=self.displays(),
            states=states,
            address=address,
            values=values,
            said=said,
        )
