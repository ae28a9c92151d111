"""Any order of deliveries, questions, answers and losses: committed is what was said to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.commitment import Answer, Commitments, FailureReason, Reference
from appliance.ledger import Ledger, open_ledger
from tests.services.desk import Hands

UIDS = st.sampled_from(["1.1", "1.2", "1.3"])
VERDICTS = st.sampled_from([0, *map(int, FailureReason)])
AGAIN_S, GIVE_UP_S = 100.0, 1000.0
CLASS = "1.2.840.10008.5.1.4.1.1.2"
NUMBERS = count()


@contextmanager
def a_ledger() -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder) / "ledger.sqlite")
        yield ledger
        ledger.close()


LEDGER = a_ledger()
SHARED: list[Ledger] = []
"""Every run has a destination of its own in one ledger; making one takes longer than a run."""


class Dialogue(RuleBasedStateMachine):
    """A destination, what was delivered to it, and what it has said."""

    def __init__(self) -> None:
        super().__init__()
        if not SHARED:
            SHARED.append(LEDGER.__enter__())
        self.hands = Hands()
        self.commitments = Commitments(SHARED[0], self.hands.clock)
        self.destination = f"pacs{next(NUMBERS)}"
        self.delivered: set[str] = set()
        self.asked: dict[str, set[str]] = {}
        self.kept: set[str] = set()

    @rule(uid=UIDS)
    def deliver(self, uid: str) -> None:
        self.commitments.expect(self.destination, uid, Reference(CLASS, f"{uid}.9"))
        self.delivered.add(uid)

    @rule()
    def ask(self) -> None:
        due = self.commitments.ask(self.destination, 2, AGAIN_S)
        if due is not None:
            named = {each.sop_instance_uid[:-2] for each in due.question.references}
            assert named <= self.delivered - self.kept_here()
            self.asked[due.question.transaction_uid] = named

    @rule(data=st.data(), verdict=VERDICTS)
    def answer(self, data: st.DataObject, verdict: int) -> None:
        if not self.asked:
            return
        transaction = data.draw(st.sampled_from(list(self.asked)))
        uid = data.draw(st.sampled_from(sorted(self.asked[transaction])))
        verdicts = {Reference(CLASS, f"{uid}.9"): verdict}
        assert self.commitments.note(Answer(transaction, verdicts))
        if verdict == 0:
            self.kept.add(uid)

    @rule()
    def take_in(self) -> None:
        while self.commitments.take_in(3, {self.destination: AGAIN_S}):
            continue

    @rule(uid=UIDS)
    def hear_of_nothing(self, uid: str) -> None:
        assert not self.commitments.note(Answer("2.25.0", {Reference(CLASS, f"{uid}.9"): 0}))

    @rule(seconds=st.sampled_from([1.0, AGAIN_S + 1, GIVE_UP_S]))
    def wait(self, seconds: float) -> None:
        self.hands.wait(seconds)

    @rule()
    def give_up(self) -> None:
        before = self.hands.now - GIVE_UP_S
        self.commitments.give_up(self.destination, before)

    @rule()
    def deal_with_losses(self) -> None:
        for missing in self.commitments.missing(self.destination):
            if missing.sent_again:
                self.commitments.fail(self.destination, missing)
            else:
                self.commitments.send_again(self.destination, missing)
                self.deliver(missing.kept_uid)

    @rule()
    def ask_a_person(self) -> None:
        self.commitments.retry(self.destination)

    @invariant()
    def nothing_is_committed_that_was_not_said_to_be(self) -> None:
        assert self.kept_here() <= self.kept

    @invariant()
    def everything_is_somewhere(self) -> None:
        tallies = {each.destination: each for each in self.commitments.tallies()}
        tally = tallies.get(self.destination)
        total = tally.open + tally.committed + tally.failed if tally else 0
        assert total == len(self.delivered)

    def teardown(self) -> None:
        """Nothing is stuck: in the end the destination can commit all that did not fail."""
        self.take_in()
        self.deal_with_losses()
        self.ask_a_person()
        for _ in range(3):
            self.hands.wait(AGAIN_S + 1)
            self.ask()
            for transaction, uids in self.asked.items():
                verdicts = {Reference(CLASS, f"{uid}.9"): 0 for uid in uids}
                self.commitments.note(Answer(transaction, verdicts))
                self.kept |= uids
            self.take_in()
        assert self.kept_here() == self.delivered

    def kept_here(self) -> set[str]:
        committed = self.commitments.is_committed
        return {uid for uid in self.delivered if committed(uid, self.destination)}


TestDialogue = Dialogue.TestCase
TestDialogue.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
