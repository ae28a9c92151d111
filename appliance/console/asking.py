"""A request as a page sees it: who asks, what was typed, and how it is answered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from appliance.console.access import Person, somebody
from appliance.console.form import form_of
from appliance.console.rendering import rendering_of
from appliance.errors import NotFoundError, RefusedError
from appliance.texts import Texts

NOT_FOUND, CONFLICT = 404, 409
Desk = TypeVar("Desk")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Desk]):
    """``desk`` is what the page asks of its process; ``answers`` are of the form or the address."""

    request: Request
    desk: Desk
    answers: Mapping[str, str]

    @property
    def is_form(self) -> bool:
        """Whether something was sent."""
        return self.request.method == "POST"

    @property
    def person(self) -> Person:
        """Who asks. Raises HTTPException for nobody."""
        return somebody(self.request)

    @property
    def texts(self) -> Texts:
        """In the language of who asks."""
        return rendering_of(self.request).texts(self.request)

    def named(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A part of the address that is a number."""
        return int(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - whatever the template wants
        """A template, filled; ``answers`` is what was typed."""
        rendering = rendering_of(self.request)
        return rendering.page(self.request, template, status, answers=self.answers, **values)

    def leading_to(self, path: str) -> Response:
        """What follows a form that was understood."""
        return RedirectResponse(path, status_code=303)


Answer = Callable[[Asked[Desk]], Response]


def route(desk: Desk, path: str, answer: Answer[Desk], methods: Iterable[str] = ("GET",)) -> Route:
    """A route that ``answer`` serves, in a thread of its own.

    NotFoundError becomes 404, RefusedError 409.
    """

    async def serve(request: Request) -> Response:
        asked = Asked(request, desk, await _answers(request))
        return await run_in_threadpool(_answered, answer, asked)

    return Route(path, serve, methods=list(methods))


def _answered(answer: Answer[Desk], asked: Asked[Desk]) -> Response:
    try:
        return answer(asked)
    except NotFoundError as missing:
        raise HTTPException(NOT_FOUND) from missing
    except RefusedError as refused:
        raise HTTPException(CONFLICT) from refused


async def _answers(request: Request) -> dict[str, str]:
    return dict(request.query_params) if request.method != "POST" else await form_of(request)
