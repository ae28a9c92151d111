"""Real brokers on loopback, what stands between them and the box, and who listens."""

import json
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as paho
from jsonschema import Draft202012Validator
from paho.mqtt.enums import CallbackAPIVersion

from appliance.status.schemas import schema
from tests.destinations import archives
from tests.destinations.archives import LOOPBACK, a_free_port, is_listening

BASE = "dose-appliance/v1/north/box1"
PATIENCE_S = 240.0
"""A machine that is busy with other things takes long for what needs several processes."""


def wait_until(holds: Callable[[], bool]) -> None:
    archives.wait_until(holds, PATIENCE_S)


@dataclass
class Mosquitto:
    """A broker in its folder; ``lines`` are its configuration beside the listener."""

    folder: Path
    lines: tuple[str, ...] = ("allow_anonymous true",)
    port: int = field(default_factory=a_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "mosquitto.conf"
        head = (f"listener {self.port} {LOOPBACK}", "user root", f"pid_file {self.folder}/pid")
        file.write_text("\n".join((*head, *self.lines)) + "\n", encoding="utf-8")
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["mosquitto", "-v", "-c", str(file)], stdout=log, stderr=log
            )
        wait_until(lambda: is_listening(self.port))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(PATIENCE_S)
            self.process = None

    def log(self) -> str:
        return (self.folder / "mosquitto.log").read_text("utf-8", "replace")

    @contextmanager
    def running(self) -> Iterator["Mosquitto"]:
        self.start()
        try:
            yield self
        finally:
            self.stop()


@dataclass(frozen=True)
class Heard:
    """One message as a watcher got it."""

    topic: str
    payload: bytes
    is_retained: bool

    @property
    def document(self) -> dict[str, Any]:
        """Its content, which conforms to the schema that it names."""
        document: dict[str, Any] = json.loads(self.payload)
        Draft202012Validator(schema(document["schema"])).validate(document)
        return document


class Watcher:
    """Somebody who subscribes to everything below ``topics``, from the moment it is made."""

    def __init__(self, port: int, topics: str = "#", **session: Any) -> None:  # noqa: ANN401
        self.heard: list[Heard] = []
        self._port = port
        self._topics = topics
        self._subscribed = threading.Event()
        name = session.pop("name", "")
        self._login: tuple[str, str] | None = session.pop("login", None)
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=not name
        )
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)

    def _on_connect(self, *_: object) -> None:
        self._client.subscribe(self._topics, 1)

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        self.heard.append(Heard(message.topic, bytes(message.payload), bool(message.retain)))

    def __enter__(self) -> Self:
        if self._login:
            self._client.username_pw_set(*self._login)
        self._client.connect(LOOPBACK, self._port)
        self._client.loop_start()
        assert self._subscribed.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def at(self, topic: str, base: str = BASE) -> list[Heard]:
        return [each for each in list(self.heard) if each.topic == f"{base}/{topic}"]

    def documents(self, topic: str, base: str = BASE) -> list[dict[str, Any]]:
        return [each.document for each in self.at(topic, base) if each.payload]

    def last(self, topic: str, base: str = BASE) -> dict[str, Any]:
        """The newest; empty while there is none, or nothing stands there."""
        found = self.at(topic, base)
        return found[-1].document if found and found[-1].payload else {}

    def events(self, base: str = BASE) -> list[dict[str, Any]]:
        below = f"{base}/event/"
        return [each.document for each in list(self.heard) if each.topic.startswith(below)]

    def wait_for(self, topic: str, key: str, value: object) -> None:
        wait_until(lambda: self.last(topic).get(key) == value)


class Relay:
    """A line to the broker that can be cut, and can forget to pass anything on."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self.is_open, self.passes, self.answers = True, True, True
        self.connections = 0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection ends, and no new one gets through."""
        self.is_open = False
        self._end_all()

    def mend(self) -> None:
        self.is_open = self.passes = self.answers = True

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def first_bytes(self, incoming: socket.socket) -> bool:
        """Whether a new connection is passed on; for brokers that end it first."""
        return incoming.fileno() >= 0

    def _end_all(self) -> None:
        for pair in self._pairs:
            for each in pair:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                incoming, _ = self._listener.accept()
                self.connections += 1
                if not self.is_open or not self.first_bytes(incoming):
                    incoming.close()
                    continue
                try:
                    outgoing = socket.create_connection((LOOPBACK, self._to))
                except OSError:
                    incoming.close()
                    continue
                self._pairs.append((incoming, outgoing))
                for ends in ((incoming, outgoing, "passes"), (outgoing, incoming, "answers")):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if getattr(self, way):
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class OldBroker(Relay):
    """In front of a broker: knows no MQTT 5, and says so as brokers of its time did."""

    def __init__(self, port: int, *, silently: bool) -> None:
        self.versions: list[int] = []
        self._silently = silently
        super().__init__(port)

    def first_bytes(self, incoming: socket.socket) -> bool:
        """The protocol level stands after the fixed header's length and the name `MQTT`."""
        incoming.settimeout(PATIENCE_S)
        head = incoming.recv(12, socket.MSG_PEEK)
        at = head.index(b"MQTT") + 4
        incoming.settimeout(None)
        self.versions.append(head[at])
        if head[at] <= 4:
            return True
        if not self._silently:
            incoming.sendall(bytes([0x20, 0x02, 0x00, 0x01]))
        return False
