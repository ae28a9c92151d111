"""The archive, asked over one association that is kept while it is used."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydicom import Dataset
from pynetdicom import evt
from pynetdicom.association import Association

from appliance import config, log
from appliance.association import Asked, Hindrance, NoAssociation, Peer, associate, untold
from appliance.errors import OutOfResourcesError
from appliance.retrieve import identifier
from appliance.retrieve.contexts import FIND, RETRIEVAL_MODELS, Proposal, proposal
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.retrieve.identifier import InstanceMatch, SeriesMatch, StudyMatch
from appliance.retrieve.retrievals import Retrievals
from appliance.retrieve.statuses import LASTING, OUT_OF_RESOURCES, PENDING, SUCCESS, said
from appliance.spool import Arrival, Spool

NOT_ASKED_FOR = 0x0124
"""Refused: Not Authorized (PS3.7 9.1.1.1.9), to an object that nobody asked for."""
NO_ROOM = 0xA700
DAY_MIN = 24 * 60
Answers = Iterator[tuple[Dataset, Dataset | None]]


class TooManyMatchesError(ArchiveUnavailableError):
    """The archive has no room for so many matches."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a retrieval: the objects that are still not here, and what the archive said."""

    missing: frozenset[str]
    answer: str


class Archive:
    """Queries and retrievals; objects go into ``spool`` as they come. For one thread.

    Every call raises ArchiveUnavailableError or ArchiveRefusalError, as the archive fails.
    """

    def __init__(
        self,
        settings: config.Archive,
        ae_title: str,
        spool: Spool,
        retrievals: Retrievals,
        asked: Asked = untold,
    ) -> None:
        """``ae_title`` is the box's own; ``asked`` is told of each query."""
        self._tell = asked
        self._settings = settings
        self._spool = spool
        self._retrievals = retrievals
        self._model = RETRIEVAL_MODELS[settings.model, settings.method]
        self._destination = settings.move_destination or ae_title
        self._peer = Peer.of(settings, ae_title)
        self._association: Association | None = None
        self._asked: frozenset[str] = frozenset()
        self._no_room: OutOfResourcesError | None = None

    def studies(self, day: date, modality: str) -> list[StudyMatch]:
        """The studies of a day; an answer that may be cut off is asked for again in parts."""
        try:
            found = self._studies(day, modality)
        except TooManyMatchesError:
            found = {}
            cut_off = True
        else:
            cut_off = len(found) >= self._settings.most_matches
        if cut_off:
            found |= self._in_parts(day, modality, 0, DAY_MIN)
        return list(found.values())

    def series(self, study: str) -> list[SeriesMatch]:
        """The series of a study."""
        answers = self._find(identifier.series_of(study))
        return [each for each in map(identifier.series_match, answers) if each.series_instance_uid]

    def instances(self, study: str, series: str) -> list[InstanceMatch]:
        """The objects of a series."""
        answers = self._find(identifier.instances_of(study, series))
        return [each for each in map(identifier.instance_match, answers) if each.sop_instance_uid]

    def fetch(
        self, study: str, series: str, wanted: Collection[str], *, whole: bool = False
    ) -> Fetched:
        """Bring the objects ``wanted`` of a series here, by SOP Instance UID.

        ``whole`` says that they are all it has, so that one request does. Raises
        OutOfResourcesError when there is no room for them.
        """
        missing = frozenset(wanted) - self._spool.held(wanted)
        patient_id = self._patient_id(study) if missing else ""
        complete = whole and missing == frozenset(wanted)
        answer = ""
        for instance in [""] if missing and complete else sorted(missing):
            query = identifier.retrieval_of(study, series, instance, patient_id)
            answer = self._retrieve(query, missing if complete else frozenset({instance}))
        return Fetched(missing - self._spool.held(missing), answer)

    def call(self) -> None:
        """See whether the archive is there."""
        self._ready()

    def rest(self) -> None:
        """Nothing is asked for a while: release the association."""
        if self._association is not None:
            self._association.release()
            self._association = None

    def _studies(self, day: date, modality: str, times: str = "") -> dict[str, StudyMatch]:
        answers = self._find(identifier.studies_of(day, modality, times))
        found = map(identifier.study_match, answers)
        return {each.study_instance_uid: each for each in found if each.study_instance_uid}

    def _in_parts(self, day: date, modality: str, first: int, last: int) -> dict[str, StudyMatch]:
        """The studies from minute ``first`` to minute ``last`` of a day, half by half."""
        found: dict[str, StudyMatch] = {}
        middle = (first + last) // 2
        for begin, end in ((first, middle), (middle, last)):
            try:
                part = self._studies(day, modality, f"{_clock(begin)}-{_clock(end)}")
                cut_off = len(part) >= self._settings.most_matches
            except TooManyMatchesError:
                if end - begin == 1:
                    raise
                part, cut_off = {}, True
            if cut_off and end - begin > 1:
                part |= self._in_parts(day, modality, begin, end)
            found |= part
        return found

    def _patient_id(self, study: str) -> str:
        """What Patient Root has to be told; never kept."""
        if self._settings.model != "patient-root":
            return ""
        ids = {identifier.text(each, "PatientID") for each in self._find_patient(study)}
        if len(ids) != 1 or not all(ids):
            what = "the archive does not say whose study it is"
            raise ArchiveRefusalError(what, study, 'write model = "study-root" in [archive]')
        return ids.pop()

    def _find_patient(self, study: str) -> list[Dataset]:
        return self._find(identifier.patient_of(study))

    def _find(self, query: Dataset) -> list[Dataset]:
        matches: list[Dataset] = []
        self._tell(FIND, query)
        for answer, match in self._asking(lambda line: line.send_c_find(query, FIND)):
            status = self._status(answer)
            if status in PENDING:
                if match is None:
                    log.error("match_not_decoded", level=query.QueryRetrieveLevel)
                else:
                    matches.append(match)
            elif status == OUT_OF_RESOURCES:
                raise TooManyMatchesError(said(status), self._peer.address)
            elif status != SUCCESS:
                raise self._failure(status)
        return matches

    def _retrieve(self, query: Dataset, asked: frozenset[str]) -> str:
        """What the archive said in the end; the objects have gone into the spool meanwhile."""
        self._asked, self._no_room = asked, None
        study = str(query.StudyInstanceUID)
        self._retrievals.note(study, asked)
        final = SUCCESS
        for answer, _ in self._asking(lambda line: self._request(line, query)):
            final = self._status(answer)
        if self._no_room is not None:
            raise self._no_room
        if final in LASTING:
            raise self._failure(final)
        return said(final)

    def _request(self, line: Association, query: Dataset) -> Answers:
        if self._settings.method == "get":
            return line.send_c_get(query, self._model)
        return line.send_c_move(query, self._destination, self._model)

    def _asking(self, ask: Callable[[Association], Answers]) -> Answers:
        line = self._ready()
        try:
            yield from ask(line)
        except RuntimeError as failure:  # the association ended between two requests
            self._association = None
            raise ArchiveUnavailableError(str(failure), self._peer.address) from failure
        except ValueError as failure:  # no context was accepted for it
            raise ArchiveRefusalError(str(failure), self._peer.address) from failure

    def _status(self, answer: Dataset) -> int:
        if "Status" not in answer:
            self._association = None
            raise ArchiveUnavailableError("no answer in time", self._peer.address)
        return int(answer.Status)

    def _failure(self, status: int) -> ArchiveUnavailableError | ArchiveRefusalError:
        lasting = status in LASTING or 0xC000 <= status <= 0xCFFF  # noqa: PLR2004 - PS3.4 table C.4-1
        kind = ArchiveRefusalError if lasting else ArchiveUnavailableError
        return kind(said(status), self._peer.address)

    def _ready(self) -> Association:
        if self._association is None or not self._association.is_established:
            self._association = self._associated()
        return self._association

    def _associated(self) -> Association:
        asked: Proposal = proposal(self._model, receives=self._settings.method == "get")
        handlers = [(evt.EVT_C_STORE, self._store)]
        found = associate(self._peer, asked.contexts, asked.roles, handlers)
        if isinstance(found, NoAssociation):
            lasting = found.hindrance is Hindrance.CONTEXTS_REFUSED
            kind = ArchiveRefusalError if lasting else ArchiveUnavailableError
            raise kind(f"{found.hindrance}: {found.detail}", self._peer.address)
        accepted = {each.abstract_syntax for each in found.accepted_contexts}
        for sop_class in (FIND, self._model):
            if sop_class not in accepted:
                found.release()
                raise ArchiveRefusalError(f"does not offer {sop_class.name}", self._peer.address)
        return found

    def _store(self, event: evt.Event) -> int:
        """Keep an object that came over the association; only what was asked for."""
        request: Any = event.request
        arrival = Arrival(
            sop_class_uid=str(request.AffectedSOPClassUID),
            sop_instance_uid=str(request.AffectedSOPInstanceUID),
            transfer_syntax_uid=str(event.context.transfer_syntax),
            calling_ae=self._peer.ae_title,
            called_ae=self._peer.calling_ae_title,
            address=_address(event.assoc),
        )
        if arrival.sop_instance_uid not in self._asked:
            log.warning("object_not_asked_for", sop_instance_uid=arrival.sop_instance_uid)
            return NOT_ASKED_FOR
        try:
            with request.DataSet.getbuffer() as dataset:
                kept = self._spool.keep(arrival, [dataset])
        except OutOfResourcesError as failure:
            self._no_room = failure
            return NO_ROOM
        log.info(
            "instance_fetched",
            id=kept.instance_id,
            verdict=kept.verdict.value,
            sop_instance_uid=arrival.sop_instance_uid,
        )
        return SUCCESS


def _address(association: Association) -> str:
    connection: Any = association.dul.socket
    return str(connection.socket.getpeername()[0])


def _clock(minute: int) -> str:
    """Minute of the day as TM; the last is the day's last second."""
    return f"{minute // 60:02}{minute % 60:02}00" if minute < DAY_MIN else "235959"
