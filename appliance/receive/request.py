"""The A-ASSOCIATE-RQ as far as admission needs it, and the A-ASSOCIATE-RJ (PS3.8 9.3.2, 9.3.4)."""

import struct
from dataclasses import dataclass
from enum import Enum

ASSOCIATE_RQ = 0x01
ASSOCIATE_RJ = 0x03
HEADER_BYTES = 6
REJECTED_TRANSIENT = 2
FIXED_BYTES = 74
"""PDU header, protocol version, the two AE titles and the reserved bytes after them."""
LONGEST_BYTES = 1 << 20
"""Far more than 128 presentation contexts with every transfer syntax take."""


class Rejection(Enum):
    """Why an association is refused: (result, source, reason) of PS3.8 table 9-21."""

    CALLER_NOT_LISTED = (1, 1, 3)
    """Permanent: calling AE title not recognised."""
    CERTIFICATE_NOT_ITS_OWN = (1, 1, 3, "certificate")
    """The same: without the certificate that the scanner of that AE title and address has."""
    CALLED_AE_UNKNOWN = (1, 1, 7)
    """Permanent: called AE title not recognised."""
    TOO_MANY_ASSOCIATIONS = (2, 3, 2)
    """Transient: local limit exceeded."""
    TOO_MANY_FROM_ADDRESS = (2, 3, 2, "address")
    """The same, for the limit of one address."""

    @property
    def reason(self) -> str:
        """The reason as a word for logs."""
        return self.name.lower().replace("_", "-")

    @property
    def is_limit(self) -> bool:
        """Whether another time would do."""
        return bool(self.value[0] == REJECTED_TRANSIENT)

    def pdu(self) -> bytes:
        """The A-ASSOCIATE-RJ PDU."""
        result, source, reason = self.value[:3]
        return struct.pack(">BBLBBBB", ASSOCIATE_RJ, 0, 4, 0, result, source, reason)


@dataclass(frozen=True, slots=True)
class AssociationRequest:
    """Who asks whom for an association.

    ``certificate_names`` are what the caller's certificate calls it; none in the clear.
    ``is_from_here`` is whether the caller is a process of this box.
    """

    calling_ae: str
    called_ae: str
    address: str
    certificate_names: tuple[str, ...] = ()
    is_from_here: bool = False


class Malformed(Enum):
    """Why bytes are no association request."""

    OTHER_PROTOCOL = "not-an-association-request"
    TOO_LONG = "request-too-long"


def wanted_bytes(head: bytes) -> int | Malformed:
    """How many bytes the request has that begins with ``head``, or why it is none.

    ``HEADER_BYTES`` when that cannot be told yet.
    """
    if head and head[0] != ASSOCIATE_RQ:
        return Malformed.OTHER_PROTOCOL
    if len(head) < HEADER_BYTES:
        return HEADER_BYTES
    length = HEADER_BYTES + int.from_bytes(head[2:HEADER_BYTES], "big")
    if length > LONGEST_BYTES:
        return Malformed.TOO_LONG
    return length if length >= FIXED_BYTES else Malformed.OTHER_PROTOCOL


def parse(
    pdu: bytes,
    address: str,
    certificate_names: tuple[str, ...] = (),
    *,
    is_from_here: bool = False,
) -> AssociationRequest:
    """The request in ``pdu``, of at least ``FIXED_BYTES`` bytes."""
    called, calling = map(_ae_title, struct.unpack_from("16s16s", pdu, 10))
    return AssociationRequest(calling, called, address, certificate_names, is_from_here)


def _ae_title(field: bytes) -> str:
    return field.decode("ascii", "backslashreplace").strip(" \0")
