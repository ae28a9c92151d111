"""The secure transport connection profiles, from ``profiles.toml``."""

import ssl
import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of PS3.15 Annex B.

    Attributes:
        title: Its title there.
        source: Where it and its cipher suites stand.
        oldest_version: The oldest version of TLS that it allows.
        cipher_suites: Those of TLS 1.2, preferred ones first: name of the RFC, name of OpenSSL.
        verified: Whether the cipher suites were compared with the text of their source.
    """

    title: str
    source: str
    oldest_version: ssl.TLSVersion
    cipher_suites: tuple[tuple[str, str], ...]
    verified: bool

    @property
    def openssl_ciphers(self) -> str:
        """The cipher suites of TLS 1.2 as ``SSLContext.set_ciphers`` takes them."""
        return ":".join(name for _, name in self.cipher_suites)


def _profiles() -> dict[str, Profile]:
    text = (files("appliance.tls") / "profiles.toml").read_text("utf-8")
    return {
        name: Profile(
            title=entry["title"],
            source=entry["source"],
            oldest_version=ssl.TLSVersion[entry["oldest_version"]],
            cipher_suites=tuple((rfc, openssl) for rfc, openssl in entry["cipher_suites"]),
            verified=entry["verified"],
        )
        for name, entry in tomllib.loads(text).items()
    }


PROFILES = _profiles()
"""By the name that settings call them."""
