"""How long the certificates in a PEM file are valid, and whose word they are (RFC 5280 4.1).

The standard library verifies certificates but tells nothing of our own, so the fields are looked up
in their DER here: Certificate → TBSCertificate → issuer, validity, subject.
"""

import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
SECONDS_PER_DAY = 86400
VERSION, UTC_TIME = 0xA0, 0x17
ISSUER, VALIDITY, SUBJECT = 2, 3, 4
"""Places of the fields after serialNumber and signature."""
LONG_FORM = 0x80
FIRST_CENTURY_YEAR = 50
"""UTCTime: two digits from here on are of the 20th century (RFC 5280 4.1.2.5.1)."""


class Worn(StrEnum):
    """How a certificate file stands."""

    GOOD = "good"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Validity:
    """A certificate file; ``ends_at`` is seconds since the epoch, None when it cannot be used.

    ``reason`` says why it cannot.
    """

    ends_at: float | None
    reason: str = ""

    def at(self, now: float, warn_days: float) -> Worn:
        """How it stands at the wall time ``now``."""
        if self.ends_at is None:
            return Worn.UNUSABLE
        if self.ends_at <= now:
            return Worn.EXPIRED
        return Worn.EXPIRING if self.ends_at - now < warn_days * SECONDS_PER_DAY else Worn.GOOD


def validity_of(path: Path, *, any_will_do: bool, private_key: Path | None = None) -> Validity:
    """Until when the file at ``path`` can be used.

    With ``any_will_do`` until its last certificate ends, as with trusted authorities of which one
    follows another; else until the first of the chain does. ``private_key`` must be its key.
    """
    try:
        if private_key is not None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path, private_key, password="")
        ends = [_end(ssl.PEM_cert_to_DER_cert(each)) for each in PEM.findall(path.read_text())]
    except (OSError, ValueError, IndexError) as failure:
        return Validity(None, _words(failure))
    if not ends:
        return Validity(None, "no certificate in it")
    return Validity(max(ends) if any_will_do else min(ends))


def is_issued_by_others(path: Path) -> bool:
    """Whether the first certificate of the file at ``path`` is another's word than its own.

    Not where it cannot be told. Raises OSError when the file cannot be read.
    """
    first = PEM.search(path.read_text("utf-8", "replace"))
    try:
        fields = _fields(ssl.PEM_cert_to_DER_cert(first[0])) if first else []
        return bool(fields) and fields[ISSUER] != fields[SUBJECT]
    except (ValueError, IndexError):
        return False


def _words(failure: Exception) -> str:
    if isinstance(failure, ssl.SSLError):
        return failure.reason or "no PEM file of a certificate and its key"
    if isinstance(failure, OSError):
        return failure.strerror or type(failure).__name__
    return "not a certificate"


def _end(der: bytes) -> float:
    _, (tag, text) = _elements(_fields(der)[VALIDITY][1])
    return _time(tag, text.decode("ascii"))


def _fields(der: bytes) -> list[tuple[int, bytes]]:
    """Of the TBSCertificate, from its serialNumber on."""
    (certificate,) = _elements(der)
    fields = _elements(_elements(certificate[1])[0][1])
    return fields[1:] if fields[0][0] == VERSION else fields


def _time(tag: int, text: str) -> float:
    if tag == UTC_TIME:
        text = ("19" if int(text[:2]) >= FIRST_CENTURY_YEAR else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    """The elements one after the other in ``der``: tag and content (X.690 8.1)."""
    found, at = [], 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & LONG_FORM:
            octets = length - LONG_FORM
            length = int.from_bytes(der[at : at + octets], "big")
            at += octets
        if at + length > len(der):
            raise ValueError("cut short")
        found.append((tag, der[at : at + length]))
        at += length
    return found
