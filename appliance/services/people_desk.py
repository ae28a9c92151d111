"""Who is let in, and by what: behind the pages where persons log in and are looked after.

**Knows:** how often somebody may try, and what of it the journal is told.
**Does not know:** cookies and pages (``console.people``); how hashes are made (``accounts``).
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field

from appliance import log
from appliance.accounts import Role
from appliance.accounts.account import Account, Accounts
from appliance.accounts.hashing import Hashing
from appliance.accounts.name import account_name, plain
from appliance.accounts.password import Objection, objection
from appliance.accounts.secret import is_same_code
from appliance.accounts.sessions import Session, Sessions
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console import Attempts
from appliance.console.caller import machine_of
from appliance.console.people import desk
from appliance.console.people.desk import LoggedIn, Refusal
from appliance.errors import OutOfResourcesError
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.services.account_events import AccountEvent
from appliance.services.account_register import AccountRegister, sessions_of
from appliance.services.companion import companion
from appliance.services.setup_code import forget_code, offered_code

OF_ACCOUNT, OF_ADDRESS, OF_ALL = 8, 20, 300
"""Wrong attempts after which one name, one address or everybody has to wait."""
WINDOW_S = 900.0
BY_THE_BOX = "dose-appliance"
"""Who locks an account after too many wrong passwords."""
USED_S = 30.0
"""Seconds between writing down which sessions were used."""


@dataclass
class PeopleDesk:
    """One a process; every call may come from any thread."""

    configuration: Configuration
    clock: Clock
    hashing: Hashing = field(default_factory=Hashing)
    _names: Attempts = field(init=False)
    _addresses: Attempts = field(init=False)
    _used: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reader: Ledger = field(init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._names = Attempts(self.clock, OF_ACCOUNT, OF_ALL, WINDOW_S)
        self._addresses = Attempts(self.clock, OF_ADDRESS, OF_ALL, WINDOW_S)
        self._reader = open_ledger(self.configuration.ledger_path)

    def end(self) -> None:
        """Close what is open."""
        self._reader.close()

    def now(self) -> float:
        """See ``Desk``."""
        return self.clock.wall()

    def shortest_password(self) -> int:
        """See ``Desk``."""
        return self.configuration.console.password_length

    def is_unclaimed(self) -> bool:
        """See ``Desk``."""
        with self._reading:
            return self._accounts.is_empty()

    def session(self, token: str) -> Session | None:
        """See ``Desk``."""
        with self._reading:
            return sessions_of(self.configuration, self._reader, self.clock).session(token)

    def note_use(self, session: Session) -> None:
        """See ``Desk``."""
        with self._lock:
            self._used.add(session.number)

    def found(
        self, code: str, name: str, password: str, again: str, address: str
    ) -> LoggedIn | Refusal | Objection:
        """See ``Desk``."""
        account_name(name)
        if against := self._against(name, password, again):
            return against
        if self._must_wait("", address):
            return Refusal.WAIT
        if not is_same_code(code, offered_code(self.configuration)):
            self._fail("", address)
            return Refusal.WRONG
        with self._register() as register:
            try:
                account = register.found(name, password)
            except OutOfResourcesError:
                return Refusal.BUSY
            forget_code(self.configuration)
            return self._let_in(register, account, address)

    def login(self, name: str, password: str, address: str) -> LoggedIn | Refusal:
        """See ``Desk``."""
        with self._register() as register:
            account = register.accounts.find(name)
            refusal = self._tried(register, account, name, password, address)
            if refusal is not None or account is None:
                return refusal or Refusal.WRONG
            if not account.is_new and self.hashing.is_outdated(account.password_hash):
                register.accounts.set_password(name, self.hashing.hashed(password))
            return self._let_in(register, account, address)

    def logout(self, session: Session) -> None:
        """See ``Desk``."""
        with self._register() as register, register.ledger.transaction():
            register.sessions.end(session.number)
            self._sign(
                register.ledger,
                AccountEvent.LOGGED_OUT,
                by=session.account,
                address=session.address,
            )

    def choose(
        self, session: Session, former: str, password: str, again: str, address: str
    ) -> LoggedIn | Refusal | Objection:
        """See ``Desk``."""
        if against := self._against(session.account, password, again):
            return against
        with self._register() as register:
            account = register.accounts.account(session.account)
            if not account.is_new:
                refusal = self._tried(register, account, account.name, former, address)
                if refusal is not None:
                    return refusal
            try:
                register.choose(account.name, password)
            except OutOfResourcesError:
                return Refusal.BUSY
            return self._let_in(register, account, address)

    def account(self, name: str) -> Account:
        """See ``Desk``."""
        with self._reading:
            return self._accounts.account(name)

    def accounts(self) -> Sequence[Account]:
        """See ``Desk``."""
        with self._reading:
            return self._accounts.all()

    def create(self, name: str, role: Role, by: str) -> str:
        """See ``Desk``."""
        with self._register() as register:
            return register.create(name, role, by)

    def reset(self, name: str, by: str) -> str:
        """See ``Desk``."""
        with self._register() as register:
            return register.reset(name, by)

    def set_role(self, name: str, role: Role, by: str) -> None:
        """See ``Desk``."""
        with self._register() as register:
            register.set_role(name, role, by)

    def lock(self, name: str, by: str) -> None:
        """See ``Desk``."""
        with self._register() as register:
            register.lock(name, by)

    def unlock(self, name: str, by: str) -> None:
        """See ``Desk``."""
        with self._register() as register:
            register.unlock(name, by)
            self._names.forgive(plain(name))

    def write_used(self) -> None:
        """Write down which sessions were used since the last time, and let go of ended ones."""
        with self._lock:
            used, self._used = self._used, set()
        with self._register() as register:
            register.sessions.used(used)

    def _tried(
        self,
        register: AccountRegister,
        account: Account | None,
        name: str,
        password: str,
        address: str,
    ) -> Refusal | None:
        """Compare a password; None: it is right. As much is done for a name that nobody has."""
        if self._must_wait(name, address):
            return Refusal.WAIT
        kept = account.password_hash if account else None
        try:
            is_right = self.hashing.agrees(password, kept)
        except OutOfResourcesError:
            return Refusal.BUSY
        if self._must_wait(name, address):  # others tried meanwhile
            return Refusal.WAIT
        why = "wrong" if not is_right else self._hindrance(account)
        if not why:
            self._names.forgive(plain(name))
            return None
        self._fail(name, address)
        self._refuse(register, name, why, address)
        return Refusal.WRONG

    def _hindrance(self, account: Account | None) -> str:
        """Why a right password does not help; empty: it does."""
        if account is None or account.is_locked:
            return "locked"
        is_old = account.one_time_until is not None and account.one_time_until < self.clock.wall()
        return "expired" if is_old else ""

    def _refuse(self, register: AccountRegister, name: str, why: str, address: str) -> None:
        """What was typed is not written down where it is no account's: it may be a password."""
        with register.ledger.transaction():
            account = register.accounts.find(name)
            by = account.name if account else ""
            reason = why if account else "unknown"
            self._sign(
                register.ledger, AccountEvent.LOGIN_REFUSED, by=by, address=address, reason=reason
            )
            if register.accounts.note_failure(name):
                self._sign(register.ledger, AccountEvent.LOCKED, account=by, by=BY_THE_BOX)
        log.warning("login_refused", address=address, reason=reason)

    def _let_in(self, register: AccountRegister, account: Account, address: str) -> LoggedIn:
        with register.ledger.transaction():
            register.accounts.note_login(account.number)
            token = register.sessions.begin(account, address)
            self._sign(register.ledger, AccountEvent.LOGGED_IN, by=account.name, address=address)
        return LoggedIn(token)

    def _against(self, name: str, password: str, again: str) -> Objection | None:
        if password != again:
            return Objection.UNEQUAL
        return objection(password, plain(name), self.shortest_password())

    def _must_wait(self, name: str, address: str) -> bool:
        with self._lock:
            waits = (self._names.wait_s(plain(name)), self._addresses.wait_s(machine_of(address)))
            return max(waits) > 0

    def _fail(self, name: str, address: str) -> None:
        with self._lock:
            self._names.fail(plain(name))
            self._addresses.fail(machine_of(address))

    def _sign(self, ledger: Ledger, kind: AccountEvent, **body: str) -> None:
        Journal(ledger, self.clock).append(kind, body)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self._reader, self.clock)

    @contextmanager
    def _register(self) -> Iterator[AccountRegister]:
        with closing(open_ledger(self.configuration.ledger_path)) as ledger:
            sessions: Sessions = sessions_of(self.configuration, ledger, self.clock)
            yield AccountRegister(ledger, self.clock, self.hashing, sessions)


def use_written(people: PeopleDesk) -> AbstractContextManager[None]:
    """While the block runs, write down every while which sessions were used."""

    def write(over: threading.Event) -> None:
        while not over.wait(USED_S):
            try:
                people.write_used()
            except sqlite3.OperationalError as failure:  # as on a full disk
                log.error("sessions_not_written", reason=failure.sqlite_errorname)

    return companion("sessions", write)


def offered(made: PeopleDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
