"""The box as the one who asks a destination to keep what it was sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.commitment import Answer, Commitments, FailureReason, Reference
from appliance.outbox import Outbox
from appliance.services import clerk, forwarder, receiver
from tests.commitment.custody import Custody
from tests.commitment.keepers import Keeper, Way
from tests.destinations.archives import RDSR, a_free_port, a_report
from tests.receive.box import wait_until

QUICK = "timeout_s = 2\nconnection_timeout_s = 2\nretry_first_s = 0.1\nretry_max_s = 0.2\n"
UID = "2.25.1"


class World:
    """A box with one destination, ``keeper``."""

    def __init__(self, folder: Path, keeper: Keeper, more: str, again_min: float) -> None:
        self.keeper = keeper
        open_s = 20 if keeper.way is Way.SAME else 0
        self.custody = Custody(
            folder,
            f'[[destination]]\nname = "pacs"\nhost = "127.0.0.1"\nport = {keeper.port}\n{QUICK}'
            f"[destination.commitment]\nask = true\nafter_s = 0\nopen_s = {open_s}\n"
            f"answer_within_min = {again_min}\n{more}\n",
            port=keeper.box_port,
        )
        (folder / "data").mkdir(exist_ok=True)
        self.ledger = self.custody.ledger
        self.commitments = Commitments(self.ledger, SYSTEM_CLOCK)

    @contextmanager
    def running(self) -> Iterator["World"]:
        with self.keeper.running(), self.custody.running(receiver.run, forwarder.run, clerk.run):
            yield self

    def put(self, *uids: str) -> None:
        outbox = Outbox(self.custody.configuration.outbox_dir, self.ledger, SYSTEM_CLOCK)
        for uid in uids:
            outbox.put(a_report(uid), RDSR, uid, "9.9")

    def is_committed(self, uid: str = UID) -> bool:
        return self.commitments.is_committed(uid, "pacs")

    def counts(self) -> tuple[int, int, int]:
        """Open, committed, failed."""
        (tally,) = self.commitments.tallies()
        return tally.open, tally.committed, tally.failed


def a_world(folder: Path, more: str = "", again_min: float = 1.0, **keeper: object) -> World:
    asked = Keeper(a_free_port(), **keeper)  # type: ignore[arg-type] # Keeper's own
    return World(folder, asked, more, again_min)


SOON_MIN = 0.005
"""Without an answer so long, it is asked again."""


@pytest.mark.parametrize("way", [Way.NEW, Way.SAME])
def test_what_the_archive_says_it_keeps_is_committed(tmp_path: Path, way: Way) -> None:
    world = a_world(tmp_path, way=way)
    with world.running():
        world.put(UID, "2.25.2")
        wait_until(lambda: world.is_committed() and world.is_committed("2.25.2"))
        wait_until(lambda: set(world.keeper.responses) == {0})
    assert world.counts() == (0, 2, 0)
    assert world.custody.alarms() == []
    assert not world.is_committed("2.25.3")


def test_it_is_asked_again_until_it_answers(tmp_path: Path) -> None:
    world = a_world(tmp_path, again_min=SOON_MIN, way=Way.NEVER, statuses=[0x0110, 0x0213])
    with world.running():
        world.put(UID)
        wait_until(lambda: len(world.keeper.asked) >= 4)
        assert not world.is_committed()
        world.keeper.way = Way.NEW
        wait_until(world.is_committed)
        wait_until(lambda: world.custody.alarms() == [])
    transactions = [each.transaction_uid for each in world.keeper.asked]
    assert len(set(transactions)) == len(transactions)


def test_what_it_has_lost_is_sent_again_once(tmp_path: Path) -> None:
    world = a_world(tmp_path, verdicts=[FailureReason.NO_SUCH_OBJECT_INSTANCE])
    with world.running():
        world.put(UID)
        wait_until(world.is_committed)
    assert world.keeper.stored == [UID, UID]


def test_what_it_loses_again_is_left_to_a_person(tmp_path: Path) -> None:
    lost = FailureReason.NO_SUCH_OBJECT_INSTANCE
    world = a_world(tmp_path, verdicts=[lost, lost])
    with world.running():
        world.put(UID)
        wait_until(lambda: ("commitment-lacking", "pacs") in world.custody.alarms())
        assert world.counts() == (0, 0, 1)
        assert world.commitments.retry("pacs") == 1
        wait_until(world.is_committed)
        wait_until(lambda: world.custody.alarms() == [])


@pytest.mark.parametrize(
    "reason",
    [
        FailureReason.CLASS_INSTANCE_CONFLICT,
        pytest.param(FailureReason.REFERENCED_SOP_CLASS_NOT_SUPPORTED, marks=pytest.mark.slow),
    ],
)
def test_what_time_will_not_heal_is_left_to_a_person(tmp_path: Path, reason: FailureReason) -> None:
    world = a_world(tmp_path, verdicts=[reason])
    with world.running():
        world.put(UID)
        wait_until(lambda: ("commitment-lacking", "pacs") in world.custody.alarms())
    assert len(world.keeper.asked) == 1


@pytest.mark.slow
def test_what_time_may_heal_is_asked_again(tmp_path: Path) -> None:
    again = [
        FailureReason.PROCESSING_FAILURE,
        FailureReason.DUPLICATE_TRANSACTION_UID,
        FailureReason.RESOURCE_LIMITATION,
    ]
    world = a_world(tmp_path, again_min=SOON_MIN, verdicts=[int(each) for each in again])
    with world.running():
        world.put(UID)
        wait_until(world.is_committed)
    assert world.keeper.stored == [UID]
    assert len(world.keeper.asked) == 4


def test_an_answer_twice_changes_nothing_and_one_about_nothing_is_refused(tmp_path: Path) -> None:
    world = a_world(tmp_path, times=2)
    with world.running():
        world.put(UID)
        wait_until(lambda: world.keeper.responses == [0, 0])
        wait_until(world.is_committed)
        unknown = Answer("2.25.99", {Reference(RDSR, UID): 0})
        assert world.keeper.report(unknown) == 0x0110
    assert world.counts() == (0, 1, 0)


def test_an_object_of_which_it_says_nothing_is_asked_about_again(tmp_path: Path) -> None:
    world = a_world(tmp_path, again_min=SOON_MIN, way=Way.NEVER)
    with world.running():
        world.put(UID)
        wait_until(lambda: len(world.keeper.asked) == 1)
        transaction = world.keeper.asked[0].transaction_uid
        assert world.keeper.report(Answer(transaction, {Reference(RDSR, "2.25.2"): 0})) == 0
        wait_until(lambda: len(world.keeper.asked) > 1)
        assert not world.is_committed()
        assert world.keeper.report(Answer(transaction, {Reference(RDSR, UID): 0})) == 0
        wait_until(world.is_committed)  # a late answer to the first question counts


def test_silence_is_given_up(tmp_path: Path) -> None:
    world = a_world(tmp_path, "give_up_after_h = 0.01", again_min=SOON_MIN, way=Way.NEVER)
    with world.running():
        world.put(UID)
        wait_until(lambda: bool(world.keeper.asked))
    world.ledger.execute("UPDATE commitment SET delivered_at = delivered_at - 40")
    with world.running():
        wait_until(lambda: world.custody.alarms() == [("commitment-lacking", "pacs")])
    assert world.counts() == (0, 0, 1)


def test_an_archive_that_always_asks_for_patience_is_given_up(tmp_path: Path) -> None:
    patience = [int(FailureReason.PROCESSING_FAILURE)] * 100000
    world = a_world(tmp_path, "give_up_after_h = 0.01", again_min=SOON_MIN, verdicts=patience)
    with world.running():
        world.put(UID)
        wait_until(lambda: len(world.keeper.asked) > 1)
        world.ledger.execute("UPDATE commitment SET delivered_at = delivered_at - 40")
        wait_until(lambda: world.custody.alarms() == [("commitment-lacking", "pacs")])
    assert world.counts() == (0, 0, 1)


def test_an_archive_that_keeps_nothing_is_told_of(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    world.put(UID)
    reference = Reference(RDSR, UID)
    world.commitments.expect("pacs", UID, reference)
    with world.custody.running(clerk.run):  # nobody is there
        wait_until(lambda: world.custody.alarms() == [("commitment-lacking", "pacs")])
    assert world.counts() == (1, 0, 0)


def test_an_archive_that_answers_what_it_did_not_acknowledge_lacks_nothing(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    reference = Reference(RDSR, UID)
    world.commitments.expect("pacs", UID, reference)
    with world.custody.running(clerk.run):  # nobody hears the question
        wait_until(lambda: world.custody.alarms() == [("commitment-lacking", "pacs")])
        (question,) = world.ledger.rows(
            "SELECT max(rowid), transaction_uid FROM commitment_question"
        )
        assert world.commitments.note(Answer(question["transaction_uid"], {reference: 0}))
        wait_until(world.is_committed)
        wait_until(lambda: world.custody.alarms() == [])


def test_a_box_with_listed_callers_lets_its_archive_in(tmp_path: Path) -> None:
    world = a_world(tmp_path, '[[scanner]]\nname = "ct1"\nae_title = "CT1"\n')
    world.custody.settings = 'callers = "listed"\n' + world.custody.settings
    with world.running():
        world.put(UID)
        wait_until(world.is_committed)
