"""A session with a server of files by SSH (RFC 4251 to 4254, SFTP version 3 as OpenSSH speaks it).

asyncssh runs in a loop of its own, which moves only while a call below waits for it.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TypeVar

import asyncssh
from asyncssh.public_key import SSHKey
from asyncssh.sftp import (
    SFTPConnectionLost,
    SFTPNoConnection,
    SFTPNoSuchFile,
    SFTPNoSuchPath,
    SFTPOpUnsupported,
)

from appliance.connection import connect
from appliance.destinations.file_server import Deadline, Digest

T = TypeVar("T")
FINGERPRINT = "SHA256:"
ABORT_S = 1.0
TURNS = 20
"""Of the loop, from bytes that came to a session that is known to be closed."""
GONE = (SFTPConnectionLost, SFTPNoConnection)
logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
"""It would log names of users and files; what went wrong is in what it raises."""


class WrongHostKeyError(Exception):
    """The server showed a key that is not pinned; ``fingerprint`` is that of the key."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(fingerprint)
        self.fingerprint = fingerprint


@dataclass(frozen=True, slots=True)
class SshCredentials:
    """Who logs in, and which keys the server may show.

    Attributes:
        user: Name to log in with.
        password: Empty: there is none.
        private_keys: The box's own.
        host_keys: Fingerprints (``SHA256:…``) and public keys (``ssh-ed25519 AAAA…``).
    """

    user: str
    password: str
    private_keys: tuple[SSHKey, ...]
    host_keys: tuple[str, ...]


