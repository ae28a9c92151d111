"""A page from its template, in the language of who asked."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from appliance.accounts import Right
from appliance.console import language
from appliance.console.access import Person, person_of
from appliance.texts import LANGUAGES, Texts

YEAR_S = 365 * 86400


@dataclass(frozen=True, slots=True)
class Link:
    """What stands at the head of every page: where it leads, and the key of its text."""

    path: str
    text: str


class Rendering:
    """Makes pages. Templates are in ``templates``, texts in ``texts``; both escape what is put in.

    Every template has ``texts`` (``texts.say(key)``, ``texts.pick(pair)``), ``person``, ``links``
    (those for that person), ``path`` and ``other_languages``.
    """

    def __init__(self, links: tuple[tuple[Link, Right | None], ...], fallback: str) -> None:
        self._links = links
        self._fallback = fallback
        self._environment = Environment(
            loader=PackageLoader("appliance.console", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def texts(self, request: HTTPConnection) -> Texts:
        """In the language of who asked."""
        return Texts(language.language_of(request, self._fallback), catalogue())

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,  # noqa: ANN401 - whatever the template wants
    ) -> HTMLResponse:
        """``template`` filled with ``values``, as an answer to ``request``."""
        texts = self.texts(request)
        person = person_of(request)
        links = [link for link, right in self._links if _is_for(person, right)]
        content = self._environment.get_template(template).render(
            texts=texts,
            person=person,
            links=links,
            path=request.url.path,
            other_languages=list(_others(request, texts.language)),
            **values,
        )
        response = HTMLResponse(content, status, headers)
        if chosen := language.chosen(request):
            secure = request.url.scheme == "https"
            response.set_cookie(
                language.NAME, chosen, YEAR_S, secure=secure, httponly=True, samesite="lax"
            )
        return response


def rendering_of(request: HTTPConnection) -> Rendering:
    """The rendering of the application that ``request`` came to."""
    rendering: Rendering = request.app.state.rendering
    return rendering


def _is_for(person: Person | None, right: Right | None) -> bool:
    return right is None or (person is not None and person.may(right))


@cache
def catalogue() -> dict[str, Any]:
    """Every text as section → name → language, of all files in ``texts``."""
    found: dict[str, Any] = {}
    folder = files("appliance.console") / "texts"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        found |= tomllib.loads(file.read_text("utf-8"))
    return found


def pair(section: str, name: str) -> tuple[str, str]:
    """A text in English and Japanese, for those who carry both."""
    entry = catalogue()[section][name]
    return entry["en"], entry["ja"]


def _others(request: Request, spoken: str) -> Iterator[tuple[str, str]]:
    """Each other language and this page's address in it, on the same host."""
    for each in LANGUAGES:
        if each != spoken:
            address = request.url.include_query_params(**{language.NAME: each})
            yield each, f"{address.path}?{address.query}"
