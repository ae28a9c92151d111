"""What a peer's certificate calls it."""

import ssl
from typing import Any


def names_of(connection: ssl.SSLSocket) -> tuple[str, ...]:
    """The names in the certificate that the peer showed, and that was verified; none without one.

    DNS names and addresses of Subject Alternative Name; where it has none, the common names of the
    subject (RFC 9525 leaves these out; certificates of modalities often have nothing else).
    """
    certificate: dict[str, Any] = connection.getpeercert() or {}
    alternatives = tuple(str(name) for _, name in certificate.get("subjectAltName", ()))
    if alternatives:
        return alternatives
    subject = (pair for part in certificate.get("subject", ()) for pair in part)
    return tuple(str(value) for key, value in subject if key == "commonName")
