"""File Meta Information around a data set that is never touched (PS3.10 7.1).

Written and read here, because pydicom validates what senders claim, and an invalid UID of an old
CT must come back exactly as it came.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.spool.arrival import Arrival
from appliance.uids import derived_uid

PREAMBLE = bytes(128) + b"DICM"
IMPLEMENTATION_CLASS_UID = str(derived_uid("dose-appliance", "implementation"))
IMPLEMENTATION_VERSION_NAME = "DOSE_APPLIANCE"
GROUP_LENGTH_BYTES = 12
LONG_VRS = (b"OB", b"UR", b"UN", b"OW", b"UT", b"UC")
"""Of the VRs found here, those with a length of 32 bits (PS3.5 7.1.2)."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """How the data set of a file is encoded, and at which byte it begins."""

    transfer_syntax_uid: str
    start: int


def encode(arrival: Arrival) -> bytes:
    """Preamble, prefix and file meta in Explicit VR Little Endian (PS3.10 table 7.1-1).

    The association's facts go along, so that the file alone can be entered into the ledger again:
    the sender as Sending (0002,0017), the box as Receiving Application Entity Title (0002,0018),
    and the sender's host as a network-path reference (RFC 3986 4.2) in Sending Presentation
    Address (0002,0027).
    """
    elements = b"".join(
        (
            _long(0x0001, b"OB", b"\0\1"),
            _short(0x0002, b"UI", arrival.sop_class_uid),
            _short(0x0003, b"UI", arrival.sop_instance_uid),
            _short(0x0010, b"UI", arrival.transfer_syntax_uid),
            _short(0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
            _short(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME),
            _short(0x0017, b"AE", arrival.calling_ae),
            _short(0x0018, b"AE", arrival.called_ae),
            _long(0x0027, b"UR", _even(f"//{arrival.address}".encode("ascii"), b" ")),
        )
    )
    group_length = struct.pack("<HH2sHL", 0x0002, 0x0000, b"UL", 4, len(elements))
    return PREAMBLE + group_length + elements


def decode(head: bytes) -> tuple[Arrival, int]:
    """The arrival that ``encode`` put at the head of a file, and where the data set begins.

    Raises LookupError or struct.error when it did not.
    """
    group, start = _group(head)
    texts = dict(_elements(group))
    arrival = Arrival(
        sop_class_uid=texts[0x0002],
        sop_instance_uid=texts[0x0003],
        transfer_syntax_uid=texts[0x0010],
        calling_ae=texts[0x0017],
        called_ae=texts[0x0018],
        address=texts[0x0027].removeprefix("//"),
    )
    return arrival, start


def data_set(content: bytes) -> DataSet:
    """Where the data set of any PS3.10 file is that states its Group Length (0002,0000).

    Raises LookupError or struct.error when it does not.
    """
    group, start = _group(content)
    return DataSet(dict(_elements(group))[0x0010], start)


def _group(head: bytes) -> tuple[bytes, int]:
    (group_length,) = struct.unpack_from("<L", head, len(PREAMBLE) + 8)
    start = len(PREAMBLE) + GROUP_LENGTH_BYTES
    return head[start : start + group_length], start + int(group_length)


def _elements(group: bytes) -> Iterator[tuple[int, str]]:
    while group:
        element, vr, length = struct.unpack_from("<2xH2sH", group)
        header = 8
        if vr in LONG_VRS:
            (length,) = struct.unpack_from("<L", group, header)
            header = 12
        value = group[header : header + length]
        yield element, value.rstrip(b"\0" if vr == b"UI" else b" ").decode("ascii", "replace")
        group = group[header + length :]


def _short(element: int, vr: bytes, text: str) -> bytes:
    value = _even(text.encode("ascii"), b"\0" if vr == b"UI" else b" ")
    return struct.pack("<HH2sH", 0x0002, element, vr, len(value)) + value


def _long(element: int, vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sHL", 0x0002, element, vr, 0, len(value)) + value


def _even(value: bytes, padding: bytes) -> bytes:
    return value + padding * (len(value) % 2)
