"""The accounts of the box: the table ``account``."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from appliance.accounts.name import account_name, plain
from appliance.accounts.role import Role
from appliance.clock import Clock
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger

MOST_FAILURES = 100
"""Wrong passwords in a row after which an account is locked (NIST SP 800-63B-4 3.2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account; times are in seconds since the epoch.

    Attributes:
        one_time_until: How long its one-time password is good; None: the password is their own.
        locked_at: When it was locked; None: it is not.
        failures: Wrong passwords since the last right one.
        last_login_at: None: nobody ever logged in.
    """

    number: int
    name: str
    role: Role
    password_hash: str
    one_time_until: float | None
    locked_at: float | None
    failures: int
    created_at: float
    last_login_at: float | None

    @property
    def is_locked(self) -> bool:
        """Whether nobody may log in with it."""
        return self.locked_at is not None

    @property
    def is_new(self) -> bool:
        """Whether it has a one-time password, which is good for nothing but choosing another."""
        return self.one_time_until is not None

    @property
    def is_administrator(self) -> bool:
        """Whether somebody can look after the accounts with it."""
        return self.role is Role.ADMINISTRATOR and not self.is_locked


class Accounts:
    """The accounts in a ledger. Every change joins the ledger transaction around it.

    Changes raise NotFoundError for a name that nobody has, and RefusedError where nobody would be
    left to look after accounts.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def all(self) -> list[Account]:
        """Every account, by its name."""
        return [_account(row) for row in self._ledger.rows("SELECT * FROM account ORDER BY name")]

    def is_empty(self) -> bool:
        """Whether there is none yet."""
        return self._ledger.row("SELECT 1 FROM account LIMIT 1") is None

    def find(self, typed: str) -> Account | None:
        """The account of that name, however it was typed; None: there is none."""
        row = self._ledger.row("SELECT * FROM account WHERE name = ?", plain(typed))
        return _account(row) if row else None

    def account(self, typed: str) -> Account:
        """The same. Raises NotFoundError."""
        if (found := self.find(typed)) is None:
            raise NotFoundError("there is no such account", plain(typed))
        return found

    def create(
        self, typed: str, role: Role, password_hash: str, one_time_until: float | None
    ) -> Account:
        """A new account. Raises RefusedError for a name that is none, or that somebody has."""
        name = account_name(typed)
        try:
            self._ledger.execute(
                "INSERT INTO account (name, role, password_hash, password_until, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                name,
                role,
                password_hash,
                one_time_until,
                self._clock.wall(),
            )
        except sqlite3.IntegrityError as failure:
            raise RefusedError("there is an account of that name", name) from failure
        return self.account(name)

    def set_password(
        self, typed: str, password_hash: str, one_time_until: float | None = None
    ) -> None:
        """Give it another password: a one-time one, or one of its person's own."""
        with self._changing(typed) as account:
            self._ledger.execute(
                "UPDATE account SET password_hash = ?, password_until = ?, failures = 0"
                " WHERE id = ?",
                password_hash,
                one_time_until,
                account.number,
            )

    def set_role(self, typed: str, role: Role) -> None:
        """Let it be for something else, from now on."""
        with self._changing(typed) as account:
            self._ledger.execute("UPDATE account SET role = ? WHERE id = ?", role, account.number)

    def lock(self, typed: str) -> None:
        """Let nobody log in with it."""
        with self._changing(typed) as account:
            sql = "UPDATE account SET locked_at = ? WHERE id = ?"
            self._ledger.execute(sql, self._clock.wall(), account.number)

    def unlock(self, typed: str) -> None:
        """Let its person log in again."""
        sql = "UPDATE account SET locked_at = NULL, failures = 0 WHERE id = ?"
        self._ledger.execute(sql, self.account(typed).number)

    def note_login(self, number: int) -> None:
        """Its person came in."""
        sql = "UPDATE account SET last_login_at = ?, failures = 0 WHERE id = ?"
        self._ledger.execute(sql, self._clock.wall(), number)

    def note_failure(self, typed: str) -> bool:
        """The password was wrong; True: the account, if there is one, is locked by that.

        The last administrator's is not: somebody who only guesses would have the site come to us.
        """
        with self._ledger.transaction():
            sql = "UPDATE account SET failures = failures + 1 WHERE name = ? RETURNING *"
            row = self._ledger.row(sql, plain(typed))
            account = _account(row) if row else None
            if account is None or account.is_locked or account.failures < MOST_FAILURES:
                return False
            if self._is_last_administrator(account):
                return False
            self.lock(account.name)
            return True

    @contextmanager
    def _changing(self, typed: str) -> Iterator[Account]:
        """The account, changed by the block; all of it is undone where nobody would be left."""
        with self._ledger.transaction():
            account = self.account(typed)
            yield account
            if account.is_administrator and not any(each.is_administrator for each in self.all()):
                raise RefusedError("the last administrator stays one", account.name)

    def _is_last_administrator(self, account: Account) -> bool:
        able = [each.number for each in self.all() if each.is_administrator]
        return able == [account.number]


def _account(row: sqlite3.Row) -> Account:
    return Account(
        number=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        one_time_until=row["password_until"],
        locked_at=row["locked_at"],
        failures=row["failures"],
        created_at=row["created_at"],
        last_login_at=row["last_login_at"],
    )
