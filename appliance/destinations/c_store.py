"""A Storage SCP as destination (PS3.4 Annex B).

Objects that are due together go through one association; it is released when nothing is due. A data
set leaves as the bytes it is kept as, in the transfer syntax they are in. Only a report made here
is written in another one, if the destination takes no better.
"""

import io
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.config import IGNORE, disable_value_validation
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.presentation import PresentationContext, build_context

from appliance import config
from appliance.association import Hindrance, NoAssociation, Peer, associate
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Cause, Outcome, Refused, Retry
from appliance.destinations.status import outcome_of
from appliance.spool import file_meta

LITTLE_ENDIAN: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
"""Offered for every class beside the syntax of its objects: PS3.5 10.1 wants the default offered,
and what comes of it tells a class that is not taken from a syntax that is not."""
PAUSE_S = 0.0001
MOST_NEEDS = 60
"""Two presentation contexts each at most, of 128 (PS3.8 9.3.2.2)."""

_CAUSES = {
    Hindrance.UNREACHABLE: Cause.UNREACHABLE,
    Hindrance.REJECTED: Cause.ASSOCIATION_REJECTED,
    Hindrance.ENDED: Cause.ASSOCIATION_ENDED,
    Hindrance.TLS_FAILED: Cause.TLS_FAILED,
}


@dataclass(frozen=True, slots=True)
class _Need:
    """What has to be agreed on for an object to leave as it is."""

    sop_class_uid: str
    transfer_syntax_uid: str


class CStore:
    """A destination that takes objects by C-STORE."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._peer = Peer.of(settings, caller.ae_title, caller.device)
        self._association: Association | None = None
        self._needs: dict[_Need, None] = {}
        self._asked: frozenset[_Need] = frozenset()

    def send(self, consignment: Consignment) -> Outcome:
        """Store one object; the association stays open for the next one."""
        try:
            data_set = file_meta.data_set(consignment.content)
        except (LookupError, struct.error):
            return Refused(Cause.REPORT_DAMAGED, "no File Meta Information")
        need = _Need(consignment.sop_class_uid, data_set.transfer_syntax_uid)
        match self._associate(need):
            case Retry() | Refused() as outcome:
                return outcome
            case association:
                return _stored(association, need, consignment, data_set.start)

    def close(self) -> None:
        """Release the association."""
        if self._association is not None:
            self._association.release()
            self._association = None

    def _associate(self, need: _Need) -> Association | Retry | Refused:
        association, is_asked = self._association, need in self._asked
        if association is not None and association.is_established and is_asked:
            return association
        self.close()
        self._asked = self._with(need)
        found = associate(self._peer, _contexts(self._asked))
        if isinstance(found, NoAssociation):
            return _outcome(found, need)
        self._association = found
        return found

    def _with(self, need: _Need) -> frozenset[_Need]:
        """This need and those before it, so that kinds of objects by turns need one association."""
        self._needs.pop(need, None)
        self._needs[need] = None
        while len(self._needs) > MOST_NEEDS:
            del self._needs[next(iter(self._needs))]
        return frozenset(self._needs)


def _contexts(needs: frozenset[_Need]) -> list[PresentationContext]:
    contexts = [build_context(each.sop_class_uid, each.transfer_syntax_uid) for each in needs]
    classes = dict.fromkeys(each.sop_class_uid for each in needs)
    return contexts + [build_context(each, LITTLE_ENDIAN) for each in classes]


def _outcome(found: NoAssociation, need: _Need) -> Retry | Refused:
    if found.hindrance is Hindrance.CONTEXTS_REFUSED:
        return Refused(Cause.SOP_CLASS_NOT_ACCEPTED, _named(need.sop_class_uid))
    return Retry(_CAUSES[found.hindrance], found.detail)


def _stored(association: Association, need: _Need, consignment: Consignment, start: int) -> Outcome:
    accepted = {
        str(context.transfer_syntax[0]): context
        for context in association.accepted_contexts
        if context.abstract_syntax == need.sop_class_uid
    }
    exact = accepted.get(need.transfer_syntax_uid)
    if exact is not None:
        # PS3.8 9.3.5.1 has fragments of even length only, and archives wait for ever for the rest.
        if (len(consignment.content) - start) % 2:
            return Refused(Cause.NOT_UNDERSTOOD, "a data set of an odd number of bytes")
        with _tolerance(consignment.sop_instance_uid):
            return _answered(_send_bytes(association, exact, consignment, start))
    if not accepted:
        return Refused(Cause.SOP_CLASS_NOT_ACCEPTED, _named(need.sop_class_uid))
    if consignment.verbatim:
        detail = f"{_named(need.sop_class_uid)} in {_named(need.transfer_syntax_uid)}"
        return Refused(Cause.TRANSFER_SYNTAX_NOT_ACCEPTED, detail)
    return _answered(association.send_c_store(dcmread(io.BytesIO(consignment.content))))


def _send_bytes(
    association: Association, context: PresentationContext, consignment: Consignment, start: int
) -> Dataset:
    """Send the data set as it is, which pynetdicom does from files only; its answer, or nothing.

    As ``Association.send_c_store`` of pynetdicom 3.0.4 does it.
    """
    request = C_STORE()
    request.MessageID = 1
    request.Priority = 2
    request.AffectedSOPClassUID = consignment.sop_class_uid
    request.AffectedSOPInstanceUID = consignment.sop_instance_uid
    request.DataSet = io.BytesIO(consignment.content[start:])
    reactor: Any = association
    reactor._reactor_checkpoint.clear()  # noqa: SLF001 - nobody else takes the answer
    while not reactor._is_paused:  # noqa: SLF001
        time.sleep(PAUSE_S)
    association.dimse.send_msg(request, context.context_id or 0)
    _, answer = association.dimse.get_msg(block=True)
    reactor._reactor_checkpoint.set()  # noqa: SLF001
    if answer is None:
        reactor._handle_no_response()  # noqa: SLF001
        return Dataset()
    status: Dataset = reactor._check_received_status(answer)  # noqa: SLF001
    return status


@contextmanager
def _tolerance(identifier: str) -> Iterator[None]:
    """Old consoles make UIDs that pydicom warns of, in words that quote them."""
    if UID(identifier, validation_mode=IGNORE).is_valid:
        yield
        return
    with disable_value_validation():
        yield


def _answered(answer: Dataset) -> Outcome:
    if "Status" not in answer:
        return Retry(Cause.ASSOCIATION_ENDED, "no answer to C-STORE")
    # (0000,0902) Error Comment stays behind: an archive may name the patient in it.
    return outcome_of(answer.Status)


def _named(identifier: str) -> str:
    """The standard's name of a class or syntax, else its UID."""
    return UID(identifier).name
