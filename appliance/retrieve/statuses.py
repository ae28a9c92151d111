"""What the status of a C-FIND, C-GET or C-MOVE response means (PS3.4 tables C.4-1 to C.4-3).

The texts are for people; (0000,0902) Error Comment stays behind: an archive may name a patient in
it.
"""

from collections.abc import Mapping

from pynetdicom.status import (
    QR_FIND_SERVICE_CLASS_STATUS,
    QR_GET_SERVICE_CLASS_STATUS,
    QR_MOVE_SERVICE_CLASS_STATUS,
)

SUCCESS = 0x0000
PENDING = frozenset({0xFF00, 0xFF01})
OUT_OF_RESOURCES = 0xA700
"""Of C-FIND: also what an archive says that will not answer with so many matches."""
MOVE_DESTINATION_UNKNOWN = 0xA801
LASTING = frozenset({0x0122, 0x0124, 0xA900, MOVE_DESTINATION_UNKNOWN})
"""Not supported, not authorised, not a query of this class, unknown destination."""
_TABLES: tuple[Mapping[int, tuple[str, str]], ...] = (
    QR_FIND_SERVICE_CLASS_STATUS,
    QR_GET_SERVICE_CLASS_STATUS,
    QR_MOVE_SERVICE_CLASS_STATUS,
)


def said(status: int) -> str:
    """``0xA702 Refused: Unable to perform sub-operations``, or the number alone."""
    for table in _TABLES:
        if status in table:
            return f"0x{status:04X} {': '.join(filter(None, table[status]))}"
    return f"0x{status:04X}"
