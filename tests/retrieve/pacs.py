"""Archives to query: Orthanc, dcmtk's dcmqrscp, and one that fails as a test says."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, evt

from appliance import config
from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.retrieve.archive import Archive
from appliance.retrieve.contexts import FIND, RETRIEVAL_MODELS
from appliance.retrieve.retrievals import Retrievals
from appliance.retrieve.study import StudyRetriever
from appliance.simulators.ct import send_studies
from appliance.sop_classes import STORAGE_CLASSES
from appliance.spool import Spool
from tests.destinations.archives import (
    HASTY_S,
    LOOPBACK,
    PATIENT_S,
    a_free_port,
    a_process,
    orthanc,
)

PACS = "ARCHIVE"
BOX = "DOSEBOX"
OPEN_ORTHANC = {
    "DicomAlwaysAllowFind": True,
    "DicomAlwaysAllowGet": True,
    "DicomAlwaysAllowMove": True,
    "DefaultEncoding": "Utf8",
}
_DCMQRSCP = """
NetworkTCPPort = {port}
MaxPDUSize = 131072
MaxAssociations = 16
HostTable BEGIN
box = (DOSEBOX, {host}, {box_port})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE {folder} RW (5000, 4096mb) ANY
AETable END
"""


@contextmanager
def dcmqrscp(
    folder: Path, studies: Iterable[Sequence[Dataset]] = (), box_port: int = 1, port: int = 0
) -> Iterator[int]:
    """dcmtk's archive with ``studies`` in it beside those it had; yields its port."""
    storage = folder / "storage"
    storage.mkdir(parents=True, exist_ok=True)
    port = port or a_free_port()
    settings = folder / "dcmqrscp.cfg"
    settings.write_text(
        _DCMQRSCP.format(port=port, host=LOOPBACK, box_port=box_port, folder=storage), "utf-8"
    )
    with a_process(["dcmqrscp", "-c", str(settings)], port):
        fill(port, studies)
        yield port


@contextmanager
def orthanc_with(
    folder: Path, studies: Iterable[Sequence[Dataset]] = (), box_port: int = 1
) -> Iterator[int]:
    """An Orthanc with ``studies`` in it; yields its DICOM port."""
    box = {"box": [BOX, LOOPBACK, box_port]}
    with orthanc(folder, **OPEN_ORTHANC, DicomModalities=box) as server:
        fill(server.port, studies)
        yield server.port


ARCHIVES = {"dcmqrscp": dcmqrscp, "orthanc": orthanc_with}


def fill(port: int, studies: Iterable[Sequence[Dataset]]) -> None:
    """Store ``studies`` at an archive."""
    assert set(send_studies(studies, LOOPBACK, port, PACS)) <= {0x0000}


@dataclass
class Shelf:
    """A spool without a box around it, and an archive beside it."""

    folder: Path
    port: int
    ledger: Ledger = field(init=False)
    spool: Spool = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ledger = open_ledger(self.folder / "ledger.sqlite")
        self.spool = Spool(self.folder / "spool", self.ledger, SYSTEM_CLOCK)
        self.retrievals = Retrievals(self.ledger, SYSTEM_CLOCK)

    def settings(self, **changes: Any) -> config.Archive:  # noqa: ANN401 - Archive's own
        patient: dict[str, Any] = {"timeout_s": PATIENT_S, "connection_timeout_s": PATIENT_S}
        return config.Archive(host=LOOPBACK, port=self.port, **patient | changes)

    def archive(self, **changes: Any) -> Archive:  # noqa: ANN401 - Archive's own
        return Archive(self.settings(**changes), BOX, self.spool, self.retrievals)

    def retriever(self, **changes: Any) -> StudyRetriever:  # noqa: ANN401 - Archive's own
        return StudyRetriever(self.archive(**changes), self.spool, self.settings(**changes))

    def kept(self) -> dict[str, bytes]:
        """The data set of every object in the spool, by SOP Instance UID."""
        rows = self.ledger.rows("SELECT sop_instance_uid, path, size_bytes FROM instance")
        files = {str(r[0]): (self.folder / "spool" / r[1]).read_bytes()[-r[2] :] for r in rows}
        assert len(files) == len(rows)
        return files


class Mood(StrEnum):
    """How an archive fails a C-GET."""

    WELL = "well"
    ABORTS = "aborts"
    SILENT = "falls silent"
    LACKS_ONE = "lacks the last object"
    NO_RESOURCES = "is out of resources"
    SENDS_ANOTHER = "sends another object first"
    DOES_NOT_DO_IT = "does not do it"


