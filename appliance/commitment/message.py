"""What is said of storage commitment: the data sets of N-ACTION and N-EVENT-REPORT (PS3.4 J.3)."""

import struct
import warnings
from io import BytesIO

from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.dataelem import RawDataElement
from pydicom.filereader import read_dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from appliance.commitment.reference import COMMITTED, FailureReason, Reference
from appliance.commitment.transaction import Answer, Question
from appliance.errors import UnreadableObjectError

PUSH_MODEL = UID("1.2.840.10008.1.20.1")
"""Storage Commitment Push Model SOP Class."""
PUSH_MODEL_INSTANCE = UID("1.2.840.10008.1.20.1.1")
"""Its well-known instance (PS3.4 J.3.5)."""
REQUEST_COMMITMENT = 1
"""Action Type ID of the N-ACTION (PS3.4 J.3.2)."""
SYNTAXES: tuple[UID, ...] = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
LONGEST_UID = 64
"""PS3.5 9.1; old modalities make UIDs that are no UIDs, but none so long."""
UNDEFINED_LENGTH = 0xFFFFFFFF
BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises over broken bytes."""


def write_question(question: Question) -> Dataset:
    """The Action Information."""
    dataset = Dataset()
    dataset.TransactionUID = question.transaction_uid
    dataset.ReferencedSOPSequence = [_item(each) for each in question.references]
    return dataset


def write_answer(answer: Answer) -> Dataset:
    """The Event Information; a sequence without items is left out."""
    dataset = Dataset()
    dataset.TransactionUID = answer.transaction_uid
    committed = [ref for ref, verdict in answer.verdicts.items() if verdict == COMMITTED]
    failed = [(ref, verdict) for ref, verdict in answer.verdicts.items() if verdict != COMMITTED]
    if committed:
        dataset.ReferencedSOPSequence = [_item(each) for each in committed]
    if failed:
        dataset.FailedSOPSequence = [_item(ref, verdict) for ref, verdict in failed]
    return dataset


def read_question(content: bytes, syntax: UID) -> Question:
    """What an N-ACTION asks; raises UnreadableObjectError when it names nothing."""
    transaction_uid, verdicts = _read(content, syntax)
    if not verdicts:
        raise UnreadableObjectError("no object in Referenced SOP Sequence (0008,1199)")
    return Question(transaction_uid, tuple(verdicts))


def read_answer(content: bytes, syntax: UID) -> Answer:
    """What an N-EVENT-REPORT says; raises UnreadableObjectError.

    An object that it calls both committed and failed is not committed.
    """
    return Answer(*_read(content, syntax))


def _item(reference: Reference, failure_reason: int | None = None) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    if failure_reason is not None:
        item.FailureReason = failure_reason
    return item


def _reference(item: Dataset) -> Reference:
    return Reference(_uid(item.ReferencedSOPClassUID), _uid(item.ReferencedSOPInstanceUID))


def _read(content: bytes, syntax: UID) -> tuple[str, dict[Reference, int]]:
    """The transaction's UID, and every object with its Failure Reason or COMMITTED."""
    # pydicom's warnings quote values, and it converts with the warnings of that moment.
    with warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")
        try:
            file = BytesIO(content)
            dataset = read_dataset(file, syntax.is_implicit_VR, syntax.is_little_endian)
            _expect_whole(dataset)
            items = dataset.get("ReferencedSOPSequence") or ()
            verdicts = dict.fromkeys(map(_reference, items), COMMITTED)
            for item in dataset.get("FailedSOPSequence") or ():
                reason = item.get("FailureReason") or FailureReason.PROCESSING_FAILURE
                verdicts[_reference(item)] = int(reason)
            return _uid(dataset.TransactionUID), verdicts
        except BROKEN as failure:
            raise UnreadableObjectError(f"cannot be read: {type(failure).__name__}") from failure


def _expect_whole(dataset: Dataset) -> None:
    """Raise EOFError for a value that is shorter than it says; pydicom would take it as it is."""
    for element in dataset.values():
        is_short = (
            isinstance(element, RawDataElement)
            and element.length != UNDEFINED_LENGTH
            and len(element.value or b"") != element.length
        )
        if is_short:
            raise EOFError


def _uid(value: object) -> str:
    text = str(value or "").strip()
    if not 0 < len(text) <= LONGEST_UID:
        raise ValueError("no UID")
    return text
