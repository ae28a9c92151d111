"""The accounts as persons change them: each change is signed in the journal.

**Knows:** that who is locked out or gets another password is logged in nowhere any more.
**Does not know:** who may change accounts, and what a page looks like.
"""

from dataclasses import dataclass

from appliance.accounts import Role
from appliance.accounts.account import Account, Accounts
from appliance.accounts.hashing import Hashing
from appliance.accounts.secret import one_time
from appliance.accounts.sessions import Sessions
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.services.account_events import AccountEvent

ONE_TIME_S = 7 * 86400.0
"""Seconds for which a one-time password is good."""
MINUTE_S, HOUR_S = 60.0, 3600.0


def sessions_of(configuration: Configuration, ledger: Ledger, clock: Clock) -> Sessions:
    """The sessions, with the times of the settings."""
    settings = configuration.console
    return Sessions(
        ledger, clock, settings.session_idle_min * MINUTE_S, settings.session_longest_h * HOUR_S
    )


@dataclass(frozen=True, slots=True)
class AccountRegister:
    """Over a ledger, in one thread. Errors are those of ``Accounts``.

    ``by`` is who changes it: an account, or whoever is at the command line.
    """

    ledger: Ledger
    clock: Clock
    hashing: Hashing
    sessions: Sessions

    @property
    def accounts(self) -> Accounts:
        """To be looked at."""
        return Accounts(self.ledger, self.clock)

    def create(self, name: str, role: Role, by: str) -> str:
        """A new account; its one-time password."""
        password = one_time()
        hashed = self.hashing.hashed(password)
        with self.ledger.transaction():
            account = self.accounts.create(name, role, hashed, self._until())
            self._sign(AccountEvent.CREATED, account.name, by, role=role)
        return password

    def found(self, name: str, password: str) -> Account:
        """The first account, an administrator's. Raises RefusedError where there is one."""
        hashed = self.hashing.hashed(password)
        with self.ledger.transaction():
            if not self.accounts.is_empty():
                raise RefusedError("there are accounts already")
            account = self.accounts.create(name, Role.ADMINISTRATOR, hashed, None)
            self._sign(AccountEvent.CREATED, account.name, account.name, role=account.role)
        return account

    def reset(self, name: str, by: str) -> str:
        """Give it a one-time password, which is returned; its person is logged out."""
        password = one_time()
        hashed = self.hashing.hashed(password)
        with self.ledger.transaction():
            account = self.accounts.account(name)
            self.accounts.set_password(name, hashed, self._until())
            self.sessions.end_all_of(account.name)
            self._sign(AccountEvent.PASSWORD_RESET, account.name, by)
        return password

    def choose(self, name: str, password: str) -> None:
        """Its person chooses another password; every session of it ends."""
        hashed = self.hashing.hashed(password)
        with self.ledger.transaction():
            account = self.accounts.account(name)
            self.accounts.set_password(name, hashed)
            self.sessions.end_all_of(account.name)
            self._sign(AccountEvent.PASSWORD_CHANGED, account.name, account.name)

    def set_role(self, name: str, role: Role, by: str) -> None:
        """Let it be for something else, at once."""
        with self.ledger.transaction():
            account = self.accounts.account(name)
            if account.role is not role:
                self.accounts.set_role(name, role)
                self._sign(AccountEvent.ROLE_CHANGED, account.name, by, old=account.role, new=role)

    def lock(self, name: str, by: str) -> None:
        """Let nobody use it; its person is logged out."""
        with self.ledger.transaction():
            account = self.accounts.account(name)
            self.accounts.lock(name)
            self.sessions.end_all_of(account.name)
            self._sign(AccountEvent.LOCKED, account.name, by)

    def unlock(self, name: str, by: str) -> None:
        """Let its person use it again."""
        with self.ledger.transaction():
            account = self.accounts.account(name)
            self.accounts.unlock(name)
            self._sign(AccountEvent.UNLOCKED, account.name, by)

    def _until(self) -> float:
        return self.clock.wall() + ONE_TIME_S

    def _sign(self, kind: AccountEvent, account: str, by: str, **more: str) -> None:
        Journal(self.ledger, self.clock).append(kind, {"account": account, "by": by, **more})
