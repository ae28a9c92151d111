"""Data sets as bytes, well-formed and as old consoles write them, in files of the spool."""

import struct
from pathlib import PurePosixPath

from pydicom.uid import (
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from appliance.destinations import Consignment
from appliance.spool import Arrival, file_meta

STUDY, SERIES = b"1.2.3.4\0", b"1.2.3.4.5\0"
PIXELS = bytes(range(256)) * 2
Element = tuple[int, int, bytes, bytes]
LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")


def even(value: bytes, padding: bytes = b" ") -> bytes:
    return value + padding * (len(value) % 2)


def implicit(group: int, element: int, _: bytes, value: bytes) -> bytes:
    return struct.pack("<HHL", group, element, len(value)) + value


def explicit(group: int, element: int, vr: bytes, value: bytes, order: str = "<") -> bytes:
    if vr in LONG:
        return struct.pack(f"{order}HH2sHL", group, element, vr, 0, len(value)) + value
    return struct.pack(f"{order}HH2sH", group, element, vr, len(value)) + value


def head(sop_class: str, uid: str) -> list[Element]:
    return [
        (0x0008, 0x0008, b"CS", b"ORIGINAL\\PRIMARY\\AXIAL"),
        (0x0008, 0x0016, b"UI", even(sop_class.encode(), b"\0")),
        (0x0008, 0x0018, b"UI", even(uid.encode(), b"\0")),
        (0x0008, 0x0060, b"CS", b"CT"),
        (0x0008, 0x103E, b"LO", b"THIN SLICE"),
        (0x0009, 0x0010, b"LO", b"SOME MAKER"),
        (0x0009, 0x1001, b"LO", b"a value of its own"),
        (0x0020, 0x000D, b"UI", STUDY),
        (0x0020, 0x000E, b"UI", SERIES),
    ]


def number(tag: int, value: int, order: str = "<") -> Element:
    return (0x0028, tag, b"US", struct.pack(f"{order}H", value))


def picture(order: str = "<") -> list[Element]:
    return [
        number(0x0002, 1, order),
        (0x0028, 0x0004, b"CS", b"MONOCHROME2 "),
        number(0x0010, 16, order),
        number(0x0011, 16, order),
        number(0x0100, 16, order),
        number(0x0101, 12, order),
        number(0x0102, 11, order),
        number(0x0103, 0, order),
    ]


def fragment(frame: bytes) -> bytes:
    """Encapsulated Pixel Data of one frame (PS3.5 A.4)."""
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 0)
    item += struct.pack("<HHL", 0xFFFE, 0xE000, len(frame)) + frame
    opened = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    return opened + item + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def as_implicit(uid: str) -> bytes:
    elements = [*head(CTImageStorage, uid), *picture(), (0x7FE0, 0x0010, b"OW", PIXELS)]
    return b"".join(implicit(*each) for each in elements)


def as_explicit(uid: str) -> bytes:
    elements = [*head(CTImageStorage, uid), *picture(), (0x7FE0, 0x0010, b"OW", PIXELS)]
    return b"".join(explicit(*each) for each in elements)


def as_big_endian(uid: str) -> bytes:
    elements = [*head(CTImageStorage, uid), *picture(">"), (0x7FE0, 0x0010, b"OW", PIXELS)]
    return b"".join(explicit(*each, order=">") for each in elements)


def as_encapsulated(uid: str) -> bytes:
    elements = [*head(SecondaryCaptureImageStorage, uid), *picture()]
    return b"".join(explicit(*each) for each in elements) + fragment(
        b"\xff\xd8 no decoder \xff\xd9"
    )


def as_legacy(uid: str) -> bytes:
    """Group lengths, a sequence of undefined length, lower case in CS, trailing padding."""
    rest = b"".join(implicit(*each) for each in head(CTImageStorage, uid))
    item = implicit(0x0008, 0x1150, b"UI", b"1.2.840.10008.3.1.1\0")
    sequence = struct.pack("<HHL", 0x0008, 0x1140, 0xFFFFFFFF)
    sequence += struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + item
    sequence += struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    lengths = implicit(0x0008, 0x0000, b"UL", struct.pack("<L", 4242))
    tail = implicit(0x0028, 0x0004, b"CS", b"Mono chrome ")
    tail += implicit(0x7FE0, 0x0010, b"OW", PIXELS) + implicit(0xFFFC, 0xFFFC, b"OB", bytes(8))
    at = rest.index(struct.pack("<HH", 0x0009, 0x0010))
    return lengths + rest[:at] + sequence + rest[at:] + tail


def as_odd(uid: str) -> bytes:
    """Values of odd length, which pydicom pads when it writes."""
    odd = implicit(0x0010, 0x0020, b"LO", b"12345") + implicit(0x0010, 0x0040, b"CS", b"F")
    whole = as_implicit(uid)
    at = whole.index(struct.pack("<HH", 0x0020, 0x000D))
    return whole[:at] + odd + whole[at:]


FORMS = {
    "implicit": (as_implicit, ImplicitVRLittleEndian, CTImageStorage),
    "explicit": (as_explicit, ExplicitVRLittleEndian, CTImageStorage),
    "big-endian": (as_big_endian, ExplicitVRBigEndian, CTImageStorage),
    "jpeg-lossless": (as_encapsulated, JPEGLosslessSV1, SecondaryCaptureImageStorage),
    "rle": (as_encapsulated, RLELossless, SecondaryCaptureImageStorage),
    "legacy": (as_legacy, ImplicitVRLittleEndian, CTImageStorage),
    "odd-lengths": (as_odd, ImplicitVRLittleEndian, CTImageStorage),
}
"""By name: the data set of a UID, its transfer syntax, its SOP class."""


def arrival(form: str, uid: str, calling_ae: str = "CT1") -> tuple[Arrival, bytes]:
    """As it came over an association."""
    make, syntax, sop_class = FORMS[form]
    came = Arrival(
        sop_class_uid=sop_class,
        sop_instance_uid=uid,
        transfer_syntax_uid=syntax,
        calling_ae=calling_ae,
        called_ae="DOSEBOX",
        address="192.0.2.1",
    )
    return came, make(uid)


def consignment(form: str, uid: str) -> Consignment:
    """As it is handed to a destination."""
    came, data_set = arrival(form, uid)
    return Consignment(
        content=file_meta.encode(came) + data_set,
        sop_class_uid=came.sop_class_uid,
        sop_instance_uid=uid,
        name=PurePosixPath(f"{uid}.dcm"),
        verbatim=True,
    )


def data_set_of(content: bytes) -> bytes:
    """The bytes behind File Meta Information."""
    return content[file_meta.data_set(content).start :]
