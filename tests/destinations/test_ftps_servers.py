"""FTPS servers of other makes: digests, logins by certificate, and ones that spoil files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance import config
from appliance.config.ftps import Ftps
from appliance.config.tls import Tls
from appliance.destinations import Caller, Cause, Delivered, Outcome, Refused, open_destination
from appliance.destinations.outcome import Retry
from tests.destinations.archives import LOOPBACK, a_report, consigned
from tests.destinations.authority import Authority, Credential
from tests.destinations.scripted_ftps import ScriptedFtps

REPORT = a_report("1.1")
NAME = "in/1.1.dcm"
COMPARED, BY_SIZE = Delivered("size and content compared"), Delivered("size compared")
Send = Callable[..., Outcome]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Credential:
    return authority.server()


@pytest.fixture
def send(authority: Authority, tmp_path: Path) -> Send:
    (tmp_path / "password").write_text("secret\n")
    password_file = str(tmp_path / "password")

    def send(server: ScriptedFtps, **ftps: object) -> Outcome:
        table = Ftps(user="box", password_file=password_file, folder="in")
        settings = config.Destination(
            name="registry",
            kind="ftps",
            host=LOOPBACK,
            port=server.port,
            connection_timeout_s=10,
            timeout_s=30,
            tls=Tls(ca_file=str(authority.certificate)),
            ftps=replace(table, **ftps),  # type: ignore[arg-type] # any of its fields
        )
        destination = open_destination(settings, Caller("DOSEBOX", ""))
        try:
            return destination.send(consigned(REPORT))
        finally:
            destination.close()

    return send


@pytest.mark.parametrize(
    ("feature", "command"),
    [
        ("HASH SHA-512;SHA-256;SHA-1*;MD5", "HASH"),
        ("HASH MD5*", "HASH"),
        ("XSHA256 filename;start;end", "XSHA256"),
        ("XMD5", "XMD5"),
    ],
)
def test_a_digest_that_the_server_makes_is_compared(
    send: Send, certificate: Credential, feature: str, command: str
) -> None:
    with ScriptedFtps(certificate, features=("SIZE", feature)).running() as server:
        assert send(server, read_back=True) == COMPARED
    assert f"{command} {NAME}.part" in server.asked
    assert not any(line.startswith("RETR") for line in server.asked)
    assert server.files == {NAME: REPORT}


@pytest.mark.parametrize("features", [("XSHA256",), ()], ids=["digest", "read back"])
def test_a_file_that_was_spoilt_gets_no_name(
    send: Send, certificate: Credential, features: tuple[str, ...]
) -> None:
    def spoilt(content: bytes) -> bytes:
        return content[:-1] + bytes([content[-1] ^ 1])

    with ScriptedFtps(certificate, features=features, spoilt=spoilt).running() as server:
        outcome = send(server, read_back=True)
    assert outcome == Retry(Cause.CHANGED_ON_THE_WAY, "the size is right, the content is not")
    assert server.files == {}


def test_a_file_that_is_too_short_gets_no_name(send: Send, certificate: Credential) -> None:
    with ScriptedFtps(certificate, spoilt=lambda content: content[:100]).running() as server:
        outcome = send(server)
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CHANGED_ON_THE_WAY
    assert server.files == {}


def test_a_digest_of_what_is_there_already_counts(send: Send, certificate: Credential) -> None:
    other = bytes(len(REPORT))
    with ScriptedFtps(certificate, features=("XMD5",), files={NAME: other}).running() as server:
        outcome = send(server)
        assert isinstance(outcome, Refused)
        assert outcome.cause is Cause.NAME_TAKEN
        server.files[NAME] = REPORT
        assert send(server) == Delivered("it was there already")


def test_a_certificate_may_be_the_login(send: Send, certificate: Credential) -> None:
    replies = {"USER": "232 Known by its certificate"}
    with ScriptedFtps(certificate, replies=replies).running() as server:
        assert send(server) == BY_SIZE
    assert not any(line.startswith("PASS") for line in server.asked)


@pytest.mark.parametrize(
    ("command", "reply", "cause"),
    [
        ("SIZE", "502 Not here", Cause.PROCESSING_FAILED),
        ("SIZE", "421 Too many", Cause.CONNECTION_LOST),
        ("RNFR", "553 No", Cause.NOT_PERMITTED),
        ("RNTO", "452 Full", Cause.OUT_OF_RESOURCES),
        ("RNTO", "552 Quota", Cause.OUT_OF_RESOURCES),
        ("PASS", "421 Not now", Cause.LOGIN_REFUSED),
        ("PBSZ", "503 No", Cause.NOT_PROTECTED),
        ("PROT", "534 No", Cause.NOT_PROTECTED),
        ("EPSV", "229 Where?", Cause.NO_DATA_CONNECTION),
        ("SIZE", "nonsense", Cause.CONNECTION_LOST),
        ("SIZE", "213 many", Cause.PROCESSING_FAILED),
    ],
)
def test_each_reply_has_its_cause(
    send: Send, certificate: Credential, command: str, reply: str, cause: Cause
) -> None:
    with ScriptedFtps(certificate, replies={command: reply}).running() as server:
        outcome = send(server)
    assert isinstance(outcome, Retry)
    assert outcome.cause is cause
    assert NAME not in server.files