@dataclass
class Unruly:
    """An archive of ``studies`` of one day that fails as told, ``moods`` one a C-GET, then well.

    It answers a query for studies with at most ``most_matches``, and refuses longer answers if
    ``says_so``; it need not say the class of an object.
    """

    studies: Sequence[Sequence[Dataset]]
    moods: list[Mood] = field(default_factory=list)
    most_matches: int = 1000
    says_so: bool = False
    says_class: bool = True
    port: int = field(default_factory=a_free_port)
    queries: list[str] = field(default_factory=list)
    associations: int = 0

    @contextmanager
    def running(self) -> Iterator["Unruly"]:
        entity = AE(PACS)
        for query in (FIND, *RETRIEVAL_MODELS.values()):
            entity.add_supported_context(query)
        for storage in STORAGE_CLASSES:
            entity.add_supported_context(storage, scu_role=False, scp_role=True)
        handlers: list[Any] = [
            (evt.EVT_C_FIND, self._find),
            (evt.EVT_C_GET, self._get),
            (evt.EVT_ACCEPTED, self._accepted),
        ]
        server: Any = entity.start_server((LOOPBACK, self.port), block=False, evt_handlers=handlers)
        try:
            yield self
        finally:
            server.shutdown()

    def _accepted(self, _: evt.Event) -> None:
        self.associations += 1

    def _objects(self) -> list[Dataset]:
        return [each for study in self.studies for each in study]

    def _find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        query = event.identifier
        self.queries.append(str(query.QueryRetrieveLevel))
        if query.get("StudyInstanceUID") and query.QueryRetrieveLevel == "STUDY":
            of_study = [e for e in self._objects() if e.StudyInstanceUID == query.StudyInstanceUID]
            yield 0xFF00, _answer(query, of_study[0])
            return
        if query.QueryRetrieveLevel == "STUDY":
            times = str(query.get("StudyTime") or "000000-235959")
            yield from self._find_studies(str(query.StudyDate), times)
            return
        key = "SeriesInstanceUID" if query.QueryRetrieveLevel == "SERIES" else "SOPInstanceUID"
        found = {}
        for each in self._objects():
            if each.StudyInstanceUID == query.StudyInstanceUID and (
                key == "SeriesInstanceUID" or each.SeriesInstanceUID == query.SeriesInstanceUID
            ):
                found[each[key].value] = each
        for each in found.values():
            answer = _answer(query, each)
            if not self.says_class and "SOPClassUID" in answer:
                del answer.SOPClassUID
            yield 0xFF00, answer

    def _find_studies(self, day: str, times: str) -> Iterator[tuple[int, Dataset | None]]:
        first, last = times.split("-")
        found = [
            study[0]
            for study in self.studies
            if study[0].get("StudyDate") == day and first <= study[0].StudyTime <= last
        ]
        if len(found) > self.most_matches and self.says_so:
            yield 0xA700, None
            return
        for each in found[: self.most_matches]:
            match = Dataset()
            match.StudyInstanceUID, match.StudyTime = each.StudyInstanceUID, each.StudyTime
            yield 0xFF00, match

    def _get(self, event: evt.Event) -> Iterator[Any]:
        query = event.identifier
        mood = self.moods.pop(0) if self.moods else Mood.WELL
        found = [
            each
            for each in self._objects()
            if each.SeriesInstanceUID == query.SeriesInstanceUID
            and query.get("SOPInstanceUID") in (None, each.SOPInstanceUID)
        ]
        if mood is Mood.SENDS_ANOTHER:
            found.insert(0, self.studies[-1][0])
        if mood in (Mood.NO_RESOURCES, Mood.DOES_NOT_DO_IT):
            yield len(found)
            yield 0xA702 if mood is Mood.NO_RESOURCES else 0xA900, None
            return
        yield len(found)
        for at, each in enumerate(found):
            if at == len(found) - 1 and not self._goes_on(mood, event):
                yield 0xA702, None
                return
            yield 0xFF00, each

    def _goes_on(self, mood: Mood, event: evt.Event) -> bool:
        """Fail at the last object, if that is the mood."""
        if mood is Mood.ABORTS:
            event.assoc.abort()
        elif mood is Mood.SILENT:
            time.sleep(2 * HASTY_S)
        return mood not in (Mood.ABORTS, Mood.SILENT, Mood.LACKS_ONE)


def _answer(query: Dataset, found: Dataset) -> Dataset:
    """What ``query`` asks of the object or of its series."""
    answer = Dataset()
    for element in query:
        value = found.get(element.keyword)
        if value is not None:
            setattr(answer, element.keyword, value)
    return answer
