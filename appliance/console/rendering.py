"""A page from its template, in the language of who asked."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from appliance.accounts import Right
from appliance.console import language, moments
from appliance.console.access import Person, person_of
from appliance.console.sentences import told
from appliance.console.undelivered import undelivered
from appliance.texts import LANGUAGES, Texts

YEAR_S = 365 * 86400
FILTERS: Mapping[str, Callable[..., str]] = {
    "local": moments.local,
    "clock_time": moments.clock_time,
    "iso": moments.iso,
    "ago": lambda at, texts, now: moments.ago(texts, at, now),
    "told": told,
    "undelivered": undelivered,
    "lasting": lambda seconds, texts: moments.lasting(texts, seconds),
}
"""``at | ago(texts, now)``; see ``time.html`` and ``words.html`` in ``templates/parts``."""


class Group(StrEnum):
    """What a link stands with at the head of a page; in this order, ``base.group_…`` its text."""

    WORK = "work"
    """What comes in and goes out: the overview, studies, doses."""
    DISPLAYS = "displays"
    """Displays and their tests."""
    BOX = "box"
    """The box itself: settings, persons, commissioning."""


@dataclass(frozen=True, slots=True)
class Link:
    """What stands at the head of every page: where it leads, and the key of its text."""

    path: str
    text: str
    group: Group = Group.WORK


class Rendering:
    """Makes pages. Templates are in ``templates``, texts in ``texts``; both escape what is put in.

    Every template has ``texts`` (``texts.say(key)``, ``texts.pick(pair)``), ``person``, ``groups``
    (the links for that person), ``paths`` (where those lead), ``path``, ``current`` (the path of
    the link that it is under), ``logs_out`` (whether there is a way to) and ``other_languages``.
    """

    def __init__(
        self,
        links: tuple[tuple[Link, Right | None], ...],
        fallback: str,
        *,
        logs_out: bool = False,
    ) -> None:
        self._links = links
        self._fallback = fallback
        self._logs_out = logs_out

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
        made = environment().get_template(template)
        content = made.render(
            texts=texts,
            person=person,
            groups=_grouped(links),
            paths=[each.path for each in links],
            path=request.url.path,
            current=_current(links, request.url.path),
            logs_out=self._logs_out,
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


def _grouped(links: Sequence[Link]) -> dict[Group, list[Link]]:
    """Those groups in which there is something."""
    every = {group: [each for each in links if each.group is group] for group in Group}
    return {group: found for group, found in every.items() if found}


def _current(links: Sequence[Link], path: str) -> str:
    """The link that leads nearest to ``path``; empty where none does."""
    above = [each.path for each in links if f"{path}/".startswith(f"{each.path.rstrip('/')}/")]
    own = [each for each in above if each != "/" or path == "/"]
    return max(own, key=len, default="")


def _is_for(person: Person | None, right: Right | None) -> bool:
    return right is None or (person is not None and person.may(right))


@cache
def environment() -> Environment:
    """Of every template; what it made of one it keeps."""
    made = Environment(
        loader=PackageLoader("appliance.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS
    return made


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
