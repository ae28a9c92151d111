"""The box's own keys: made on its first start, kept, and never the same on two boxes."""

import secrets
from dataclasses import dataclass

from appliance import log
from appliance.provisioning import Box
from appliance.provisioning.credentials import (
    certificate_fingerprint,
    certificate_for,
    certificate_names,
    host_fingerprint,
    host_public,
    new_certificate,
    new_host_key,
    new_tunnel_key,
    tunnel_public,
)
from appliance.services.box_folder import SECRETS, SSH, TLS, WIREGUARD, BoxFolder

HOST_KEY = f"{SSH}/ssh_host_ed25519_key"
TLS_KEY, TLS_CERTIFICATE = f"{TLS}/private.key", f"{TLS}/certificate.pem"
TUNNEL_KEY = f"{WIREGUARD}/private.key"
SETUP_CODE = "setup-code"
SETUP_CODE_GROUPS, SETUP_CODE_DIGITS = 4, 4
"""53 bits, against few attempts; figures alone can be typed on any keyboard."""


@dataclass(frozen=True, slots=True)
class BoxKeys:
    """What the box holds, with what of it may be shown."""

    tls_key: bytes
    tls_certificate: bytes
    tunnel_key: bytes
    host_fingerprint: str
    setup_code: str = ""
    """What whoever makes the first account of the pages has to type."""

    @property
    def tunnel_public(self) -> str:
        """The public key of the tunnel."""
        return tunnel_public(self.tunnel_key)

    @property
    def certificate_fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return certificate_fingerprint(self.tls_certificate)


def box_keys(kept: BoxFolder, box: Box) -> BoxKeys:
    """The keys of the box; what is missing or damaged is made.

    On a full disk they hold for this start alone.
    """
    key, certificate = _tls(kept, box.hostname)
    return BoxKeys(key, certificate, _tunnel_key(kept, box), _host_key(kept), _setup_code(kept))


def _setup_code(kept: BoxFolder) -> str:
    code = (kept.read(SETUP_CODE) or b"").decode("ascii", "replace").strip()
    if not code:
        largest = 10**SETUP_CODE_DIGITS
        groups = [secrets.randbelow(largest) for _ in range(SETUP_CODE_GROUPS)]
        code = "-".join(f"{each:0{SETUP_CODE_DIGITS}}" for each in groups)
        _keep(kept, SETUP_CODE, f"{code}\n".encode())
    return code


def _host_key(kept: BoxFolder) -> str:
    private = kept.read(HOST_KEY) or b""
    try:
        public = host_public(private)
    except ValueError:
        private = new_host_key()
        public = host_public(private)
    _keep(kept, HOST_KEY, private)
    _keep(kept, f"{HOST_KEY}.pub", f"{public}\n".encode())
    return host_fingerprint(private)


def _tls(kept: BoxFolder, host_name: str) -> tuple[bytes, bytes]:
    """The key, and a certificate of the name that the box has now."""
    private, certificate = kept.read(TLS_KEY) or b"", kept.read(TLS_CERTIFICATE) or b""
    try:
        if host_name in certificate_names(certificate, private):
            return private, certificate
        certificate = certificate_for(host_name, private)
    except ValueError:
        pair = new_certificate(host_name)
        private, certificate = pair.private, pair.public
    _keep(kept, TLS_KEY, private)
    _keep(kept, TLS_CERTIFICATE, certificate)
    return private, certificate


def _tunnel_key(kept: BoxFolder, box: Box) -> bytes:
    """The given one, else the box's own."""
    given = box.wireguard.private_key_secret
    if given and (secret := kept.read(f"{SECRETS}/{given}")):
        return secret.strip()
    private = kept.read(TUNNEL_KEY) or b""
    try:
        tunnel_public(private)
    except ValueError:
        private = new_tunnel_key()
        _keep(kept, TUNNEL_KEY, private)
    return private


def _keep(kept: BoxFolder, name: str, content: bytes) -> None:
    try:
        kept.write(name, content)
    except OSError as failure:
        log.warning("key not kept", name=name, why=failure.strerror)
