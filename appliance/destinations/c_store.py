"""A Storage SCP as destination (PS3.4 Annex B).

Reports that are due together go through one association; it is released when nothing is due.
"""

import io
import socket

from pydicom import Dataset, dcmread
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.events import Event
from pynetdicom.pdu_primitives import A_ASSOCIATE
from pynetdicom.presentation import build_context

from appliance import config
from appliance.destinations.outcome import Cause, Outcome, Refused, Retry
from appliance.destinations.status import outcome_of

TRANSFER_SYNTAXES: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
"""In one presentation context: the destination chooses, and the report is encoded so."""

MAX_PDU_BYTES = 131072


class CStore:
    """A destination that takes reports by C-STORE."""

    def __init__(self, settings: config.Destination, ae_title: str) -> None:
        self._settings = settings
        self._ae = AE(settings.calling_ae_title or ae_title)
        self._ae.connection_timeout = settings.connection_timeout_s
        self._ae.acse_timeout = settings.timeout_s
        self._ae.dimse_timeout = settings.timeout_s
        self._ae.network_timeout = settings.timeout_s
        self._association: Association | None = None

    def send(self, report: bytes) -> Outcome:
        """Store one report; the association stays open for the next one."""
        dataset = dcmread(io.BytesIO(report))
        match self._associate(dataset.SOPClassUID):
            case Retry() | Refused() as outcome:
                return outcome
            case association:
                return _store(association, dataset)

    def close(self) -> None:
        """Release the association."""
        if self._association is not None:
            self._association.release()
            self._association = None

    def _associate(self, sop_class_uid: UID) -> Association | Retry | Refused:
        if self._association is not None and _accepts(self._association, sop_class_uid):
            return self._association
        self.close()
        line = _Line()
        try:
            association = self._ae.associate(
                self._settings.host,
                self._settings.port,
                [build_context(sop_class_uid, TRANSFER_SYNTAXES)],
                self._settings.ae_title,
                MAX_PDU_BYTES,
                evt_handlers=[(evt.EVT_CONN_OPEN, line.opened), (evt.EVT_DATA_SENT, line.sent)],
            )
        except OSError as failure:  # the host's name is not known
            return Retry(Cause.UNREACHABLE, f"{self._settings.host}: {failure.strerror}")
        if not association.is_established:
            return self._why_not(association, line)
        self._association = association
        return association

    def _why_not(self, association: Association, line: "_Line") -> Retry | Refused:
        answer = association.acceptor.primitive
        if not line.is_open:
            return Retry(Cause.UNREACHABLE, f"{self._settings.host}:{self._settings.port}")
        if association.is_rejected and answer is not None:
            return Retry(Cause.ASSOCIATION_REJECTED, _rejection(answer))
        if association.rejected_contexts:
            names = ", ".join(str(cx.abstract_syntax) for cx in association.rejected_contexts)
            return Refused(Cause.SOP_CLASS_NOT_ACCEPTED, names)
        return Retry(Cause.ASSOCIATION_ENDED, "no answer to the association request")


class _Line:
    """The TCP connection: whether there is one, and no waiting on it.

    Archives write an answer in two pieces and keep the second until the first is acknowledged;
    Linux acknowledges after 40 ms unless told otherwise for what comes next.
    """

    def __init__(self) -> None:
        self.is_open = False

    def opened(self, event: Event) -> None:
        self.is_open = True
        _set_option(event.assoc, socket.TCP_NODELAY)

    def sent(self, event: Event) -> None:
        _set_option(event.assoc, socket.TCP_QUICKACK)


def _set_option(association: Association, option: int) -> None:
    connection = association.dul.socket
    if connection is not None and connection.socket is not None:
        connection.socket.setsockopt(socket.IPPROTO_TCP, option, 1)


def _store(association: Association, dataset: Dataset) -> Outcome:
    answer = association.send_c_store(dataset)
    if "Status" not in answer:
        return Retry(Cause.ASSOCIATION_ENDED, "no answer to C-STORE")
    # (0000,0902) Error Comment stays behind: an archive may name the patient in it.
    return outcome_of(answer.Status)


def _accepts(association: Association, sop_class_uid: UID) -> bool:
    accepted = {context.abstract_syntax for context in association.accepted_contexts}
    return bool(association.is_established) and sop_class_uid in accepted


def _rejection(answer: A_ASSOCIATE) -> str:
    """PS3.8 9.3.4: result, source and reason."""
    return f"{answer.result_str}, {answer.source_str}: {answer.reason_str}"
