"""Studies that were really received and read, and the pages about them without a script."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pydicom import Dataset
from starlette.requests import HTTPConnection as Connection

from appliance.accounts import ROLES, Role
from appliance.config import Configuration, Recogniser
from appliance.console import Person, application
from appliance.console.server import Server, listening
from appliance.console.studies import again_section, studies_section
from appliance.services.studies_desk import StudiesDesk
from tests.console.technologist import Shown
from tests.services.desk import Desk

SETTINGS = Configuration(recogniser=Recogniser(settle_s=1.0, poll_s=0.1, confirm_first=0))


@dataclass
class Somebody:
    """Whoever asks, in one role."""

    role: Role = Role.TECHNOLOGIST

    def person(self, _: Connection) -> Person:
        return Person(name="sato", rights=ROLES[self.role])


@dataclass
class Archive:
    """``box`` reads; ``pages`` are what a browser gets."""

    box: Desk
    desk: StudiesDesk
    port: int
    somebody: Somebody
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Shown:
        return self._ask("GET", path, None)

    def send(self, path: str, **answers: str) -> Shown:
        return self._ask("POST", path, urlencode(answers))

    def content(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and bytes."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=120)
        link.request("GET", path)
        answer = link.getresponse()
        found = answer.status, answer.getheader("content-type") or "", answer.read()
        link.close()
        return found

    def journal(self, kind: str) -> list[dict[str, Any]]:
        from appliance.journal import Journal  # noqa: PLC0415 - beside its use

        entries = Journal(self.box.ledger, self.box.hands.clock).entries()
        return [each.body for each in entries if each.kind == kind]

    def _ask(self, method: str, path: str, body: str | None) -> Shown:
        head = {"accept-language": self.language, "origin": self.origin}
        link = HTTPConnection("127.0.0.1", self.port, timeout=120)
        link.request(method, path, body, head)
        answer = link.getresponse()
        html = answer.read().decode("utf-8", "replace")
        link.close()
        if answer.status == 303:
            return self._ask("GET", answer.getheader("location") or "", None)
        return Shown(answer.status, path, html)


@contextmanager
def archive(
    folder: Path, *studies: list[Dataset], settings: Configuration = SETTINGS
) -> Iterator[Archive]:
    """A box that has read ``studies``, one after the other."""
    box = Desk(folder, settings)
    for objects in studies:
        box.settle(*objects)
    desk, somebody = StudiesDesk(box.configuration, box.hands.clock), Somebody()
    app = application((studies_section(desk), again_section(desk)), somebody)
    listener, ended = listening("127.0.0.1", 0), threading.Event()
    port = listener.getsockname()[1]
    server = Server(app, listener, None, ended)
    thread = threading.Thread(target=server.serve_until_ended)
    thread.start()
    try:
        yield Archive(box, desk, port, somebody)
    finally:
        ended.set()
        thread.join()
        box.ledger.close()
