"""Who may ask, in which language the answer is, and what it forbids a browser."""

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from appliance.console import Section
from tests.console.served import LEFT, Served


def fail(_: Request) -> Response:
    raise ValueError("YAMADA^TARO")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with Served(folder, LEFT, extra=Section(routes=(Route("/fail", fail),), right=None)) as box:
        yield box


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("192.0.2.7:8443", 200),
        ("[::1]:8443", 200),
        ("localhost:1", 200),
        ("box.example", 200),
        ("BOX.EXAMPLE:8443", 200),
        ("evil.example", 421),
        ("box.example.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_the_box_answers_to_its_own_names_alone(served: Served, host: str, status: int) -> None:
    assert served.ask("GET", "/display", host=host)[0] == status


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
def test_a_form_from_another_origin_is_refused(served: Served, origin: str) -> None:
    body = "code=00000000&display=reading-1-left"
    assert served.ask("POST", "/pairing", body, origin=origin)[0] == 403
    assert served.ask("POST", "/pairing", body)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_socket_from_another_origin_is_refused(served: Served, origin: str | None) -> None:
    address = f"ws://127.0.0.1:{served.port}/display/channel"
    own = None if origin is None else Origin(origin)
    with pytest.raises(InvalidStatus) as refusal, connect(address, origin=own):
        raise AssertionError("it was let in")
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [("/pairing", 200), ("/static/console.css", 200), ("/nothing", 404), ("/fail", 500)],
)
def test_every_answer_forbids_what_is_not_the_box_s(served: Served, path: str, status: int) -> None:
    found, headers, text = served.ask("GET", path)
    assert found == status
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("no-cache" if "static" in path else "no-store")
    assert "server" not in headers
    assert "strict-transport-security" not in headers, "in the clear there is nothing to insist on"
    assert "YAMADA" not in text


def test_what_fails_is_logged_by_its_place_alone(
    served: Served, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    served.ask("GET", "/fail")
    assert "page_failed path=/fail" in caplog.text
    assert "ValueError at test_guard.py" in caplog.text
    assert "YAMADA" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("path", ["/static/../guard.py", "/static/%2e%2e/guard.py", "/static/"])
def test_no_other_file_is_served(served: Served, path: str) -> None:
    assert served.ask("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ja", "ja"),
        ("en-US,ja;q=0.5", "en"),
        ("de, ja;q=0.3, en;q=0.2", "ja"),
        ("de", "en"),
        ("ja;q=x", "ja"),
        ("", "en"),
    ],
)
def test_a_page_is_in_the_language_of_the_browser(
    served: Served, asked: str, language: str
) -> None:
    assert f'<html lang="{language}">' in served.ask("GET", "/pairing", accept_language=asked)[2]


def test_a_language_that_was_chosen_is_kept(served: Served) -> None:
    _, headers, text = served.ask("GET", "/pairing?code=12345678&language=ja")
    assert '<html lang="ja">' in text
    assert "/pairing?code=12345678&amp;language=en" in text
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    again = served.ask("GET", "/pairing", cookie="language=ja", accept_language="en")[2]
    assert '<html lang="ja">' in again
    assert "set-cookie" not in served.ask("GET", "/pairing?language=klingon")[1]


def test_what_is_typed_is_shown_as_text(served: Served) -> None:
    text = served.ask("GET", "/pairing?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")[2]
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_the_first_page_is_the_first_link(served: Served) -> None:
    status, headers, _ = served.ask("GET", "/")
    assert (status, headers["location"]) == (303, "/pairing")


def test_a_form_that_is_too_large_or_no_text_is_refused(served: Served) -> None:
    for body, status in (("code=" + "1" * 300_000, 413), ("code=%ff\xff", 400)):
        answer = served.ask("POST", "/pairing", body, origin=served.origin)
        assert answer[0] == status
