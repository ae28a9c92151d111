"""Whether pages are served is found out by asking for one, through the real listener."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from appliance.console import Section, application
from appliance.console.server import Server, listening
from appliance.services import page_vitals
from appliance.services.page_vitals import page_answers
from appliance.services.vitals import Vital
from appliance.tls import Credentials, server_context
from tests.console.served import Technologist
from tests.destinations.authority import Authority


def failing(_: Request) -> Response:
    raise RuntimeError("it fails inside")


@contextmanager
def serving(app: ASGIApp, context: ssl.SSLContext | None = None) -> Iterator[int]:
    listener, ended = listening("127.0.0.1", 0), threading.Event()
    thread = threading.Thread(target=Server(app, listener, context, ended).serve_until_ended)
    thread.start()
    yield int(listener.getsockname()[1])
    ended.set()
    thread.join()


def pages(*routes: Route) -> ASGIApp:
    return application([Section(routes=routes, right=None)], Technologist())


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - where it listens
def test_pages_that_are_served_answer(address: str) -> None:
    with serving(pages()) as port:
        sign = page_answers(address, port, encrypted=False)
    assert sign.is_well
    assert sign.vital is Vital.PAGE_ANSWERS


def test_by_https_whatever_the_certificate(tmp_path: Path) -> None:
    credential = Authority(tmp_path).server()
    credentials = Credentials(
        profile="bcp195",
        certificate_file=str(credential.certificate),
        private_key_file=str(credential.private_key),
    )
    with serving(pages(), server_context(credentials, "none")) as port:
        assert page_answers("127.0.0.1", port, encrypted=True).is_well
        assert not page_answers("127.0.0.1", port, encrypted=False).is_well


def test_a_page_that_fails_is_unwell() -> None:
    with serving(pages(Route(page_vitals.PAGE, failing))) as port:
        sign = page_answers("127.0.0.1", port, encrypted=False)
    assert not sign.is_well
    assert sign.detail == "status 500"


def test_a_listener_that_nobody_serves_is_unwell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_vitals, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sign = page_answers("127.0.0.1", listener.getsockname()[1], encrypted=False)
    assert not sign.is_well
    assert "TimeoutError" in sign.detail
