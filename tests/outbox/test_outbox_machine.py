"""Whatever happens in whatever order: nothing is lost, doubled or overtaken within its study."""

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
from appliance.outbox import Delivery, Kind, Outbox, Received, Routing

DESTINATIONS = ("pacs", "dose")
LEASE_S = 60.0
INSTANCE = "INSERT INTO instance VALUES (?, ?, '1.2', '', ?, 1, ?, 'CT', 'BOX', '', 0, 0, NULL)"
Key = tuple[str, str]


class OutboxMachine(RuleBasedStateMachine):
    """The outbox beside a model: every (report, destination) is open, delivered or refused."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self._order: list[str] = []
        self._studies: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory()
        self._now = 1_000_000.0
        self._clock = replace(SYSTEM_CLOCK, wall=lambda: self._now)
        self._state: dict[Key, str] = {}
        self._leased_until: dict[Key, float] = {}
        self._attempts: dict[Key, int] = {}
        self.restart()

    def teardown(self) -> None:
        self._ledger.close()
        self._folder.cleanup()

    def restart(self) -> None:
        folder = Path(self._folder.name)
        self._ledger = open_ledger(folder / "ledger.sqlite")
        (folder / "spool").mkdir(exist_ok=True)
        spool = folder / "spool"
        self._outbox = Outbox(folder / "outbox", self._ledger, self._clock, spool)
        assert self._outbox.recover() == 0
        self._outbox.plan(DESTINATIONS)

    @rule()
    def power_cut(self) -> None:
        self._ledger.close()
        self.restart()

    @rule(number=st.integers(0, 6), study=st.sampled_from(["9.1", "9.2"]))
    def put(self, number: int, study: str) -> None:
        uid = f"1.{number}"
        new = uid not in self._studies
        assert self._outbox.put(uid.encode(), "1.2", uid, study) == new
        self._outbox.plan(DESTINATIONS)
        if new:
            self._leaves(uid, study, DESTINATIONS)

    @rule(
        study=st.sampled_from(["9.1", "9.2"]),
        destinations=st.sampled_from([(), ("pacs",), DESTINATIONS]),
    )
    def receive(self, study: str, destinations: tuple[str, ...]) -> None:
        number = self._outbox.last_routed() + 1
        uid = f"2.{number}"
        self._ledger.execute(INSTANCE, number, uid, str(number), str(number))
        (Path(self._folder.name) / "spool" / uid).write_bytes(uid.encode())
        self._outbox.route(
            Routing(instance_id=number, kind=Kind.IMAGE, destinations=destinations),
            Received(
                sop_instance_uid=uid,
                sop_class_uid="1.2",
                study_instance_uid=study,
                path=uid,
                sha256="",
            ),
        )
        self._leaves(uid, study, destinations)

    @rule(seconds=st.sampled_from([0.0, 1.0, 30.0, LEASE_S, 5000.0]))
    def wait(self, seconds: float) -> None:
        self._now += seconds

    @rule(target=leases, destination=st.sampled_from(DESTINATIONS))
    def lease(self, destination: str) -> object:
        delivery = self._outbox.lease(destination, LEASE_S)
        if delivery is None:
            return multiple()
        key = (delivery.outgoing.sop_instance_uid, destination)
        assert self._state[key] == "open"
        assert self._leased_until.get(key, 0) <= self._now
        earlier = self._order[: self._order.index(key[0])]
        of_study = [uid for uid in earlier if self._studies[uid] == self._studies[key[0]]]
        assert all(self._state.get((uid, destination)) != "open" for uid in of_study)
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

    @rule(delivery=consumes(leases))
    def put_back(self, delivery: Delivery) -> None:
        self._outbox.put_back(delivery)
        if self._ends(delivery):
            self._attempts[_key(delivery)] -= 1

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

    def _leaves(self, uid: str, study: str, destinations: tuple[str, ...]) -> None:
        self._order.append(uid)
        self._studies[uid] = study
        self._state |= {(uid, destination): "open" for destination in destinations}

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
