"""Getting out, beside dcmtk's storescu: ``python -m tests.bench.delivering``.

The queue's statements at 1,000, 10,000 and 100,000 waiting deliveries; and a forwarder in a process
of its own that empties an outbox of 10,000 reports into a folder, and of some into dcmtk's storescp
and Orthanc. storescu sends the same files to the same archives through one association.
"""

import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox, statements
from tests.destinations.archives import LOOPBACK, RDSR, a_report, orthanc, storescp

ROWS = (1_000, 10_000, 100_000)
REPEATS = 50
WAITING = 10_000
SENT = 1_000
FIRST = 100_000
"""So that every UID has as many digits."""
FILL = """
INSERT INTO outgoing (id, kind, sop_instance_uid, sop_class_uid, study_instance_uid, path, sha256,
  created_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT i, 'report', '1.' || i, '1.2', '9.' || i, i, '', i FROM n
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """Medians, in milliseconds; a write is durable when it returns."""

    waiting: int
    lease_ms: float
    delivered_ms: float
    failed_ms: float
    lease_in_pause_ms: float
    backlog_ms: float
    plan_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRow:
    """One emptied outbox, or one run of storescu."""

    sender: str
    receiver: str
    reports: int
    reports_per_s: float
    rss_mib: float


def run() -> dict[str, object]:
    """Both tables."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        queue = [_queue(folder / str(rows), rows) for rows in ROWS]
        sending = list(_sending(folder))
    return {
        "rows": [*map(asdict, queue), *map(asdict, sending)],
        "table": [*_table(queue), *_table(sending)],
        "ratios": _ratios(queue, sending),
    }


def _table(rows: list[QueueRow] | list[SendingRow]) -> list[str]:
    first = asdict(rows[0])
    body = [" | ".join(str(value) for value in asdict(row).values()) for row in rows]
    return [" | ".join(first), *body]


def _queue(folder: Path, rows: int) -> QueueRow:
    folder.mkdir()
    ledger = open_ledger(folder / "ledger.sqlite")
    outbox = Outbox(folder / "outbox", ledger, SYSTEM_CLOCK)
    with ledger.transaction():
        ledger.execute(FILL, rows)
    plan_ms = _timed_ms(lambda: outbox.plan(["pacs"]))
    return QueueRow(
        waiting=rows,
        plan_ms=plan_ms,
        backlog_ms=_median_ms(outbox.backlog),
        **_turns(outbox, ledger),
    )


def _turns(outbox: Outbox, ledger: Ledger) -> dict[str, float]:
    """Deliveries, failures and looks in a pause, by turns."""
    took: dict[str, list[float]] = {"lease": [], "delivered": [], "failed": [], "pause": []}
    for turn in range(REPEATS):
        started = time.perf_counter()
        delivery = outbox.lease("pacs", 60)
        assert delivery is not None
        leased = time.perf_counter()
        took["lease"].append(leased - started)
        if turn % 2:
            outbox.failed(delivery, "unreachable", 900)
            failed = time.perf_counter()
            took["failed"].append(failed - leased)
            outbox.lease("pacs", 60)
            took["pause"].append(time.perf_counter() - failed)
            ledger.execute("UPDATE destination SET paused_until = 0")
        else:
            outbox.delivered(delivery)
            took["delivered"].append(time.perf_counter() - leased)
    names = {"lease": "lease_ms", "delivered": "delivered_ms", "failed": "failed_ms"}
    names["pause"] = "lease_in_pause_ms"
    return {names[key]: round(statistics.median(each) * 1000, 2) for key, each in took.items()}


def _sending(folder: Path) -> Iterator[SendingRow]:
    (folder / "share").mkdir()
    share = f'kind = "folder"\n[destination.folder]\npath = "{folder / "share"}"\n'
    yield _emptied(folder, "folder", share, WAITING)
    with storescp(folder / "a", 0, "+B", "-pdu", "131072") as port:
        yield _emptied(folder, "storescp", _c_store(port), WAITING)
        yield _storescu(folder / "box-storescp", "storescp", port)
    with orthanc(folder / "o") as archive:
        yield _emptied(folder, "orthanc", _c_store(archive.port), SENT)
        yield _storescu(folder / "box-orthanc", "orthanc", archive.port)


