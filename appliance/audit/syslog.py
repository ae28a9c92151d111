"""Syslog messages (RFC 5424) and how they follow each other by TLS (RFC 5425 4.3).

PS3.15 A.6 says facility 10 (security), severity 5 (notice), and the MSGID.
"""

import re
from dataclasses import dataclass

from appliance.clock import iso8601

FACILITY, NOTICE = 10, 5
PRIORITY = 8 * FACILITY + NOTICE
MESSAGE_ID = "DICOM+RFC3881"
APPLICATION_NAME = "dose-appliance"
NOTHING = "-"
SEQUENCES = 2147483647
"""meta sequenceId wraps to 1 after this (RFC 5424 7.3.1)."""
_NOT_PRINTED = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the box's host name, which logs also have."""

    host_name: str

    def message(self, text: str, number: int, sent_at: float) -> bytes:
        """The syslog message with ``text``, ASCII, the ``number``-th that was written.

        A receiver that gets one twice, after a connection that broke, sees it by the number.
        """
        host = _NOT_PRINTED.sub("", self.host_name)[:255] or NOTHING
        sequence = (number - 1) % SEQUENCES + 1
        head = f"<{PRIORITY}>1 {iso8601(sent_at)} {host} {APPLICATION_NAME} - {MESSAGE_ID}"
        return f'{head} [meta sequenceId="{sequence}"] {text}'.encode("ascii")


def framed(message: bytes) -> bytes:
    """The message behind its length in octets."""
    return b"%d %s" % (len(message), message)
