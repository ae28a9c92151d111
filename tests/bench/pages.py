"""How long the pages take at the server with 100,000 studies: ``python -m tests.bench.pages``.

The real process ``appliance console`` over the ledger of ``tests.console.hundred_thousand``; every
page that the head of a page leads an administrator to, and some lists and studies, one request
after the other over loopback, from the request to the last byte. ``first`` is the first request of
a page in the process, with its templates and whatever is read once; ``usual`` the middle of the
others. Memory is what ``/proc`` says of the process and its children (PSS): once it is ready and
has prepared its templates, after all pages, and after reports of displays were made as PDF. The
other services of a box run beside it, idle, so that libraries are shared as they are there.
``python -m tests.bench.pages 2000`` has so many studies.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from appliance.accounts import Role
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.ledger import open_ledger
from appliance.services.display_tests import DisplayTests
from tests.bench.memory import memory_mib, rest_of_the_box
from tests.console.entering import PASSWORD, account
from tests.console.hundred_thousand import DESTINATIONS, MANY_FROM, STUDIES, copy_into
from tests.console.past_tests import past
from tests.console.technologist import LEFT
from tests.receive.box import a_free_port

TIMES = 7
LIMIT_MS = 200.0
PREPARED_S = 20.0
"""Until templates are compiled, for sure."""
SETTINGS = """
data_dir = "{folder}"
[console]
enabled = true
port = {port}
"""
A_DESTINATION = """
[[destination]]
name = "{name}"
host = "192.0.2.1"
"""
REPORTS = tuple(f"/displayqa/tests/{test}/report.pdf" for test in (1, 2, 3, 4)) * 5
FURTHER = (
    "/displayqa/results",
    "/settings/table/receiver",
    "/settings/certificates",
    "/account",
    "/studies?outcome=quarantined",
    "/studies?outcome=reported&sending=refused&before=60000",
    "/studies?from=2022-01-01&to=2022-12-31&sender=CT02&outcome=reported",
    "/studies?sender=UNKNOWN",
    "/doses?first=",
    "/doses/exams/CHEST?first=",
    "/doses/protocols?first=",
    "/doses/alerts",
)
LINK = re.compile(r'<li><a href="(/[a-z]*)"')
COOKIE = re.compile(r"([^=;]+=[^;]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page; milliseconds."""

    path: str
    status: int
    first_ms: float
    usual_ms: float


@dataclass
class Browser:
    """Asks as a browser that is logged in."""

    port: int
    cookie: str = ""

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        link = HTTPConnection("127.0.0.1", self.port, timeout=300)
        head = {"origin": f"http://127.0.0.1:{self.port}", "cookie": self.cookie}
        link.request("GET" if body is None else "POST", path, body, head)
        answer = link.getresponse()
        if given := answer.getheader("set-cookie"):
            self.cookie = COOKIE.findall(given)[0]
        content = answer.read().decode("utf-8", "replace")
        link.close()
        return answer.status, content

    def row(self, path: str) -> Row:
        taken_ms = []
        status = 0
        for _ in range(TIMES):
            began = time.perf_counter()
            status, _ = self.ask(path)
            taken_ms.append((time.perf_counter() - began) * 1000)
        first, usual = taken_ms[0], statistics.median(taken_ms[1:])
        return Row(path=path, status=status, first_ms=round(first, 1), usual_ms=round(usual, 1))


def run(studies: int = STUDIES) -> dict[str, Any]:
    """Every page, and the memory of the process."""
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        rest_of_the_box(Path(folder) / "rest"),
        _console(Path(folder), studies) as found,
    ):
        browser, process = found
        time.sleep(PREPARED_S)
        ready_mib = memory_mib(process.pid)
        _, home = browser.ask("/")
        while "http-equiv" in browser.ask("/doses")[1]:  # doses are being counted
            time.sleep(1)
        single = (f"/studies/{studies - 1}", f"/studies/{min(MANY_FROM, studies - 2)}")
        paths = dict.fromkeys(("/", *LINK.findall(home), *single, *FURTHER))
        rows = [browser.row(path) for path in paths]
        after_mib = memory_mib(process.pid)
        reports = [browser.ask(path)[0] for path in REPORTS]
        reported_mib = memory_mib(process.pid)
    slow = [each.path for each in rows if each.usual_ms > LIMIT_MS]
    table = [f"{r.path:72}{r.status:4}{r.first_ms:9.1f}{r.usual_ms:9.1f} ms" for r in rows]
    return {
        "rows": [asdict(each) for each in rows],
        "ratios": {"slowest / 200 ms": round(max(r.usual_ms for r in rows) / LIMIT_MS, 2)},
        "memory_mib": after_mib,
        "table": [
            *table,
            f"memory {ready_mib} MiB ready, {after_mib} MiB after all pages",
            f"memory {reported_mib} MiB after {len(reports)} reports as PDF, {set(reports)}",
            f"slower than {LIMIT_MS} ms: {slow or '-'}",
        ],
    }


@contextmanager
def _console(folder: Path, studies: int) -> Iterator[tuple[Browser, "subprocess.Popen[bytes]"]]:
    account(copy_into(folder / "data", studies), "admin", Role.ADMINISTRATOR)
    _test_displays(folder / "data")
    port, file = a_free_port(), folder / "box.toml"
    named = "".join(A_DESTINATION.format(name=name) for name in DESTINATIONS)
    file.write_text(SETTINGS.format(folder=folder / "data", port=port) + named, "utf-8")
    command = [sys.executable, "-m", "appliance", "-c", str(file), "console"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield _logged_in(port), process
    finally:
        process.terminate()
        process.wait()


def _test_displays(data: Path) -> None:
    configuration = replace(Configuration(), data_dir=data)
    ledger = open_ledger(configuration.ledger_path)
    tests = DisplayTests(configuration, ledger, SYSTEM_CLOCK)
    tests.register.enter(LEFT, "tanaka")
    past(tests, LEFT, replace(LEFT, name="other", workstation="ws-2"))
    ledger.close()


def _logged_in(port: int) -> Browser:
    browser = Browser(port)
    while True:
        try:
            browser.ask("/login")
        except ConnectionError:
            time.sleep(0.1)
        else:
            break
    browser.ask("/login", urlencode({"name": "admin", "password": PASSWORD}))
    return browser


if __name__ == "__main__":
    found = run(*map(int, sys.argv[1:]))
    sys.stdout.writelines(f"{line}\n" for line in found["table"])
