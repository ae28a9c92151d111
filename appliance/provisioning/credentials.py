"""Keys that a box makes for itself, and how people compare them.

All from the system's randomness; none is the same on two boxes, none leaves the box.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FROM = datetime(2025, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2045, 1, 1, tzinfo=UTC)
"""Of the box's own certificate: no clock is asked, for on a first start it may not be set."""
WIREGUARD_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key, and what may be shown of it; both as they stand in files."""

    private: bytes
    public: bytes


def new_host_key() -> bytes:
    """A private Ed25519 key for sshd, in OpenSSH's format."""
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def host_public(private: bytes) -> str:
    """The public half of sshd's key, as in a .pub file. Raises ValueError."""
    try:
        key = load_ssh_private_key(private, None).public_key()
        return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    except UnsupportedAlgorithm as failure:
        raise ValueError(str(failure)) from failure


def host_fingerprint(private: bytes) -> str:
    """What ``ssh`` asks about at the first login: ``SHA256:…``. Raises ValueError."""
    blob = base64.b64decode(host_public(private).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def new_tunnel_key() -> bytes:
    """A WireGuard private key, base64."""
    return base64.b64encode(x25519.X25519PrivateKey.generate().private_bytes_raw())


def tunnel_public(private: bytes) -> str:
    """The public key of a WireGuard private key. Raises ValueError."""
    key = x25519.X25519PrivateKey.from_private_bytes(tunnel_bytes(private))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def tunnel_bytes(text: bytes) -> bytes:
    """The 32 bytes of a WireGuard key in base64. Raises ValueError."""
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != WIREGUARD_BYTES:
        raise ValueError(f"{len(key)} bytes")
    return key


def new_certificate(host_name: str) -> KeyPair:
    """A self-signed certificate of ``host_name`` with a new key, as PEM (RFC 5280)."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(private, certificate_for(host_name, private))


def certificate_for(host_name: str, private: bytes) -> bytes:
    """The certificate of ``host_name`` for the key ``private``. Raises ValueError."""
    key = load_pem_private_key(private, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not a key of an elliptic curve")  # noqa: TRY004 - a file's content
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host_name)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def certificate_names(certificate: bytes, private: bytes) -> list[str]:
    """The DNS names of a certificate in PEM. Raises ValueError, also when it is of another key."""
    found = x509.load_pem_x509_certificate(certificate)
    if found.public_key() != load_pem_private_key(private, None).public_key():
        raise ValueError("of another key")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


def certificate_fingerprint(certificate: bytes) -> str:
    """SHA-256 of the certificate, as browsers show it. Raises ValueError."""
    digest = x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256())
    return digest.hex(":").upper()
