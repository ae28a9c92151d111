"""A server of files that is reached by SSH, as destination.

As with FTPS, what stands in the way of every object is tried again with longer and longer pauses.
"""

from collections.abc import Callable

import asyncssh
from asyncssh.public_key import SSHKey
from asyncssh.sftp import (
    SFTPNoSpaceOnFilesystem,
    SFTPNoSuchFile,
    SFTPNoSuchPath,
    SFTPQuotaExceeded,
    SFTPWriteProtect,
)

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.credential import UnusableCredentialError, password_in
from appliance.destinations.file_server import Deadline, Places
from appliance.destinations.outcome import Cause, Delivered, Outcome, Retry
from appliance.destinations.sftp_server import (
    GONE,
    SftpServer,
    SshCredentials,
    WrongHostKeyError,
)

_LOST = (*GONE, asyncssh.ConnectionLost)
_ENDED = (*_LOST, ConnectionError)
_CAUSES = (
    (_LOST, Cause.CONNECTION_LOST),
    ((asyncssh.PermissionDenied,), Cause.LOGIN_REFUSED),
    ((SFTPNoSpaceOnFilesystem, SFTPQuotaExceeded), Cause.OUT_OF_RESOURCES),
    # A file is found missing nowhere but in a folder that could not be made.
    (
        (asyncssh.SFTPPermissionDenied, SFTPWriteProtect, SFTPNoSuchFile, SFTPNoSuchPath),
        Cause.NOT_PERMITTED,
    ),
)
"""What those failures mean that say enough by themselves."""


class Sftp:
    """A destination that keeps files, by SFTP."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._settings = settings
        self._device = caller.device
        self._server: SftpServer | None = None
        self._places: Places | None = None

    def send(self, consignment: Consignment) -> Outcome:
        """Place the object as a file; the session stays open for the next one.

        A session that the server ended meanwhile is begun anew.
        """
        return self._done(lambda places: places.put(consignment), len(consignment.content))

    def visit(self) -> Outcome:
        """Log in, and leave everything as it is."""
        return self._done(lambda _: Delivered("logged in"))

    def remove(self, consignment: Consignment) -> Outcome:
        """Take away an object that was placed."""
        return self._done(lambda places: places.take_away(consignment))

    def _done(self, work: Callable[[Places], Outcome], size_bytes: int = 0) -> Outcome:
        kept = self._places is not None
        try:
            return work(self._opened())
        except (asyncssh.Error, WrongHostKeyError, UnusableCredentialError, OSError) as failure:
            outcome = self._outcome(failure, size_bytes)
            self.close()
            lost = kept and isinstance(failure, _ENDED)
            return self._done(work, size_bytes) if lost else outcome

    def close(self) -> None:
        """End the session."""
        if self._server is not None:
            self._server.close()
        self._server = self._places = None

    def _opened(self) -> Places:
        settings = self._settings
        deadline = Deadline(settings.connection_timeout_s + 2 * settings.timeout_s)
        if self._server is not None and self._places is not None and self._server.is_open():
            self._server.begin(deadline, settings.timeout_s)
            return self._places
        self.close()
        credentials = self._credentials()
        self._server = SftpServer(deadline, settings.timeout_s)
        address = settings.host, settings.port
        self._server.open(address, self._device, settings.connection_timeout_s, credentials)
        self._places = Places(self._server, settings.sftp)
        return self._places

    def _credentials(self) -> SshCredentials:
        settings = self._settings.sftp
        return SshCredentials(
            user=settings.user,
            password=password_in(settings.password_file),
            private_keys=_private_keys(settings.private_key_file),
            host_keys=settings.host_key,
        )

    def _outcome(self, failure: Exception, size_bytes: int) -> Retry:
        match failure:
            case WrongHostKeyError(fingerprint=fingerprint):
                return Retry(Cause.HOST_KEY_CHANGED, f"it shows {fingerprint}")
            case UnusableCredentialError(path=path, why=why):
                return Retry(Cause.CREDENTIAL_UNUSABLE, f"{path}: {why}")
            case asyncssh.Error():
                return Retry(self._cause(failure, size_bytes), type(failure).__name__)
        reached = self._places is not None
        words = failure.strerror if isinstance(failure, OSError) else ""
        cause = Cause.CONNECTION_LOST if reached else Cause.UNREACHABLE
        return Retry(cause, words or "no answer in time")

    def _cause(self, failure: asyncssh.Error, size_bytes: int) -> Cause:
        for kinds, cause in _CAUSES:
            if isinstance(failure, kinds):
                return cause
        if not isinstance(failure, asyncssh.SFTPError):
            return Cause.SSH_FAILED
        return Cause.PROCESSING_FAILED if self._has_room(size_bytes) else Cause.OUT_OF_RESOURCES

    def _has_room(self, size_bytes: int) -> bool:
        """Asked for when the server only says that it failed: version 3 has no code for it."""
        folder = self._settings.sftp.folder or "."
        try:
            return self._server is None or self._server.has_room_for(size_bytes, folder)
        except (asyncssh.Error, OSError):
            return True


def _private_keys(path: str) -> tuple[SSHKey, ...]:
    if not path:
        return ()
    try:
        return (asyncssh.read_private_key(path),)
    except OSError as failure:
        raise UnusableCredentialError(path, failure.strerror or "unreadable") from failure
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as failure:
        raise UnusableCredentialError(path, "no private key, or one with a password") from failure
