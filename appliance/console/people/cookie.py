"""The cookie that a session goes by.

By HTTPS its name binds it to this host and to TLS (RFC 6265bis 4.1.3.2); in the clear, as the box
is on loopback alone, browsers do not take such a name. ``Lax``: a link in a mail leads to its page
without logging in again, and what changes something never gets it from another site's page.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

BY_TLS, IN_THE_CLEAR = "__Host-session", "session"
SECURE = {"https", "wss"}


def token_of(connection: HTTPConnection) -> str:
    """What the browser has; empty: nothing."""
    return connection.cookies.get(_name(connection), "")


def give(response: Response, connection: HTTPConnection, token: str) -> None:
    """Let the browser keep it until it is closed; the box ends the session before, mostly."""
    response.set_cookie(
        _name(connection), token, secure=_is_secure(connection), httponly=True, samesite="lax"
    )


def take(response: Response, connection: HTTPConnection) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        _name(connection), secure=_is_secure(connection), httponly=True, samesite="lax"
    )


def _name(connection: HTTPConnection) -> str:
    return BY_TLS if _is_secure(connection) else IN_THE_CLEAR


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme in SECURE
