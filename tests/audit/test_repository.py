"""Messages reach a real receiver of syslog by TLS, whole and in order, or they were not taken."""

from pathlib import Path

import pytest

from appliance.audit import NotTaken, Sender
from tests.audit.repositories import (
    DRIVERS,
    Rsyslog,
    Serve,
    free_port,
    reads_all,
    reads_little,
    reads_nothing,
    repository,
    scripted,
)
from tests.destinations.authority import Authority

TEXTS = [f"<AuditMessage>{number} {'x' * 3000}</AuditMessage>" for number in range(1, 301)]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


def messages(texts: list[str] = TEXTS) -> list[bytes]:
    sender = Sender("box.example")
    return [sender.message(text, number, 0.0) for number, text in enumerate(texts, 1)]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_batch_arrives_whole_and_in_order(
    tmp_path: Path, authority: Authority, driver: str
) -> None:
    taker = Rsyslog(tmp_path / "taker", authority, driver)
    with taker.running():
        assert repository(taker.port, authority).take(messages()) is None
    assert taker.lines() == [each.decode() for each in messages()]


def test_a_message_is_as_the_standards_have_it() -> None:
    (message,) = messages(["<AuditMessage/>"])
    head = "<85>1 1970-01-01T00:00:00.000Z box.example dose-appliance - DICOM+RFC3881"
    assert message.decode() == f'{head} [meta sequenceId="1"] <AuditMessage/>'


def test_nobody_there(authority: Authority) -> None:
    outcome = repository(free_port(), authority).take(messages())
    assert outcome == NotTaken("Connection refused")


@pytest.mark.parametrize(
    "serve", [pytest.param(reads_little, marks=pytest.mark.slow), reads_nothing]
)
@pytest.mark.parametrize("count", [1, 300])
def test_a_receiver_that_dies_has_taken_nothing(
    authority: Authority, serve: Serve, count: int
) -> None:
    with scripted(authority, serve) as port:
        for _ in range(20):
            outcome = repository(port, authority).take(messages()[:count])
            assert isinstance(outcome, NotTaken)


def test_a_receiver_that_reads_all_and_says_nothing_has_taken_it(authority: Authority) -> None:
    with scripted(authority, reads_all) as port:
        assert [repository(port, authority).take(messages()) for _ in range(5)] == [None] * 5


def test_another_authority_is_not_told_anything(tmp_path: Path, authority: Authority) -> None:
    stranger = Authority(tmp_path / "stranger")
    taker = Rsyslog(tmp_path / "taker", stranger)
    with taker.running():
        outcome = repository(taker.port, authority).take(messages())
    assert isinstance(outcome, NotTaken)
    assert outcome.reason.startswith("tls: ")
    assert taker.lines() == []


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_client_that_is_not_let_in_has_told_nothing(
    tmp_path: Path, authority: Authority, driver: str
) -> None:
    stranger = Authority(tmp_path / "stranger")
    taker = Rsyslog(tmp_path / "taker", authority, driver)
    with taker.running():
        refused = repository(taker.port, authority, stranger.client())
        outcomes = [refused.take(messages()[:1]) for _ in range(20)]
    assert all(isinstance(each, NotTaken) for each in outcomes)
    assert taker.lines() == []
