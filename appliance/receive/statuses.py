"""Every status a C-STORE request may be answered with, and why."""

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


VERIFIED = 0x0000
"""The one status of a C-ECHO response (PS3.7 9.1.5.1.4)."""
