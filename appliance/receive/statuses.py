"""Every status that a request may be answered with, and why."""

from enum import IntEnum


class StoreStatus(IntEnum):
    """C-STORE response statuses (PS3.4 B.2.3, table B.2-1).

    Nothing is decoded here, so the statuses about content (A9xx, Cxxx) are never given, and a
    sender is never told that an object is wrong when the fault is the box's.
    """

    SUCCESS = 0x0000
    """The object is durable: file and row are on the disk."""
    OUT_OF_RESOURCES = 0xA700
    """Refused: the disk is below its watermark, full or failing."""
    FAILED_HERE = 0xA701
    """Refused: an unforeseen failure of the box; of the A7xx range, so that senders try again."""


class StepStatus(IntEnum):
    """N-CREATE and N-SET response statuses (PS3.7 10.1.5.1.6, 10.1.3.1.9 and annex C; PS3.4 F.7).

    Only what the box needs is asked for: the state, and the study when a step is created.
    """

    SUCCESS = 0x0000
    """The message is durable: file and rows are on the disk."""
    INVALID_ATTRIBUTE_VALUE = 0x0106
    """A step is created in another state than IN PROGRESS (PS3.4 F.7.2.1.2), or set to no state."""
    PROCESSING_FAILURE = 0x0110
    """It cannot be read, or the box failed; with MAY_NO_LONGER_BE_UPDATED, the step has ended."""
    DUPLICATE_SOP_INSTANCE = 0x0111
    """The step is there already, and was created with other content."""
    NO_SUCH_SOP_INSTANCE = 0x0112
    """The step that is to be set was never created here."""
    NO_SUCH_SOP_CLASS = 0x0118
    """The request came in the context of another class."""
    MISSING_ATTRIBUTE = 0x0120
    """Without a state or a Study Instance UID (PS3.4 table F.7.2-1, type 1)."""
    MISSING_ATTRIBUTE_VALUE = 0x0121
    """The same, empty."""
    UNRECOGNIZED_OPERATION = 0x0211
    """N-GET, which is of the Retrieve SOP Class (PS3.4 F.8)."""
    RESOURCE_LIMITATION = 0x0213
    """The disk is below its watermark, full or failing."""


class CommitmentStatus(IntEnum):
    """N-ACTION and N-EVENT-REPORT response statuses (PS3.7 10.1.4.1.10, 10.1.1.1.8 and annex C)."""

    SUCCESS = 0x0000
    """The request, or the report, is durable."""
    PROCESSING_FAILURE = 0x0110
    """The box failed, or a report is about a transaction that the box did not begin."""
    NO_SUCH_SOP_INSTANCE = 0x0112
    """Not the one instance of the Push Model (PS3.4 J.3.5)."""
    NO_SUCH_EVENT_TYPE = 0x0113
    """A report that is neither of success nor of failure (PS3.4 J.3.3)."""
    INVALID_ARGUMENT_VALUE = 0x0115
    """It cannot be read, or names no object."""
    NO_SUCH_SOP_CLASS = 0x0118
    """The request came in the context of another class."""
    NO_SUCH_ACTION_TYPE = 0x0123
    """An action other than to request storage commitment (PS3.4 J.3.2)."""
    NOT_AUTHORISED = 0x0124
    """The caller is no [[scanner]]: nobody would know where to report."""
    RESOURCE_LIMITATION = 0x0213
    """The disk is full or failing."""


class DisplayStatus(IntEnum):
    """N-GET response statuses (PS3.7 10.1.2.1.9 and annex C; PS3.4 EE.2.2.1)."""

    SUCCESS = 0x0000
    """Everything that was asked for is in the answer."""
    ATTRIBUTE_LIST_ERROR = 0x0107
    """Warning: something was asked for that is no attribute of the class."""
    PROCESSING_FAILURE = 0x0110
    """The box failed."""
    NO_SUCH_SOP_INSTANCE = 0x0112
    """Not the one instance that each application entity has."""
    NO_SUCH_SOP_CLASS = 0x0118
    """The request came in the context of another class."""


MAY_NO_LONGER_BE_UPDATED = 0xA710
"""Error ID (0000,0903) of a PROCESSING_FAILURE: the step has ended (PS3.4 table F.7.2-2)."""

VERIFIED = 0x0000
"""The one status of a C-ECHO response (PS3.7 9.1.5.1.4)."""
