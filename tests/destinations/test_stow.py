"""STOW-RS against Orthanc, and against a server that answers whatever it likes."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import config
from appliance.config import Configuration, parse_configuration
from appliance.config.stow import Stow as StowSettings
from appliance.config.tls import Tls
from appliance.connection import ANY_DEVICE
from appliance.destinations import (
    Caller,
    Cause,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
    open_destination,
)
from appliance.destinations.stow_answer import FAILURE_REASONS, outcome_of
from appliance.destinations.web_server import Answer
from appliance.destinations.web_status import STATUSES, not_carried_out
from appliance.errors import ConfigurationError
from tests.destinations.archives import (
    CANARY,
    LOOPBACK,
    RDSR,
    OrthancServer,
    a_free_port,
    a_report,
    a_silent_listener,
    consigned,
    orthanc,
)
from tests.destinations.authority import Authority, Credential
from tests.destinations.web_servers import Reply, ScriptedWeb

UID = "1.2.3.4"
Send = Callable[..., Outcome]
Open = Callable[..., Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    destinations: list[Destination] = []

    def open_at(port: int, tls: Tls | None = None, **stow: Any) -> Destination:  # noqa: ANN401
        settings = config.Destination(
            name="cloud",
            kind="stow",
            host=LOOPBACK,
            port=port,
            connection_timeout_s=1,
            timeout_s=1,
            tls=tls or Tls(),
            stow=StowSettings(**stow),
        )
        destinations.append(open_destination(settings, Caller("DOSEBOX", ANY_DEVICE)))
        return destinations[-1]

    yield open_at
    for destination in destinations:
        destination.close()


def told(failed: int | None = None, warned: int | None = None, uid: str = UID) -> bytes:
    """A Store Instances Response in DICOM JSON."""
    item: dict[str, Any] = {
        "00081150": {"vr": "UI", "Value": [RDSR]},
        "00081155": {"vr": "UI", "Value": [uid]},
    }
    if failed is not None:
        item["00081197"] = {"vr": "US", "Value": [failed]}
        return json.dumps({"00081198": {"vr": "SQ", "Value": [item]}}).encode()
    if warned is not None:
        item["00081196"] = {"vr": "US", "Value": [warned]}
    return json.dumps({"00081199": {"vr": "SQ", "Value": [item]}}).encode()


# Orthanc


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrthancServer]:
    folder = tmp_path_factory.mktemp("orthanc") / "server"
    plugins = ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]
    users = {"dosebox": "pass:word"}
    more = {"Plugins": plugins, "AuthenticationEnabled": True, "RegisteredUsers": users}
    with orthanc(folder, **more) as server:
        yield server


@pytest.fixture
def password(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text("pass:word\n", encoding="utf-8")
    return str(path)


def test_orthanc_keeps_what_it_is_sent(archive: OrthancServer, opened: Open, password: str) -> None:
    basic = {"authorization": "basic", "user": "dosebox", "password_file": password}
    destination = opened(archive.http_port, **basic)
    for uid in ("1.1", "1.2", "1.1"):
        assert destination.send(consigned(a_report(uid))) == Delivered("stored")
    kept = archive.stored(("dosebox", "pass:word"))
    assert set(kept) == {"1.1", "1.2"}, "a repeat is the same object"
    assert kept["1.1"].PatientName == CANARY[0]


def test_orthanc_lets_nobody_in_who_does_not_log_in(archive: OrthancServer, opened: Open) -> None:
    outcome = opened(archive.http_port).send(consigned(a_report("1.3")))
    assert outcome == Retry(Cause.LOGIN_REFUSED, "HTTP 401")


def test_orthanc_has_the_service_at_its_path_only(
    archive: OrthancServer, opened: Open, password: str
) -> None:
    basic = {"authorization": "basic", "user": "dosebox", "password_file": password}
    outcome = opened(archive.http_port, path="/elsewhere", **basic).send(consigned(a_report("1.3")))
    assert outcome == Retry(Cause.PATH_UNKNOWN, "HTTP 404")


def test_orthanc_refuses_what_is_no_dicom(
    archive: OrthancServer, opened: Open, password: str
) -> None:
    basic = {"authorization": "basic", "user": "dosebox", "password_file": password}
    broken = replace(consigned(a_report("1.4")), content=b"no DICOM at all")
    outcome = opened(archive.http_port, **basic).send(broken)
    assert not isinstance(outcome, Delivered)


# What a server may answer


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, told()), Delivered("stored")),
        (Reply(200, told(warned=0xB000)), Delivered("0xB000 Coercion of Data Elements")),
        (Reply(202, told(warned=0xB006)), Delivered("0xB006 Elements Discarded")),
        (Reply(200), Delivered("HTTP 200")),
        (Reply(200, b"<NativeDicomModel/>"), Delivered("HTTP 200")),
        (Reply(200, told(uid="9.9")), Delivered("HTTP 200")),
        (Reply(202), Retry(Cause.ANSWER_UNCLEAR, "HTTP 202")),
        (Reply(204), Retry(Cause.ANSWER_UNCLEAR, "HTTP 204")),
        (
            Reply(200, told(failed=0xA700)),
            Retry(Cause.OUT_OF_RESOURCES, "0xA700 Refused out of Resources"),
        ),
        (
            Reply(202, told(failed=0x0110)),
            Retry(Cause.PROCESSING_FAILED, "0x0110 Processing failure"),
        ),
        (
            Reply(409, told(failed=0x0122)),
            Refused(Cause.SOP_CLASS_NOT_ACCEPTED, "0x0122 SOP Class not supported"),
        ),
        (
            Reply(409, told(failed=0xA901)),
            Refused(Cause.NOT_UNDERSTOOD, "0xA901 Data Set does not match SOP Class"),
        ),
        (Reply(409, told(failed=0xB00E)), Delivered("0xB00E it was there already")),
        (
            Reply(409, told(failed=0xB007)),
            Refused(Cause.STATUS_UNKNOWN, "0xB007 not a Failure Reason of the standard"),
        ),
        (Reply(409), Refused(Cause.NOT_UNDERSTOOD, "HTTP 409")),
        (Reply(400, told()), Refused(Cause.NOT_UNDERSTOOD, "HTTP 400")),
        (Reply(401), Retry(Cause.LOGIN_REFUSED, "HTTP 401")),
        (Reply(403), Retry(Cause.LOGIN_REFUSED, "HTTP 403")),
        (Reply(413), Refused(Cause.NOT_UNDERSTOOD, "HTTP 413")),
        (Reply(415), Refused(Cause.NOT_UNDERSTOOD, "HTTP 415")),
        (
            Reply(429, headers={"Retry-After": "120"}),
            Retry(Cause.SERVER_BUSY, "HTTP 429", after_s=120.0),
        ),
        (
            Reply(
                503,
                headers={
                    "Retry-After": "Sat, 21 Nov 2026 17:00:00 GMT",
                    "Date": "Sat, 21 Nov 2026 16:00:00 GMT",
                },
            ),
            Retry(Cause.SERVER_BUSY, "HTTP 503", after_s=3600.0),
        ),
        (
            Reply(503, headers={"Retry-After": "99999999"}),
            Retry(Cause.SERVER_BUSY, "HTTP 503", after_s=86400.0),
        ),
        (Reply(503, headers={"Retry-After": "soon"}), Retry(Cause.SERVER_BUSY, "HTTP 503")),
        (Reply(507), Retry(Cause.OUT_OF_RESOURCES, "HTTP 507")),
        (Reply(500, told()), Retry(Cause.PROCESSING_FAILED, "HTTP 500")),
    ],
)
def test_every_answer_has_an_outcome(opened: Open, reply: Reply, outcome: Outcome) -> None:
    with ScriptedWeb([reply]).running() as server:
        assert opened(server.port).send(consigned(a_report(UID))) == outcome


def test_the_request_is_that_of_the_standard(opened: Open) -> None:
    report = a_report(UID)
    with ScriptedWeb().running() as server:
        destination = opened(server.port)
        for _ in range(3):
            destination.send(consigned(report))
    (first, *_) = server.questions
    assert (first.method, first.path) == ("POST", "/dicom-web/studies")
    kind, type_, boundary = (part.strip() for part in first.headers["content-type"].split(";"))
    assert (kind, type_) == ("multipart/related", 'type="application/dicom"')
    mark = boundary.removeprefix("boundary=").encode()
    before, part, after = first.body.split(b"--" + mark)
    assert (before, after) == (b"", b"--\r\n")
    assert part == b"\r\nContent-Type: application/dicom\r\n\r\n" + report + b"\r\n"
    assert server.connections == 1, "it stays open"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(opened: Open, status: int) -> None:
    with ScriptedWeb().running() as other:
        there = {"Location": f"http://{LOOPBACK}:{other.port}/"}
        with ScriptedWeb([Reply(status, headers=there)]).running() as server:
            outcome = opened(server.port).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.REDIRECTED, f"HTTP {status}")
    assert not other.questions


def test_what_a_server_says_of_the_patient_is_not_repeated(opened: Open) -> None:
    quoted = " ".join(CANARY).encode()
    for status in (200, 400, 409, 500):
        with ScriptedWeb([Reply(status, quoted, {"Warning": quoted.decode()})]).running() as server:
            outcome = opened(server.port).send(consigned(a_report(UID)))
        assert not any(word in repr(outcome) for word in CANARY)


# Faults


def test_a_server_that_is_not_there_is_unreachable(opened: Open) -> None:
    outcome = opened(a_free_port()).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.UNREACHABLE, "Connection refused")


def test_a_server_that_says_nothing_is_given_up(opened: Open) -> None:
    with a_silent_listener() as port:
        outcome = opened(port).send(consigned(a_report(UID)))
    assert outcome == Retry(Cause.CONNECTION_LOST, "timed out")


@pytest.mark.parametrize("cut", [-1, 0, 1, 50])
def test_an_answer_that_is_cut_off_counts_for_nothing(opened: Open, cut: int) -> None:
    with ScriptedWeb([Reply(200, told(), cut=cut)]).running() as server:
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
        outcome = opened(listener.getsockname()[1]).send(consigned(a_report(UID)))
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


# Properties


@given(reason=st.integers(0, 0xFFFF), status=st.sampled_from([200, 202, 409]))
def test_no_failure_reason_is_taken_for_success(reason: int, status: int) -> None:
    outcome = outcome_of(Answer(status, {}, told(failed=reason)), UID)
    assert isinstance(outcome, Delivered) is (reason == 0xB00E)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["00081198", "00081199", "0008119A", "00081155", "00081197", "Value", "vr"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(body=JSON.map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_no_answer_is_too_strange(body: bytes) -> None:
    for status in (200, 202, 409):
        assert isinstance(outcome_of(Answer(status, {}, body), UID), Delivered | Retry | Refused)


@given(status=st.integers(300, 999) | st.integers(0, 199))
def test_no_status_but_200_and_202_delivers(status: int) -> None:
    answer = Answer(status, {}, told())
    assert isinstance(not_carried_out(answer), Retry | Refused)
    if status != 409:
        assert not isinstance(outcome_of(answer, UID), Delivered)


def test_both_tables_cover_everything() -> None:
    assert (STATUSES[-1].first, STATUSES[-1].last) == (0, 999)
    assert (FAILURE_REASONS[-1].first, FAILURE_REASONS[-1].last) == (0, 0xFFFF)


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
