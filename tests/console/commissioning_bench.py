"""The pages of commissioning, served over a ledger in a folder, to an engineer."""

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, parse_configuration
from appliance.console import Person, application
from appliance.console.commissioning import commissioning_section
from appliance.console.server import Server, listening
from appliance.displayqa.meters.discovery import Open, Port
from appliance.displayqa.meters.serial_line import opened
from appliance.ledger import open_ledger
from appliance.services.commissioning_desk import CommissioningDesk
from appliance.services.commissioning_trials import Trials
from appliance.services.display_meters import DisplayMeters

ENGINEER = "sato"
LONG = 2400
PAUSE_S = 0.05


class Engineer:
    """Everybody is one."""

    def __init__(self, role: Role = Role.ENGINEER) -> None:
        self._role = role

    def person(self, _: HTTPConnection) -> Person:
        return Person(name=ENGINEER, rights=ROLES[self._role])


def nothing_plugged_in() -> list[Port]:
    return []


@dataclass
class CommissioningBench:
    """Asks the pages as a browser without scripts does."""

    configuration: Configuration
    desk: CommissioningDesk
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, language: str = "en") -> tuple[int, str]:
        return self._ask("GET", f"/commissioning{path}", None, language)[:2]

    def post(self, path: str, language: str = "en", **answers: str) -> tuple[int, str]:
        return self._ask("POST", f"/commissioning{path}", urlencode(answers), language)[:2]

    def bytes_of(self, path: str) -> bytes:
        return self._ask("GET", path, None, "en")[2]

    def until_settled(self) -> None:
        """Until nothing is being tried any more."""
        wait_until(lambda: not self.desk.running())

    def _ask(
        self, method: str, path: str, body: str | None, language: str
    ) -> tuple[int, str, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        head: Mapping[str, str] = {"Origin": self.origin, "Accept-Language": language}
        link.request(method, path, body, dict(head))
        answer = link.getresponse()
        content = answer.read()
        link.close()
        return answer.status, content.decode("utf-8", "replace"), content


def wait_until(holds: object, count: int = LONG) -> None:
    assert callable(holds)
    for _ in range(count):
        if holds():
            return
        time.sleep(PAUSE_S)
    raise AssertionError("it did not come about")


@contextmanager
def commissioning_bench(  # noqa: PLR0913 - a world
    folder: Path,
    toml: str = "",
    *,
    ports: object = nothing_plugged_in,
    line: Open = opened,
    root: Path = Path("/"),
    role: Role = Role.ENGINEER,
) -> Iterator[CommissioningBench]:
    """``toml`` are settings; their data folder is in ``folder``."""
    configuration = parse_configuration(f'data_dir = "{folder}/data"\n{toml}')
    configuration.data_dir.mkdir(exist_ok=True)
    open_ledger(configuration.ledger_path).close()
    meters = DisplayMeters(configuration, SYSTEM_CLOCK, ports, line)  # type: ignore[arg-type]
    desk = CommissioningDesk(Trials(configuration, SYSTEM_CLOCK, meters, lambda: False, root))
    app = application([commissioning_section(desk)], Engineer(role))
    listener = listening("127.0.0.1", 0)
    ended = threading.Event()
    server = Server(app, listener, None, ended)
    thread = threading.Thread(target=server.serve_until_ended)
    thread.start()
    try:
        yield CommissioningBench(configuration, desk, listener.getsockname()[1])
    finally:
        ended.set()
        thread.join()
        desk.close()
