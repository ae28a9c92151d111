"""What the pages about persons ask of the process that they are served by."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.accounts import Role
from appliance.accounts.account import Account
from appliance.accounts.password import Objection
from appliance.accounts.sessions import Session


class Refusal(StrEnum):
    """Why somebody is not let in; more is not said, for who asks may be anybody."""

    WRONG = "wrong"
    """Name or password, or the account is locked, or its one-time password is too old."""
    WAIT = "wait"
    """Too many wrong attempts."""
    BUSY = "busy"
    """Too many at once."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody was let in; ``token`` is for the browser."""

    token: str


class Desk(Protocol):
    """The process, to a page. Every call may come from any thread."""

    def is_unclaimed(self) -> bool:
        """Whether there is no account yet."""

    def session(self, token: str) -> Session | None:
        """Who has that token."""

    def note_use(self, session: Session) -> None:
        """A person, and no page by itself, asked something."""

    def found(
        self, code: str, name: str, password: str, again: str, address: str
    ) -> LoggedIn | Refusal | Objection:
        """Make the first account, of who knows the set-up code.

        Raises RefusedError for a name that is none, and where there are accounts.
        """

    def login(self, name: str, password: str, address: str) -> LoggedIn | Refusal:
        """Let somebody in."""

    def logout(self, session: Session) -> None:
        """End a session."""

    def choose(
        self, session: Session, former: str, password: str, again: str, address: str
    ) -> LoggedIn | Refusal | Objection:
        """Another password; every session of the account ends, and a new one begins.

        ``former`` is not looked at where the session began with a one-time password.
        """

    def shortest_password(self) -> int:
        """Characters that a password has at least."""

    def now(self) -> float:
        """Wall time in seconds since the epoch."""

    def account(self, name: str) -> Account:
        """One account. Raises NotFoundError."""

    def accounts(self) -> Sequence[Account]:
        """Every account, by its name."""

    def create(self, name: str, role: Role, by: str) -> str:
        """A new account; its one-time password. Raises RefusedError."""

    def reset(self, name: str, by: str) -> str:
        """A one-time password for an account. Raises NotFoundError, RefusedError."""

    def set_role(self, name: str, role: Role, by: str) -> None:
        """Let an account be for something else. Raises NotFoundError, RefusedError."""

    def lock(self, name: str, by: str) -> None:
        """Let nobody use an account. Raises NotFoundError, RefusedError."""

    def unlock(self, name: str, by: str) -> None:
        """Let its person use an account again. Raises NotFoundError."""
