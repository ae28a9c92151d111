"""What is answered where there is no page: said in words, without what went wrong inside."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from appliance import log
from appliance.console.rendering import rendering_of

KNOWN = {400, 401, 403, 404, 405, 409, 429, 503}
"""Statuses with a sentence of their own, ``failure.404``."""


def refused(request: Request, failure: Exception) -> Response:
    """A page for an HTTPException."""
    if not isinstance(failure, HTTPException):
        raise failure
    key = failure.status_code if failure.status_code in KNOWN else 400
    return _page(request, failure.status_code, f"failure.{key}", failure.headers)


def failed(request: Request, failure: Exception) -> Response:
    """A page for what nobody expected; the log says where it was, not what it said."""
    log.error("page_failed", path=request.url.path, reason=log.place_of(failure))
    return _page(request, 500, "failure.500", None)


HANDLERS: Mapping[Any, Any] = {HTTPException: refused, Exception: failed}


def _page(request: Request, status: int, key: str, headers: Mapping[str, str] | None) -> Response:
    return rendering_of(request).page(request, "failure.html", status, headers, key=key)
