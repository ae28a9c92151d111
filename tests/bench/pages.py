"""How long the pages take at the server with 100,000 studies: ``python -m tests.bench.pages``.

The real process ``appliance console`` over the ledger of ``tests.console.hundred_thousand``; every
page that the head of a page leads an administrator to, and some lists and studies, one request
after the other over loopback, from the request to the last byte. ``first`` is the first request of
a page in the process, with its templates and whatever is read once; ``usual`` the middle of the
others. Memory is what ``/proc`` says of the process and its children (PSS) afterwards.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from appliance.accounts import Role
from tests.console.entering import PASSWORD, account
from tests.console.hundred_thousand import DESTINATIONS, MANY_FROM, STUDIES, copy_into
from tests.receive.box import a_free_port

TIMES = 7
LIMIT_MS = 200.0
KIB = 1024
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
FURTHER = (
    "/studies?outcome=quarantined",
    "/studies?outcome=reported&sending=refused&before=60000",
    "/studies?from=2022-01-01&to=2022-12-31&sender=CT02&outcome=reported",
    "/studies?sender=UNKNOWN",
    f"/studies/{STUDIES - 1}",
    f"/studies/{MANY_FROM}",
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
        content = answer.read().decode()
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


def run() -> dict[str, Any]:
    """Every page, and the memory of the process."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, _console(Path(folder)) as found:
        browser, process = found
        _, home = browser.ask("/")
        while "http-equiv" in browser.ask("/doses")[1]:  # doses are being counted
            time.sleep(1)
        paths = dict.fromkeys(("/", *LINK.findall(home), *FURTHER))
        rows = [browser.row(path) for path in paths]
        memory_mib = _memory_mib(process.pid)
    slow = [each.path for each in rows if each.usual_ms > LIMIT_MS]
    table = [f"{r.path:72}{r.status:4}{r.first_ms:9.1f}{r.usual_ms:9.1f} ms" for r in rows]
    return {
        "rows": [asdict(each) for each in rows],
        "ratios": {"slowest / 200 ms": round(max(r.usual_ms for r in rows) / LIMIT_MS, 2)},
        "memory_mib": memory_mib,
        "table": [*table, f"memory {memory_mib} MiB", f"slower than {LIMIT_MS} ms: {slow or '-'}"],
    }


@contextmanager
def _console(folder: Path) -> Iterator[tuple[Browser, "subprocess.Popen[bytes]"]]:
    account(copy_into(folder / "data"), "admin", Role.ADMINISTRATOR)
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


def _memory_mib(pid: int) -> float:
    """Of the process and what it started, each page of memory counted once (PSS)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    pids = [str(pid), *children]
    texts = [Path(f"/proc/{each}/smaps_rollup").read_text("ascii") for each in pids]
    found = [re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE) for text in texts]
    return round(sum(int(each[1]) for each in found if each) / KIB, 1)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in run()["table"])
