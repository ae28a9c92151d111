"""The sticks that the site enrolled: known by a token file, or by their label.

A token is a secret of 128 bits that only stands on the stick; the ledger keeps its digest. It says
that the site wants exports on this stick, no more: who copies it gets what an enrolled stick gets,
and has to be at the box for it.
"""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.media.fault import Failed
from appliance.media.medium import Medium

TOKEN_FILE = "DOSEBOX/TOKEN.TXT"  # noqa: S105 - the name of the file, not what is in it
TOKEN_BYTES = 16
LONGEST_TOKEN_FILE = 256
_TOKEN = re.compile(r"dose-appliance stick ([0-9a-f]{32})\s*")


@dataclass(frozen=True, slots=True)
class Stick:
    """An enrolled stick; times in seconds since the epoch, None: still enrolled."""

    name: str
    enrolled_at: float
    withdrawn_at: float | None


class Sticks:
    """The table ``enrolled_stick``, and its entries in the journal."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._journal = Journal(ledger, clock)

    def enrol(self, medium: Medium, name: str, person: str) -> None:
        """Write a new token on ``medium``. Raises RefusedError when it cannot be."""
        if any(each.name == name and each.withdrawn_at is None for each in self.all()):
            raise RefusedError("another stick is enrolled by this name", name, "withdraw it first")
        token = secrets.token_hex(TOKEN_BYTES)
        written = medium.write(TOKEN_FILE, f"dose-appliance stick {token}\r\n".encode())
        if isinstance(written, Failed):
            raise RefusedError(written.text, str(medium.root))
        with self._ledger.transaction():
            self._ledger.execute(
                "INSERT INTO enrolled_stick (name, token_sha256, enrolled_at) VALUES (?, ?, ?)",
                name,
                _digest(token),
                self._clock.wall(),
            )
            self._journal.append("stick-enrolled", {"stick": name, "person": person})

    def withdraw(self, name: str, person: str) -> bool:
        """The stick called ``name`` is not taken any more; False when there is none."""
        with self._ledger.transaction():
            known = self._ledger.execute(
                "UPDATE enrolled_stick SET withdrawn_at = ?"
                " WHERE name = ? AND withdrawn_at IS NULL",
                self._clock.wall(),
                name,
            ).rowcount
            if known:
                self._journal.append("stick-withdrawn", {"stick": name, "person": person})
        return bool(known)

    def all(self) -> list[Stick]:
        """Every stick there ever was, the oldest first."""
        rows = self._ledger.rows("SELECT * FROM enrolled_stick ORDER BY id")
        return [Stick(row["name"], row["enrolled_at"], row["withdrawn_at"]) for row in rows]

    def name_of(self, root: Path) -> str | None:
        """The name that the stick mounted at ``root`` was enrolled by; None for a stranger."""
        token = _token(root)
        row = token and self._ledger.row(
            "SELECT name FROM enrolled_stick WHERE token_sha256 = ? AND withdrawn_at IS NULL",
            _digest(token),
        )
        return str(row["name"]) if row else None


def _token(root: Path) -> str:
    """What stands in the token file of a stick; whatever is wrong with it, it has none."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(root / TOKEN_FILE, flags), "rb") as file:
            found = _TOKEN.fullmatch(file.read(LONGEST_TOKEN_FILE).decode("ascii", "replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
