"""A folder as destination: whole files under their names, and the right reason for none."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from appliance import config
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Cause, Consignment, Delivered, Refused, Retry
from appliance.destinations.folder import Folder

CONTENT = b"an object" * 1000
KIB = 1024


def a_folder(path: Path, marker: str = "") -> Folder:
    settings = config.Destination(
        name="share", kind="folder", folder=config.Folder(path=str(path), marker=marker)
    )
    return Folder(settings, Caller("DOSEBOX", ANY_DEVICE))


def consigned(name: str = "1.1.dcm", content: bytes = CONTENT) -> Consignment:
    return Consignment(
        content=content, sop_class_uid="1.2", sop_instance_uid="1.1", name=PurePosixPath(name)
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_object_becomes_a_whole_file(tmp_path: Path) -> None:
    assert isinstance(a_folder(tmp_path).send(consigned()), Delivered)
    assert files(tmp_path) == {"1.1.dcm": CONTENT}


def test_a_name_may_have_folders(tmp_path: Path) -> None:
    assert isinstance(a_folder(tmp_path).send(consigned("9.9/report/1.1.dcm")), Delivered)
    assert files(tmp_path) == {"9.9/report/1.1.dcm": CONTENT}


def test_a_repeat_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    folder.send(consigned())
    before = (tmp_path / "1.1.dcm").stat()
    assert folder.send(consigned()) == Delivered("it was there already")
    after = (tmp_path / "1.1.dcm").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("other", [b"", CONTENT[:-1], CONTENT[:-1] + b"x"])
def test_another_file_of_that_name_is_never_written_over(tmp_path: Path, other: bytes) -> None:
    (tmp_path / "1.1.dcm").write_bytes(other)
    outcome = a_folder(tmp_path).send(consigned())
    assert isinstance(outcome, Refused)
    assert outcome.cause is Cause.NAME_TAKEN
    assert files(tmp_path) == {"1.1.dcm": other}


def test_what_an_attempt_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "1.1.dcm.part").write_bytes(CONTENT * 2)
    assert isinstance(a_folder(tmp_path).send(consigned()), Delivered)
    assert files(tmp_path) == {"1.1.dcm": CONTENT}


def cause_of(folder: Folder) -> Cause:
    outcome = folder.send(consigned())
    assert isinstance(outcome, Retry)
    return outcome.cause


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert cause_of(a_folder(tmp_path / "gone")) is Cause.FOLDER_MISSING
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_the_server_is_not_mounted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, marker=".this-is-the-share")
    assert cause_of(folder) is Cause.FOLDER_MISSING
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".this-is-the-share").touch()
    assert isinstance(folder.send(consigned()), Delivered)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB; its options may be changed while it is mounted."""
    path = tmp_path / "disk"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", path], check=True)
    yield path
    subprocess.run(["umount", "-l", path], check=True)


def test_a_full_disk_has_no_half_file_and_takes_the_object_later(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(252 * KIB))
    assert cause_of(a_folder(small_disk)) is Cause.OUT_OF_RESOURCES
    assert set(files(small_disk)) == {"filler"}
    (small_disk / "filler").unlink()
    assert isinstance(a_folder(small_disk).send(consigned()), Delivered)
    assert files(small_disk) == {"1.1.dcm": CONTENT}


def test_a_read_only_disk_is_tried_again(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert cause_of(a_folder(small_disk)) is Cause.NOT_PERMITTED
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert isinstance(a_folder(small_disk).send(consigned()), Delivered)


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (5, Cause.FOLDER_FAILED),  # EIO
        (116, Cause.FOLDER_FAILED),  # ESTALE: the server of an NFS folder forgot it
        (110, Cause.FOLDER_FAILED),  # ETIMEDOUT
        (122, Cause.OUT_OF_RESOURCES),  # EDQUOT
        (30, Cause.NOT_PERMITTED),  # EROFS
    ],
)
def test_what_the_system_says_is_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cause: Cause
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert cause_of(a_folder(tmp_path)) is cause
    assert files(tmp_path) == {}


def test_a_disk_that_gives_back_other_bytes_has_nothing_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = hashlib.sha256(b"other")
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: digest)
    assert cause_of(a_folder(tmp_path)) is Cause.CHANGED_ON_THE_WAY
    assert files(tmp_path) == {}
