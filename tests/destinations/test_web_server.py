"""Asking a web server: faults of the line, who is who, and what stays out of the answer."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config import Configuration, parse_configuration
from appliance.config.tls import Tls
from appliance.destinations import (
    Cause,
    Delivered,
    Destination,
    Refused,
    Retry,
)
from appliance.errors import ConfigurationError
from tests.destinations.archives import (
    HASTY_S,
    LOOPBACK,
    a_free_port,
    a_report,
    a_silent_listener,
    consigned,
)
from tests.destinations.authority import Authority, Credential
from tests.destinations.web_servers import Reply, ScriptedWeb, destinations_of

UID = "1.2.3.4"
Open = Callable[..., Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    with destinations_of("stow") as open_at:
        yield open_at


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(opened: Open, status: int) -> None:
    with ScriptedWeb().running() as other:
        there = {"Location": f"http://{LOOPBACK}:{other.port}/"}
        with ScriptedWeb([Reply(status, headers=there)]).running() as server:
            outcome = opened(server.port).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.REDIRECTED, f"HTTP {status}")
    assert not other.questions


# Faults


def test_a_server_that_is_not_there_is_unreachable(opened: Open) -> None:
    outcome = opened(a_free_port()).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.UNREACHABLE, "Connection refused")


def test_a_server_that_says_nothing_is_given_up(opened: Open) -> None:
    with a_silent_listener() as port:
        outcome = opened(port, patience_s=HASTY_S).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.CONNECTION_LOST, "timed out")


@pytest.mark.parametrize("cut", [-1, 0, 1, 50])
def test_an_answer_that_is_cut_off_counts_for_nothing(opened: Open, cut: int) -> None:
    with ScriptedWeb([Reply(200, b"{}" * 40, cut=cut)]).running() as server:
        destination = opened(server.port)
        first = destination.send(consigned(a_report(UID)))
        second = destination.send(consigned(a_report(UID)))
    assert isinstance(first, Retry)
    assert first.cause is Cause.CONNECTION_LOST
    assert second == Delivered("HTTP 200")


def test_a_connection_that_the_server_ended_while_idle_is_made_anew(opened: Open) -> None:
    with ScriptedWeb([Reply(), Reply(cut=-1)]).running() as server:
        destination = opened(server.port)
        assert destination.send(consigned(a_report("1.1"))) == Delivered("HTTP 200")
        assert destination.send(consigned(a_report("1.2"))) == Delivered("HTTP 200")
    assert server.connections == 2


def test_an_answer_before_the_question_was_heard_out_counts(opened: Open) -> None:
    large = replace(consigned(a_report(UID)), content=bytes(30_000_000))
    with ScriptedWeb([Reply(413, unread=True)]).running() as server:
        outcome = opened(server.port).send(large)
    assert isinstance(outcome, Refused | Retry), "refused, or lost when the system is quicker"


def test_an_answer_that_drips_is_ended(opened: Open) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:

        def drip() -> None:
            line, _ = listener.accept()
            with line, suppress(OSError):
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
                while True:
                    line.sendall(b" ")
                    time.sleep(0.1)

        dripping = threading.Thread(target=drip)
        dripping.start()
        destination = opened(listener.getsockname()[1], patience_s=HASTY_S)
        outcome = destination.send(consigned(a_report(UID)))
        dripping.join()
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CONNECTION_LOST


def test_no_answer_is_too_long_to_end(opened: Open) -> None:
    with ScriptedWeb([Reply(200, bytes(3_000_000)), Reply(409, bytes(3_000_000))]).running() as it:
        destination = opened(it.port)
        assert destination.send(consigned(a_report(UID))) == Delivered("HTTP 200")
        outcome = destination.send(consigned(a_report(UID)))
    assert outcome == Refused(Cause.NOT_UNDERSTOOD, "HTTP 409")


@pytest.mark.parametrize(
    "words", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70000]
)
def test_what_is_no_web_server_is_found_out(opened: Open, words: bytes) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:

        def speak() -> None:
            line, _ = listener.accept()
            line.recv(65536)
            line.sendall(words)
            line.close()

        speaker = threading.Thread(target=speak)
        speaker.start()
        outcome = opened(listener.getsockname()[1]).send(consigned(a_report(UID)))
        speaker.join()
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CONNECTION_LOST


# Who is who


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def serving(credential: Credential, trusted: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(credential.certificate, credential.private_key)
    context.load_verify_locations(trusted.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_both_ends_show_their_certificates(authority: Authority, opened: Open) -> None:
    client = authority.client()
    tls = Tls(
        enabled=True,
        ca_file=str(authority.certificate),
        certificate_file=str(client.certificate),
        private_key_file=str(client.private_key),
    )
    context = serving(authority.server(), authority)
    with ScriptedWeb().running(context) as server:
        assert opened(server.port, tls).send(consigned(a_report(UID))) == Delivered("HTTP 200")


@pytest.mark.parametrize(
    ("shown", "cause"),
    [
        ("expired_server", Cause.CERTIFICATE_EXPIRED),
        ("server_elsewhere", Cause.CERTIFICATE_OF_ANOTHER),
    ],
)
def test_a_server_with_a_wrong_certificate_gets_nothing(
    authority: Authority, opened: Open, shown: str, cause: Cause
) -> None:
    tls = Tls(enabled=True, ca_file=str(authority.certificate))
    context = serving(getattr(authority, shown)(), authority)
    with ScriptedWeb().running(context) as server:
        outcome = opened(server.port, tls).send(consigned(a_report(UID)))
    assert isinstance(outcome, Retry)
    assert outcome.cause is cause
    assert not server.questions


def test_a_server_of_another_authority_gets_nothing(
    authority: Authority, opened: Open, tmp_path: Path
) -> None:
    tls = Tls(enabled=True, ca_file=str(authority.certificate))
    other = Authority(tmp_path / "other", "Another authority")
    with ScriptedWeb().running(serving(other.server(), other)) as server:
        outcome = opened(server.port, tls).send(consigned(a_report(UID)))
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CERTIFICATE_NOT_TRUSTED
    assert not server.questions


def test_a_box_without_its_certificate_is_refused(authority: Authority, opened: Open) -> None:
    tls = Tls(enabled=True, ca_file=str(authority.certificate))
    with ScriptedWeb().running(serving(authority.server(), authority)) as server:
        outcome = opened(server.port, tls).send(consigned(a_report(UID)))
    assert isinstance(outcome, Retry)
    assert outcome.cause in (Cause.CERTIFICATE_REFUSED, Cause.CONNECTION_LOST)
    assert not server.questions


def test_a_token_is_read_anew_for_each_request(opened: Open, tmp_path: Path) -> None:
    token = tmp_path / "token"
    with ScriptedWeb().running() as server:
        destination = opened(server.port, authorization="bearer", token_file=str(token))
        missing = destination.send(consigned(a_report(UID)))
        for text in ("first\n", "second"):
            token.write_text(text, encoding="utf-8")
            destination.send(consigned(a_report(UID)))
        token.write_text("two\nlines are fine, spaces not", encoding="utf-8")
        destination.send(consigned(a_report(UID)))
        token.write_text("a b", encoding="utf-8")
        spaced = destination.send(consigned(a_report(UID)))
    assert isinstance(missing, Retry)
    assert missing.cause is Cause.CREDENTIAL_UNUSABLE
    assert spaced == Retry(Cause.CREDENTIAL_UNUSABLE, f"{token}: not a token")
    shown = [question.headers["authorization"] for question in server.questions]
    assert shown == ["Bearer first", "Bearer second", "Bearer two"]


# Settings


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ('authorization = "basic"', "authorization"),
        ('authorization = "bearer"', "authorization"),
        ('authorization = "bearer"\ntoken_file = "/etc/token"', "anybody on the way"),
        ('path = "dicom-web"', "path"),
        ('path = "/dicom-web/"', "path"),
        ('path = "/a b"', "path"),
    ],
)
def test_what_cannot_be_meant_is_found(lines: str, where: str) -> None:
    here = '[[destination]]\nname = "c"\nkind = "stow"\nhost = "c.example"\n'
    text = f"{here}[destination.stow]\n{lines}"
    with pytest.raises(ConfigurationError, match=where):
        parse_configuration(text)


def test_a_token_by_tls_can_be_meant() -> None:
    text = (
        '[[destination]]\nname = "c"\nkind = "stow"\nhost = "c.example"\nport = 443\n'
        "[destination.tls]\nenabled = true\n"
        '[destination.stow]\nauthorization = "bearer"\ntoken_file = "/etc/token"\n'
    )
    assert isinstance(parse_configuration(text), Configuration)
