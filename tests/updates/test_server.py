"""A site's web server with a bundle: offered, fetched, broken off, gone on with; over real TLS."""

import hashlib
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from appliance.errors import ApplianceError, OutOfResourcesError, RefusedError
from appliance.updates import server as of_updates
from appliance.updates.server import Offer, Server, offer_of, offer_text
from tests.destinations.authority import Authority, Credential

BOARD = "dose-appliance-amd64"
CONTENT = os.urandom(700_000)
OFFER = Offer(
    version="0.2.0",
    build="7",
    file="dose.raucb",
    size_bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


class Shelf(ThreadingHTTPServer):
    """Serves one offer and its bundle; ``breaks_after`` so many bytes of each answer."""

    daemon_threads = True
    breaks_after = 0
    knows_ranges = True
    content = CONTENT
    offer = OFFER
    sent = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        shelf = cast("Shelf", self.server)
        if self.path == f"/dose/{BOARD}.json":
            self._answer(200, offer_text(shelf.offer).encode())
        elif self.path == f"/dose/{shelf.offer.file}":
            wanted = self.headers.get("Range") if shelf.knows_ranges else None
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            self._answer(206 if wanted else 200, shelf.content[start:])
        else:
            self._answer(404, b"")

    def _answer(self, status: int, content: bytes) -> None:
        shelf = cast("Shelf", self.server)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        part = content[: shelf.breaks_after] if shelf.breaks_after else content
        shelf.sent += len(part)
        self.wfile.write(part)
        if len(part) < len(content):
            self.close_connection = True
            self.connection.close()

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Nothing."""


@dataclass
class Site:
    """The server, who vouches for it, and where it is."""

    shelf: Shelf
    authority: Authority
    url: str

    @property
    def server(self) -> Server:
        return Server(self.url, str(self.authority.certificate))


Open = Callable[[Callable[[Authority], Credential]], Site]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    shelves: list[Shelf] = []

    def make(issue: Callable[[Authority], Credential]) -> Site:
        authority = Authority(tmp_path / "authority")
        credential = issue(authority)
        shelf = Shelf(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(credential.certificate, credential.private_key)
        shelf.socket = context.wrap_socket(shelf.socket, server_side=True)
        threading.Thread(target=shelf.serve_forever, args=(0.05,), daemon=True).start()
        shelves.append(shelf)
        return Site(shelf, authority, f"https://127.0.0.1:{shelf.server_port}/dose")

    yield make
    for shelf in shelves:
        shelf.shutdown()
        shelf.server_close()


@pytest.fixture
def site(opened: Open) -> Site:
    return opened(lambda authority: authority.server())


def test_what_is_offered_is_fetched_whole(site: Site, tmp_path: Path) -> None:
    offer = site.server.offer(BOARD)
    assert offer == OFFER
    file = site.server.fetch(offer, tmp_path / "in")
    assert file.read_bytes() == CONTENT
    site.server.fetch(offer, tmp_path / "in")
    assert site.shelf.sent < 2 * len(CONTENT)


def test_what_broke_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    site.shelf.breaks_after = 300_000
    for _ in range(2):
        with pytest.raises(ApplianceError):
            site.server.fetch(OFFER, tmp_path)
    assert site.server.fetch(OFFER, tmp_path).read_bytes() == CONTENT
    assert site.shelf.sent == len(CONTENT)


def test_a_server_without_ranges_begins_anew(site: Site, tmp_path: Path) -> None:
    site.shelf.breaks_after, site.shelf.knows_ranges = 300_000, False
    with pytest.raises(ApplianceError):
        site.server.fetch(OFFER, tmp_path)
    site.shelf.breaks_after = 0
    assert site.server.fetch(OFFER, tmp_path).read_bytes() == CONTENT


def test_what_is_not_what_was_offered_is_thrown_away(site: Site, tmp_path: Path) -> None:
    site.shelf.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(RefusedError, match="not what was offered"):
        site.server.fetch(OFFER, tmp_path)
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob("*.raucb")) == []


def test_more_than_was_offered_is_not_kept(site: Site, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="longer"):
        site.server.fetch(replace(OFFER, size_bytes=1000), tmp_path)
    assert list(tmp_path.glob("*.part")) == []


def test_a_former_offer_is_swept(site: Site, tmp_path: Path) -> None:
    (tmp_path / f"{'0' * 64}.raucb").write_bytes(b"old")
    (tmp_path / f"{'0' * 64}.part").write_bytes(b"old")
    site.server.fetch(OFFER, tmp_path)
    assert [path.name for path in tmp_path.glob("*.*")] == ["authority"] or [
        path.name for path in tmp_path.glob("*.raucb")
    ] == [f"{OFFER.sha256}.raucb"]


def test_a_full_disk_is_said_before_anything_is_fetched(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_updates, "SPARE_BYTES", 1 << 60)
    with pytest.raises(OutOfResourcesError):
        site.server.fetch(OFFER, tmp_path)
    assert site.shelf.sent == 0


@pytest.mark.parametrize(
    "issue",
    [
        lambda authority: authority.expired_server(),
        lambda authority: authority.server_elsewhere(),
        lambda authority: Authority(authority.certificate.parent / "other").server(),
    ],
    ids=["expired", "elsewhere", "stranger"],
)
def test_another_server_is_not_asked(
    opened: Open, issue: Callable[[Authority], Credential], tmp_path: Path
) -> None:
    site = opened(issue)
    with pytest.raises(ApplianceError):
        site.server.offer(BOARD)
    with pytest.raises(ApplianceError):
        site.server.fetch(OFFER, tmp_path)
    assert site.shelf.sent == 0


def test_nobody_is_there(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    server = Server("https://127.0.0.1:9/dose", str(authority.certificate))
    with pytest.raises(ApplianceError):
        server.offer(BOARD)


def test_a_board_that_it_has_nothing_for(site: Site) -> None:
    with pytest.raises(ApplianceError, match="404"):
        site.server.offer("dose-appliance-rpi4")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        offer_text(replace(OFFER, file="../../etc/passwd")).encode(),
        offer_text(replace(OFFER, file="x.img")).encode(),
        offer_text(replace(OFFER, sha256="abc")).encode(),
        offer_text(replace(OFFER, version="new")).encode(),
        offer_text(OFFER).replace("700000", '"many"').encode(),
        offer_text(OFFER).replace("{", '{"more": 1,').encode(),
        b"\xff\xfe",
    ],
)
def test_what_is_no_offer(content: bytes) -> None:
    with pytest.raises(RefusedError):
        offer_of(content)
