"""Accounts and sessions over a ledger: who may log in, and for how long."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.accounts import ROLES, Right, Role
from appliance.accounts.account import MOST_FAILURES, Account, Accounts
from appliance.accounts.secret import digest
from appliance.accounts.sessions import CLOCK_STEP_S, MOST, MOST_OF_ONE, Sessions
from appliance.clock import Clock
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger, open_ledger
from tests.console.typing_by_ime import wide

IDLE_S, LONGEST_S = 1800.0, 43200.0


@dataclass
class Desk:
    """A ledger, and a clock that stands until it is moved."""

    ledger: Ledger
    now: float = 1_800_000_000.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(wall=lambda: self.now)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.ledger, self.clock)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.ledger, self.clock, IDLE_S, LONGEST_S)

    def person(self, name: str, role: Role = Role.TECHNOLOGIST) -> Account:
        return self.accounts.create(name, role, "$hash", None)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield Desk(ledger)
    ledger.close()


def test_a_role_may_what_the_one_before_it_may() -> None:
    rights = [ROLES[each] for each in Role]
    assert all(below < above for below, above in pairwise(rights))
    assert ROLES[Role.ADMINISTRATOR] == set(Right)
    assert Right.SEE_PATIENTS not in ROLES[Role.VIEWER]


@pytest.mark.parametrize("typed", ["Tanaka", " tanaka ", wide("tanaka"), "TANAKA"])
def test_a_name_is_one_however_it_is_typed(desk: Desk, typed: str) -> None:
    desk.person("tanaka")
    assert desk.accounts.account(typed).name == "tanaka"
    with pytest.raises(RefusedError):
        desk.person(typed)


@pytest.mark.parametrize("typed", ["", " ", ".a", "a/b", "../a", "a b", "a" * 65, "<b>", "a'"])
def test_what_is_no_name_is_refused(desk: Desk, typed: str) -> None:
    with pytest.raises(RefusedError):
        desk.person(typed)


@pytest.mark.parametrize("name", ["田中", "yamada.taro@example.jp", "rt-1", "佐藤_花子"])
def test_names_are_as_persons_are_called(desk: Desk, name: str) -> None:
    assert desk.person(name).name == name


def test_the_last_administrator_stays_one(desk: Desk) -> None:
    desk.person("first", Role.ADMINISTRATOR)
    desk.person("other", Role.ENGINEER)
    with pytest.raises(RefusedError):
        desk.accounts.set_role("first", Role.ENGINEER)
    with pytest.raises(RefusedError):
        desk.accounts.lock("first")
    assert desk.accounts.account("first").is_administrator
    desk.accounts.set_role("other", Role.ADMINISTRATOR)
    desk.accounts.lock("first")
    with pytest.raises(RefusedError):
        desk.accounts.set_role("other", Role.VIEWER)


def test_an_account_that_is_not_there_is_not_changed(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.accounts.set_role("nobody", Role.VIEWER)
    assert not desk.accounts.note_failure("nobody")


def test_wrong_passwords_lock_an_account_but_the_last_administrators(desk: Desk) -> None:
    for name, role in (("first", Role.ADMINISTRATOR), ("tanaka", Role.TECHNOLOGIST)):
        desk.person(name, role)
        locking = [desk.accounts.note_failure(name) for _ in range(MOST_FAILURES + 1)]
        expected = [False] * (MOST_FAILURES - 1) + [name == "tanaka", False]
        assert locking == expected
        assert desk.accounts.account(name).is_locked is (name == "tanaka")


def test_a_right_password_forgives_wrong_ones(desk: Desk) -> None:
    account = desk.person("tanaka")
    desk.accounts.note_failure("tanaka")
    desk.accounts.note_login(account.number)
    assert desk.accounts.account("tanaka").failures == 0


def test_a_token_is_kept_nowhere(desk: Desk) -> None:
    token = desk.sessions.begin(desk.person("tanaka"), "192.0.2.1")
    kept = b"".join(file.read_bytes() for file in desk.ledger.path.parent.iterdir())
    assert digest(token).encode() in kept
    assert token.encode() not in kept


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(desk: Desk) -> None:
    token = desk.sessions.begin(desk.person("tanaka"), "192.0.2.1")
    desk.now += IDLE_S - 1
    session = desk.sessions.session(token)
    assert session is not None
    desk.sessions.used([session.number])
    desk.now += IDLE_S - 1
    assert desk.sessions.session(token)
    desk.now += 1
    assert desk.sessions.session(token) is None
    again = desk.sessions.begin(desk.accounts.account("tanaka"), "192.0.2.1")
    for _ in range(int(LONGEST_S / IDLE_S) * 2):
        desk.now += IDLE_S / 2
        found = desk.sessions.session(again)
        desk.sessions.used([found.number] if found else [])
    assert desk.sessions.session(again) is None
    desk.now += 1
    desk.sessions.used([])
    assert desk.sessions.count() == 0


def test_a_time_server_ends_no_session(desk: Desk) -> None:
    token = desk.sessions.begin(desk.person("tanaka"), "192.0.2.1")
    desk.now -= CLOCK_STEP_S
    assert desk.sessions.session(token)
    desk.now -= 1
    assert desk.sessions.session(token) is None


def test_a_session_has_the_role_of_now(desk: Desk) -> None:
    desk.person("first", Role.ADMINISTRATOR)
    token = desk.sessions.begin(desk.person("tanaka"), "192.0.2.1")
    desk.accounts.set_role("tanaka", Role.VIEWER)
    session = desk.sessions.session(token)
    assert session is not None
    assert session.role is Role.VIEWER
    desk.accounts.lock("tanaka")
    assert desk.sessions.session(token) is None


def test_other_sessions_end_and_one_goes_on(desk: Desk) -> None:
    account, other = desk.person("tanaka"), desk.person("suzuki")
    tokens = [desk.sessions.begin(account, "192.0.2.1") for _ in range(50)]
    foreign = desk.sessions.begin(other, "192.0.2.2")
    kept = desk.sessions.session(tokens[7])
    assert kept is not None
    desk.sessions.end_all_of("tanaka", but=kept.number)
    going_on = [token for token in tokens if desk.sessions.session(token)]
    assert going_on == [tokens[7]]
    assert desk.sessions.session(foreign)


def test_the_table_of_sessions_is_bounded(desk: Desk) -> None:
    account = desk.person("tanaka")
    with desk.ledger.transaction():
        tokens = [desk.sessions.begin(account, "192.0.2.1") for _ in range(MOST_OF_ONE + 5)]
    assert desk.sessions.count() == MOST_OF_ONE
    assert desk.sessions.session(tokens[-1])
    assert desk.sessions.session(tokens[0]) is None
    with desk.ledger.transaction():
        for number in range(MOST // MOST_OF_ONE):
            other = desk.person(f"person{number}")
            for _ in range(MOST_OF_ONE):
                desk.sessions.begin(other, "192.0.2.1")
    assert desk.sessions.count() == MOST
