"""The Storage SCP against its peers, in one run: ``python -m tests.bench.storage``.

Ours fsyncs file, folder and ledger before it answers; storescp syncs nothing; Orthanc syncs its
storage area. Senders are dcmtk's storescu, with Nagle's algorithm (its default, and what old CTs
do) and without (TCP_NODELAY=1 in its environment). The peers, both with dcmtk's transport, run as
they ship, and tuned by the same variable. Every object sent has a new UID.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, XRayRadiationDoseSRStorage

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
WITHOUT_NAGLE = {"TCP_NODELAY": "1"}
SENDERS: dict[str, dict[str, str]] = {"nagle": {}, "nodelay": WITHOUT_NAGLE}
SIZES_BYTES = {"SR 17 kB": 17_000, "CT 0.5 MB": 524_288}
ASSOCIATIONS = (1, 4)
OBJECTS = {("nagle", 1): 30, ("nagle", 4): 20, ("nodelay", 1): 200, ("nodelay", 4): 80}
"""Objects an association, so that the slowest pair takes some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    receiver: str
    object: str
    sender: str
    associations: int
    objects_per_s: float
    cpu_ms_per_object: float
    rss_mib: float


def run() -> dict[str, object]:
    """Every receiver with every sender, and the ratios that matter."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        objects = {label: _an_object(folder, label) for label in SIZES_BYTES}
        rows = [
            row
            for name, receiver in RECEIVERS.items()
            for row in _measure(name, receiver, folder, objects)
        ]
    return {"rows": [asdict(row) for row in rows], "ratios": _ratios(rows)}


def _measure(
    name: str,
    receiver: "Receiver",
    folder: Path,
    objects: dict[str, Path],
) -> Iterator[Row]:
    place = folder / name.replace(" ", "-")
    place.mkdir()
    with _running(receiver, place) as (pid, port):
        for label, file in objects.items():
            for sender, environment in SENDERS.items():
                for associations in ASSOCIATIONS:
                    count = OBJECTS[sender, associations]
                    _send(port, file, environment, 1, 5)
                    cpu_s, started_s = _cpu_s(pid), time.monotonic()
                    _send(port, file, environment, associations, count)
                    elapsed_s = time.monotonic() - started_s
                    total = associations * count
                    yield Row(
                        receiver=name,
                        object=label,
                        sender=sender,
                        associations=associations,
                        objects_per_s=round(total / elapsed_s, 1),
                        cpu_ms_per_object=round(1000 * (_cpu_s(pid) - cpu_s) / total, 2),
                        rss_mib=round(_peak_rss_mib(pid), 1),
                    )


def _ratios(rows: list[Row]) -> dict[str, float]:
    rates = {(r.receiver, r.object, r.sender, r.associations): r.objects_per_s for r in rows}
    return {
        f"{label}, {sender}, {number} association(s): ours / {peer}": round(
            rates["ours", label, sender, number] / rates[peer, label, sender, number], 2
        )
        for label in SIZES_BYTES
        for sender in SENDERS
        for number in ASSOCIATIONS
        for peer in RECEIVERS
        if peer != "ours"
    }


def _ours(place: Path, port: int) -> list[str]:
    config = place / "box.toml"
    config.write_text(f'data_dir = "{place}/data"\n[receiver]\nport = {port}\n', "utf-8")
    return [sys.executable, "-m", "appliance", "--config", str(config), "receiver"]


def _storescp(place: Path, port: int) -> list[str]:
    return ["storescp", "--fork", "+B", "-pdu", "131072", "-od", str(place), str(port)]


def _orthanc(place: Path, port: int) -> list[str]:
    config = place / "orthanc.json"
    settings = {
        "StorageDirectory": str(place / "storage"),
        "IndexDirectory": str(place / "storage"),
        "HttpServerEnabled": False,
        "DicomPort": port,
        "DicomAlwaysAllowStore": True,
        "DicomCheckCalledAet": False,
        "SyncStorageArea": True,
    }
    config.write_text(json.dumps(settings), "utf-8")
    return ["Orthanc", str(config)]


@dataclass(frozen=True, slots=True)
class Receiver:
    """How to start one: ``command`` takes its folder and port."""

    command: Callable[[Path, int], list[str]]
    environment: Mapping[str, str]


RECEIVERS = {
    "ours": Receiver(_ours, {}),
    "storescp": Receiver(_storescp, {}),
    "storescp tuned": Receiver(_storescp, WITHOUT_NAGLE),
    "orthanc": Receiver(_orthanc, {}),
    "orthanc tuned": Receiver(_orthanc, WITHOUT_NAGLE),
}


@contextmanager
def _running(receiver: Receiver, place: Path) -> Iterator[tuple[int, int]]:
    port = _a_free_port()
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            receiver.command(place, port),
            stdout=log,
            stderr=log,
            env={**os.environ, **receiver.environment},
        )
    try:
        _wait_until_listening(port)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _send(port: int, file: Path, environment: dict[str, str], senders: int, count: int) -> None:
    command = ["storescu", "-pdu", "131072", "-xe", "+II", "--repeat", str(count)]
    running = [
        subprocess.Popen(
            [*command, "127.0.0.1", str(port), str(file)],
            env={"PATH": os.environ["PATH"], **environment},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(senders)
    ]
    for sender in running:
        if sender.wait(timeout=300):
            raise RuntimeError(f"storescu ended with {sender.returncode}")


def _an_object(folder: Path, label: str) -> Path:
    is_report = label.startswith("SR")
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = XRayRadiationDoseSRStorage if is_report else CTImageStorage
    dataset.SOPInstanceUID = "1.2.826.0.1.3680043.10.1"
    dataset.StudyInstanceUID = "1.2.826.0.1.3680043.10.2"
    dataset.SeriesInstanceUID = "1.2.826.0.1.3680043.10.3"
    dataset.PatientID, dataset.Modality = "BENCH", "SR" if is_report else "CT"
    dataset.add_new(0x00420011, "OB", random.Random(label).randbytes(SIZES_BYTES[label]))
    path = folder / f"{'report' if is_report else 'image'}.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return path


def _cpu_s(pid: int) -> float:
    """User and system time of a process, its threads and the children it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS_PER_S


def _peak_rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_listening(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the receiver does not listen")


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))  # noqa: T201 - the result
