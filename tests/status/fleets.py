"""The fleet of docs/fleet on loopback: its own files, with other ports and certificates."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.destinations.archives import LOOPBACK, a_free_port, a_process, is_listening
from tests.destinations.authority import Authority
from tests.status.boxes import Box
from tests.status.brokers import Mosquitto, Watcher, wait_until

EXAMPLES = Path(__file__).parents[2] / "docs" / "fleet"
BY_TLS = """[mqtt.tls]
enabled = true
ca_file = "{ca}"
certificate_file = "{certificate}"
private_key_file = "{key}"
"""


@dataclass
class Fleet:
    """A site's broker, the central one, and the bridge between them."""

    folder: Path
    central_port: int = field(default_factory=a_free_port)
    site_port: int = field(default_factory=a_free_port)
    watch_port: int = field(default_factory=a_free_port)

    def __post_init__(self) -> None:
        self.tls = self.folder / "tls"
        self.site_authority = Authority(self.tls / "site")
        self.central_authority = Authority(self.tls / "central")
        for name, authority in (
            ("site", self.site_authority),
            ("central", self.central_authority),
        ):
            self._put(f"{name}-ca.pem", authority.certificate)
            broker = authority.server()
            self._put(f"{name}-broker.pem", broker.certificate)
            self._put(f"{name}-broker.key", broker.private_key)
        bridge = self.central_authority.client("site-north")
        self._put("site-north.pem", bridge.certificate)
        self._put("site-north.key", bridge.private_key)
        for name in ("exporter", "watcher"):
            self._user(name)
        self.central = self._broker("central", self.watch_port)
        self.site = self._broker("site", self.site_port)

    def _put(self, name: str, source: Path) -> None:
        (self.tls / name).write_bytes(source.read_bytes())

    def _user(self, name: str) -> None:
        passwords = self.folder / "passwords"
        passwords.touch(0o600)
        command = ["mosquitto_passwd", "-b", str(passwords), name, "change-me"]
        subprocess.run(command, check=True, capture_output=True)

    def _broker(self, name: str, plain: int) -> Mosquitto:
        """The example's lines, but for where it listens in the clear."""
        folder = self.folder / name
        (folder / "kept").mkdir(parents=True)
        lines = self._here(EXAMPLES / f"{name}.conf", folder).splitlines()
        for acl in EXAMPLES.glob("*.acl"):
            target = self.folder / acl.name
            target.write_text(acl.read_text("utf-8").replace("NORTH", "north"), encoding="utf-8")
            target.chmod(0o600)
        return Example(folder, tuple(lines), plain)

    def _here(self, file: Path, folder: Path) -> str:
        port = self.site_port if file.stem == "site" else self.central_port
        text = file.read_text("utf-8").replace("NORTH", "north")
        for example, here in (
            ("/etc/mosquitto/tls", str(self.tls)),
            ("/var/lib/mosquitto/", f"{folder}/kept/"),
            ("/etc/mosquitto/", f"{self.folder}/"),
            ("central.example:8883", f"{LOOPBACK}:{self.central_port}"),
            ("listener 1883 ", f"listener {self.watch_port} "),
            ("restart_timeout 5 60", "restart_timeout 1"),
            ("listener 8883", f"listener {port} {LOOPBACK}"),
        ):
            text = text.replace(example, here)
        return text

    def box(self, name: str = "box1") -> Box:
        own = self.site_authority.client(name)
        settings = BY_TLS.format(
            ca=self.site_authority.certificate, certificate=own.certificate, key=own.private_key
        )
        return Box(self.folder / name, self.site_port, mqtt=settings)

    def watcher(self) -> Watcher:
        return Watcher(self.watch_port, login=("watcher", "change-me"))

    @contextmanager
    def exporter(self) -> Iterator[int]:
        """The exporter of the example; gives its port."""
        port = a_free_port()
        file = self.folder / "mqtt-exporter.yaml"
        text = (EXAMPLES / "mqtt-exporter.yaml").read_text("utf-8")
        file.write_text(text.replace(":1883", f":{self.watch_port}"), encoding="utf-8")
        address = ("-listen-address", "127.0.0.1", "-listen-port", str(port))
        command = ["prometheus-mqtt-exporter", "-config", str(file), *address]
        with a_process(command, port):
            yield port


class Example(Mosquitto):
    """Listens only where its lines say."""

    def start(self) -> None:
        file = self.folder / "mosquitto.conf"
        text = "\n".join(("user root", *self.lines))
        file.write_text(f"{text}\n", encoding="utf-8")
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["mosquitto", "-v", "-c", str(file)], stdout=log, stderr=log
            )
        ports = [int(each.split()[1]) for each in self.lines if each.startswith("listener ")]
        wait_until(lambda: all(map(is_listening, ports)))
