"""The audit repository: batches of messages go there by TLS, and are taken or not."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.audit.line import Line
from appliance.audit.syslog import framed
from appliance.clock import SYSTEM_CLOCK
from appliance.connection import ANY_DEVICE, connect
from appliance.tls import Credentials, client_context


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A batch may not have arrived, ``reason`` says why; it is to be sent again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where messages go; both time-outs are in seconds."""

    host: str
    port: int
    credentials: Credentials
    connection_timeout_s: float
    timeout_s: float

    def take(self, messages: Iterable[bytes]) -> NotTaken | None:
        """Send ``messages`` on a connection of their own; None once all were read there."""
        try:
            self._take(b"".join(map(framed, messages)))
        except ssl.SSLCertVerificationError as failure:
            return NotTaken(f"tls: {failure.verify_message}")
        except ssl.SSLError as failure:
            return NotTaken(f"tls: {failure.reason or 'connection lost'}")
        except OSError as failure:
            return NotTaken(failure.strerror or str(failure))
        return None

    def _take(self, content: bytes) -> None:
        context = client_context(self.credentials)
        with connect(
            self.host, self.port, timeout_s=self.connection_timeout_s, device=ANY_DEVICE
        ) as connection:
            connection.settimeout(self.timeout_s)
            line = Line(connection, context, self.host, SYSTEM_CLOCK)
            line.send(content)
            line.end()
