"""A transfer that is cut after n bytes and repeated: the object is there once, and whole.

``KINDS`` has every kind that goes over a network.
"""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from appliance import config
from appliance.destinations import Caller, Delivered, Outcome, Refused, open_destination
from tests.destinations.archives import a_free_port, a_report, consigned, storescp
from tests.destinations.authority import Authority
from tests.destinations.cutting import NEAR, Line
from tests.destinations.file_servers import FileServer, FtpsServer, SftpServer, passive_ports

FEW, MANY = 6, 50
LARGE_BYTES = 150_000


@dataclass(frozen=True)
class Peer:
    """Somebody who is sent objects.

    ``kept`` is what has a final name there, by that name; ``is_of`` whether such a file is the
    report with the UID.
    """

    settings: config.Destination
    ports: dict[int, int]
    kept: Callable[[], dict[str, bytes]]
    is_of: Callable[[bytes, bytes], bool] = bytes.__eq__
    watched: bool = True


@contextmanager
def by_c_store(folder: Path) -> Iterator[Peer]:
    """dcmtk removes what did not arrive as a whole, but writes under the final name."""
    stored = folder / "archive"
    with storescp(stored, 0, "--fork") as port:
        near = a_free_port()  # storescp listens at every address
        settings = config.Destination(name="archive", host=NEAR, port=near)

        def kept() -> dict[str, bytes]:
            return {path.name: path.read_bytes() for path in stored.iterdir()}

        def is_of(file: bytes, report: bytes) -> bool:
            return dcmread(BytesIO(file)) == dcmread(BytesIO(report))

        yield Peer(settings, {near: port}, kept, is_of, watched=False)


@contextmanager
def by_ftps(folder: Path) -> Iterator[Peer]:
    with FtpsServer(folder=folder, authority=Authority(folder / "ca"), size="32m").running() as it:
        port = it.settings.port
        ftps = replace(it.settings.ftps, server_name=it.settings.host)
        settings = replace(it.settings, host=NEAR, ftps=ftps)
        yield Peer(
            settings, {each: each for each in (port, *passive_ports(port))}, lambda: _named(it)
        )


@contextmanager
def by_sftp(folder: Path) -> Iterator[Peer]:
    with SftpServer(folder=folder, size="32m").running() as it:
        port = it.settings.port
        yield Peer(replace(it.settings, host=NEAR), {port: port}, lambda: _named(it))


def _named(server: FileServer) -> dict[str, bytes]:
    return {name: file for name, file in server.files.items() if not name.endswith(".part")}


Start = Callable[[Path], AbstractContextManager[Peer]]
KINDS: dict[str, Start] = {"c-store": by_c_store, "ftps": by_ftps, "sftp": by_sftp}


@dataclass(frozen=True)
class Site:
    """A peer behind a line that can be cut."""

    peer: Peer
    line: Line

    def send(self, report: bytes) -> Outcome:
        settings = replace(self.peer.settings, timeout_s=1, connection_timeout_s=1)
        destination = open_destination(settings, Caller("DOSEBOX", ""))
        try:
            return destination.send(consigned(report))
        finally:
            destination.close()

    def copies(self, uid: str) -> list[bytes]:
        return [file for name, file in self.peer.kept().items() if f"{uid}." in f"{name}."]


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with KINDS[request.param](tmp_path) as peer, Line(peer.ports).running() as line:
        yield Site(peer, line)


def a_large_report(uid: str) -> bytes:
    """Of several blocks, of the proxy and of each protocol; no two are alike."""
    report = dcmread(BytesIO(a_report(uid)))
    report.add_new(0x00420011, "OB", random.Random(uid).randbytes(LARGE_BYTES))
    file = BytesIO()
    report.save_as(file)
    return file.getvalue()


@contextmanager
def watched(site: Site, uid: str, report: bytes) -> Iterator[None]:
    """Nothing has the final name, at any moment that is looked at, that is not the whole."""
    ended, halves = threading.Event(), list[bytes]()

    def watch() -> None:
        while not ended.is_set():
            halves.extend(each for each in site.copies(uid) if not site.peer.is_of(each, report))

    thread = threading.Thread(target=watch)
    if site.peer.watched:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if site.peer.watched:
            thread.join()
    assert halves == []


def cut_and_repeat(site: Site, number: int, most_bytes: int, *, silent: bool = False) -> None:
    uid = f"1.9.{number}.1"
    report = a_large_report(uid)
    with watched(site, uid, report):
        site.line.cut_after(most_bytes, silent=silent)
        first = site.send(report)
        assert site.line.was_cut
        assert not isinstance(first, Refused), first
        there = site.copies(uid)
        assert len(there) == 1 or not isinstance(first, Delivered)

        site.line.mend()
        assert isinstance(site.send(report), Delivered)
    (copy,) = site.copies(uid)
    assert site.peer.is_of(copy, report)


def length_of_a_transfer(site: Site) -> int:
    site.line.mend()
    assert isinstance(site.send(a_large_report("1.9.0.1")), Delivered)
    return site.line.passed_bytes


def test_what_is_cut_anywhere_arrives_once_and_whole(site: Site) -> None:
    whole = length_of_a_transfer(site)
    for number in range(1, FEW + 1):
        cut_and_repeat(site, number, whole * number // (FEW + 2))


@pytest.mark.slow
def test_what_is_cut_at_any_of_fifty_places_arrives_once_and_whole(site: Site) -> None:
    whole = length_of_a_transfer(site)
    for number in range(1, MANY + 1):
        cut_and_repeat(site, number, whole * number // (MANY + 2))


def test_what_a_line_swallows_arrives_once_and_whole(site: Site) -> None:
    cut_and_repeat(site, 1, length_of_a_transfer(site) * 2 // 3, silent=True)
