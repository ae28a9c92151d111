"""Storage Commitment Push Model: N-ACTION as SCP, N-EVENT-REPORT as SCU (PS3.4 J.3).

A request is durable before it is acknowledged, and so is a report. What is kept is found out and
told by the clerk; only who wants to be told on his own association is told from here.
"""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset
from pydicom.uid import UID
from pynetdicom import evt

from appliance import log
from appliance.clock import Clock
from appliance.commitment import ALL_COMMITTED, SOME_FAILED, Commitments, Question, Requests
from appliance.commitment.message import (
    PUSH_MODEL,
    PUSH_MODEL_INSTANCE,
    REQUEST_COMMITMENT,
    read_answer,
    read_question,
)
from appliance.config import Configuration, Scanner, scanner_for
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.receive.notice import NoRoom, Notice
from appliance.receive.own_reports import OWN_S, OwnReports
from appliance.receive.statuses import CommitmentStatus

Answer = tuple[Dataset, Dataset | None]


@dataclass
class Register:
    """The tables of both directions over one connection, which one thread uses at a time."""

    requests: Requests
    commitments: Commitments
    lock: threading.Lock

    @classmethod
    def of(cls, ledger: Ledger, clock: Clock) -> "Register":
        """Over a connection that nobody else uses."""
        return cls(Requests(ledger, clock), Commitments(ledger, clock), threading.Lock())


class CommitmentSCP:
    """Answers N-ACTION and N-EVENT-REPORT; ``notify`` is called from association threads."""

    def __init__(
        self,
        configuration: Configuration,
        register: Register,
        own_reports: OwnReports,
        notify: Callable[[Notice], None],
    ) -> None:
        self._configuration = configuration
        self._register = register
        self._own_reports = own_reports
        self._notify = notify

    def handlers(self) -> list[tuple[Any, Callable[[evt.Event], Any]]]:
        """What an association server is to call."""
        return [(evt.EVT_N_ACTION, self._asked), (evt.EVT_N_EVENT_REPORT, self._told)]

    def _asked(self, event: evt.Event) -> Answer:
        request: Any = event.request
        which = (request.RequestedSOPClassUID, request.RequestedSOPInstanceUID)
        if (status := _misaddressed(event, *which)) is not None:
            return _refused("N-ACTION", event, status)
        if request.ActionTypeID != REQUEST_COMMITMENT:
            return _refused("N-ACTION", event, CommitmentStatus.NO_SUCH_ACTION_TYPE)
        scanner = self._scanner(event)
        if scanner is None:
            return _refused("N-ACTION", event, CommitmentStatus.NOT_AUTHORISED)
        return self._answered("N-ACTION", event, lambda: self._enter(event, scanner))

    def _told(self, event: evt.Event) -> Answer:
        request: Any = event.request
        which = (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID)
        if (status := _misaddressed(event, *which)) is not None:
            return _refused("N-EVENT-REPORT", event, status)
        if request.EventTypeID not in (ALL_COMMITTED, SOME_FAILED):
            return _refused("N-EVENT-REPORT", event, CommitmentStatus.NO_SUCH_EVENT_TYPE)
        return self._answered("N-EVENT-REPORT", event, lambda: self._note(event))

    def _answered(
        self, operation: str, event: evt.Event, keep: Callable[[], CommitmentStatus]
    ) -> Answer:
        try:
            status = keep()
        except UnreadableObjectError:
            return _refused(operation, event, CommitmentStatus.INVALID_ARGUMENT_VALUE)
        except (OSError, sqlite3.OperationalError) as failure:
            self._notify(NoRoom(str(failure)))
            return _refused(operation, event, CommitmentStatus.RESOURCE_LIMITATION)
        except Exception as failure:  # noqa: BLE001 - pynetdicom would log it with what was sent
            log.error("commitment_failed", reason=log.place_of(failure))
            return _refused(operation, event, CommitmentStatus.PROCESSING_FAILURE)
        if status is not CommitmentStatus.SUCCESS:
            return _refused(operation, event, status)
        return _status(status), None

    def _enter(self, event: evt.Event, scanner: Scanner) -> CommitmentStatus:
        request: Any = event.request
        question = read_question(_content(request.ActionInformation), _syntax(event))
        is_own = scanner.commitment.answer == "same-association"
        request_id = self._kept(event, question, OWN_S if is_own else 0)
        if is_own:
            self._own_reports.watch(request_id, event.assoc)
        log.info(
            "commitment_requested",
            transaction_uid=question.transaction_uid,
            objects=len(question.references),
            calling_ae=_calling_ae(event),
            address=event.assoc.requestor.address,
        )
        return CommitmentStatus.SUCCESS

    def _kept(self, event: evt.Event, question: Question, own_s: float) -> int:
        requestor: Any = event.assoc.requestor
        with self._register.lock:
            return self._register.requests.enter(
                question,
                _calling_ae(event),
                requestor.primitive.called_ae_title.strip(),
                requestor.address,
                own_s,
            )

    def _note(self, event: evt.Event) -> CommitmentStatus:
        request: Any = event.request
        answer = read_answer(_content(request.EventInformation), _syntax(event))
        with self._register.lock:
            is_known = self._register.commitments.note(answer)
        if not is_known:
            return CommitmentStatus.PROCESSING_FAILURE
        log.info(
            "commitment_answered",
            transaction_uid=answer.transaction_uid,
            objects=len(answer.verdicts),
            failed=sum(map(bool, answer.verdicts.values())),
            calling_ae=_calling_ae(event),
        )
        return CommitmentStatus.SUCCESS

    def _scanner(self, event: evt.Event) -> Scanner | None:
        address = event.assoc.requestor.address
        return scanner_for(self._configuration, _calling_ae(event), address)


def _misaddressed(event: evt.Event, sop_class: object, instance: object) -> CommitmentStatus | None:
    if event.context.abstract_syntax != PUSH_MODEL or sop_class != PUSH_MODEL:
        return CommitmentStatus.NO_SUCH_SOP_CLASS
    if instance != PUSH_MODEL_INSTANCE:
        return CommitmentStatus.NO_SUCH_SOP_INSTANCE
    return None


def _content(stream: Any) -> bytes:  # noqa: ANN401 - a BytesIO, or None for no data set
    return bytes(stream.getvalue()) if stream is not None else b""


def _syntax(event: evt.Event) -> UID:
    return UID(str(event.context.transfer_syntax))


def _calling_ae(event: evt.Event) -> str:
    return str(event.assoc.requestor.ae_title).strip()


def _status(status: CommitmentStatus) -> Dataset:
    answer = Dataset()
    answer.Status = status
    return answer


def _refused(operation: str, event: evt.Event, status: CommitmentStatus) -> Answer:
    log.error(
        "commitment_refused",
        status=f"0x{status:04X}",
        operation=operation,
        calling_ae=_calling_ae(event),
        address=event.assoc.requestor.address,
    )
    return _status(status), None
