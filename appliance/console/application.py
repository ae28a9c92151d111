"""The application, put together of its sections."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from appliance.accounts import Right
from appliance.console.access import Access, Gate
from appliance.console.failures import HANDLERS
from appliance.console.guard import Guard
from appliance.console.rendering import Link, Rendering

LOGOUT = "/logout"
"""Where a person ends their session: stands at the head of every page if there is such a route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Pages that belong together, and that the same persons may see.

    Attributes:
        routes: Their routes, with whole paths.
        right: What a person needs for them; None: nothing, nobody is asked who they are.
        links: What of them stands at the head of every page that such a person sees.
    """

    routes: tuple[Route | WebSocketRoute, ...]
    right: Right | None
    links: tuple[Link, ...] = ()


def application(
    sections: Sequence[Section],
    access: Access,
    *,
    names: Iterable[str] = (),
    language: str = "auto",
    certified: bool = False,
) -> ASGIApp:
    """The pages of ``sections``, for persons that ``access`` knows; ``/`` is a section's or leads.

    It leads to the first link where no section has it. ``names`` are the host names that browsers
    may call the box by, besides addresses and ``localhost``; ``language`` is ``en``, ``ja`` or
    ``auto``: English where a browser asks for neither. Where the certificate is ``certified`` by
    others than the box, browsers are told to insist on HTTPS for ``names``.
    """
    links = tuple((link, section.right) for section in sections for link in section.links)
    routes: list[BaseRoute] = []
    for section in sections:
        routes += _guarded(section)
    static = StaticFiles(packages=[("appliance.console", "static")])
    routes.append(Mount("/static", static, name="static"))
    if links and not any(isinstance(each, Route) and each.path == "/" for each in routes):
        routes.append(Route("/", _leading_to(links[0][0].path)))
    starlette = Starlette(routes=routes, exception_handlers=HANDLERS)
    starlette.state.access = access
    starlette.state.rendering = Rendering(
        links,
        "en" if language == "auto" else language,
        logs_out=any(each.path == LOGOUT for section in sections for each in section.routes),
    )
    return Guard(starlette, frozenset(map(str.lower, names)), certified=certified)


def _guarded(section: Section) -> tuple[Route | WebSocketRoute, ...]:
    if section.right is not None:
        for each in section.routes:
            each.app = Gate(each.app, section.right)
    return section.routes


def _leading_to(path: str) -> Callable[[Request], RedirectResponse]:
    def lead(_: Request) -> RedirectResponse:
        return RedirectResponse(path, status_code=303)

    return lead
