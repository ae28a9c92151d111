"""A script that asks without end beside a person who works: the process as it is run."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.console.entering import PASSWORD, account
from tests.console.test_pages_process import Process
from tests.receive.box import a_free_port

SCRIPTS = 6
BAD, GOOD = "127.0.0.2", "127.0.0.1"
SETTINGS = """
data_dir = "data"
[console]
port = {port}
"""
PAGES = ("/", "/studies", "/quarantine", "/account", "/static/console.css") * 8
LIMITED = 429


@dataclass
class Link:
    """Asks from an address, by a new connection each time."""

    port: int
    source: str
    cookie: str = ""

    def ask(self, path: str, body: str | None = None) -> tuple[int, Mapping[str, str]]:
        here = (self.source, 0)
        link = HTTPConnection("127.0.0.1", self.port, timeout=300, source_address=here)
        head = {"origin": f"http://127.0.0.1:{self.port}", "cookie": self.cookie}
        link.request("GET" if body is None else "POST", path, body, head)
        answer = link.getresponse()
        answer.read()
        link.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}

    def log_in(self) -> None:
        status, head = self.ask("/login", urlencode({"name": "tanaka", "password": PASSWORD}))
        assert status == 303
        self.cookie = head["set-cookie"].partition(";")[0]


@contextmanager
def hammering(port: int, answers: "Counter[int]") -> Iterator[threading.Event]:
    """Scripts that ask as fast as they are answered; the event: each was refused by now."""
    over, refused, met = threading.Event(), threading.Event(), threading.Barrier(SCRIPTS)
    met_by_all = threading.Barrier(SCRIPTS, action=refused.set)

    def hammer() -> None:
        link, is_met = Link(port, BAD), False
        met.wait()
        while not over.is_set():
            status, head = link.ask("/studies")
            answers[status] += 1
            if status == LIMITED and not is_met:
                assert int(head["retry-after"]) >= 1
                is_met = True
                met_by_all.wait()

    scripts = [threading.Thread(target=hammer) for _ in range(SCRIPTS)]
    for each in scripts:
        each.start()
    try:
        yield refused
    finally:
        met_by_all.abort()
        over.set()
        for each in scripts:
            each.join()


def test_a_script_is_refused_and_a_person_beside_it_is_not(tmp_path: Path) -> None:
    port, answers = a_free_port(), Counter[int]()
    (tmp_path / "box.toml").write_text(SETTINGS.format(port=port), "utf-8")
    account(tmp_path / "data" / "ledger.sqlite")
    process = Process(tmp_path)
    early, late = Link(port, GOOD), Link(port, GOOD)
    behind = Link(port, BAD)
    behind.log_in()
    assert behind.ask("/account")[0] == 200
    with hammering(port, answers) as refused:
        early.log_in()
        assert {early.ask(path)[0] for path in PAGES} == {200}
        assert refused.wait(timeout=300)
        late.log_in()
        assert {late.ask(path)[0] for path in PAGES} == {200}
        assert {behind.ask(path)[0] for path in PAGES} == {200}, "at the address of the script"
    code, log = process.end(signal.SIGTERM)
    assert code == 0
    assert set(answers) == {303, LIMITED}
    told = [line for line in log.splitlines() if "requests_limited" in line]
    assert told
    assert len(told) < answers[LIMITED]
    assert all(f"address={BAD}" in line for line in told)
