"""Who asks for too much is told so, and whom that concerns: by a clock that is moved by hand."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from appliance.clock import Clock
from appliance.console.limit import (
    FIXED_COST,
    HELD_S,
    MOST_ADDRESSES,
    MOST_HELD,
    MOST_SESSIONS,
    OF_ADDRESS,
    OF_SESSION,
    Limit,
)
from appliance.console.people.cookie import token_of

OK, LIMITED = 200, 429
BURST = int(OF_ADDRESS.most)
PEOPLE = {"tanaka-1", "tanaka-2", "sato"}
"""Sessions that somebody has."""


@dataclass
class Desk:
    """Pages behind the limit; ``held_s`` is how long it let somebody wait."""

    now: float = 0.0
    held_s: list[float] = field(default_factory=list)
    asked: int = 0
    limit: Limit = field(init=False)

    def __post_init__(self) -> None:
        clock = Clock(monotonic=lambda: self.now)
        self.limit = Limit(self.pages, clock, token_of, self.hold)

    async def pages(self, scope: Scope, _: Receive, send: Send) -> None:
        self.asked += 1
        if not scope["path"].startswith("/static/"):
            cookie = token_of(HTTPConnection(scope))
            scope["person"] = cookie if cookie in PEOPLE else None
        await send({"type": "http.response.start", "status": OK, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def hold(self, seconds: float) -> None:
        self.held_s.append(seconds)

    async def ask(
        self,
        session: str = "",
        address: str = "192.0.2.1",
        path: str = "/",
        kind: str = "http",
    ) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        headers = [(b"cookie", f"session={session}; language=ja".encode())] if session else []
        scope = {
            "type": kind,
            "scheme": "http",
            "method": "GET",
            "path": path,
            "headers": headers,
            "client": (address, 40000),
        }
        await self.limit(scope, receive, send)
        return sent

    def status(self, session: str = "", address: str = "192.0.2.1", path: str = "/") -> int:
        return int(asyncio.run(self.ask(session, address, path))[0]["status"])

    def statuses(self, times: int, session: str = "", address: str = "192.0.2.1") -> set[int]:
        return set(self.each({"session": session, "address": address} for _ in range(times)))

    def each(self, asked: Iterable[Mapping[str, str]]) -> list[int]:
        async def all_of_them() -> list[int]:
            return [(await self.ask(**one))[0]["status"] for one in asked]

        return asyncio.run(all_of_them())


def test_an_address_gets_what_many_need_and_then_waits() -> None:
    desk = Desk()
    assert desk.statuses(BURST) == {OK}
    assert desk.statuses(50) == {LIMITED}
    assert desk.asked == BURST, "nothing is made for who has to wait"
    desk.now += 1
    assert desk.statuses(int(OF_ADDRESS.per_s)) == {OK}
    assert desk.status() == LIMITED


def test_the_answer_says_when_and_in_both_languages_and_forbids_what_all_do() -> None:
    desk = Desk()
    desk.statuses(BURST)
    start, body = asyncio.run(desk.ask())
    headers: Mapping[str, str] = {key.decode(): value.decode() for key, value in start["headers"]}
    assert start["status"] == LIMITED
    assert headers["retry-after"] == "1"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    text = body["body"].decode()
    assert "Too many requests" in text
    assert "1秒後" in text


def test_a_websocket_is_closed() -> None:
    desk = Desk()
    desk.statuses(BURST)
    assert asyncio.run(desk.ask(kind="websocket"))[0]["type"] == "websocket.close"


def test_sessions_behind_one_address_have_each_their_own() -> None:
    desk = Desk()
    assert desk.status("tanaka-1") == desk.status("tanaka-2") == OK
    assert desk.statuses(BURST) == {OK, LIMITED}, "somebody else there asks for too much"
    assert desk.statuses(int(OF_SESSION.most), "tanaka-1") == {OK}
    assert desk.status("tanaka-1") == LIMITED
    assert desk.status("tanaka-2") == OK, "a second tablet of the same person"


def test_a_session_keeps_to_its_own_from_many_addresses() -> None:
    desk = Desk()
    desk.status("sato")
    found = desk.each(
        {"session": "sato", "address": f"192.0.2.{each % 250}"} for each in range(BURST + 1)
    )
    assert found == [OK] * BURST + [LIMITED]


def test_no_made_up_session_has_an_allowance() -> None:
    desk = Desk()
    found = desk.each({"session": f"made up {each}"} for each in range(BURST + 20))
    assert found == [OK] * BURST + [LIMITED] * 20
    assert desk.status("tanaka-1") == LIMITED, "who was not seen yet is one of the address"


def test_a_session_that_has_ended_is_one_of_the_address_again() -> None:
    desk = Desk()
    desk.status("sato")
    PEOPLE.discard("sato")
    try:
        desk.status("sato")
        assert desk.statuses(BURST - 1) == {OK}
        assert desk.status("sato") == LIMITED
    finally:
        PEOPLE.add("sato")


def test_a_machine_has_one_allowance_for_all_its_addresses_of_ipv6() -> None:
    desk = Desk()
    found = desk.each({"address": f"2001:db8::{each:x}"} for each in range(BURST + 1))
    assert found == [OK] * BURST + [LIMITED]
    assert desk.status(address="2001:db8:0:1::1") == OK


def test_scripts_and_styles_count_for_less() -> None:
    desk = Desk()
    times = int(BURST / FIXED_COST) - 1
    assert set(desk.each({"path": "/static/console.css"} for _ in range(times))) == {OK}
    assert desk.status() == LIMITED


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of the log, whatever other tests of this process have made of it."""
    told: list[str] = []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", lambda record: told.append(record.getMessage()))
    monkeypatch.setattr(logging.getLogger("appliance"), "handlers", [handler])
    return told


