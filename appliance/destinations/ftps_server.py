"""What an FTP server does with files (RFC 959 and 3659), in an open session."""

import contextlib
import re
import select
import socket
import ssl

from appliance.destinations.file_server import Digest
from appliance.destinations.ftps_session import FtpsSession, RefusalError

BLOCK_BYTES = 1 << 16
NO_SUCH_FILE = "550"
_DIGESTS = {
    "XSHA512": "sha512",
    "XSHA256": "sha256",
    "XSHA1": "sha1",
    "XSHA": "sha1",
    "XMD5": "md5",
    "MD5": "md5",
}
"""Commands that answer with a digest, best first, and what hashlib calls it."""
_HASHES = {"SHA-512": "sha512", "SHA-256": "sha256", "SHA-1": "sha1", "MD5": "md5"}
"""The same of HASH, by its names of algorithms."""
_SIZE = re.compile(r"213 (\d{1,18})\s*")
_HEX = re.compile(r"\b[0-9A-Fa-f]{32,128}\b")


class FtpsServer:
    """The files of a server, as ``file_server.FileServer``; raises as its session does."""

    def __init__(self, session: FtpsSession) -> None:
        self._session = session
        self._digest: tuple[str, str] | None = None

    def log_in(self, user: str, password: str) -> None:
        """As ``user``; a certificate alone may be enough (RFC 4217 4, reply 232).

        Then the data connections are protected (PBSZ 0, PROT P), or RefusalError is raised.
        """
        if self._session.ask(f"USER {user}").startswith("3"):
            self._session.ask(f"PASS {password}")
        self._session.ask("PBSZ 0")
        self._session.ask("PROT P")
        self._session.ask("TYPE I")
        self._digest = self._best_digest()

    def size_bytes(self, path: str) -> int | None:
        """SIZE of RFC 3659 4; None when the server says that there is no such file."""
        try:
            reply = self._session.ask(f"SIZE {path}")
        except RefusalError as refusal:
            if refusal.code == NO_SUCH_FILE:
                return None
            raise
        if not (found := _SIZE.fullmatch(reply)):
            raise RefusalError(reply[:3], "SIZE")
        return int(found[1])

    def digest(self, path: str) -> Digest | None:
        """By the best command that the server has; none of them stands in an RFC."""
        if self._digest is None:
            return None
        command, algorithm = self._digest
        try:
            reply = self._session.ask(f"{command} {path}")
        except RefusalError:
            return None
        # The answer may quote the file's name, and that may hold a digest.
        found = _HEX.search(reply.replace(path, "").replace(path.rsplit("/", 1)[-1], ""))
        return Digest(algorithm, found[0]) if found else None

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """RETR, broken off after ``most_bytes``; None when the server refuses it."""

        def receive(data: ssl.SSLSocket) -> bytes:
            content = bytearray()
            while len(content) < most_bytes:
                data.settimeout(self._session.left_s())
                block = data.recv(min(BLOCK_BYTES, most_bytes - len(content)))
                if not block:
                    break
                content += block
            with contextlib.suppress(OSError):
                self._end(data)
            return bytes(content)

        try:
            content = self._session.exchange(f"RETR {path}", receive)
            self._session.answer()
        except RefusalError:
            return None
        return content

    def make_folder(self, path: str) -> None:
        """MKD; a server answers alike when the folder is there, and when it may not be made."""
        with contextlib.suppress(RefusalError):
            self._session.ask(f"MKD {path}")

    def store(self, path: str, content: bytes) -> None:
        """STOR; the end of the file is told by TLS, so that a cut is not taken for it."""

        def send(data: ssl.SSLSocket) -> None:
            for start in range(0, len(content), BLOCK_BYTES):
                data.settimeout(self._session.left_s())
                data.sendall(content[start : start + BLOCK_BYTES])
            self._end(data)
            self._session.answer()

        try:
            self._session.exchange(f"STOR {path}", send)
        except RefusalError:
            self.remove(path)
            raise

    def rename(self, path: str, new_path: str) -> None:
        """RNFR and RNTO."""
        self._session.ask(f"RNFR {path}")
        self._session.ask(f"RNTO {new_path}")

    def remove(self, path: str) -> None:
        """DELE, if that may be."""
        with contextlib.suppress(RefusalError):
            self._session.ask(f"DELE {path}")

    def _end(self, data: ssl.SSLSocket) -> None:
        """Send close_notify and FIN, and do not wait for the server's: some send none."""
        data.setblocking(False)
        while True:
            try:
                data.unwrap()
            except ssl.SSLWantWriteError:
                select.select([], [data], [], self._session.left_s())
                continue
            except ssl.SSLWantReadError:
                break
            break
        data.shutdown(socket.SHUT_WR)

    def _best_digest(self) -> tuple[str, str] | None:
        """A command and its algorithm, of what FEAT lists (RFC 2389 3.2)."""
        try:
            features = [line.split() for line in self._session.ask("FEAT").upper().splitlines()]
        except RefusalError:
            return None
        known = {words[0]: words[1:] for words in features if words}
        offered = "".join(known.get("HASH", ())).replace("*", "").split(";")
        for name, algorithm in _HASHES.items():
            if name in offered and self._chosen(name):
                return "HASH", algorithm
        return next(((name, each) for name, each in _DIGESTS.items() if name in known), None)

    def _chosen(self, algorithm: str) -> bool:
        try:
            self._session.ask(f"OPTS HASH {algorithm}")
        except RefusalError:
            return False
        return True
