"""A transfer that is cut after n bytes and repeated: the object is there once, and whole.

``KINDS`` has every kind that goes over a network.
"""

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import UID

from appliance import config
from appliance.config.fhir import Fhir as FhirSettings
from appliance.destinations import (
    Caller,
    Consignment,
    Delivered,
    Outcome,
    Refused,
    open_destination,
)
from tests.destinations.archives import OrthancServer, a_free_port, a_report, consigned, orthanc
from tests.destinations.authority import Authority
from tests.destinations.cutting import NEAR, Line
from tests.destinations.file_servers import FileServer, FtpsServer, SftpServer, passive_ports
from tests.destinations.web_servers import ScriptedWeb
from tests.fhir.servers import FhirServer
from tests.rdsr.cases import case, encoded

FEW, SWALLOWED, MANY = 6, 10, 50
LARGE_BYTES = 150_000
HASTY_S, PATIENT_S = 2.0, 30.0
DICOM_WEB = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"


def a_large_report(uid: str) -> Consignment:
    """Of several blocks, of the proxy and of each protocol; no two are alike."""
    report = dcmread(BytesIO(a_report(uid)))
    report.add_new(0x00420011, "OB", random.Random(uid).randbytes(LARGE_BYTES))
    file = BytesIO()
    report.save_as(file)
    return consigned(file.getvalue())


def same_bytes(kept: bytes, report: bytes) -> bool:
    return kept == report


def same_object(kept: bytes, report: bytes) -> bool:
    return dcmread(BytesIO(kept)) == dcmread(BytesIO(report))


@dataclass(frozen=True)
class Peer:
    """Somebody who is sent objects.

    ``kept`` is what has its final name there, of the object with the UID; ``is_whole`` whether
    that is the report. ``watched``: it may not be there by halves for a moment.
    """

    settings: config.Destination
    ports: dict[int, int]
    kept: Callable[[str], list[bytes]]
    is_whole: Callable[[bytes, bytes], bool] = same_bytes
    made: Callable[[str], Consignment] = a_large_report
    watched: bool = True


@contextmanager
def by_c_store(folder: Path) -> Iterator[Peer]:
    """Not storescp: what ends a cut association there may remove what the next one stored."""
    # Sessions whose line fell silent keep a thread each for half a minute.
    with orthanc(folder / "orthanc", DicomThreadsCount=2 * SWALLOWED) as archive:
        near = a_free_port()  # Orthanc listens at every address
        settings = config.Destination(name="archive", host=NEAR, port=near)
        kept = partial(_in_the_archive, archive)
        yield Peer(settings, {near: archive.port}, kept, same_object, watched=False)


@contextmanager
def by_ftps(folder: Path) -> Iterator[Peer]:
    with FtpsServer(folder=folder, authority=Authority(folder / "ca"), size="32m").running() as it:
        port = it.settings.port
        ftps = replace(it.settings.ftps, server_name=it.settings.host)
        settings = replace(it.settings, host=NEAR, ftps=ftps)
        ports = {each: each for each in (port, *passive_ports(port))}
        yield Peer(settings, ports, partial(_named, it))


@contextmanager
def by_sftp(folder: Path) -> Iterator[Peer]:
    with SftpServer(folder=folder, size="32m").running() as it:
        port = it.settings.port
        yield Peer(replace(it.settings, host=NEAR), {port: port}, partial(_named, it))


def _named(server: FileServer, uid: str) -> list[bytes]:
    return [file for name, file in server.files.items() if name.endswith(f"/{uid}.dcm")]


@contextmanager
def by_stow(folder: Path) -> Iterator[Peer]:
    with orthanc(folder / "orthanc", Plugins=[DICOM_WEB]) as archive:
        near = a_free_port()
        settings = config.Destination(name="archive", kind="stow", host=NEAR, port=near)
        kept = partial(_in_the_archive, archive)
        yield Peer(settings, {near: archive.http_port}, kept, same_object, watched=False)


def _in_the_archive(archive: OrthancServer, uid: str) -> list[bytes]:
    return [file for file in archive.files() if dcmread(BytesIO(file)).SOPInstanceUID == uid]


@contextmanager
def by_fhir(_: Path) -> Iterator[Peer]:
    server = FhirServer()
    with ScriptedWeb(otherwise=server.answer).running() as web:
        fhir = FhirSettings(patient_system="urn:oid:1.2.3")
        settings = config.Destination(name="ehr", kind="fhir", host=NEAR, port=web.port, fhir=fhir)

        def kept(uid: str) -> list[bytes]:
            summaries = (json.dumps(each, default=str) for each in server.valid_summaries())
            return [each.encode() for each in summaries if f'{uid}"' in each]

        ports = {web.port: web.port}
        yield Peer(settings, ports, kept, has_the_dose, a_study, watched=False)


def a_study(uid: str) -> Consignment:
    made = deepcopy(case("complete_helical").report)
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    made.StudyInstanceUID = UID(uid)
    return replace(consigned(encoded(made)), one_of_study=True)


def has_the_dose(kept: bytes, _: bytes) -> bool:
    return b'"512.3' in kept


Start = Callable[[Path], AbstractContextManager[Peer]]
KINDS: dict[str, Start] = {
    "c-store": by_c_store,
    "ftps": by_ftps,
    "sftp": by_sftp,
    "stow": by_stow,
    "fhir": by_fhir,
}


@dataclass(frozen=True)
class Site:
    """A peer behind a line that can be cut."""

    peer: Peer
    line: Line

    def send(self, object_: Consignment, timeout_s: float = PATIENT_S) -> Outcome:
        settings = replace(self.peer.settings, timeout_s=timeout_s, connection_timeout_s=timeout_s)
        destination = open_destination(settings, Caller("DOSEBOX", ""))
        try:
            return destination.send(object_)
        finally:
            destination.close()


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with KINDS[request.param](tmp_path) as peer, Line(peer.ports).running() as line:
        yield Site(peer, line)


@contextmanager
def watched(site: Site, object_: Consignment) -> Iterator[None]:
    """Nothing has the final name, at any moment that is looked at, that is not the whole."""
    ended, halves = threading.Event(), list[bytes]()

    def watch() -> None:
        while not ended.is_set():
            kept = site.peer.kept(object_.sop_instance_uid)
            halves.extend(each for each in kept if not site.peer.is_whole(each, object_.content))

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
    object_ = site.peer.made(f"1.9.{number}.1")
    with watched(site, object_):
        site.line.cut_after(most_bytes, silent=silent)
        first = site.send(object_, HASTY_S if silent else PATIENT_S)
        assert site.line.was_cut
        assert not isinstance(first, Refused), first
        there = site.peer.kept(object_.sop_instance_uid)
        assert len(there) == 1 or not isinstance(first, Delivered)

        site.line.mend()
        again = site.send(object_)
        assert isinstance(again, Delivered), again
    (kept,) = site.peer.kept(object_.sop_instance_uid)
    assert site.peer.is_whole(kept, object_.content)


def length_of_a_transfer(site: Site) -> int:
    site.line.mend()
    assert isinstance(site.send(site.peer.made("1.9.0.1")), Delivered)
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


@pytest.mark.slow
def test_what_a_line_swallows_at_any_of_many_places_arrives_once_and_whole(site: Site) -> None:
    whole = length_of_a_transfer(site)
    for number in range(1, SWALLOWED + 1):
        cut_and_repeat(site, number, whole * number // (SWALLOWED + 1), silent=True)
