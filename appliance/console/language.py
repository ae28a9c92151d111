"""In which language a person reads a page."""

from collections.abc import Iterator

from starlette.requests import HTTPConnection

from appliance.texts import LANGUAGES

NAME = "language"
"""Of the cookie, and of the question in an address that sets it."""


def chosen(request: HTTPConnection) -> str:
    """What the address asks for, so what the cookie is to be; empty: nothing."""
    asked = request.query_params.get(NAME, "")
    return asked if asked in LANGUAGES else ""


def language_of(request: HTTPConnection, otherwise: str) -> str:
    """What the person chose; else what the browser prefers (RFC 9110 12.5.4)."""
    kept = request.cookies.get(NAME, "")
    known = (chosen(request), kept if kept in LANGUAGES else "")
    return next(filter(None, (*known, *_preferred(request))), otherwise)


def _preferred(request: HTTPConnection) -> list[str]:
    asked = request.headers.get("accept-language", "")
    return [language for _, language in sorted(_weighed(asked), key=lambda each: -each[0])]


def _weighed(asked: str) -> Iterator[tuple[float, str]]:
    for each in asked.split(","):
        tag, _, weight = each.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            yield _quality(weight), language


def _quality(weight: str) -> float:
    """Of ``q=0.8``; 1 where there is none, 0 where it cannot be read."""
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name else 1.0
    except ValueError:
        return 0.0
