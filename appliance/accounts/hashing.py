"""Passwords as they are kept: argon2id (RFC 9106), with the same work whoever asks."""

import base64
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.accounts.password import plain
from appliance.errors import OutOfResourcesError
from appliance.memory import give_back_large_blocks

MEMORY_KIB, PASSES, LANES = 19 * 1024, 3, 1
"""One pass more than the least that OWASP's cheat sheet on password storage names for 19 MiB.

50 ms on the machine this was written on; a Raspberry Pi 4 should take a few tenths of a second, and
was not at hand.
"""
SALT_BYTES, HASH_BYTES = 16, 32
AT_ONCE = 1
"""Hashes at a time: the box has memory for one, and other things to do with its other cores."""
MOST_WAITING = 16
"""Who comes when so many wait is sent away."""


@dataclass(frozen=True)
class Hashing:
    """Makes and compares hashes, one after the other.

    Raises OutOfResourcesError from every call when too many are asked for at once.
    """

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    most_waiting: int = MOST_WAITING
    _turn: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def hashed(self, password: str) -> str:
        """As it is kept: a PHC string with salt and parameters."""
        with _Place(self._room), self._turn:
            return self._hasher.hash(plain(password))

    def agrees(self, password: str, kept: str | None) -> bool:
        """Whether ``kept`` is of ``password``; None, of an account that is not there, never is.

        It takes the same work then.
        """
        with _Place(self._room), self._turn:
            return _agrees(self._hasher, kept or self._nobodys, password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was made with other parameters than these."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _room(self) -> BoundedSemaphore:
        return BoundedSemaphore(self.most_waiting)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        give_back_large_blocks()
        return PasswordHasher(
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
        )

    @cached_property
    def _nobodys(self) -> str:
        """Of no password at all, written without hashing one."""
        salt, digest = (_base64(secrets.token_bytes(each)) for each in (SALT_BYTES, HASH_BYTES))
        return f"$argon2id$v=19$m={self.memory_kib},t={self.passes},p={LANES}${salt}${digest}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")


def _agrees(hasher: PasswordHasher, kept: str, password: str) -> bool:
    try:
        return hasher.verify(kept, plain(password))
    except (VerificationError, InvalidHashError):
        return False


@dataclass(frozen=True, slots=True)
class _Place:
    """Among those that wait."""

    room: BoundedSemaphore

    def __enter__(self) -> None:
        if not self.room.acquire(blocking=False):
            raise OutOfResourcesError("too many log in at once", remedy="try again in a minute")

    def __exit__(self, *_: object) -> None:
        self.room.release()
