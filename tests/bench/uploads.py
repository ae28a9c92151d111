"""Files sent by FTPS and SFTP, beside lftp and OpenSSH's sftp: ``python -m tests.bench.uploads``.

The same files go to the same vsftpd and sshd, each sender in one session, one file after the other
under a temporary name that is then changed. Ours asks the server before whether the file is there,
and after it how long it is; with ``read back`` it reads each file again. The servers keep them in
memory: their syncing costs nothing here. FTPS is by TLS 1.2: by TLS 1.3 many uploads of lftp 4.9.2
to vsftpd 3.0.3 break off.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from appliance.destinations import Consignment, Delivered
from tests.bench.storage import SIZES_BYTES
from tests.destinations.archives import RDSR, a_report
from tests.destinations.authority import Authority
from tests.destinations.file_servers import FileServer, FtpsServer, SftpServer

OBJECTS = {"SR 17 kB": 200, "CT 0.5 MB": 40}
TIMES = 4
"""Of which the fastest counts."""
Sender = Callable[[FileServer, Path, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    kind: str
    sender: str
    object: str
    objects_per_s: float


def run() -> dict[str, object]:
    """Every sender of each kind, and ours beside the others."""
    with tempfile.TemporaryDirectory() as temporary:
        rows = [row for kind in SENDERS for row in _of_kind(kind, Path(temporary))]
    rates = {(row.kind, row.sender, row.object): row.objects_per_s for row in rows}
    ratios = {
        f"{kind}, {label}: {sender} / {peer}": round(
            rates[kind, sender, label] / rates[kind, peer, label], 2
        )
        for kind, peer in (("ftps", "lftp"), ("sftp", "OpenSSH sftp"))
        for sender in ("ours", "ours, read back")
        for label in OBJECTS
    }
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": ratios,
        "table": [
            f"{row.kind:6}{row.object:12}{row.sender:18}{row.objects_per_s:8.1f}/s" for row in rows
        ],
    }


def _of_kind(kind: str, folder: Path) -> list[Row]:
    rows = []
    for label, count in OBJECTS.items():
        files = folder / label.replace(" ", "-")
        _make(files, count, SIZES_BYTES[label])
        for number, (sender, send) in enumerate(SENDERS[kind].items()):
            with _server(kind, folder / f"{kind}-{files.name}-{number}") as server:
                elapsed_s = min(_seconds(send, server, files, f"time-{n}") for n in range(TIMES))
                arrived = sum(name.endswith(".dcm") for name in server.files)
            if arrived != TIMES * count:
                raise RuntimeError(f"{sender}: {arrived} of {TIMES * count} files arrived")
            rows.append(
                Row(
                    kind=kind,
                    sender=sender,
                    object=label,
                    objects_per_s=round(count / elapsed_s, 1),
                )
            )
    return rows


def _seconds(send: Sender, server: FileServer, files: Path, folder: str) -> float:
    started_s = time.monotonic()
    send(server, files, folder)
    return time.monotonic() - started_s


def _server(kind: str, folder: Path) -> AbstractContextManager[FileServer]:
    if kind == "sftp":
        return SftpServer(folder=folder, size="512m").running()
    authority = Authority(folder / "ca")
    return FtpsServer(
        folder=folder, authority=authority, size="512m", newest_tls="TLSv1.2"
    ).running()


def _make(files: Path, count: int, size_bytes: int) -> None:
    files.mkdir(exist_ok=True)
    for number in range(count):
        content = a_report(f"1.2.{number}")
        (files / f"1.2.{number}.dcm").write_bytes(content + bytes(size_bytes - len(content)))


def _ours(server: FileServer, files: Path, folder: str, *, read_back: bool = False) -> None:
    changes = {"folder": folder, "read_back": read_back}
    settings = server.settings
    destination = server.opened(
        ftps=replace(settings.ftps, **changes),  # type: ignore[arg-type] # fields of both
        sftp=replace(settings.sftp, **changes),  # type: ignore[arg-type]
    )
    for path in sorted(files.iterdir()):
        outcome = destination.send(_consignment(path))
        if not isinstance(outcome, Delivered):
            raise TypeError(f"not delivered: {outcome}")
    destination.close()


def _ours_reading_back(server: FileServer, files: Path, folder: str) -> None:
    _ours(server, files, folder, read_back=True)


def _consignment(path: Path) -> Consignment:
    return Consignment(
        content=path.read_bytes(),
        sop_class_uid=RDSR,
        sop_instance_uid=path.stem,
        name=PurePosixPath(path.name),
    )


def _lftp(server: FileServer, files: Path, folder: str) -> None:
    settings = server.settings
    password = Path(settings.ftps.password_file).read_text("utf-8").strip()
    script = f"""
set ssl:ca-file {settings.tls.ca_file}
set ssl:cert-file {settings.tls.certificate_file}
set ssl:key-file {settings.tls.private_key_file}
set ftp:ssl-force true
set ftp:ssl-protect-data true
set xfer:use-temp-file true
set xfer:temp-file-name *.part
set cmd:fail-exit true
set net:max-retries 2
set net:reconnect-interval-base 1
open -u anonymous,"{password}" -p {settings.port} ftp://{settings.host}
mkdir {folder}
cd {folder}
mput {files}/*
"""
    subprocess.run(["lftp", "--norc", "-c", script], check=True, capture_output=True)


def _sftp(server: FileServer, files: Path, folder: str) -> None:
    settings = server.settings
    names = [path.name for path in sorted(files.iterdir())]
    moves = [
        f"put {files / n} {folder}/{n}.part\nrename {folder}/{n}.part {folder}/{n}" for n in names
    ]
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    key = ("-i", settings.sftp.private_key_file, "-P", str(settings.port))
    where = f"{settings.sftp.user}@{settings.host}"
    subprocess.run(
        ["sftp", "-q", "-F", "none", *(f"-o{each}" for each in options), *key, "-b", "-", where],
        input="\n".join([f"mkdir {folder}", *moves, ""]).encode(),
        check=True,
        capture_output=True,
    )


SENDERS: dict[str, dict[str, Sender]] = {
    "ftps": {"ours": _ours, "ours, read back": _ours_reading_back, "lftp": _lftp},
    "sftp": {"ours": _ours, "ours, read back": _ours_reading_back, "OpenSSH sftp": _sftp},
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(), indent=1) + "\n")
