"""A request as a page sees it: who asks, what was typed, and how it is answered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from appliance.console.displayqa.desk import Desk
from appliance.console.displayqa.field import Answers, Pair
from appliance.console.displayqa.figure import plain_text
from appliance.console.form import form_of
from appliance.console.rendering import rendering_of
from appliance.displayqa.evaluation import Verdict
from appliance.errors import NotFoundError, RefusedError
from appliance.texts import Texts

OPERATOR = "operator"
"""Of the field, and of the cookie that keeps it for the next form."""
DAYS_30_S = 30 * 86400
NOT_FOUND, CONFLICT = 404, 409
VERDICTS = {str(each): each.meaning for each in Verdict}
NO_OPERATOR: Pair = ("Please say who does this.", "実施者を入力してください。")


@dataclass(frozen=True, slots=True)
class Asked:
    """``answers`` are of the form, or of the address where there is no form."""

    request: Request
    desk: Desk
    answers: Answers

    @property
    def is_form(self) -> bool:
        """Whether something was sent."""
        return self.request.method == "POST"

    @property
    def texts(self) -> Texts:
        """In the language of who asks."""
        return rendering_of(self.request).texts(self.request)

    @property
    def address(self) -> str:
        """Of who asks; empty where there is none."""
        return self.request.client.host if self.request.client else ""

    @property
    def operator(self) -> str:
        """Who does this: as typed, or as typed in a form before."""
        typed = plain_text(self.answers.get(OPERATOR, ""))
        return typed or plain_text(unquote(self.request.cookies.get(OPERATOR, "")))

    def named(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A part of the address that is a number."""
        return int(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
        """A template of these pages, filled."""
        response = rendering_of(self.request).page(
            self.request,
            f"displayqa/{template}",
            status,
            answers=self.answers,
            operator=self.operator,
            verdicts=VERDICTS,
            **values,
        )
        return self._remembering(response)

    def leading_to(self, path: str) -> Response:
        """What follows a form that was understood."""
        return self._remembering(RedirectResponse(path, status_code=303))

    def _remembering(self, response: Response) -> Response:
        if self.is_form and self.answers.get(OPERATOR):
            secure = self.request.url.scheme == "https"
            response.set_cookie(
                OPERATOR,
                quote(self.operator),
                DAYS_30_S,
                path="/displayqa",
                secure=secure,
                httponly=True,
                samesite="lax",
            )
        return response


Answer = Callable[[Asked], Response]


def route(desk: Desk, path: str, answer: Answer, methods: Iterable[str] = ("GET",)) -> Route:
    """A route that ``answer`` serves, in a thread of its own."""

    async def serve(request: Request) -> Response:
        asked = Asked(request, desk, await _answers(request))
        return await run_in_threadpool(_answered, answer, asked)

    return Route(path, serve, methods=list(methods))


def _answered(answer: Answer, asked: Asked) -> Response:
    try:
        return answer(asked)
    except NotFoundError as missing:
        raise HTTPException(NOT_FOUND) from missing
    except RefusedError as refused:
        raise HTTPException(CONFLICT) from refused


async def _answers(request: Request) -> dict[str, str]:
    return dict(request.query_params) if request.method != "POST" else await form_of(request)
