"""Whatever happens in whatever order: no report is lost, doubled or overtaken."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.outbox import Delivery, Outbox

DESTINATIONS = ("pacs", "dose")
LEASE_S = 60.0
Key = tuple[str, str]


class OutboxMachine(RuleBasedStateMachine):
    """The outbox beside a model: every (report, destination) is open, delivered or refused."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._now = 1_000_000.0
        self._clock = replace(SYSTEM_CLOCK, wall=lambda: self._now)
        self._state: dict[Key, str] = {}
        self._predecessors: dict[str, str] = {}
        self._leased_until: dict[Key, float] = {}
        self._attempts: dict[Key, int] = {}
        self.restart()

    def teardown(self) -> None:
        self._ledger.close()
        self._folder.cleanup()

    def restart(self) -> None:
        folder = Path(self._folder.name)
        self._ledger = open_ledger(folder / "ledger.sqlite")
        self._outbox = Outbox(folder / "outbox", self._ledger, self._clock)
        assert self._outbox.recover() == 0
        self._outbox.plan(DESTINATIONS)

    @rule()
    def power_cut(self) -> None:
        self._ledger.close()
        self.restart()

    @rule(number=st.integers(0, 6), replaces=st.booleans())
    def put(self, number: int, replaces: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        uid = f"1.{number}"
        newest = max(self._predecessors, default="", key=list(self._predecessors).index)
        predecessor = newest if replaces and newest != uid else ""
        new = uid not in self._predecessors
        assert self._outbox.put(uid.encode(), "1.2", uid, "9.9", predecessor) == new
        self._outbox.plan(DESTINATIONS)
        if new:
            self._predecessors[uid] = predecessor
            self._state |= {(uid, destination): "open" for destination in DESTINATIONS}

    @rule(seconds=st.sampled_from([0.0, 1.0, 30.0, LEASE_S, 5000.0]))
    def wait(self, seconds: float) -> None:
        self._now += seconds

    @rule(target=leases, destination=st.sampled_from(DESTINATIONS))
    def lease(self, destination: str) -> object:
        delivery = self._outbox.lease(destination, LEASE_S)
        if delivery is None:
            return multiple()
        key = (delivery.outgoing.sop_instance_uid, destination)
        predecessor = self._predecessors[key[0]]
        assert self._state[key] == "open"
        assert self._leased_until.get(key, 0) <= self._now
        assert self._state.get((predecessor, destination), "none") != "open"
        assert delivery.outgoing.path.read_bytes() == key[0].encode()
        self._leased_until[key] = self._now + LEASE_S
        self._attempts[key] = delivery.attempts
        return delivery

    @rule(delivery=consumes(leases))
    def delivered(self, delivery: Delivery) -> None:
        self._outbox.delivered(delivery)
        self._state[_key(delivery)] = "delivered"

    @rule(delivery=consumes(leases))
    def refused(self, delivery: Delivery) -> None:
        self._outbox.refused(delivery, "no")
        if self._ends(delivery):
            self._state[_key(delivery)] = "refused"

    @rule(delivery=consumes(leases), pause_s=st.floats(0, 1000))
    def failed(self, delivery: Delivery, pause_s: float) -> None:
        self._outbox.failed(delivery, "unreachable", pause_s)
        self._ends(delivery)

    @rule()
    def retry(self) -> None:
        self._outbox.retry()
        refused = [key for key, state in self._state.items() if state == "refused"]
        self._state |= dict.fromkeys(refused, "open")

    @invariant()
    def counts_agree(self) -> None:
        for backlog in self._outbox.backlog():
            states = [self._state[key] for key in self._state if key[1] == backlog.destination]
            assert backlog.waiting == states.count("open")
            assert backlog.delivered == states.count("delivered")
            assert backlog.refused == states.count("refused")

    @rule()
    def everything_arrives_once_the_world_is_well(self) -> None:
        for destination in DESTINATIONS:
            self._now += 5000.0
            self._outbox.retry()
            while delivery := self._outbox.lease(destination, LEASE_S):
                assert self._state[_key(delivery)] != "delivered"
                self._outbox.delivered(delivery)
                self._state[_key(delivery)] = "delivered"
        assert set(self._state.values()) <= {"delivered"}

    def _ends(self, delivery: Delivery) -> bool:
        """Whether the answer to this lease still counts: nobody has leased it since."""
        key = _key(delivery)
        current = self._state[key] == "open" and self._attempts[key] == delivery.attempts
        if current:
            self._leased_until[key] = 0
        return current


def _key(delivery: Delivery) -> Key:
    return delivery.outgoing.sop_instance_uid, delivery.destination


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
