"""The site's web server with the newest bundle: what it has, and fetching it.

It is asked for ``<compatible>.json`` in its folder, a JSON object with exactly the keys of
``Offer``. Neither that nor the connection is what a bundle is trusted by: its signature is. What
was interrupted goes on where it was.
"""

import hashlib
import http.client
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from appliance import connection, tls
from appliance.errors import ApplianceError, OutOfResourcesError, RefusedError
from appliance.ledger.durable import sync_folder
from appliance.updates.bundle import Version

TIMEOUT_S = 60.0
LONGEST_OFFER = 65536
PIECE_BYTES = 1 << 18
HTTPS_PORT = 443
PROFILE = "bcp195"
SPARE_BYTES = 256 << 20
"""Room that a bundle leaves on the data partition."""
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.raucb")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The newest bundle that the server has for a board."""

    version: str
    build: str
    file: str
    size_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.version} ({self.build})"


@dataclass(frozen=True, slots=True)
class Server:
    """``url`` is its folder, by https; its certificate must come from ``ca_file``."""

    url: str
    ca_file: str

    def offer(self, compatible: str) -> Offer:
        """What it has for a board. Raises ApplianceError when it does not say."""
        try:
            line = self._asked(f"{compatible}.json", {})
            answer = line.getresponse()
            content = answer.read(LONGEST_OFFER + 1)
            line.close()
        except (OSError, http.client.HTTPException) as failure:
            raise ApplianceError(_why(failure), self.url) from failure
        if answer.status != http.client.OK:
            raise ApplianceError(f"answered {answer.status}", f"{self.url}/{compatible}.json")
        return offer_of(content)

    def fetch(self, offer: Offer, folder: Path) -> Path:
        """The bundle, whole, in ``folder``; what is there of it already is not fetched again.

        Raises ApplianceError when the connection breaks (call again, it goes on), RefusedError when
        it is not what was offered, and OutOfResourcesError.
        """
        whole = folder / f"{offer.sha256}.raucb"
        if whole.exists():
            return whole
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder, offer)
        part = folder / f"{offer.sha256}.part"
        there = part.stat().st_size if part.exists() else 0
        _expect_room(folder, offer.size_bytes - there)
        if there < offer.size_bytes:
            self._go_on(offer, part, there)
        if _digest(part) != offer.sha256:
            part.unlink()
            raise RefusedError("is not what was offered", offer.file)
        part.rename(whole)
        sync_folder(folder)
        return whole

    def _go_on(self, offer: Offer, part: Path, there: int) -> None:
        try:
            line = self._asked(offer.file, {"Range": f"bytes={there}-"} if there else {})
            answer = line.getresponse()
            if answer.status == http.client.OK:
                part.unlink(missing_ok=True)
            elif answer.status != http.client.PARTIAL_CONTENT:
                raise ApplianceError(f"answered {answer.status}", f"{self.url}/{offer.file}")
            _append(answer, part, offer)
            line.close()
        except (OSError, http.client.HTTPException) as failure:
            raise ApplianceError(_why(failure), self.url) from failure

    def _asked(self, name: str, headers: dict[str, str]) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
        line = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        context = tls.client_context(tls.Credentials(profile=PROFILE, ca_file=self.ca_file))
        plain = connection.connect(host, port, timeout_s=TIMEOUT_S, device=connection.ANY_DEVICE)
        try:
            line.sock = context.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
        line.request("GET", f"{parts.path}/{name}", headers=headers)
        return line


def offer_of(content: bytes) -> Offer:
    """The offer in JSON. Raises RefusedError for anything else."""
    try:
        offer = Offer(**json.loads(content))
        Version.of(offer.version)
    except (ValueError, TypeError) as failure:
        raise RefusedError("no offer of an update", "") from failure
    texts = (offer.version, offer.build, offer.file, offer.sha256)
    if any(type(each) is not str for each in texts) or type(offer.size_bytes) is not int:
        raise RefusedError("no offer of an update", "")
    if not (_FILE.fullmatch(offer.file) and _SHA256.fullmatch(offer.sha256)):
        raise RefusedError("no offer of an update", offer.file)
    return offer


def offer_text(offer: Offer) -> str:
    """As a server has it."""
    return json.dumps(asdict(offer), indent=2) + "\n"


def _append(answer: http.client.HTTPResponse, part: Path, offer: Offer) -> None:
    with part.open("ab") as file:
        try:
            while piece := answer.read(PIECE_BYTES):
                file.write(piece)
                if file.tell() > offer.size_bytes:
                    break
        finally:
            file.flush()
            os.fsync(file.fileno())
    size = part.stat().st_size
    if size > offer.size_bytes:
        part.unlink()
        raise RefusedError("is longer than was offered", offer.file)
    if size < offer.size_bytes:
        raise ConnectionError(f"ended after {size} of {offer.size_bytes} bytes")


def _expect_room(folder: Path, size_bytes: int) -> None:
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < size_bytes + SPARE_BYTES:
        raise OutOfResourcesError("no room for the bundle", str(folder))


def _sweep(folder: Path, offer: Offer) -> None:
    for path in (*folder.glob("*.part"), *folder.glob("*.raucb")):
        if not path.name.startswith(offer.sha256):
            path.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _why(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
