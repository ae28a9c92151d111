"""TLS contexts made of files, for either end of a connection."""

import ssl
from dataclasses import dataclass
from typing import Protocol

from appliance.tls.profile import PROFILES

VERIFY_MODES = {
    "required": ssl.CERT_REQUIRED,
    "optional": ssl.CERT_OPTIONAL,
    "none": ssl.CERT_NONE,
}
"""What a server may ask of a client's certificate."""


class Secured(Protocol):
    """Settings that say how a peer is called by TLS; ``enabled`` whether it is."""

    @property
    def enabled(self) -> bool: ...  # noqa: D102
    @property
    def profile(self) -> str: ...  # noqa: D102 - as of Credentials
    @property
    def ca_file(self) -> str: ...  # noqa: D102
    @property
    def certificate_file(self) -> str: ...  # noqa: D102
    @property
    def private_key_file(self) -> str: ...  # noqa: D102
    @property
    def check_host_name(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who we are and whom we trust, as paths of PEM files.

    Attributes:
        profile: A key of ``PROFILES``.
        ca_file: The authorities that are trusted; empty: those of the system, for a client.
        certificate_file: Our certificate and those between it and the authority; empty: none.
        private_key_file: Its key, without a password.
        check_host_name: Whether a server must bear the name that it was called by.
    """

    profile: str
    ca_file: str = ""
    certificate_file: str = ""
    private_key_file: str = ""
    check_host_name: bool = True

    @classmethod
    def of(cls, settings: Secured) -> "Credentials":
        """As configured."""
        return cls(
            profile=settings.profile,
            ca_file=settings.ca_file,
            certificate_file=settings.certificate_file,
            private_key_file=settings.private_key_file,
            check_host_name=settings.check_host_name,
        )


def client_context(
    credentials: Credentials, kind: type[ssl.SSLContext] = ssl.SSLContext
) -> ssl.SSLContext:
    """For the end that calls; a server without a valid certificate is refused.

    Whose certificate stands in ``ca_file`` is trusted, root or not.

    Raises OSError, of which SSLError is one, when a file cannot be used.
    """
    context = kind(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = credentials.check_host_name
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if not credentials.ca_file:
        context.load_default_certs()
    return _completed(context, credentials)


def server_context(credentials: Credentials, client_certificate: str) -> ssl.SSLContext:
    """For the end that is called; ``client_certificate`` is a key of ``VERIFY_MODES``.

    Raises OSError, of which SSLError is one, when a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = VERIFY_MODES[client_certificate]
    context.num_tickets = 0  # a session ticket would still be on its way when a client closes
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    return _completed(context, credentials)


def _completed(context: ssl.SSLContext, credentials: Credentials) -> ssl.SSLContext:
    profile = PROFILES[credentials.profile]
    context.minimum_version = profile.oldest_version
    context.set_ciphers(profile.openssl_ciphers)
    if credentials.ca_file:
        context.load_verify_locations(credentials.ca_file)
    if credentials.certificate_file:
        key_file = credentials.private_key_file or None
        # Without a password here OpenSSL would ask for one on the terminal.
        context.load_cert_chain(credentials.certificate_file, key_file, password="")
    return context