def _c_store(port: int) -> str:
    return f'host = "{LOOPBACK}"\nport = {port}\n'


def _emptied(folder: Path, receiver: str, destination: str, reports: int) -> SendingRow:
    box = folder / f"box-{receiver}"
    outbox = _filled(box, reports)
    config = box / "box.toml"
    config.write_text(
        f'data_dir = "{box}"\n[[destination]]\nname = "out"\n{destination}', encoding="utf-8"
    )
    with _forwarder(config) as (process, read_kib):
        while (waiting := sum(each.waiting for each in outbox.backlog())) == reports:
            time.sleep(0.01)
        started, begun = time.monotonic(), waiting
        while waiting := sum(each.waiting for each in outbox.backlog()):
            assert process.poll() is None
            time.sleep(0.02)
        elapsed_s = time.monotonic() - started
        rss_mib = read_kib() / 1024
    return SendingRow(
        sender="ours",
        receiver=receiver,
        reports=reports,
        reports_per_s=round(begun / elapsed_s, 1),
        rss_mib=round(rss_mib, 1),
    )


def _filled(box: Path, reports: int) -> Outbox:
    """Reports of studies of their own; not made durable one by one, which is not measured here."""
    box.mkdir()
    ledger = open_ledger(box / "ledger.sqlite")
    outbox = Outbox(box / "outbox", ledger, SYSTEM_CLOCK)
    template, first = a_report(f"1.2.{FIRST}"), f"1.2.{FIRST}".encode()
    with ledger.transaction():
        for uid in (f"1.2.{number}" for number in range(FIRST, FIRST + reports)):
            report = template.replace(first, uid.encode())
            digest = hashlib.sha256(report).hexdigest()
            (box / "outbox" / f"{uid}.dcm").write_bytes(report)
            row = ("report", uid, RDSR, f"9.{uid}", "", f"{uid}.dcm", digest, None, 0.0)
            ledger.execute(statements.PUT, *row)
    outbox.plan(["out"])
    return outbox


@contextmanager
def _forwarder(
    config: Path,
) -> Iterator[tuple["subprocess.Popen[bytes]", Callable[[], int]]]:
    command = [sys.executable, "-m", "appliance", "--config", str(config), "forwarder"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def peak_kib() -> int:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1])

    try:
        yield process, peak_kib
    finally:
        process.kill()
        process.wait()


def _storescu(box: Path, receiver: str, port: int) -> SendingRow:
    """The same files, in one association."""
    files = sorted((box / "outbox").glob("*.dcm"))[:SENT]
    command = ["storescu", "-aec", "ARCHIVE", LOOPBACK, str(port), *map(str, files)]
    started = time.monotonic()
    subprocess.run(command, check=True, env={"PATH": "/usr/bin:/bin", "TCP_NODELAY": "1"})
    elapsed_s = time.monotonic() - started
    return SendingRow(
        sender="storescu",
        receiver=receiver,
        reports=len(files),
        reports_per_s=round(len(files) / elapsed_s, 1),
        rss_mib=round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
    )


def _ratios(queue: list[QueueRow], sending: list[SendingRow]) -> dict[str, float]:
    rates = {(row.sender, row.receiver): row.reports_per_s for row in sending}
    few, many = queue[0], queue[-1]
    return {
        "lease at 100,000 rows / at 1,000": round(many.lease_ms / few.lease_ms, 2),
        "ours / storescu, to storescp": round(
            rates["ours", "storescp"] / rates["storescu", "storescp"], 2
        ),
        "ours / storescu, to Orthanc": round(
            rates["ours", "orthanc"] / rates["storescu", "orthanc"], 2
        ),
    }


def _timed_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return round((time.perf_counter() - started) * 1000, 2)


def _median_ms(work: Callable[[], object]) -> float:
    return round(statistics.median(_timed_ms(work) for _ in range(REPEATS)), 2)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
