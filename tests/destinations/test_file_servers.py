"""Files on real servers: whole under their names, or not there; the cause is told."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.destinations import Cause, Consignment, Delivered, Destination, Outcome, Refused
from appliance.destinations.outcome import Retry
from tests.destinations.archives import a_report, consigned
from tests.destinations.authority import Authority
from tests.destinations.file_servers import FileServer, FtpsServer, SftpServer

Start = Callable[[], AbstractContextManager[FileServer]]
KINDS = ("ftps", "sftp")
REPORTS = {f"1.{number}": a_report(f"1.{number}") for number in range(4)}
KEPT = {f"in/box/{uid}.dcm": report for uid, report in REPORTS.items()}


@pytest.fixture(params=KINDS)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """Starts a server of the kind, the same one each time."""
    if request.param == "ftps":
        return FtpsServer(folder=tmp_path, authority=Authority(tmp_path / "ca")).running
    return SftpServer(folder=tmp_path).running


@pytest.fixture
def server(start: Start) -> Iterator[FileServer]:
    with start() as server:
        yield server


@pytest.fixture
def destination(server: FileServer) -> Iterator[Destination]:
    destination = server.opened()
    yield destination
    destination.close()


def sent(destination: Destination, uid: str) -> Outcome:
    return destination.send(consigned(REPORTS[uid]))


def test_files_arrive_byte_for_byte_under_their_names_only(
    server: FileServer, destination: Destination
) -> None:
    assert [sent(destination, uid) for uid in REPORTS] == [Delivered("size compared")] * 4
    assert server.files == KEPT


def test_a_repeat_does_no_harm(server: FileServer, destination: Destination) -> None:
    sent(destination, "1.1")
    before = (server.seen / "in/box/1.1.dcm").stat()
    assert sent(destination, "1.1") == Delivered("it was there already")
    destination.close()
    assert sent(destination, "1.1") == Delivered("it was there already")
    assert (server.seen / "in/box/1.1.dcm").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("other", [b"short", bytes(len(REPORTS["1.1"]))], ids=["size", "content"])
def test_a_name_that_another_file_has_is_left_to_it(
    server: FileServer, destination: Destination, other: bytes
) -> None:
    sent(destination, "1.0")
    (server.seen / "in/box/1.1.dcm").write_bytes(other)
    outcome = sent(destination, "1.1")
    assert isinstance(outcome, Refused)
    assert outcome.cause is Cause.NAME_TAKEN
    assert server.files["in/box/1.1.dcm"] == other
    assert "in/box/1.1.dcm.part" not in server.files


def test_what_a_former_attempt_left_is_removed(
    server: FileServer, destination: Destination
) -> None:
    sent(destination, "1.0")
    (server.seen / "in/box/1.1.dcm.part").write_bytes(bytes(100_000))
    assert sent(destination, "1.1") == Delivered("size compared")
    assert server.files == {name: KEPT[name] for name in ("in/box/1.0.dcm", "in/box/1.1.dcm")}


def test_a_file_that_is_read_back_is_compared(server: FileServer) -> None:
    settings = server.settings
    tables = {
        "ftps": replace(settings.ftps, read_back=True),
        "sftp": replace(settings.sftp, read_back=True),
    }
    destination = server.opened(**tables)
    assert sent(destination, "1.1") == Delivered("size and content compared")
    destination.close()


def test_names_have_folders_that_are_made(server: FileServer, destination: Destination) -> None:
    report = consigned(REPORTS["1.1"])
    far = Consignment(
        content=report.content,
        sop_class_uid=report.sop_class_uid,
        sop_instance_uid=report.sop_instance_uid,
        name=report.name.with_name("2026") / "11" / report.name,
    )
    assert destination.send(far) == Delivered("size compared")
    assert server.files == {"in/box/2026/11/1.1.dcm": REPORTS["1.1"]}


def test_a_full_disk_keeps_no_half_file_and_is_tried_again(
    server: FileServer, destination: Destination
) -> None:
    sent(destination, "1.0")
    ballast = server.fill()
    large = replace(consigned(REPORTS["1.1"]), content=REPORTS["1.1"] + bytes(300_000))
    outcome = destination.send(large)
    assert isinstance(outcome, Retry)
    assert outcome.cause in {Cause.OUT_OF_RESOURCES, Cause.PROCESSING_FAILED}
    assert set(server.files) == {"in/box/1.0.dcm", "ballast"}

    ballast.unlink()
    assert destination.send(large) == Delivered("size compared")
    assert server.files["in/box/1.1.dcm"] == large.content


def test_a_folder_that_must_not_be_written_is_told(
    server: FileServer, destination: Destination
) -> None:
    sent(destination, "1.0")
    (server.seen / "in/box").chmod(0o555)
    outcome = sent(destination, "1.1")
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.NOT_PERMITTED

    (server.seen / "in/box").chmod(0o755)
    assert sent(destination, "1.1") == Delivered("size compared")


def test_a_killed_server_is_tried_again(start: Start) -> None:
    with start() as server:
        destination = server.opened()
        sent(destination, "1.0")
        server.kill()
        lost = sent(destination, "1.1")
        gone = sent(destination, "1.1")
    destination.close()
    assert isinstance(lost, Retry)
    assert lost.cause in {Cause.CONNECTION_LOST, Cause.UNREACHABLE}
    assert isinstance(gone, Retry)
    assert gone.cause is Cause.UNREACHABLE


def test_a_session_that_the_server_ended_is_begun_anew(
    server: FileServer, destination: Destination
) -> None:
    sent(destination, "1.0")
    server.end_sessions()
    assert sent(destination, "1.1") == Delivered("size compared")


def test_a_password_file_that_is_missing_is_told(server: FileServer) -> None:
    gone = "/nowhere/password"
    destination = server.opened(
        ftps=replace(server.settings.ftps, password_file=gone),
        sftp=replace(server.settings.sftp, password_file=gone),
    )
    outcome = sent(destination, "1.1")
    assert outcome == Retry(Cause.CREDENTIAL_UNUSABLE, f"{gone}: No such file or directory")
