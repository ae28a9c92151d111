"""Secrets that the box makes: what a browser keeps, and what a person types once."""

import hashlib
import secrets
import unicodedata

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for another one: i, l, o, 0, 1."""
GROUPS, GROUP = 4, 4
"""16 letters of 31: 79 bits."""
TOKEN_BYTES = 32


def token() -> str:
    """256 bits, as a browser keeps them."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal: what is kept of a token, which nobody can guess."""
    return hashlib.sha256(text.encode()).hexdigest()


def one_time() -> str:
    """A password for once, as it is read aloud and typed: ``k7pw-3mxd-8qrt-vu2h``."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def is_same_code(typed: str, code: str) -> bool:
    """Whether a person typed that code: however wide, in upper case, with any dashes and spaces."""
    return bool(_plain(code)) and secrets.compare_digest(_plain(typed), _plain(code))


def _plain(text: str) -> bytes:
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, wide)).encode()
