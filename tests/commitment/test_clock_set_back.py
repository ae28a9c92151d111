from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.commitment import (
    Answer,
    Commitments,
    FailureReason,
    Question,
    Reference,
    Requests,
    RequestState,
)
from appliance.ledger import Ledger, open_ledger
from tests.services.desk import Hands

YEAR_S = 365 * 86400.0
OBJECT = Reference("1.2", "1.2.3")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def test_what_was_put_off_is_not_put_off_for_a_year(ledger: Ledger) -> None:
    hands = Hands()
    requests = Requests(ledger, hands.clock)
    requests.enter(Question("9.1", (OBJECT,)), "CT1", "BOX", "192.0.2.1", own_s=600)
    hands.now -= YEAR_S
    request = requests.due(RequestState.OPEN)
    assert request is not None
    requests.judge(request, {OBJECT: 0})
    request = requests.due(RequestState.JUDGED)
    assert request is not None
    requests.failed(request, "nobody there", 3600)
    hands.now -= YEAR_S
    assert requests.due(RequestState.JUDGED) is not None


def test_a_destination_is_asked_though_the_clock_was_set_back(ledger: Ledger) -> None:
    hands = Hands()
    commitments = Commitments(ledger, hands.clock)
    commitments.expect("pacs", "1.2.3", OBJECT, 10.0)
    assert commitments.ask("pacs", 1, 3600) is None
    hands.now -= YEAR_S
    assert commitments.ask("pacs", 1, 3600) is not None


def test_what_is_sent_again_is_not_asked_about_before_it_arrived(ledger: Ledger) -> None:
    hands = Hands()
    commitments = Commitments(ledger, hands.clock)
    commitments.expect("pacs", "1.2.3", OBJECT)
    due = commitments.ask("pacs", 1, 3600)
    assert due is not None
    missing = int(FailureReason.NO_SUCH_OBJECT_INSTANCE)
    commitments.note(Answer(due.question.transaction_uid, {OBJECT: missing}))
    commitments.take_in(10, {})
    (lost,) = commitments.missing("pacs")
    commitments.send_again("pacs", lost)
    for days in (0, -400, 900):
        hands.now += days * 86400.0
        assert commitments.ask("pacs", 1, 3600) is None
    commitments.expect("pacs", "1.2.3", OBJECT)
    assert commitments.ask("pacs", 1, 3600) is not None


def test_nothing_is_given_up_before_it_was_asked_about(ledger: Ledger) -> None:
    hands = Hands(now=0.0)  # a box that does not know the time yet
    commitments = Commitments(ledger, hands.clock)
    commitments.expect("pacs", "1.2.3", OBJECT)
    hands.now = 1e9
    assert commitments.give_up("pacs", hands.now - 3600) == 0
    assert commitments.ask("pacs", 1, 60) is not None
    hands.wait(61)
    assert commitments.give_up("pacs", hands.now - 3600) == 1


def test_a_box_that_was_off_asks_once_more_before_it_gives_up(ledger: Ledger) -> None:
    hands = Hands()
    commitments = Commitments(ledger, hands.clock)
    commitments.expect("pacs", "1.2.3", OBJECT)
    assert commitments.ask("pacs", 1, 60) is not None
    hands.now += 5 * 86400.0
    assert commitments.give_up("pacs", hands.now - 3600, hands.now - 600) == 0
    assert commitments.ask("pacs", 1, 60) is not None
    hands.wait(61)
    assert commitments.give_up("pacs", hands.now - 3600, hands.now - 600) == 1
