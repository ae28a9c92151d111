"""Who is logged in: the table ``session``. A browser has a token, the box the hash of it alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.accounts.account import Account
from appliance.accounts.role import Role
from appliance.accounts.secret import digest, token
from appliance.clock import Clock
from appliance.ledger import Ledger

CLOCK_STEP_S = 300.0
"""By so much a time server may set the clock back without ending what began before."""
MOST_OF_ONE, MOST = 100, 1000
"""Sessions of one account, and of all; of more the one that was not used for longest ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is logged in; times in seconds since the epoch.

    Attributes:
        is_new: Whether the password was one for once, so another is to be chosen first.
        used_at: To the minute or so.
    """

    number: int
    account: str
    role: Role
    is_new: bool
    address: str
    begun_at: float
    used_at: float


def end_everybodys(ledger: Ledger) -> None:
    """End every session, as in a ledger that was brought back from a backup."""
    ledger.execute("DELETE FROM session")


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions in a ledger.

    Attributes:
        idle_s: Seconds after which one that is not used ends.
        longest_s: Seconds after which it ends, used or not.
    """

    ledger: Ledger
    clock: Clock
    idle_s: float
    longest_s: float

    def begin(self, account: Account, address: str) -> str:
        """The token of a new session."""
        made, now = token(), self.clock.wall()
        with self.ledger.transaction():
            self._make_room(account.number)
            self.ledger.execute(
                "INSERT INTO session (token_hash, account_id, address, begun_at, used_at)"
                " VALUES (?, ?, ?, ?, ?)",
                digest(made),
                account.number,
                address,
                now,
                now,
            )
        return made

    def session(self, given: str) -> Session | None:
        """The session of that token; None: none goes on, or its account is locked."""
        row = self.ledger.row(
            "SELECT session.*, name, role, password_until FROM session"
            " JOIN account ON account.id = account_id"
            " WHERE token_hash = ? AND locked_at IS NULL",
            digest(given),
        )
        if row is None or not self._is_current(row["begun_at"], row["used_at"]):
            return None
        return Session(
            number=row["id"],
            account=row["name"],
            role=Role(row["role"]),
            is_new=row["password_until"] is not None,
            address=row["address"],
            begun_at=row["begun_at"],
            used_at=row["used_at"],
        )

    def used(self, numbers: Iterable[int]) -> None:
        """They were used just now; those that have ended are let go of."""
        now = self.clock.wall()
        with self.ledger.transaction():
            for number in numbers:
                self.ledger.execute("UPDATE session SET used_at = ? WHERE id = ?", now, number)
            self.ledger.execute(
                "DELETE FROM session WHERE begun_at NOT BETWEEN ? AND ? OR used_at < ?",
                now - self.longest_s,
                now + CLOCK_STEP_S,
                now - self.idle_s,
            )

    def end(self, number: int) -> None:
        """End one."""
        self.ledger.execute("DELETE FROM session WHERE id = ?", number)

    def end_all_of(self, account: str, but: int = 0) -> None:
        """End every session of an account; ``but`` is the number of one that goes on."""
        self.ledger.execute(
            "DELETE FROM session WHERE id <> ? AND account_id ="
            " (SELECT id FROM account WHERE name = ?)",
            but,
            account,
        )

    def count(self) -> int:
        """How many are kept."""
        row = self.ledger.row("SELECT count(*) AS n FROM session")
        return int(row["n"]) if row else 0

    def _is_current(self, begun_at: float, used_at: float) -> bool:
        """One that begins in the future is none: the clock was wrong then."""
        now = self.clock.wall()
        is_begun = begun_at - CLOCK_STEP_S <= now < begun_at + self.longest_s
        return is_begun and now < used_at + self.idle_s

    def _make_room(self, account: int) -> None:
        self.ledger.execute(
            "DELETE FROM session WHERE account_id = ?1 AND id NOT IN (SELECT id FROM session"
            " WHERE account_id = ?1 ORDER BY used_at DESC, id DESC LIMIT ?2)",
            account,
            MOST_OF_ONE - 1,
        )
        self.ledger.execute(
            "DELETE FROM session WHERE id NOT IN"
            " (SELECT id FROM session ORDER BY used_at DESC, id DESC LIMIT ?)",
            MOST - 1,
        )
