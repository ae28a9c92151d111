"""One file that is encrypted: a tar archive of an age file, and of its key under a passphrase.

``box.tar.gz.age`` is encrypted for X25519 recipients (age-encryption.org/v1: ChaCha20-Poly1305 in
chunks of 64 KiB, the last one marked). For a passphrase there is one more recipient, made for this
one file, whose key is ``key.age``: an age file of the passphrase (scrypt). So ``tar`` and ``age``
open it without this software. Both are streams: memory does not grow with them.
"""

import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import pyrage

from appliance.backup.archive import read_to_the_end
from appliance.errors import ConfigurationError, RefusedError, StateError

T = TypeVar("T")
KEY, CONTENT = "key.age", "box.tar.gz.age"
LONGEST_KEY_BYTES = 4096
_BLOCK = tarfile.BLOCKSIZE
REMEDY = "take another backup"


@dataclass(frozen=True, slots=True)
class Lock:
    """What a file is closed with: a passphrase, the public keys of recipients, or both."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """What a file is opened with: its passphrase, or the secret key of a recipient."""

    passphrase: str = ""
    identity: str = ""


def new_identity() -> tuple[str, str]:
    """A secret key, and the public key that belongs to it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal(target: IO[bytes], lock: Lock, fill: Callable[[IO[bytes]], None]) -> None:
    """Write what ``fill`` writes into ``target``, a new file that can be sought in.

    Raises ConfigurationError for a public key that is none, OSError of ``target``, and whatever
    ``fill`` raises; what was written is then no backup.
    """
    recipients = [_recipient(each) for each in lock.recipients]
    if lock.passphrase:
        identity = pyrage.x25519.Identity.generate()
        recipients.append(identity.to_public())
        key = pyrage.passphrase.encrypt(str(identity).encode("ascii"), lock.passphrase)
        _write(target, _header(KEY, len(key)) + key + bytes(-len(key) % _BLOCK))
    start = target.tell()
    _write(target, bytes(_BLOCK))  # its header, once its size is known
    _encrypted(target, recipients, fill)
    size = target.tell() - start - _BLOCK
    _write(target, bytes(-size % _BLOCK + 2 * _BLOCK))
    target.seek(start)
    _write(target, _header(CONTENT, size))


def unseal(path: Path, key: Key, consume: Callable[[IO[bytes]], T]) -> T:
    """What ``consume`` makes of the content of the file at ``path``.

    It must not be trusted before this returns: only then every byte proved to be as it was written.
    Raises RefusedError for a wrong key, StateError for what is no backup, was cut or altered, and
    whatever ``consume`` raises.
    """
    with _opened(path) as archive:
        identity = _identity(archive, key, path)
        sealed = _member(archive, CONTENT, path)
        return _decrypted(sealed, identity, consume, path)


def _encrypted(target: IO[bytes], recipients: list[Any], fill: Callable[[IO[bytes]], None]) -> None:
    source, sink = os.pipe()
    out = _Noting(target)
    with ThreadPoolExecutor(1) as aside:
        filling = aside.submit(_with_closing, sink, "wb", fill)
        try:
            with os.fdopen(source, "rb") as stream:
                pyrage.encrypt_io(stream, out, recipients)
        except pyrage.EncryptError as failure:
            raise out.failure or StateError(f"cannot encrypt: {failure}") from failure
    filling.result()


def _decrypted(
    sealed: IO[bytes],
    identity: Any,  # noqa: ANN401 - the library has no types
    consume: Callable[[IO[bytes]], T],
    path: Path,
) -> T:
    def decrypt(content: IO[bytes]) -> None:
        pyrage.decrypt_io(sealed, content, [identity])

    def consume_all(content: IO[bytes]) -> T:
        consumed = consume(content)
        read_to_the_end(content.read)  # which proves that nothing was cut off
        return consumed

    source, sink = os.pipe()
    with ThreadPoolExecutor(2) as aside:
        decrypting = aside.submit(_with_closing, sink, "wb", decrypt)
        consuming = aside.submit(_with_closing, source, "rb", consume_all)
    failure = decrypting.exception()
    if failure is not None and not _wanted_no_more(failure):
        raise _not_opened(failure, path) from failure
    if isinstance(consuming.exception(), tarfile.TarError | EOFError | zlib.error):
        raise _damaged(path) from consuming.exception()
    return consuming.result()


def _identity(archive: tarfile.TarFile, key: Key, path: Path) -> Any:  # noqa: ANN401 - the same
    text = key.identity or _under_passphrase(archive, key.passphrase, path)
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as failure:
        raise RefusedError("this is no secret key", remedy="it begins with AGE-SECRET-KEY-") from (
            failure
        )


def _under_passphrase(archive: tarfile.TarFile, passphrase: str, path: Path) -> str:
    if KEY not in _names(archive, path):
        what = "no passphrase opens this backup"
        raise RefusedError(what, str(path), "give the secret key of a recipient")
    sealed = _member(archive, KEY, path).read(LONGEST_KEY_BYTES)
    try:
        return bytes(pyrage.passphrase.decrypt(sealed, passphrase)).decode("ascii", "replace")
    except (pyrage.DecryptError, OSError) as failure:
        raise RefusedError(
            "the passphrase is wrong, or the file is damaged", str(path)
        ) from failure


def _names(archive: tarfile.TarFile, path: Path) -> list[str]:
    try:
        return archive.getnames()
    except (tarfile.TarError, EOFError) as failure:
        raise _damaged(path) from failure


def _member(archive: tarfile.TarFile, name: str, path: Path) -> IO[bytes]:
    found = archive.extractfile(name) if name in _names(archive, path) else None
    if found is None:
        raise _damaged(path)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except tarfile.TarError as failure:
        raise _damaged(path) from failure


def _wanted_no_more(failure: BaseException) -> bool:
    """Whether the end of a pipe was closed by who read from it."""
    return isinstance(failure, BrokenPipeError) or "Broken pipe" in str(failure)


def _not_opened(failure: BaseException, path: Path) -> StateError | RefusedError:
    if "No matching keys" in str(failure):
        return RefusedError("the key is another one, or the file is damaged", str(path))
    return _damaged(path)


def _damaged(path: Path) -> StateError:
    return StateError("is no backup, or damaged: it was cut or altered", str(path), REMEDY)


def _recipient(text: str) -> Any:  # noqa: ANN401 - the library has no types
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as failure:
        what = "is no public key of the age format"
        raise ConfigurationError(what, f"backup.recipients: {text}") from failure


def _header(name: str, size_bytes: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size_bytes
    member.mode = 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def _write(target: IO[bytes], content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[target.write(rest) :]


def _with_closing(descriptor: int, mode: str, work: Callable[[IO[bytes]], T]) -> T:
    with os.fdopen(descriptor, mode) as stream:
        return work(stream)


class _Noting:
    """A file that remembers why it could not be written; the library tells it in words alone."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.failure: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            _write(self._file, content)
        except OSError as failure:
            self.failure = failure
            raise
        return len(content)

    def flush(self) -> None:
        self._file.flush()


def first_line(path: Path) -> str:
    """The passphrase or key in a file; raises ConfigurationError when there is none."""
    text = ""
    with suppress(OSError, UnicodeDecodeError):
        text = path.read_text("utf-8").partition("\n")[0].strip()
    if not text:
        raise ConfigurationError("holds no passphrase, or cannot be read", str(path))
    return text
