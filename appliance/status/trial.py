"""Whether a broker takes what the box says, found out by saying something and hearing it again.

By a client of its own, with a name of its own: the standing connection is not touched.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from appliance.clock import Clock
from appliance.config import Mqtt
from appliance.config.mqtt import AUTO, FIVE, THREE
from appliance.status.broker import (
    QOS,
    VERSIONS,
    BrokerFailure,
    Cause,
    Client,
    line_to,
    not_reached,
    password_of,
    refusal,
)
from appliance.status.outgoing import encoded
from appliance.status.stamp import Device
from appliance.status.topics import Topics

SCHEMA = "trial/1"
HEARD_S = 10.0
"""How long the message may be on its way back."""
TURN_S = 0.2
PERHAPS_TOO_NEW = (Cause.PROTOCOL_REFUSED, Cause.REFUSED)


class Hearing(StrEnum):
    """What came of hearing it again."""

    HEARD = "heard"
    NOT_HEARD = "not-heard"
    REFUSED = "refused"
    """The broker lets the box not subscribe to its own topic."""


@dataclass(frozen=True, slots=True)
class Said:
    """The broker took the message; ``reason`` is the broker's where it let nothing be heard."""

    protocol: str
    topic: str
    hearing: Hearing
    reason: str = ""


def say_and_hear(settings: Mqtt, device: str, clock: Clock, heard_s: float = HEARD_S) -> Said:
    """Connect, subscribe, publish and wait. Raises BrokerFailure where it was not taken.

    ``device`` is the network device that leads to the broker, if only one may; ``heard_s`` how
    long the message may be on its way back.
    """
    first = FIVE if settings.protocol == AUTO else settings.protocol
    try:
        return _Trial(settings, first, device, clock, heard_s).run()
    except BrokerFailure as failure:
        if settings.protocol != AUTO or failure.cause not in PERHAPS_TOO_NEW:
            raise
        return _Trial(settings, THREE, device, clock, heard_s).run()


@dataclass
class _Trial:
    settings: Mqtt
    protocol: str
    device: str
    clock: Clock
    heard_s: float
    failure: BrokerFailure | None = None
    is_connected: bool = False
    subscribed: str | None = None
    """Why not; empty: it is."""
    is_taken: bool = False
    is_heard: bool = False
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def run(self) -> Said:
        settings, topic = self.settings, Topics.of(self.settings).trial
        client = self._client()
        client.username_pw_set(settings.username or None, password_of(settings))
        try:
            client.connect(settings.host, settings.port, settings.keepalive_s)
        except OSError as failure:
            raise not_reached(failure) from failure
        try:
            self._until(client, lambda: self.is_connected, settings.connection_timeout_s)
            client.subscribe(topic, QOS)
            self._until(client, lambda: self.subscribed is not None, settings.connection_timeout_s)
            said = Device(settings.site, settings.device).head(SCHEMA) | {"token": self.token}
            client.publish(topic, encoded(said), QOS)
            self._until(client, lambda: self.is_taken, settings.connection_timeout_s)
            return Said(self.protocol, topic, self._hearing(client), self.subscribed or "")
        finally:
            client.disconnect()
            client.loop(0)

    def _hearing(self, client: paho.Client) -> Hearing:
        if self.subscribed:
            return Hearing.REFUSED
        until = self.clock.monotonic() + self.heard_s
        while not self.is_heard and self.clock.monotonic() < until:
            self._turn(client)
        return Hearing.HEARD if self.is_heard else Hearing.NOT_HEARD

    def _until(self, client: paho.Client, holds: Callable[[], bool], longest_s: float) -> None:
        """Work until it holds. Raises BrokerFailure when the broker ends it or is too slow."""
        until = self.clock.monotonic() + longest_s
        while not holds():
            self._turn(client)
            if self.clock.monotonic() > until:
                raise BrokerFailure(Cause.NO_ANSWER, f"within {longest_s:g} s")

    def _turn(self, client: paho.Client) -> None:
        code = client.loop(TURN_S)
        if self.failure is not None:
            raise self.failure
        if code != paho.MQTT_ERR_SUCCESS:
            cause = Cause.CONNECTION_LOST if self.is_connected else Cause.REFUSED
            raise BrokerFailure(cause, paho.error_string(code))

    def _client(self) -> Client:
        settings = self.settings
        client = Client(
            lambda: line_to(settings, self.device),
            client_id=f"{settings.site}-{settings.device}-trial",
            protocol=VERSIONS.get(self.protocol, paho.MQTTv311),
            reconnect_on_failure=False,
        )
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, _c: object, _d: object, _f: object, reason: ReasonCode, _m: object
    ) -> None:
        if reason.is_failure:
            self.failure = BrokerFailure(refusal(str(reason)), str(reason))
        self.is_connected = not reason.is_failure

    def _on_disconnect(
        self, _c: object, _d: object, _f: object, reason: ReasonCode, _m: object
    ) -> None:
        cause = Cause.CONNECTION_LOST if self.is_connected else Cause.REFUSED
        self.failure = self.failure or BrokerFailure(cause, str(reason))

    def _on_subscribe(
        self, _c: object, _d: object, _id: int, reasons: list[ReasonCode], _m: object
    ) -> None:
        refused = [each for each in reasons if each.is_failure]
        self.subscribed = str(refused[0]) if refused else ""

    def _on_publish(self, _c: object, _d: object, _id: int, reason: ReasonCode, _m: object) -> None:
        if reason.is_failure:
            self.failure = BrokerFailure(Cause.NOT_PERMITTED, str(reason))
        self.is_taken = not reason.is_failure

    def _on_message(self, _c: object, _d: object, message: Any) -> None:  # noqa: ANN401 - paho's
        self.is_heard |= self.token.encode() in message.payload
