"""STOW-RS against Orthanc, and against a server that answers whatever it likes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.destinations import (
    Cause,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
)
from appliance.destinations.stow_answer import FAILURE_REASONS, outcome_of
from appliance.destinations.web_server import Answer
from appliance.destinations.web_status import STATUSES, not_carried_out
from tests.destinations.archives import (
    CANARY,
    RDSR,
    OrthancServer,
    a_report,
    consigned,
    orthanc,
)
from tests.destinations.web_servers import Reply, ScriptedWeb, destinations_of

UID = "1.2.3.4"
Send = Callable[..., Outcome]
Open = Callable[..., Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    with destinations_of("stow") as open_at:
        yield open_at


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


def test_what_a_server_says_of_the_patient_is_not_repeated(opened: Open) -> None:
    quoted = " ".join(CANARY).encode()
    for status in (200, 400, 409, 500):
        with ScriptedWeb([Reply(status, quoted, {"Warning": quoted.decode()})]).running() as server:
            outcome = opened(server.port).send(consigned(a_report(UID)))
        assert not any(word in repr(outcome) for word in CANARY)


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
