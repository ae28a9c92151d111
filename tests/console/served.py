"""The pages, served in a thread, over a ledger in a folder; ended and begun again on one port."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from appliance.accounts import ROLES, Role
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.console import Access, Person, Section, application
from appliance.console.screen import BrowserScreen, Caution, Pages, pairing_section, screen_section
from appliance.console.server import Server, listening
from appliance.displays.display import Display
from appliance.displays.pairings import Pairings
from appliance.ledger import Ledger, open_ledger

LEFT = Display(
    name="reading-1-left",
    workstation="reading-1",
    position="left",
    room="CT 1",
    ruleset="jesra-x0093-1a",
    width_px=900,
    height_px=700,
)
LONG = 1200
SECTIONS = (screen_section, pairing_section)


class Technologist:
    """Everybody is one."""

    def person(self, _: HTTPConnection) -> Person:
        return Person(name="technologist", rights=ROLES[Role.TECHNOLOGIST])


CONDITION = {
    "width_px": 900,
    "height_px": 700,
    "pixel_ratio": 1,
    "zoom": 1,
    "is_exact": True,
    "is_full_screen": True,
    "is_visible": True,
    "depth": 24,
    "gamut": "srgb",
    "is_hdr": False,
    "is_awake": True,
    "keeps_levels": True,
}
"""A window without fault, on LEFT."""


class Served:
    """Use as a context; ``stop`` and ``start`` in between are a restart of the process."""

    def __init__(
        self,
        folder: Path,
        *displays: Display,
        clock: Clock = SYSTEM_CLOCK,
        extra: Section | tuple[Section, ...] = (),
        access: Access | None = None,
    ) -> None:
        self.displays: dict[str, Display] = {each.name: each for each in displays or (LEFT,)}
        self._folder, self._clock = folder, clock
        self._extra = (extra,) if isinstance(extra, Section) else extra
        self._access = access or Technologist()
        self.port = 0
        self.opened = ExitStack()
        self.pages: Pages
        self._ledger: Ledger
        self._ended: threading.Event
        self._thread: threading.Thread

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()
        self.stop()

    def start(self) -> None:
        self._ledger = open_ledger(self._folder / "ledger.sqlite")
        pairings = Pairings(self._ledger, self._clock)
        self.pages = Pages(pairings, lambda: self.displays, self._clock)
        sections = [section(self.pages, lambda: self.displays) for section in SECTIONS]
        sections += self._extra
        listener = listening("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        self._ended = threading.Event()
        app = application(sections, self._access, names=("Box.example",))
        server = Server(app, listener, None, self._ended)
        self._thread = threading.Thread(target=server.serve_until_ended)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        self._ledger.close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def screen(self, name: str = LEFT.name, patience_s: float = 30.0) -> BrowserScreen:
        return BrowserScreen(self.pages, self.displays[name], patience_s=patience_s)

    def until(self, hindrance: Caution | None, name: str = LEFT.name) -> None:
        """Wait until the page of a display says so; None: until it is gone."""
        for _ in range(LONG):
            state = self.pages.state(name)
            if (state and state.hindrance) is hindrance and (state is None) is (hindrance is None):
                return
            time.sleep(0.05)
        raise AssertionError(f"it is not so: {state}")

    def beside(self, work: Callable[[], object]) -> threading.Thread:
        """``work`` in a thread, begun."""
        thread = threading.Thread(target=work)
        thread.start()
        return thread

    def ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        source: str = "127.0.0.1",
        **head: str,
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of an answer; ``head`` are headers."""
        link = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(source, 0)
        )
        link.request(method, path, body, {name.replace("_", "-"): head[name] for name in head})
        answer = link.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        text = answer.read().decode()
        link.close()
        return answer.status, found, text

    def type_code(self, code: str, display: str = LEFT.name, source: str = "127.0.0.1") -> int:
        """Status of what the form answers."""
        body = urlencode({"code": code, "display": display})
        return self.ask("POST", "/pairing", body, source, origin=self.origin)[0]


class StandIn:
    """A page that is none: what it says is scripted."""

    def __init__(self, served: Served, token: str = "", **condition: Any) -> None:  # noqa: ANN401
        address = f"ws://127.0.0.1:{served.port}/display/channel"
        opening = connect(address, origin=Origin(served.origin))
        self.link: ClientConnection = served.opened.enter_context(opening)
        self.condition = CONDITION | condition
        self.say(kind="hello", token=token, condition=self.condition)

    def say(self, **message: object) -> None:
        self.link.send(json.dumps(message))

    def heard(self, kind: str) -> dict[str, Any]:
        """The next message of that kind."""
        while True:
            words = self.link.recv(timeout=60)
            if isinstance(words, str) and (message := json.loads(words))["kind"] == kind:
                return dict(message)

    def status(self) -> int | None:
        """With which status the box closed the connection."""
        with suppress(ConnectionClosed):
            while True:
                self.link.recv(timeout=60)
        return self.link.close_code

    def close(self) -> None:
        self.link.close()
