"""An FTPS server that does what a test wants: what vsftpd has not, and what none should."""

import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from tests.destinations.archives import LOOPBACK
from tests.destinations.authority import Credential


@dataclass
class ScriptedFtps:
    """Keeps ``files`` by path; ``replies`` are given to commands instead of doing anything.

    ``features`` are lines of FEAT, ``spoilt`` is done to what arrives, ``asked`` is what came.
    """

    certificate: Credential
    features: tuple[str, ...] = ()
    replies: dict[str, str] = field(default_factory=dict)
    spoilt: Callable[[bytes], bytes] = bytes
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    _hash: str = "SHA-1"
    _named: str = ""

    @contextmanager
    def running(self) -> Iterator["ScriptedFtps"]:
        with socket.create_server((LOOPBACK, 0)) as listener:
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._listen, args=(listener,), daemon=True)
            thread.start()
            yield self
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _listen(self, listener: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.certificate, self.certificate.private_key)
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                with plain, suppress(OSError, EOFError):
                    self._serve(plain, context)

    def _serve(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        plain.sendall(b"220-Hello,\r\n 220 is not the end\r\n220 here\r\n")
        lines = plain.makefile("rb")
        self.asked.append(_line(lines))
        plain.sendall(b"234 Go on\r\n331 said in the clear\r\n")
        with context.wrap_socket(plain, server_side=True) as control:
            lines = control.makefile("rb")
            while True:
                command, _, argument = _line(lines).partition(" ")
                self.asked.append(f"{command} {argument}".strip())
                if command == "EPSV" and command not in self.replies:
                    self._transfer(control, lines, context)
                else:
                    control.sendall(f"{self._reply(command, argument)}\r\n".encode())

    def _transfer(self, control: ssl.SSLSocket, lines: BinaryIO, context: ssl.SSLContext) -> None:
        with socket.create_server((LOOPBACK, 0)) as passive:
            port = passive.getsockname()[1]
            control.sendall(f"229 Extended (|||{port}|)\r\n".encode())
            command, _, path = _line(lines).partition(" ")
            self.asked.append(f"{command} {path}")
            plain, _ = passive.accept()
            control.sendall(b"125 Here it comes\r\n")
            with context.wrap_socket(plain, server_side=True) as data:
                if command == "STOR":
                    self.files[path] = self.spoilt(_all_of(data))
                else:
                    data.sendall(self.files[path])
                    data.unwrap()
            control.sendall(b"226 Done\r\n")

    def _reply(self, command: str, argument: str) -> str:
        if command in self.replies:
            return self.replies[command]
        if command in {"HASH", "XSHA256", "XMD5"}:
            return self._digest(command, argument)
        match command:
            case "OPTS":
                self._hash = argument.removeprefix("HASH ")
            case "RNFR":
                self._named = argument
            case "RNTO":
                self.files[argument] = self.files.pop(self._named)
            case "DELE":
                self.files.pop(argument, None)
        size = f"213 {len(self.files[argument])}" if argument in self.files else "550 None"
        features = "".join(f" {each}\r\n" for each in self.features)
        plain = {"USER": "331 Password?", "PASS": "230 In", "RNFR": "350 To what?", "SIZE": size}
        return (plain | {"FEAT": f"211-Features:\r\n{features}211 End"}).get(command, "200 OK")

    def _digest(self, command: str, path: str) -> str:
        content = self.files[path]
        if command == "HASH":
            algorithm = self._hash.replace("-", "").lower()
            digest = hashlib.new(algorithm, content).hexdigest()
            return f"213 {self._hash} 0-{len(content)} {digest} {path}"
        return f'250 "{path}" {hashlib.new(command[1:].lower(), content).hexdigest().upper()}'


def _line(lines: BinaryIO) -> str:
    line = lines.readline()
    if not re.fullmatch(rb"[^\r\n]*\r\n", line):
        raise EOFError
    return line.decode().strip()


def _all_of(data: ssl.SSLSocket) -> bytes:
    content = b""
    while block := data.recv(1 << 16):
        content += block
    return content
