"""Persons at the pages of quarantine, and what a page says to them."""

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration, parse_configuration
from appliance.console import Person
from appliance.console.quarantine import quarantine_section, teaching_section
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Quarantine
from appliance.services.lessons import Lessons
from appliance.services.quarantine_desk import QuarantineDesk
from tests.console.served import Served

OK, SEE_OTHER = 200, 303
SETTINGS = '[console]\nsecond_person = "{second_person}"\n'


@dataclass
class Staff:
    """Who asks is whom ``name`` says."""

    name: str = "tanaka"
    role: Role = Role.TECHNOLOGIST

    def person(self, _: HTTPConnection) -> Person:
        return Person(name=self.name, rights=ROLES[self.role])


@dataclass(frozen=True)
class Answer:
    status: int
    path: str
    html: str

    @property
    def text(self) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.html)).split())


@dataclass
class Room:
    """The pages over a quarantine in ``folder``."""

    folder: Path
    second_person: str = "never"
    clock: Clock = SYSTEM_CLOCK
    staff: Staff = field(default_factory=Staff)
    language: str = "en"
    lessons: Lessons = field(default_factory=lambda: Lessons(["false"]))

    def __post_init__(self) -> None:
        text = f'data_dir = "{self.folder}"\n' + SETTINGS.format(second_person=self.second_person)
        self.configuration: Configuration = parse_configuration(text)
        self.ledger: Ledger = open_ledger(self.configuration.ledger_path)
        folder = self.configuration.quarantine_dir
        self.quarantine = Quarantine(folder, self.ledger, self.clock)
        self.desk = QuarantineDesk(self.configuration, self.clock, self.lessons)
        sections = (quarantine_section(self.desk), teaching_section(self.desk))
        self.served = Served(self.folder, extra=sections, access=self.staff)

    def __enter__(self) -> Self:
        self.served.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.served.opened.close()
        self.served.stop()
        self.ledger.close()

    def get(self, path: str) -> Answer:
        return self._asked("GET", path)

    def send(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._asked("POST", path, urlencode(form))

    def sign(self, number: int, verdict: str = "settle", **form: str) -> Answer:
        fields = {"verdict": verdict, "own_reason": "compared", **form}
        return self.send(f"/quarantine/{number}/sign", fields)

    def download(self, path: str) -> bytes:
        """A file that a page offers."""
        link = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=120)
        link.request("GET", path)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        assert answer.status == OK, content
        return content

    def _asked(self, method: str, path: str, body: str | None = None) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=120)
        head = {"Accept-Language": self.language, "Origin": self.served.origin}
        link.request(method, path, body, head)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        link.close()
        if answer.status == SEE_OTHER:
            return self.get(str(answer.headers["location"]))
        return Answer(answer.status, path, text)
