"""An object that commitment is asked for, and why it is not given."""

from dataclasses import dataclass
from enum import IntEnum

COMMITTED = 0
"""The verdict on an object that is committed; any other is a Failure Reason."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An item of Referenced SOP Sequence (0008,1199)."""

    sop_class_uid: str
    sop_instance_uid: str


class FailureReason(IntEnum):
    """Failure Reason (0008,1197), PS3.4 J.3.3.1.1 and PS3.3 C.14.1.1."""

    PROCESSING_FAILURE = 0x0110
    """Not committed in time."""
    NO_SUCH_OBJECT_INSTANCE = 0x0112
    """The object is not here."""
    CLASS_INSTANCE_CONFLICT = 0x0119
    """The object is here, of another SOP class."""
    REFERENCED_SOP_CLASS_NOT_SUPPORTED = 0x0122
    """Objects of that class are not kept here."""
    DUPLICATE_TRANSACTION_UID = 0x0131
    """Another request has that Transaction UID."""
    RESOURCE_LIMITATION = 0x0213
    """The one who was asked has no room."""
