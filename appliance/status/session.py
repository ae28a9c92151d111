"""The box's standing connection to its broker: made anew whenever it ends, and fed from outgoing.

Nothing here waits longer than the connection's own time-out; while there is no broker, what stands
is kept as its newest, and events in the ledger.
"""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance import log
from appliance.clock import Clock
from appliance.config import Mqtt
from appliance.config.mqtt import AUTO, FIVE, THREE
from appliance.status.availability import Connection
from appliance.status.broker import SECONDS_PER_HOUR, Broker, BrokerFailure, Cause
from appliance.status.outgoing import Message, Outgoing, encoded

LEAST_PAUSE_S = 0.2
STEADY_S = 60.0
"""A connection that lasted so long begins with the shortest pause when it ends."""
LOOKED_S = 10.0
"""How long the broker may take to say what stands."""
FAREWELL_S = 3.0
MOST_DOUBLINGS = 16
NAME_BYTES = 8
PERHAPS_TOO_NEW = (Cause.PROTOCOL_REFUSED, Cause.REFUSED)
"""How a broker may end that does not know MQTT 5; the older ones just close."""


@dataclass
class Session:
    """For one thread. ``device``: the network device to the broker; empty: as the kernel routes."""

    settings: Mqtt
    outgoing: Outgoing
    clock: Clock
    device: str = ""
    chance: Callable[[], float] = random.random
    lost_at: float | None = None
    """Monotonic seconds since when there is no connection; None while there is one."""
    failure: BrokerFailure | None = None
    """Why there is none."""
    _broker: Broker | None = None
    _is_open: bool = False
    _connection: Connection | None = None
    _failures: int = 0
    _next_s: float = float("-inf")
    _opened_s: float = 0.0
    _look_until_s: float | None = None
    _again_s: float = 0.0
    _handed_s: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lost_at = self.clock.monotonic()
        self._protocol = FIVE if self.settings.protocol == AUTO else self.settings.protocol

    @property
    def is_connected(self) -> bool:
        """Whether the broker has said that it takes messages."""
        return self._is_open and self._broker is not None and self._broker.is_connected

    def work(self, timeout_s: float) -> None:
        """What there is to do with the broker, for at most about so long."""
        try:
            self._work(timeout_s)
        except BrokerFailure as failure:
            self._over(failure)

    def say_that_it_is_there(self) -> None:
        """Once more, because the broker may have told a will that was out of date."""
        if self._connection is not None and self.is_connected:
            online = self._connection.online(self.outgoing.device, self.clock.wall())
            self.outgoing.stand(self.outgoing.topics.availability, online)

    def end(self) -> None:
        """Say that the box goes, and go."""
        if self._broker is None or self._connection is None or not self.is_connected:
            return
        stopped = self._connection.stopped(self.outgoing.device, self.clock.wall())
        self.outgoing.stand(self.outgoing.topics.availability, stopped)
        until = self.clock.monotonic() + FAREWELL_S
        try:
            while not self.outgoing.is_empty and self.clock.monotonic() < until:
                self._exchange(self._broker, LEAST_PAUSE_S)
            self._broker.close()
        except BrokerFailure as failure:
            log.warning("broker_lost", reason=failure)

    def _work(self, timeout_s: float) -> None:
        now = self.clock.monotonic()
        if not self._is_open:
            if now < self._next_s:
                self.clock.sleep(min(timeout_s, self._next_s - now))
                return
            self._open()
        if self._broker is not None:
            self._exchange(self._broker, timeout_s)

    def _open(self) -> None:
        if self._broker is None:
            self.outgoing.forget_receipts()
            self._handed_s.clear()
            self._broker = Broker(self.settings, self._protocol, self.device)
        device = self.outgoing.device
        self._connection = Connection(secrets.token_hex(NAME_BYTES), self.clock.wall())
        self._opened_s = self.clock.monotonic()
        will = Message(self.outgoing.topics.availability, encoded(self._connection.will(device)))
        self._broker.open(will)
        self._is_open = True

    def _exchange(self, broker: Broker, timeout_s: float) -> None:
        was_connected = broker.is_connected
        if was_connected:
            self._hand_over(broker)
        broker.work(timeout_s)
        if broker.is_connected and not was_connected:
            self._greet(broker)
        now = self.clock.monotonic()
        if not broker.is_connected and now - self._opened_s > self.settings.connection_timeout_s:
            raise BrokerFailure(Cause.NO_ANSWER, "to the connection")
        self._take_receipts(broker, now)
        self._look(broker, now)
        if broker.is_connected and now >= self._again_s:
            self._again_s = now + self._keep_s / 2  # before the broker forgets what did not change
            self.outgoing.all_again()

    def _greet(self, broker: Broker) -> None:
        log.info("broker_connected", protocol=broker.protocol, broker=self.settings.host)
        self.lost_at = self.failure = None
        self._handed_s = dict.fromkeys(self._handed_s, self.clock.monotonic())
        self.say_that_it_is_there()
        self._again_s = float("-inf")
        self._look_until_s = self.clock.monotonic() + LOOKED_S
        broker.look_at(f"{self.outgoing.topics.alarms}#")

    def _hand_over(self, broker: Broker) -> None:
        while (message := self.outgoing.next()) is not None:
            is_availability = message.topic == self.outgoing.topics.availability
            keep_s = None if is_availability or not message.is_retained else self._keep_s
            receipt = broker.publish(message, keep_s)
            self.outgoing.handed(receipt, message)
            self._handed_s[receipt] = self.clock.monotonic()

    @property
    def _keep_s(self) -> int:
        return int(self.settings.keep_h * SECONDS_PER_HOUR)

    def _take_receipts(self, broker: Broker, now: float) -> None:
        while broker.receipts:
            receipt = broker.receipts.popleft()
            self.outgoing.received(receipt)
            self._handed_s.pop(receipt, None)
        oldest = min(self._handed_s.values(), default=now)
        if broker.is_connected and now - oldest > self.settings.answer_timeout_s:
            raise BrokerFailure(Cause.NO_ANSWER, "to a message")

    def _look(self, broker: Broker, now: float) -> None:
        """Take away alarms that stand at the broker and are none, as of a box that was replaced."""
        while broker.standing:
            topic = broker.standing.popleft()
            is_ours = topic.startswith(self.outgoing.topics.alarms)
            if is_ours and not self.outgoing.stands(topic):
                self.outgoing.take_away(topic)
        if self._look_until_s is not None and now > self._look_until_s:
            self._look_until_s = None
            broker.look_away(f"{self.outgoing.topics.alarms}#")

    def _over(self, failure: BrokerFailure) -> None:
        now = self.clock.monotonic()
        was_connected = self.lost_at is None
        if was_connected and now - self._opened_s > STEADY_S:
            self._failures = 0
        self._next_s = now + self._pause_s()
        if was_connected or str(failure) != str(self.failure or ""):
            retry_in_s = f"{self._next_s - now:.1f}"
            log.warning("broker_lost", reason=failure, retry_in_s=retry_in_s)
        self.lost_at = now if self.lost_at is None else self.lost_at
        self.failure, self._failures = failure, self._failures + 1
        if self._broker is not None and self._is_open:
            self._broker.drop()
        self._is_open = False
        self._begin_anew(failure.cause)

    def _begin_anew(self, cause: Cause) -> None:
        """Only a connection that was just lost goes on; else another client, perhaps an older."""
        if cause is Cause.CONNECTION_LOST:
            return
        self._broker = None
        if self.settings.protocol == AUTO and cause in PERHAPS_TOO_NEW:
            self._protocol = THREE if self._protocol == FIVE else FIVE
            if cause is Cause.PROTOCOL_REFUSED and self._protocol == THREE:
                self._next_s = self.clock.monotonic()

    def _pause_s(self) -> float:
        """A random part of what doubles each time: many boxes must not come back at once."""
        doubled: float = self.settings.retry_first_s * 2 ** min(self._failures, MOST_DOUBLINGS)
        longest_s = min(doubled, self.settings.retry_max_s)
        return max(LEAST_PAUSE_S, self.chance() * longest_s)
