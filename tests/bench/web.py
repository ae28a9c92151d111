"""Objects by STOW-RS and summaries by FHIR: ``python -m tests.bench.web``.

The same files go to the same Orthanc by STOW-RS, one request an object over one connection, and by
dcmtk's storescu, one association. Summaries go to a server that answers at once, so that what is
measured is reading the report, making the transaction and one exchange.
"""

import json
import resource
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.destinations import Consignment, Delivered, Destination
from tests.bench.storage import SIZES_BYTES
from tests.destinations.archives import LOOPBACK, OrthancServer, a_report, consigned, orthanc
from tests.destinations.web_servers import Question, Reply, ScriptedWeb, destinations_of
from tests.rdsr.cases import case, encoded

OBJECTS = {"SR 17 kB": 300, "CT 0.5 MB": 60}
SUMMARIES = 300
KIB = 1024
PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    sender: str
    object: str
    objects_per_s: float


def run() -> dict[str, Any]:
    """Both senders at Orthanc, and summaries."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for label, count in OBJECTS.items():
            rows += _to_orthanc(Path(temporary) / label.replace(" ", "-"), label, count)
    rows.append(_summaries())
    rates = {(row.sender, row.object): row.objects_per_s for row in rows}
    ratios = {
        f"{label}: STOW-RS / storescu": round(rates["stow", label] / rates["storescu", label], 2)
        for label in OBJECTS
    }
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": ratios,
        "memory_mib": round(peak_mib, 1),
        "table": [f"{r.object:12}{r.sender:10}{r.objects_per_s:8.1f}/s" for r in rows],
    }


def _to_orthanc(folder: Path, label: str, count: int) -> list[Row]:
    with orthanc(folder, Plugins=[PLUGIN], OverwriteInstances=True) as server:
        rates = {
            sender: _rate(count, send(server, _objects(folder / sender, sender, label, count)))
            for sender, send in {"stow": _stow, "storescu": _storescu}.items()
        }
        if len(server.stored()) != 2 * count:
            raise RuntimeError("objects are missing")
    return [Row(sender=name, object=label, objects_per_s=rate) for name, rate in rates.items()]


def _objects(folder: Path, sender: str, label: str, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        content = a_report(f"1.{len(sender)}.{number + 1}")
        filling = b"\xfc\xff\xfc\xffOB\0\0" + SIZES_BYTES[label].to_bytes(4, "little")
        (folder / f"{number}.dcm").write_bytes(content + filling + bytes(SIZES_BYTES[label]))
    return folder


def _stow(server: OrthancServer, folder: Path) -> float:
    consignments = [consigned(file.read_bytes()) for file in sorted(folder.iterdir())]
    with destinations_of("stow") as open_at:
        return _timed(open_at(server.http_port), consignments)


def _storescu(server: OrthancServer, folder: Path) -> float:
    began_s = time.monotonic()
    command = ["storescu", "-aec", "ARCHIVE", LOOPBACK, str(server.port), "+sd", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began_s


def _summaries() -> Row:
    content = encoded(case("complete_helical").report)
    with (
        ScriptedWeb(otherwise=_done).running() as server,
        destinations_of("fhir", patient_system="urn:oid:1.2.3") as open_at,
    ):
        elapsed_s = _timed(open_at(server.port), [consigned(content)] * SUMMARIES)
    return Row(sender="fhir", object="summary", objects_per_s=_rate(SUMMARIES, elapsed_s))


def _done(question: Question) -> Reply:
    entries = [{"response": {"status": "201"}} for _ in json.loads(question.body)["entry"]]
    told = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return Reply(200, json.dumps(told).encode())


def _timed(destination: Destination, consignments: list[Consignment]) -> float:
    began_s = time.monotonic()
    for consignment in consignments:
        outcome = destination.send(consignment)
        if not isinstance(outcome, Delivered):
            raise RuntimeError(repr(outcome))  # noqa: TRY004 - an outcome, not a type
    return time.monotonic() - began_s


def _rate(count: int, elapsed_s: float) -> float:
    return round(count / elapsed_s, 1)


if __name__ == "__main__":
    print("\n".join(run()["table"]))  # noqa: T201 - what was asked for
