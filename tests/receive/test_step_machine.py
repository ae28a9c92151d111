"""Steps against a model of the standard's states, whatever is said of them and in which order."""

import contextlib
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pydicom import Dataset

from appliance.uids import derived_uid
from tests.receive.box import Box
from tests.receive.steps import STUDY, begun, encoded, said, scu, steps

SUCCESS, INVALID_VALUE, PROCESSING_FAILURE = 0x0000, 0x0106, 0x0110
DUPLICATE, NO_SUCH_INSTANCE = 0x0111, 0x0112
STEPS = st.sampled_from(["a", "b"])
CREATING = {"begun": begun(), "again": begun(PerformedProcedureStepID="2")}
SETTING = {
    f"{state or 'unchanged'} {comment}": said(state, comment)
    for state in (None, "IN PROGRESS", "COMPLETED", "DISCONTINUED", "SUSPENDED")
    for comment in ("", "TotalDLP=1")
}


class Machine(RuleBasedStateMachine):
    """``count`` tells the examples' steps apart: the box goes on."""

    box: ClassVar[Box]
    count = 0

    def __init__(self) -> None:
        super().__init__()
        Machine.count += 1
        self.states: dict[str, str] = {}
        self.kept: dict[str, list[bytes]] = {}
        self.exits = contextlib.ExitStack()
        self.sender = self.exits.enter_context(scu(self.box.port))

    def uid(self, step: str) -> str:
        return str(derived_uid("step of an example", str(Machine.count), step))

    def keep(self, uid: str, dataset: Dataset, state: str) -> int:
        self.kept.setdefault(uid, []).append(explicit(dataset))
        self.states[uid] = state
        return SUCCESS

    @rule(step=STEPS, content=st.sampled_from(sorted(CREATING)))
    def create(self, step: str, content: str) -> None:
        uid, dataset = self.uid(step), CREATING[content]
        answer = self.sender.create(dataset, uid)
        if explicit(dataset) in self.kept.get(uid, ()):
            assert answer.status == SUCCESS
        elif uid in self.states:
            assert answer.status == DUPLICATE
        else:
            assert answer.status == self.keep(uid, dataset, "IN PROGRESS")

    @rule(step=STEPS, content=st.sampled_from(sorted(SETTING)))
    def set(self, step: str, content: str) -> None:
        uid, dataset = self.uid(step), SETTING[content]
        answer = self.sender.set(dataset, uid)
        state = str(dataset.get("PerformedProcedureStepStatus", ""))
        if explicit(dataset) in self.kept.get(uid, ()):
            assert answer.status == SUCCESS
        elif uid not in self.states:
            assert answer.status == NO_SUCH_INSTANCE
        elif self.states[uid] != "IN PROGRESS":
            assert (answer.status, answer.error_id) == (PROCESSING_FAILURE, 0xA710)
        elif state == "SUSPENDED":
            assert answer.status == INVALID_VALUE
        else:
            assert answer.status == self.keep(uid, dataset, state or "IN PROGRESS")

    @rule()
    def call_again(self) -> None:
        self.exits.close()
        self.sender = self.exits.enter_context(scu(self.box.port))

    @invariant()
    def everything_acknowledged_is_there_in_its_order(self) -> None:
        found, stored = steps(self.box), self.box.stored()
        for uid in map(self.uid, ("a", "b")):
            state = self.states.get(uid)
            assert found.get(uid) == ((STUDY, state) if state else None)
            assert stored.get(uid) == self.kept.get(uid)

    def teardown(self) -> None:
        self.exits.close()


def explicit(dataset: Dataset) -> bytes:
    """As the sender sends it."""
    return encoded(dataset, implicit=False)


def test_a_step_goes_through_its_states_and_no_others(box: Box) -> None:
    Machine.box = box
    limits = settings(max_examples=15, stateful_step_count=12, deadline=None)
    run_state_machine_as_test(Machine, settings=limits)
