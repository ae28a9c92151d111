"""The certificate of the pages: made, asked for and taken.

**Knows:** whether a certificate can serve: its key, its dates, its chain, its names.
**Does not know:** which files the settings name, and how they come into force.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.console.settings.desk import Certificate
from appliance.errors import RefusedError

LONGEST_CHAIN = 8
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def shown(pem: bytes) -> tuple[Certificate, ...]:
    """Every certificate of a file. Raises ValueError."""
    return tuple(_shown(each) for each in x509.load_pem_x509_certificates(pem))


def expect_serving(chain: bytes, key: bytes, now: float) -> None:
    """Raises RefusedError for what no browser would take."""
    try:
        certificates = x509.load_pem_x509_certificates(chain)
    except ValueError as failure:
        raise RefusedError("not a certificate in PEM", "certificate") from failure
    if len(certificates) > LONGEST_CHAIN:
        raise RefusedError(f"more than {LONGEST_CHAIN} certificates", "certificate")
    private = _key(key)
    first = certificates[0]
    if _public(first.public_key()) != _public(private.public_key()):
        raise RefusedError("the key is that of another certificate", "key")
    for each in certificates:
        _expect_valid_at(each, now)
    for each, issuer in pairwise(certificates):
        _expect_issued_by(each, issuer)
    if not _names(first):
        raise RefusedError("it bears no name (subjectAltName)", "certificate")
    usage = [each for each in first.extensions if each.oid == x509.ExtendedKeyUsage.oid]
    if usage and ExtendedKeyUsageOID.SERVER_AUTH not in list(usage[0].value):
        raise RefusedError("it is not for servers (extendedKeyUsage)", "certificate")


def signing_request(key: bytes, host_name: str, names: Iterable[str]) -> bytes:
    """A PKCS #10 request in PEM, for ``host_name`` and ``names``. Raises RefusedError."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])
    wanted = [_general(each) for each in dict.fromkeys([host_name, *names])]
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .sign(_key(key), hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key(pem: bytes) -> Key:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
        raise RefusedError("not a private key in PEM without a password", "key") from failure
    if not isinstance(key, Key):
        raise RefusedError("neither an RSA key nor one of an elliptic curve", "key")
    return key


def _public(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise RefusedError("neither an RSA key nor one of an elliptic curve", "certificate")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _expect_valid_at(each: x509.Certificate, now: float) -> None:
    if each.not_valid_after_utc.timestamp() <= now:
        raise RefusedError(f"it ended on {each.not_valid_after_utc.date()}", _name(each.subject))
    if each.not_valid_before_utc.timestamp() > now:
        begins = each.not_valid_before_utc.date()
        raise RefusedError(f"it begins on {begins}", _name(each.subject))


def _expect_issued_by(each: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        each.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as failure:
        what = f"was not issued by the next one, {_name(issuer.subject)}"
        raise RefusedError(what, _name(each.subject)) from failure


def _shown(each: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_name(each.subject),
        issuer=_name(each.issuer),
        names=tuple(_names(each)),
        begins_at=_at(each.not_valid_before_utc),
        ends_at=_at(each.not_valid_after_utc),
        fingerprint=each.fingerprint(hashes.SHA256()).hex(":").upper(),
        is_own=each.issuer == each.subject,
    )


def _at(when: datetime) -> float:
    return when.astimezone(UTC).timestamp()


def _name(name: x509.Name) -> str:
    return name.rfc4514_string()


def _names(each: x509.Certificate) -> Iterator[str]:
    try:
        found = each.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    yield from found.get_values_for_type(x509.DNSName)
    yield from map(str, found.get_values_for_type(x509.IPAddress))
