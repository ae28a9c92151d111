"""Who may ask, by what the browser says of itself, and what every answer forbids a browser to do.

A page of somebody else may make a browser inside the house ask the box: by a name that it lets lead
here (DNS rebinding), or by sending a form or opening a WebSocket from its own origin. The first is
refused by the Host header, the second by the Origin header.
"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from appliance import log
from appliance.console.caller import address_in

LOCAL = "localhost"
SAFE_METHODS = {"GET", "HEAD"}
FORBIDDEN, MISDIRECTED = 403, 421
POLICY_VIOLATION = 1008
"""RFC 6455 7.4.1."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=(), "
    "fullscreen=(self), screen-wake-lock=(self)",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Of every answer. ``no-referrer`` would take the origin from the box's own forms."""
INSIST = {"strict-transport-security": f"max-age={7 * 86400}"}
"""RFC 6797, of this name alone, for a week: as long nobody gets past a certificate that ended."""
SENTENCES = {
    MISDIRECTED: "The box is not known by this name; see `names` in [console].\n"
    "この名前ではアクセスできません。設定 [console] の names を確認してください。\n",
    FORBIDDEN: "This request came from another site's page and was refused.\n"
    "他のサイトのページからの要求のため、受け付けませんでした。\n",
}


class Guard:
    """Stands before an application: refuses strangers, and completes the headers of answers.

    Browsers that call it by one of its ``names`` by HTTPS have to insist on that where the
    certificate is one that they can check: ``certified``, by others than the box.
    """

    def __init__(
        self, application: ASGIApp, names: frozenset[str], *, certified: bool = False
    ) -> None:
        self._application = application
        self._names = names | {LOCAL}
        self._insisting = names - {LOCAL} if certified else frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection (ASGI 3)."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                complete(headers, scope["path"])
                headers.update(INSIST if self._is_to_insist(scope) else {})
            await send(message)

        status = self._refusal(scope)
        if status is None:
            await self._application(scope, receive, guarded)
            return
        log.warning("request_refused", status=status, address=address_in(scope))
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await PlainTextResponse(SENTENCES[status], status)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> int | None:
        """A status; None for what may be asked."""
        if scope["type"] not in {"http", "websocket"}:
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_here(host):
            return MISDIRECTED
        is_safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        return None if is_safe or _is_own(headers.get("origin", ""), host) else FORBIDDEN

    def _is_to_insist(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "")
        return scope["scheme"] == "https" and _without_port(host).lower() in self._insisting

    def _is_here(self, host: str) -> bool:
        """No name that a stranger has leads to an address; so an address is always meant."""
        name = _without_port(host).lower()
        return name in self._names or _is_address(name)


def _is_own(origin: str, host: str) -> bool:
    return origin.partition("://")[2].lower() == host.lower()


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def complete(headers: MutableHeaders, path: str) -> None:
    """Add ``HEADERS`` to an answer, and how long it may be kept."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-cache" if path.startswith("/static/") else "no-store")