class SftpServer:
    """An open session, as ``file_server.FileServer``; raises asyncssh.Error or OSError."""

    def __init__(self, deadline: Deadline, timeout_s: float) -> None:
        self._runner = asyncio.Runner()
        self._runner.get_loop().set_exception_handler(_leave_to_the_caller)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._files: asyncssh.SFTPClient | None = None
        self.begin(deadline, timeout_s)

    def begin(self, deadline: Deadline, timeout_s: float) -> None:
        """Let what follows end by ``deadline``, and each answer take ``timeout_s`` at most."""
        self._deadline = deadline
        self._timeout_s = timeout_s

    def open(
        self, address: tuple[str, int], device: str, timeout_s: float, credentials: SshCredentials
    ) -> None:
        """Connect and log in; raises WrongHostKeyError before anything was told to the server."""
        line = connect(*address, timeout_s=timeout_s, device=device)
        guard = _Guard(credentials.host_keys)
        try:
            self._wait_for(self._open(line, guard, credentials))
        except asyncssh.HostKeyNotVerifiable as failure:
            raise WrongHostKeyError(guard.shown) from failure
        finally:
            if self._connection is None:
                line.close()

    def close(self) -> None:
        """End the session, waiting for the server no longer than for any answer."""
        if self._connection is not None and not self._connection.is_closed():
            self._connection.close()
            with contextlib.suppress(OSError, asyncssh.Error):
                self._wait_for(self._connection.wait_closed())
        self._runner.close()

    def is_open(self) -> bool:
        """Whether the server has not ended the session meanwhile."""
        self._runner.run(_catch_up())
        return self._connection is not None and not self._connection.is_closed()

    def size_bytes(self, path: str) -> int | None:
        """SSH_FXP_STAT."""
        try:
            return self._wait_for(self._sftp.stat(path)).size
        except (SFTPNoSuchFile, SFTPNoSuchPath):
            return None

    def digest(self, path: str) -> Digest | None:  # noqa: ARG002 - as others have it
        """None: OpenSSH has no check-file, nor has asyncssh."""
        return None

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """The file's first ``most_bytes``."""
        try:
            return self._wait_for(self._read(path, most_bytes))
        except asyncssh.SFTPPermissionDenied:
            return None

    def make_folder(self, path: str) -> None:
        """SSH_FXP_MKDIR; version 3 answers alike when it is there, and when it cannot be made."""
        self._attempt(self._sftp.mkdir(path))

    def store(self, path: str, content: bytes) -> None:
        """Write, fsync@openssh.com where there is that, close."""
        try:
            self._wait_for(self._write(path, content))
        except asyncssh.SFTPError:
            self.remove(path)
            raise

    def rename(self, path: str, new_path: str) -> None:
        """posix-rename@openssh.com, which is atomic; else SSH_FXP_RENAME."""
        try:
            self._wait_for(self._sftp.posix_rename(path, new_path))
        except SFTPOpUnsupported:
            self._wait_for(self._sftp.rename(path, new_path))

    def remove(self, path: str) -> None:
        """SSH_FXP_REMOVE, if that may be."""
        self._attempt(self._sftp.remove(path))

    def has_room_for(self, size_bytes: int, folder: str) -> bool:
        """By statvfs@openssh.com; True when that cannot be told."""
        disk = self._attempt(self._sftp.statvfs(folder))
        return disk is None or disk.bavail * disk.frsize >= size_bytes

    @property
    def _sftp(self) -> asyncssh.SFTPClient:
        if self._files is None:
            raise ConnectionResetError("no session")
        return self._files

    def _wait_for(self, answer: Coroutine[None, None, T]) -> T:
        try:
            left_s = self._deadline.left_s(self._timeout_s)
        except TimeoutError:
            answer.close()
            raise
        return self._runner.run(self._within(left_s, answer))

    async def _within(self, left_s: float, answer: Coroutine[None, None, T]) -> T:
        """Cut off before it is cancelled: else it would close its files, and wait for that."""
        task = asyncio.ensure_future(answer)
        await asyncio.wait({task}, timeout=left_s)
        if task.done():
            return task.result()
        if self._connection is not None:
            self._connection.abort()
            await asyncio.wait({task}, timeout=ABORT_S)
        task.cancel()
        raise TimeoutError("no answer in time")

    def _attempt(self, answer: Coroutine[None, None, T]) -> T | None:
        """What the server answers, None when it refuses; raises when it is gone."""
        try:
            return self._wait_for(answer)
        except GONE:
            raise
        except asyncssh.SFTPError:
            return None

    async def _open(
        self, line: socket.socket, guard: "_Guard", credentials: SshCredentials
    ) -> None:
        self._connection = await asyncssh.connect(
            sock=line,
            config=None,
            agent_path=None,
            known_hosts=(guard.public_keys, [], []),
            x509_trusted_certs=None,
            client_factory=lambda: guard,
            username=credentials.user,
            password=credentials.password or None,
            client_keys=list(credentials.private_keys) or None,
            login_timeout=self._timeout_s,
        )
        self._files = await self._connection.start_sftp_client()

    async def _read(self, path: str, most_bytes: int) -> bytes:
        async with self._sftp.open(path, "rb") as file:
            content: bytes = await file.read(most_bytes)
            return content

    async def _write(self, path: str, content: bytes) -> None:
        async with self._sftp.open(path, "wb") as file:
            await file.write(content)
            with contextlib.suppress(SFTPOpUnsupported):
                await file.fsync()


def _leave_to_the_caller(_loop: asyncio.AbstractEventLoop, _context: dict[str, object]) -> None:
    """What is lost with a connection is not logged as well: the call that waited for it raised."""


async def _catch_up() -> None:
    """Let the loop see what came while it stood still."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class _Guard(asyncssh.SSHClient):
    """Lets a session go on only with a server whose key is pinned."""

    def __init__(self, host_keys: tuple[str, ...]) -> None:
        self.public_keys = [
            asyncssh.import_public_key(each) for each in host_keys if not _is_fingerprint(each)
        ]
        self._fingerprints = {each.rstrip("=") for each in host_keys if _is_fingerprint(each)}
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: SSHKey) -> bool:
        """Whether ``key``, which is none of ``public_keys``, has a pinned fingerprint."""
        del host, addr, port
        self.shown = key.get_fingerprint()
        return self.shown in self._fingerprints


def _is_fingerprint(host_key: str) -> bool:
    return host_key.startswith(FINGERPRINT)
