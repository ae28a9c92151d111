"""Queries for the audit trail: whom the clerk asked, and what, without who a patient is.

**Knows:** which attributes say who a patient is, and are emptied unless they may be told.
**Does not know:** who asks and why.
"""

from copy import deepcopy
from io import BytesIO

from pydicom import Dataset
from pydicom.filebase import DicomIO
from pydicom.filewriter import write_dataset

from appliance.association import Addressed, Asked, untold
from appliance.audit import Participant, codes
from appliance.audit.events import query
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.ledger import Ledger
from appliance.services.auditing import audit_queue, here, record

PATIENT_GROUP = 0x0010
PATIENT_ID = 0x00100020


def queries_told(
    configuration: Configuration, ledger: Ledger, clock: Clock, peer: Addressed
) -> Asked:
    """Tells the audit trail of each query to ``peer``; nobody where there is no repository."""
    queue = audit_queue(configuration, ledger)
    if queue is None:
        return untold
    may_be_told = {PATIENT_ID} if configuration.audit.identity == "patient-id" else set()
    asked_one = Participant(
        user_id=peer.ae_title.strip(),
        role=codes.DESTINATION,
        ae_titles=(peer.ae_title.strip(),),
        address=peer.host,
    )

    def tell(sop_class: str, identifier: Dataset) -> None:
        question = encoded(without_identity(identifier, may_be_told))
        box = here(configuration, "clerk")
        record(queue, query(clock.wall(), box, asked_one, sop_class, question))

    return tell


def without_identity(identifier: Dataset, may_be_told: set[int]) -> Dataset:
    """A copy in which what says who the patient is has no value, at any depth."""
    copy = deepcopy(identifier)
    for element in copy.iterall():
        if element.tag.group == PATIENT_GROUP and int(element.tag) not in may_be_told:
            element.value = [] if element.VR == "SQ" else None
    return copy


def encoded(identifier: Dataset) -> bytes:
    """In Explicit VR Little Endian."""
    stream = BytesIO()
    file = DicomIO(stream)
    file.is_little_endian, file.is_implicit_VR = True, False
    write_dataset(file, identifier)
    return stream.getvalue()
