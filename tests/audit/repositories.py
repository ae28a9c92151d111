"""Audit repositories: rsyslog by TLS, and one that tears its connections down."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.audit import Repository
from appliance.tls import Credentials
from tests.destinations.authority import Authority, Credential

Serve = Callable[[ssl.SSLSocket], None]
DRIVERS = ("gtls", "ossl")
_CONFIGURATION = """
global(workDirectory="{folder}"
  defaultNetstreamDriver="{driver}"
  defaultNetstreamDriverCAFile="{ca}"
  defaultNetstreamDriverCertFile="{certificate}"
  defaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" streamDriver.name="{driver}" streamDriver.mode="1"
  streamDriver.authMode="x509/certvalid")
input(type="imtcp" port="{port}" address="127.0.0.1")
template(name="line" type="string" string="%rawmsg%\\n")
action(type="omfile" file="{received}" template="line")
"""


def free_port() -> int:
    """A port of loopback that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Rsyslog:
    """A repository that can be started and stopped; ``lines`` are what it took."""

    folder: Path
    authority: Authority
    driver: str = "gtls"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.port = free_port()
        self.received = self.folder / "received"
        self._server = self.authority.server()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listening, until the block ends."""
        settings = self.folder / "rsyslog.conf"
        settings.write_text(
            _CONFIGURATION.format(
                folder=self.folder,
                driver=self.driver,
                ca=self.authority.certificate,
                certificate=self._server.certificate,
                key=self._server.private_key,
                port=self.port,
                received=self.received,
            )
        )
        command = ["rsyslogd", "-n", "-f", str(settings), "-i", str(self.folder / "pid")]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            try:
                _wait_for(self.port)
                yield
            finally:
                process.terminate()

    def lines(self) -> list[str]:
        """What was written so far; all of it once it ended."""
        return self.received.read_text("utf-8").splitlines() if self.received.exists() else []


def repository(port: int, authority: Authority, shown: Credential | None = None) -> Repository:
    """As the box calls the one on ``port``, showing a certificate of ``authority``."""
    shown = shown or authority.client()
    credentials = Credentials(
        profile="bcp195",
        ca_file=str(authority.certificate),
        certificate_file=str(shown.certificate),
        private_key_file=str(shown.private_key),
    )
    return Repository(
        host="127.0.0.1",
        port=port,
        credentials=credentials,
        connection_timeout_s=30.0,
        timeout_s=30.0,
    )


@contextmanager
def scripted(authority: Authority, serve: Serve) -> Iterator[int]:
    """The port of one that serves each connection, its handshake done, as a test says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown = authority.server()
    context.load_cert_chain(shown.certificate, shown.private_key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, context, serve), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])


def _serve(listening: socket.socket, context: ssl.SSLContext, serve: Serve) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                serve(secured)


def reads_little(secured: ssl.SSLSocket) -> None:
    """It reads some bytes and dies."""
    secured.recv(100)


def reads_nothing(_secured: ssl.SSLSocket) -> None:
    """It closes as soon as hands were shaken, perhaps before anything came."""


def reads_all(secured: ssl.SSLSocket) -> None:
    """It reads to the end, and closes without a farewell."""
    while secured.recv(1 << 16):
        continue


def _wait_for(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(port)
