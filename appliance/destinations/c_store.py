"""A Storage SCP as destination (PS3.4 Annex B).

Reports that are due together go through one association; it is released when nothing is due.
"""

import io

from pydicom import Dataset, dcmread
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.association import Association
from pynetdicom.presentation import build_context

from appliance import config
from appliance.association import Hindrance, NoAssociation, Peer, associate
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Cause, Outcome, Refused, Retry
from appliance.destinations.status import outcome_of

TRANSFER_SYNTAXES: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
"""In one presentation context: the destination chooses, and the report is encoded so."""

_CAUSES = {
    Hindrance.UNREACHABLE: Cause.UNREACHABLE,
    Hindrance.REJECTED: Cause.ASSOCIATION_REJECTED,
    Hindrance.ENDED: Cause.ASSOCIATION_ENDED,
}


class CStore:
    """A destination that takes reports by C-STORE."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._peer = Peer.of(settings, caller.ae_title, caller.device)
        self._association: Association | None = None

    def send(self, consignment: Consignment) -> Outcome:
        """Store one object; the association stays open for the next one."""
        dataset = dcmread(io.BytesIO(consignment.content))
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
        found = associate(self._peer, [build_context(sop_class_uid, TRANSFER_SYNTAXES)])
        if isinstance(found, NoAssociation):
            return _outcome(found)
        self._association = found
        return found


def _outcome(found: NoAssociation) -> Retry | Refused:
    if found.hindrance is Hindrance.CONTEXTS_REFUSED:
        return Refused(Cause.SOP_CLASS_NOT_ACCEPTED, found.detail)
    return Retry(_CAUSES[found.hindrance], found.detail)


def _store(association: Association, dataset: Dataset) -> Outcome:
    answer = association.send_c_store(dataset)
    if "Status" not in answer:
        return Retry(Cause.ASSOCIATION_ENDED, "no answer to C-STORE")
    # (0000,0902) Error Comment stays behind: an archive may name the patient in it.
    return outcome_of(answer.Status)


def _accepts(association: Association, sop_class_uid: UID) -> bool:
    accepted = {context.abstract_syntax for context in association.accepted_contexts}
    return bool(association.is_established) and sop_class_uid in accepted
