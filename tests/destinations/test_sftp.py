"""SFTP to OpenSSH: which server and which box may talk, and what the server cannot say."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.destinations import Cause, Delivered, Outcome
from appliance.destinations.outcome import Retry
from tests.destinations.archives import LOOPBACK, a_report, a_silent_listener, consigned
from tests.destinations.file_servers import (
    PASSWORD,
    FileServer,
    SftpServer,
    a_key,
    fingerprint,
)

REPORT = a_report("1.1")
Serve = Callable[..., AbstractContextManager[FileServer]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Runs an sshd with the options."""

    def serve(*options: str) -> AbstractContextManager[FileServer]:
        return SftpServer(folder=tmp_path, options=options).running()

    return serve


def sent(server: FileServer, *, report: bytes = REPORT, **sftp: object) -> Outcome:
    settings = replace(server.settings.sftp, **sftp)  # type: ignore[arg-type] # any of its fields
    destination = server.opened(sftp=settings)
    try:
        return destination.send(consigned(report))
    finally:
        destination.close()


def public_key(path: Path) -> str:
    return " ".join(path.read_text().split()[:2])


def test_a_server_is_known_by_its_fingerprint_or_its_key(serve: Serve, tmp_path: Path) -> None:
    with serve() as server:
        stranger = fingerprint(tmp_path / "stranger.pub")
        for keys in (
            (fingerprint(tmp_path / "host.pub"),),
            (public_key(tmp_path / "host.pub"),),
            (stranger, fingerprint(tmp_path / "host.pub")),
        ):
            assert isinstance(sent(server, host_key=keys), Delivered)


def test_of_several_keys_a_server_shows_the_one_that_is_pinned(
    serve: Serve, tmp_path: Path
) -> None:
    a_key(tmp_path / "other", "ecdsa")
    with serve(f"HostKey {tmp_path / 'other'}") as server:
        assert isinstance(sent(server, host_key=(public_key(tmp_path / "other.pub"),)), Delivered)
        assert isinstance(sent(server), Delivered)


@pytest.mark.parametrize("pin", [fingerprint, public_key])
def test_another_server_is_not_logged_in_to(
    serve: Serve, tmp_path: Path, pin: Callable[[Path], str]
) -> None:
    with serve("LogLevel DEBUG1") as server:
        outcome = sent(server, host_key=(pin(tmp_path / "stranger.pub"),))
        log = server.log.read_text()
    shown = fingerprint(tmp_path / "host.pub")
    assert outcome == Retry(Cause.HOST_KEY_CHANGED, f"it shows {shown}")
    assert "userauth-request" not in log


def test_a_key_that_the_server_does_not_know_is_refused(serve: Serve, tmp_path: Path) -> None:
    with serve() as server:
        outcome = sent(server, private_key_file=str(tmp_path / "stranger"))
        assert outcome == Retry(Cause.LOGIN_REFUSED, "PermissionDenied")
        assert server.files == {}


def test_a_password_is_enough_where_the_server_takes_it(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("hunter2\n")
    (tmp_path / "windows").write_bytes(f"{PASSWORD}\r\n".encode())
    with serve() as server:
        for file, expected in (
            ("windows", Delivered("size compared")),
            ("wrong", Retry(Cause.LOGIN_REFUSED, "PermissionDenied")),
        ):
            assert sent(server, private_key_file="", password_file=str(tmp_path / file)) == expected


@pytest.mark.parametrize("content", [b"no key", None], ids=["no key", "missing"])
def test_a_key_that_cannot_be_used_is_told(
    serve: Serve, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "unusable"
    if content is not None:
        path.write_bytes(content)
    with serve() as server:
        outcome = sent(server, private_key_file=str(path))
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CREDENTIAL_UNUSABLE


def test_a_key_with_a_password_is_not_asked_for_it(serve: Serve, tmp_path: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(tmp_path / "locked")]
    subprocess.run(command, check=True)
    with serve() as server:
        outcome = sent(server, private_key_file=str(tmp_path / "locked"))
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.CREDENTIAL_UNUSABLE


def test_a_full_disk_is_told_although_the_protocol_has_no_word_for_it(serve: Serve) -> None:
    with serve() as server:
        assert isinstance(sent(server), Delivered)
        server.fill()
        large = a_report("1.2") + bytes(300_000)
        assert sent(server, report=large) == Retry(Cause.OUT_OF_RESOURCES, "SFTPFailure")


def test_a_server_without_sftp_is_told(serve: Serve) -> None:
    with serve("Subsystem none /bin/false", "ForceCommand /bin/false") as server:
        outcome = sent(server)
    assert isinstance(outcome, Retry)
    assert outcome.cause in {Cause.SSH_FAILED, Cause.CONNECTION_LOST}


def test_a_server_that_says_nothing_is_given_up(serve: Serve) -> None:
    with serve() as server, a_silent_listener() as port:
        settings = {"host": LOOPBACK, "port": port, "timeout_s": 0.5}
        destination = server.opened(**settings)
        assert destination.send(consigned(REPORT)) == Retry(Cause.UNREACHABLE, "no answer in time")
        destination.close()


def test_each_thread_has_a_session_of_its_own(serve: Serve) -> None:
    reports = [a_report(f"1.{number}") for number in range(4)]
    with serve() as server, ThreadPoolExecutor(len(reports)) as threads:
        outcomes = threads.map(lambda report: sent(server, report=report), reports)
        assert list(outcomes) == [Delivered("size compared")] * len(reports)
        assert sorted(server.files.values()) == sorted(reports)


def test_who_has_no_such_destination_does_not_load_ssh() -> None:
    script = "import sys, appliance.services.forwarder; sys.exit('asyncssh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
