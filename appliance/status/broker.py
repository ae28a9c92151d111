"""One client of a broker, by MQTT 5 or 3.1.1, for one thread that works it."""

import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from socket import socket
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.config import Mqtt
from appliance.config.mqtt import FIVE
from appliance.connection import connect
from appliance.status.outgoing import Message
from appliance.tls import Credentials, client_context

SECONDS_PER_HOUR = 3600
SESSION_S = 86400
"""How long the broker keeps the session; more than it waits with the will."""
QOS = 1
VERSIONS = {FIVE: paho.MQTTv5}


class Cause(StrEnum):
    """Why there is no connection."""

    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls-failed"
    CREDENTIAL_UNUSABLE = "credential-unusable"
    LOGIN_REFUSED = "login-refused"
    PROTOCOL_REFUSED = "protocol-refused"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"
    CONNECTION_LOST = "connection-lost"
    NOT_PERMITTED = "not-permitted"


@dataclass
class BrokerFailure(Exception):  # noqa: N818 - errors.py: exceptions are nouns
    """The connection is over, or never came to be. ``detail`` is for people."""

    cause: Cause
    detail: str = ""

    def __str__(self) -> str:
        """``cause: detail``."""
        return f"{self.cause}: {self.detail}" if self.detail else str(self.cause)


class Client(paho.Client):
    """Connects as the box does; the library has no other way to hold a socket to a device."""

    def __init__(self, line: Callable[[], socket], **more: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(CallbackAPIVersion.VERSION2, **more)
        self._line = line

    def _create_socket_connection(self) -> socket:
        return self._line()


@dataclass
class Broker:
    """One broker, of which ``device`` is the only network device that leads there, if any.

    What is under way when the connection ends goes again by itself with the next ``open``.
    """

    settings: Mqtt
    protocol: str
    device: str
    is_connected: bool = False
    receipts: deque[int] = field(default_factory=deque)
    standing: deque[str] = field(default_factory=deque)
    """Topics where something stood at the broker, of those that were looked at."""
    _failure: BrokerFailure | None = None

    def __post_init__(self) -> None:
        is_five = self.protocol == FIVE
        session = {} if is_five else {"clean_session": False}
        self._client = Client(
            lambda: line_to(self.settings, self.device),
            client_id=f"{self.settings.site}-{self.settings.device}",
            protocol=VERSIONS.get(self.protocol, paho.MQTTv311),
            reconnect_on_failure=False,
            **session,
        )
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def open(self, will: Message) -> None:
        """Begin to connect; ``work`` until ``is_connected``. Raises BrokerFailure."""
        settings, self._failure, self.is_connected = self.settings, None, False
        self.receipts.clear()
        self._client.username_pw_set(settings.username or None, password_of(settings))
        self._client.will_set(will.topic, will.payload, QOS, True, self._of_will())
        more: dict[str, Any] = {}
        if self.protocol == FIVE:
            session = _properties(PacketTypes.CONNECT)
            session.SessionExpiryInterval = max(SESSION_S, 2 * settings.offline_after_s)
            more = {"clean_start": False, "properties": session}
        try:
            self._client.connect(settings.host, settings.port, settings.keepalive_s, **more)
        except OSError as failure:
            raise not_reached(failure) from failure

    def work(self, timeout_s: float) -> None:
        """Send and receive for at most so long. Raises BrokerFailure when the connection ended."""
        code = self._client.loop(timeout_s)
        if self._failure is not None:
            raise self._failure
        if code != paho.MQTT_ERR_SUCCESS:
            raise BrokerFailure(self._lost, paho.error_string(code))

    def publish(self, message: Message, keep_s: int | None) -> int:
        """Hand a message over, to be kept ``keep_s`` seconds if it stands; its receipt's number."""
        properties = None
        if self.protocol == FIVE:
            properties = _properties(PacketTypes.PUBLISH)
            properties.PayloadFormatIndicator = 1
            if keep_s is not None and message.payload:
                properties.MessageExpiryInterval = keep_s
        sent = self._client.publish(
            message.topic, message.payload, QOS, message.is_retained, properties
        )
        return int(sent.mid)

    def look_at(self, topics: str) -> None:
        """Have the broker say once what stands at ``topics``; see ``standing``."""
        if self.protocol == FIVE:
            own = SubscribeOptions(qos=0, noLocal=True)
            self._client.subscribe(topics, options=own)
        else:
            self._client.subscribe(topics, 0)

    def look_away(self, topics: str) -> None:
        """It has said it."""
        self._client.unsubscribe(topics)

    def close(self) -> None:
        """In order: the broker then tells no will."""
        self._client.disconnect()
        self._client.loop(0)
        self.is_connected = False

    def drop(self) -> None:
        """Not in order: whoever is at the other end does not answer any more."""
        line = self._client.socket()
        if line is not None:
            line.close()
        self._client.loop(0)
        self.is_connected = False

    def _of_will(self) -> Properties | None:
        if self.protocol != FIVE:
            return None
        properties = _properties(PacketTypes.WILLMESSAGE)
        properties.WillDelayInterval = self.settings.offline_after_s
        properties.PayloadFormatIndicator = 1
        return properties

    @property
    def _lost(self) -> Cause:
        return Cause.CONNECTION_LOST if self.is_connected else Cause.REFUSED

    def _on_connect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object
    ) -> None:
        if reason.is_failure:
            self._failure = BrokerFailure(refusal(str(reason)), str(reason))
        else:
            self.is_connected = True

    def _on_disconnect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object
    ) -> None:
        self._failure = self._failure or BrokerFailure(self._lost, str(reason))

    def _on_publish(
        self, _client: object, _data: object, receipt: int, reason: ReasonCode, _more: object
    ) -> None:
        if reason.is_failure:
            self._failure = BrokerFailure(Cause.NOT_PERMITTED, str(reason))
        else:
            self.receipts.append(receipt)

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        if message.retain and message.payload:
            self.standing.append(message.topic)


def line_to(settings: Mqtt, device: str) -> socket:
    """A connection to the broker, by TLS if so configured. Raises OSError."""
    timeout_s = settings.connection_timeout_s
    line = connect(settings.host, settings.port, timeout_s=timeout_s, device=device)
    if not settings.tls.enabled:
        return line
    try:
        context = client_context(Credentials.of(settings.tls))
        return context.wrap_socket(line, server_hostname=settings.host)
    except OSError:
        line.close()
        raise


def password_of(settings: Mqtt) -> str | None:
    """What the box logs in with. Raises BrokerFailure."""
    if not settings.password_file:
        return None
    try:
        return Path(settings.password_file).read_text("utf-8").split("\n", 1)[0].rstrip()
    except (OSError, UnicodeDecodeError) as failure:
        raise BrokerFailure(Cause.CREDENTIAL_UNUSABLE, settings.password_file) from failure


def not_reached(failure: OSError) -> BrokerFailure:
    """Why there is no connection."""
    if isinstance(failure, ssl.SSLError):
        told = getattr(failure, "verify_message", "") or failure.reason or ""
        return BrokerFailure(Cause.TLS_FAILED, told)
    return BrokerFailure(Cause.UNREACHABLE, failure.strerror or str(failure))


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]


def refusal(reason: str) -> Cause:
    """The cause that a broker's reason stands for."""
    if reason == "Unsupported protocol version":
        return Cause.PROTOCOL_REFUSED
    if reason in ("Bad user name or password", "Not authorized", "Bad authentication method"):
        return Cause.LOGIN_REFUSED
    return Cause.REFUSED