def test_the_log_has_a_line_a_minute_and_address_and_no_session(lines: list[str]) -> None:
    desk = Desk()
    desk.statuses(1, "tanaka-1")
    desk.statuses(BURST + 100)
    desk.statuses(BURST + 100, "tanaka-1")
    desk.statuses(BURST + 5, address="198.51.100.1")
    desk.now += 61
    desk.statuses(2 * BURST)
    assert [line.partition(" ")[0] for line in lines] == ["requests_limited"] * 3
    assert [line.split()[1] for line in lines] == [
        "address=192.0.2.1",
        "address=198.51.100.1",
        "address=192.0.2.1",
    ]
    assert lines[0].endswith("refused=1")
    assert lines[2].endswith(f"refused={100 + 101 + 1 - 1}")
    assert "tanaka" not in str(lines)


def test_no_crowd_fills_the_log(lines: list[str]) -> None:
    desk = Desk()
    crowd = [f"10.0.{each // 250}.{each % 250}" for each in range(MOST_ADDRESSES + 3000)]
    assert set(desk.each({"address": each} for each in crowd)) == {OK, LIMITED}
    assert len(lines) <= MOST_ADDRESSES


def test_as_many_sessions_are_known_as_there_are() -> None:
    desk = Desk()
    names = {f"session {each}" for each in range(MOST_SESSIONS + 1)}
    PEOPLE.update(names)
    try:
        at = {name: f"10.0.{each // 250}.{each % 250}" for each, name in enumerate(sorted(names))}
        found = desk.each({"session": name, "address": at[name]} for name in at)
        assert set(found) == {OK}
        assert len(desk.limit._known) == MOST_SESSIONS  # noqa: SLF001 - what is kept of them
    finally:
        PEOPLE.difference_update(names)


def test_who_is_refused_is_held_a_while_but_few_at_a_time() -> None:
    desk = Desk()
    desk.statuses(BURST)
    ended = asyncio.Event()

    async def hold(seconds: float) -> None:
        desk.held_s.append(seconds)
        await ended.wait()

    desk.limit._hold = hold  # noqa: SLF001 - a wait that the test ends

    async def many() -> list[list[Message]]:
        asking = [asyncio.create_task(desk.ask()) for _ in range(3 * MOST_HELD)]
        for _ in range(100):
            await asyncio.sleep(0)
        assert sum(each.done() for each in asking) == 2 * MOST_HELD
        ended.set()
        return await asyncio.gather(*asking)

    answers = asyncio.run(many())
    assert {answer[0]["status"] for answer in answers} == {LIMITED}
    assert desk.held_s == [HELD_S] * MOST_HELD
