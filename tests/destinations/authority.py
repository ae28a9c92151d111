"""A certification authority for tests: of servers and clients, valid, expired, of another host.

``Authority(folder)`` makes one; two of them do not trust each other. Keys are P-256, made anew.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = ("localhost", "127.0.0.1", "::1")
"""What a server on loopback is called."""
ELSEWHERE = ("elsewhere.example",)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Credential:
    """A certificate and its key, PEM files."""

    certificate: Path
    private_key: Path

    @property
    def both(self) -> Path:
        """The two in one file."""
        path = self.certificate.with_suffix(".both.pem")
        path.write_bytes(self.private_key.read_bytes() + self.certificate.read_bytes())
        path.chmod(0o600)
        return path


class Authority:
    """Issues credentials into its folder; ``certificate`` is what its friends trust."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._name = _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        authority = _builder(self._name, self._name, self._key, (-1, 365)).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        usage = _usage(signs_certificates=True)
        self.certificate = folder / "authority.pem"
        self.certificate.write_bytes(
            _pem(authority.add_extension(usage, critical=True).sign(self._key, hashes.SHA256()))
        )

    def server(self, hosts: tuple[str, ...] = HERE, days: tuple[int, int] = (-1, 30)) -> Credential:
        """Of a server that is called ``hosts``."""
        return self._issue("server", ExtendedKeyUsageOID.SERVER_AUTH, hosts, days)

    def client(self, name: str = "dosebox", days: tuple[int, int] = (-1, 30)) -> Credential:
        """Of a client; ``days`` from now it begins and ends to be valid."""
        return self._issue(name, ExtendedKeyUsageOID.CLIENT_AUTH, (name,), days)

    def both(self, hosts: tuple[str, ...] = HERE) -> Credential:
        """Of one that is server and client, as a DICOM peer is."""
        return self._issue("peer", ExtendedKeyUsageOID.SERVER_AUTH, hosts, (-1, 30), client=True)

    def expired_server(self) -> Credential:
        """Of a server here, valid until yesterday."""
        return self.server(days=(-30, -1))

    def expired_client(self) -> Credential:
        """Of a client, valid until yesterday."""
        return self.client("former", days=(-30, -1))

    def server_elsewhere(self) -> Credential:
        """Of a server that is not called as any of ``HERE``."""
        return self.server(hosts=ELSEWHERE)

    def _issue(
        self,
        name: str,
        purpose: x509.ObjectIdentifier,
        hosts: tuple[str, ...],
        days: tuple[int, int],
        *,
        client: bool = False,
    ) -> Credential:
        key = ec.generate_private_key(ec.SECP256R1())
        purposes = [purpose, ExtendedKeyUsageOID.CLIENT_AUTH] if client else [purpose]
        public = self._key.public_key()
        certificate = (
            _builder(_named(name), self._name, key, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .add_extension(x509.SubjectAlternativeName(map(_called, hosts)), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        return self._written(name, certificate, key)

    def _written(
        self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> Credential:
        stem = f"{name}-{certificate.serial_number:x}"
        credential = Credential(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        credential.certificate.write_bytes(_pem(certificate))
        credential.private_key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        credential.private_key.chmod(0o600)
        return credential


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * _DAY)
        .not_valid_after(now + days[1] * _DAY)
        .add_extension(identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _called(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
