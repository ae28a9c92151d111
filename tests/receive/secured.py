"""A receiver with a port for TLS, and dcmtk calling it."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.destinations.authority import Authority, Credential
from tests.receive.box import Box, a_free_port

LOOPBACK = "127.0.0.1"


@dataclass
class Secured:
    """A box that is called by TLS; ``more`` are settings of its receiver's TLS."""

    folder: Path
    more: str = ""
    settings: str = ""
    port: int = field(default_factory=a_free_port)
    authority: Authority = field(init=False)
    credential: Credential = field(init=False)
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        self.authority = Authority(self.folder / "authority")
        self.credential = self.authority.server()
        self.box = Box(
            self.folder,
            receiver="min_free_mib = 1\nacse_timeout_s = 30.0\n"
            f"[receiver.tls]\nport = {self.port}\n{self.more}\n"
            f'certificate_file = "{self.credential.certificate}"\n'
            f'private_key_file = "{self.credential.private_key}"\n'
            f'ca_file = "{self.authority.certificate}"\n',
            settings=self.settings,
        )

    @contextmanager
    def running(self) -> Iterator["Secured"]:
        self.box.start()
        try:
            yield self
        finally:
            self.box.kill()

    def echo(
        self, credential: Credential | None, *options: str
    ) -> "subprocess.CompletedProcess[str]":
        return self.dcmtk("echoscu", credential, *options)

    def dcmtk(
        self, tool: str, credential: Credential | None, *options: str, files: tuple[str, ...] = ()
    ) -> "subprocess.CompletedProcess[str]":
        """Run one of dcmtk's tools against the port; without a credential it shows none."""
        identity = ["+tla"]
        if credential is not None:
            identity = ["+tls", str(credential.private_key), str(credential.certificate)]
        trusted = ["+cf", str(self.authority.certificate)]
        command = [tool, *identity, *trusted, *options, LOOPBACK, str(self.port), *files]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    @contextmanager
    def strangers(self, says: list[bytes]) -> Iterator[None]:
        """Connections that say that and then nothing."""
        connections = [socket.create_connection((LOOPBACK, self.port), timeout=20) for _ in says]
        try:
            for connection, text in zip(connections, says, strict=True):
                with suppress(OSError):
                    connection.sendall(text)
            yield
        finally:
            for connection in connections:
                connection.close()
