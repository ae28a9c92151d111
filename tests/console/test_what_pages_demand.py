"""Every address of the pages demands what ``demands.toml`` says; a new one has to be put there.

What is asked for is the gate alone: behind it stands an answer that does nothing.
"""

import asyncio
import re
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from appliance.accounts import ROLES, Right, Role
from appliance.config import Configuration
from appliance.console import Person, Section, application
from appliance.services import console
from tests.receive.box import a_free_port

DEMANDS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "demands.toml").read_text("utf-8")
)["demands"]
NOTHING = "nothing"
INSIDE, FORBIDDEN, LOGIN, UNAUTHORISED = 204, 403, 303, 401
NEW = Person(name="new", rights=frozenset(), has_to_choose=True)
PERSONS: dict[str, Person | None] = {
    "nobody": None,
    "new": NEW,
    **{str(role): Person(name=str(role), rights=ROLES[role]) for role in Role},
}
LINK = re.compile(r"{(\w+)(?::(\w+))?}")


@dataclass
class Fixed:
    """Somebody asks."""

    somebody: Person | None = None

    def person(self, _: HTTPConnection) -> Person | None:
        return self.somebody


async def inside(scope: Scope, _: Receive, send: Send) -> None:
    """What every page answers here."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": INSIDE, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> tuple[Section, ...]:
    """Those that the process serves, as it puts them together."""
    taken: list[Section] = []
    patch, ended = pytest.MonkeyPatch(), threading.Event()
    ended.set()

    def taking(given: tuple[Section, ...], *rest: Any, **more: Any) -> ASGIApp:  # noqa: ANN401
        taken.extend(given)
        return application(given, *rest, **more)

    patch.setattr(console, "application", taking)
    settings = Configuration()
    settings = replace(
        settings,
        data_dir=tmp_path_factory.mktemp("box"),
        console=replace(settings.console, port=a_free_port()),
    )
    try:
        assert console.run(settings, stop=ended) == 0
    finally:
        patch.undo()
    return tuple(taken)


@pytest.fixture(scope="module")
def access() -> Fixed:
    return Fixed()


@pytest.fixture(scope="module")
def gated(sections: tuple[Section, ...], access: Fixed) -> ASGIApp:
    for section in sections:
        for each in section.routes:
            each.app = inside
    return application(sections, access)


def addresses(sections: tuple[Section, ...]) -> Iterator[tuple[str, str]]:
    for section in sections:
        for each in section.routes:
            yield each.path, str(section.right or NOTHING)


def test_what_every_address_demands_was_decided(sections: tuple[Section, ...]) -> None:
    assert sorted(set(addresses(sections))) == sorted(DEMANDS.items())


def test_what_is_demanded_is_a_right() -> None:
    assert set(DEMANDS.values()) <= {NOTHING, *map(str, Right)}


def expected(person: Person | None, demand: str, method: str) -> int:
    if demand == NOTHING or (person and person.may(Right(demand))):
        return INSIDE
    if person is None:
        return LOGIN if method == "GET" else UNAUTHORISED
    return LOGIN if person.has_to_choose else FORBIDDEN


@pytest.mark.parametrize("who", PERSONS)
def test_a_role_may_what_it_may_and_no_more(
    sections: tuple[Section, ...], gated: ASGIApp, access: Fixed, who: str
) -> None:
    access.somebody = PERSONS[who]
    found, due = {}, {}
    for section in sections:
        for each in section.routes:
            for method in sorted(methods(each)):
                key = f"{method} {each.path}"
                found[key] = asyncio.run(asked(gated, each.path, method))
                due[key] = expected(PERSONS[who], DEMANDS[each.path], method)
                if method == "SOCKET" and due[key] != INSIDE:
                    due[key] = FORBIDDEN
    assert found == due


def methods(route: Route | WebSocketRoute) -> set[str]:
    return {"SOCKET"} if isinstance(route, WebSocketRoute) else (route.methods or set()) - {"HEAD"}


async def asked(app: ASGIApp, path: str, method: str) -> int:
    """The status of an answer; of a WebSocket, whether it was accepted."""
    said: list[Message] = []
    scope = {
        "type": "websocket" if method == "SOCKET" else "http",
        "method": method,
        "path": LINK.sub(lambda part: "1" if part[2] == "int" else "x", path),
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"origin", b"http://localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "scheme": "ws" if method == "SOCKET" else "http",
        "root_path": "",
        "http_version": "1.1",
        "subprotocols": [],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    if method == "SOCKET":
        return INSIDE if said[0]["type"] == "websocket.accept" else FORBIDDEN
    return int(said[0]["status"])
