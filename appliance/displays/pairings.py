"""Which page in a browser shows the patterns of which display, so that it is known when it returns.

A page holds a secret; here is only its digest, so who reads the ledger cannot speak for a page.
"""

import secrets
from hashlib import sha256
from threading import Lock

from appliance.clock import Clock
from appliance.ledger import Ledger

LONGEST_S = 86400.0
"""Seconds that a pairing holds: a display that is tested is tested in a day."""
_PAIR = "INSERT INTO display_pairing (token_sha256, display, paired_at) VALUES (?, ?, ?)"
_END = "UPDATE display_pairing SET ended_at = ? WHERE display = ? AND ended_at IS NULL"
_KNOWN = """
SELECT display FROM display_pairing WHERE token_sha256 = ? AND ended_at IS NULL AND paired_at > ?
"""


class Pairings:
    """The pairings in a ledger that is used for nothing else; callable from any thread."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lock = Lock()

    def pair(self, display: str) -> str:
        """The secret of a page that is to show ``display`` from now on; any other ends to."""
        token = secrets.token_urlsafe(32)
        now = self._clock.wall()
        with self._lock, self._ledger.transaction():
            self._ledger.execute(_END, now, display)
            self._ledger.execute(_PAIR, _digest(token), display, now)
        return token

    def end(self, display: str) -> None:
        """No page is to show ``display`` any more."""
        with self._lock:
            self._ledger.execute(_END, self._clock.wall(), display)

    def display(self, token: str) -> str | None:
        """The name of the display that the page with this secret shows; None: of none."""
        since = self._clock.wall() - LONGEST_S
        with self._lock:
            row = self._ledger.row(_KNOWN, _digest(token), since)
        return None if row is None else str(row["display"])


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
