"""What pseudonyms stand for, noted as objects leave, encrypted.

AES-256-GCM with a key made of the site's: authenticated, so an altered line is no line; a nonce of
96 random bits a line, far from a repeat with any number of lines that a site writes. Who has the
table but not the key learns no more than how many lines there are. Both lie on one disk: this
protects a copy of the table, not a box that is taken away whole.

**Knows:** the file's lines.
**Does not know:** who asks, and why.
"""

import hmac
import json
import secrets
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.errors import StateError
from appliance.ledger.durable import append_file

TABLE_NAME = "reidentification.table"
PURPOSE = b"reidentification table 1"
NONCE_BYTES = 12


class ReidentificationTable:
    """The file at ``path``, which need not be there, with the site's key."""

    def __init__(self, path: Path, site_key: bytes) -> None:
        self._path = path
        self._cipher = AESGCM(hmac.new(site_key, PURPOSE, sha256).digest())

    def note(self, replaced: Mapping[str, str]) -> None:
        """Note pseudonym → what it stands for, durable, each once. Raises OSError, StateError."""
        new = {each: replaced[each] for each in replaced if each not in self._noted}
        if new:
            # A line of its own, whatever a power cut left of the last one.
            append_file(self._path, b"\n" + self._sealed(new) + b"\n")
            self._noted.update(new)

    def found(self, asked: Iterable[str]) -> dict[str, str]:
        """Those asked for that were noted. Raises StateError for a table of another key."""
        wanted = set(asked)
        return {
            pseudonym: original
            for pairs in self._pairs()
            for pseudonym, original in pairs.items()
            if pseudonym in wanted
        }

    @cached_property
    def _noted(self) -> set[str]:
        return {pseudonym for pairs in self._pairs() for pseudonym in pairs}

    def _sealed(self, pairs: Mapping[str, str]) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(pairs, sort_keys=True).encode()
        return b64encode(nonce + self._cipher.encrypt(nonce, text, PURPOSE))

    def _pairs(self) -> Iterator[dict[str, str]]:
        lines = self._path.read_bytes().split() if self._path.exists() else []
        opened = [self._opened(line) for line in lines]
        if lines and not any(opened):
            raise StateError("is not of this key", str(self._path), "restore deidentify.key")
        yield from (pairs for pairs in opened if pairs)

    def _opened(self, line: bytes) -> dict[str, str]:
        """The pairs of a line; none of one that is torn or altered."""
        try:
            sealed = b64decode(line, validate=True)
            nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            pairs: dict[str, str] = json.loads(self._cipher.decrypt(nonce, rest, PURPOSE))
        except (Error, InvalidTag, ValueError):
            return {}
        return pairs
