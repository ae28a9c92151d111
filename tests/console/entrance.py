"""The pages of persons, served over a ledger, and browsers without a script that log in there."""

import asyncio
import http.client
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from appliance.accounts import Right, Role
from appliance.clock import Clock, ClockState
from appliance.config import Configuration
from appliance.console import Section, application
from appliance.console.access import somebody
from appliance.console.people import Recognition, login_section, people_section
from appliance.console.server import Server, listening
from appliance.journal import Entry, Journal
from appliance.ledger import open_ledger
from appliance.services.account_register import AccountRegister, sessions_of
from appliance.services.people_desk import PeopleDesk
from tests.console.entering import PASSWORD, QUICK

AT = 1_800_000_000.0


@dataclass
class Answer:
    """What came back."""

    status: int
    leads_to: str
    html: str
    cookie: str

    @property
    def text(self) -> str:
        return unescape(self.html)


@dataclass
class House:
    """A box with its pages; ``now`` is its clock."""

    folder: Path
    now: float = AT
    port: int = 0
    desk: PeopleDesk = field(init=False)
    configuration: Configuration = field(init=False)

    def __post_init__(self) -> None:
        self.configuration = replace(Configuration(), data_dir=self.folder)
        self.desk = PeopleDesk(self.configuration, self.clock, QUICK)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now, state=lambda: ClockState.NTP)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def register(self) -> Iterator[AccountRegister]:
        ledger = open_ledger(self.configuration.ledger_path)
        sessions = sessions_of(self.configuration, ledger, self.clock)
        yield AccountRegister(ledger, self.clock, QUICK, sessions)
        ledger.close()

    def person(self, name: str = "tanaka", role: Role = Role.TECHNOLOGIST) -> "Browser":
        """Somebody with an account and ``PASSWORD``, who is not logged in."""
        with self.register() as register:
            register.accounts.create(name, role, QUICK.hashed(PASSWORD), None)
        return Browser(self, name)

    def entered(self, name: str = "tanaka", role: Role = Role.TECHNOLOGIST) -> "Browser":
        """The same, logged in."""
        browser = self.person(name, role)
        assert browser.log_in().status == 303
        return browser

    def entries(self, kind: str) -> list[Entry]:
        with self.register() as register:
            entries = Journal(register.ledger, self.clock).entries()
            return [each for each in entries if each.kind == kind]


@dataclass
class Browser:
    """Keeps its cookie, and sends the origin as browsers do."""

    house: House
    name: str = ""
    cookie: str = ""

    def log_in(self, password: str = PASSWORD, then: str = "", source: str = "") -> Answer:
        return self.send("/login", source=source, name=self.name, password=password, then=then)

    def get(self, path: str, **head: str) -> Answer:
        return self.ask("GET", path, None, head)

    def send(self, path: str, source: str = "", **answers: str) -> Answer:
        return self.ask("POST", path, urlencode(answers), {"origin": self.house.origin}, source)

    def ask(
        self, method: str, path: str, body: str | None, head: dict[str, str], source: str = ""
    ) -> Answer:
        link = http.client.HTTPConnection(
            "127.0.0.1", self.house.port, timeout=60, source_address=(source or "127.0.0.1", 0)
        )
        if self.cookie:
            head = {"cookie": f"session={self.cookie}"} | head
        headers = {name.replace("_", "-"): value for name, value in head.items()}
        link.request(method, quote(path, safe="/?=&%"), body, headers)
        answer = link.getresponse()
        told = answer.getheader("set-cookie") or ""
        if told.startswith("session="):
            self.cookie = told.partition("=")[2].partition(";")[0].strip('"')
        html = answer.read().decode()
        link.close()
        return Answer(answer.status, answer.getheader("location") or "", html, told)


def ward(ended: threading.Event) -> Section:
    """Pages that name patients: one that ends, one that goes on, and a WebSocket."""

    async def page(request: Request) -> Response:
        return PlainTextResponse(f"seen by {somebody(request).name}")

    async def live(_: Request) -> Response:
        return StreamingResponse(_events(ended), media_type="text/event-stream")

    async def channel(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("here")
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            ended.set()

    routes = (
        Route("/ward", page),
        Route("/ward/live", live),
        WebSocketRoute("/ward/channel", channel),
    )
    return Section(routes=routes, right=Right.SEE_PATIENTS)


async def _events(ended: threading.Event) -> AsyncIterator[str]:
    try:
        while True:
            yield "event: beat\ndata: a patient\n\n"
            await asyncio.sleep(0.05)
    finally:
        ended.set()


@contextmanager
def house(folder: Path, ended: threading.Event | None = None) -> Iterator[House]:
    """It serves while the block runs; ``ended`` is set when something endless in it ended."""
    made, stop = House(folder), threading.Event()
    sections = (
        ward(ended or threading.Event()),
        people_section(made.desk),
        login_section(made.desk),
    )
    app = application(sections, Recognition(made.desk))
    listener = listening("127.0.0.1", 0)
    made.port = listener.getsockname()[1]
    thread = threading.Thread(target=Server(app, listener, None, stop).serve_until_ended)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join()
        made.desk.end()
