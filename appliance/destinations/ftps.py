"""An FTP server that is reached by explicit TLS, as destination (RFC 4217).

Whatever stands in the way of every object is to be tried again, with longer and longer pauses: it
would not do to refuse what waits one by one, at one login each.
"""

import ssl
from collections.abc import Callable

from appliance import config, tls
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.credential import UnusableCredentialError, password_in
from appliance.destinations.file_server import Deadline, Places
from appliance.destinations.ftps_server import FtpsServer
from appliance.destinations.ftps_session import (
    FtpsSession,
    NoDataConnectionError,
    RefusalError,
)
from appliance.destinations.outcome import Cause, Delivered, Outcome, Retry
from appliance.destinations.tls_failure import cause_of, detail_of

_COMMANDS = {
    "AUTH": Cause.NOT_PROTECTED,
    "PBSZ": Cause.NOT_PROTECTED,
    "PROT": Cause.NOT_PROTECTED,
    "USER": Cause.LOGIN_REFUSED,
    "PASS": Cause.LOGIN_REFUSED,
    "EPSV": Cause.NO_DATA_CONNECTION,
    "PASV": Cause.NO_DATA_CONNECTION,
}
"""What it means that a command was refused, with whatever code."""
_CODES = {
    "421": Cause.CONNECTION_LOST,
    "425": Cause.NO_DATA_CONNECTION,
    "426": Cause.CONNECTION_LOST,
    "452": Cause.OUT_OF_RESOURCES,
    "522": Cause.NO_DATA_CONNECTION,
    "530": Cause.LOGIN_REFUSED,
    "532": Cause.NOT_PERMITTED,
    "550": Cause.NOT_PERMITTED,
    "552": Cause.OUT_OF_RESOURCES,
    "553": Cause.NOT_PERMITTED,
}
"""What a code means of the other commands (RFC 959 4.2.2, RFC 4217 10)."""


class Ftps:
    """A destination that keeps files, by FTPS."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._settings = settings
        self._device = caller.device
        self._session: FtpsSession | None = None
        self._places: Places | None = None

    def send(self, consignment: Consignment) -> Outcome:
        """Place the object as a file; the session stays open for the next one."""
        return self._done(lambda places: places.put(consignment))

    def visit(self) -> Outcome:
        """Log in, and leave everything as it is."""
        return self._done(lambda _: Delivered("logged in"))

    def remove(self, consignment: Consignment) -> Outcome:
        """Take away an object that was placed."""
        return self._done(lambda places: places.take_away(consignment))

    def _done(self, work: Callable[[Places], Outcome]) -> Outcome:
        try:
            return work(self._opened())
        except (RefusalError, UnusableCredentialError, OSError, EOFError) as failure:
            outcome = self._outcome(failure)
            self.close()
            return outcome

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
        self._session = self._places = None

    def _opened(self) -> Places:
        settings = self._settings
        deadline = Deadline(settings.connection_timeout_s + 2 * settings.timeout_s)
        if self._session is not None and self._places is not None and self._session.is_quiet():
            self._session.begin(deadline, settings.timeout_s)
            return self._places
        self.close()
        name = settings.ftps.server_name or settings.host
        password = password_in(settings.ftps.password_file)
        self._session = FtpsSession(self._context(), name, self._device)
        self._session.begin(deadline, settings.timeout_s)
        self._session.open(settings.host, settings.port, settings.connection_timeout_s)
        server = FtpsServer(self._session)
        server.log_in(settings.ftps.user, password)
        self._places = Places(server, settings.ftps)
        return self._places

    def _context(self) -> ssl.SSLContext:
        """Made anew for each session: certificates are renewed while the box runs."""
        try:
            return tls.client_context(tls.Credentials.of(self._settings.tls))
        except OSError as failure:
            raise UnusableCredentialError("[destination.tls]", str(failure.strerror)) from failure

    def _outcome(self, failure: Exception) -> Retry:
        match failure:
            case RefusalError(code=code, command=command):
                cause = _COMMANDS.get(command) or _CODES.get(code, Cause.PROCESSING_FAILED)
                return Retry(cause, f"{code} to {command}")
            case UnusableCredentialError(path=path, why=why):
                return Retry(Cause.CREDENTIAL_UNUSABLE, f"{path}: {why}")
            case NoDataConnectionError():
                return Retry(Cause.NO_DATA_CONNECTION, failure.strerror or "no answer in time")
            case ssl.SSLEOFError() | ConnectionError() | EOFError() if self._is_unanswered():
                return Retry(Cause.CERTIFICATE_REFUSED, "closed behind the handshake")
            case ssl.SSLError():
                return Retry(cause_of(failure), detail_of(failure))
        return self._lost(failure)

    def _lost(self, failure: Exception) -> Retry:
        words = failure.strerror if isinstance(failure, OSError) else "closed by the server"
        reached = self._places is not None
        cause = Cause.CONNECTION_LOST if reached else Cause.UNREACHABLE
        return Retry(cause, words or "no answer in time")

    def _is_unanswered(self) -> bool:
        return self._session is not None and self._session.is_unanswered()
