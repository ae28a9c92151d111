"""What comes back on a stick: taken when it is signed, for this box, and newer; never run."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.media.keys import Signer, a_signer, bring
from tests.media.loops import a_plain_stick
from tests.media.reports import REGISTRY, Box

REFUSED, NOT_FOUND, NOT_CONFIGURED = 5, 4, 2
CONFIGURATION = b'log_level = "warning"\n'


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    box.configure(
        '[media]\nimport_key_file = "signer.pub"\nimport_recipient = "box-1"\n'
        f"import_max_mib = 1\n{REGISTRY}"
    )
    return box


@pytest.fixture
def signer(a_box: Box) -> Signer:
    return a_signer(a_box.data_dir)


@pytest.fixture
def stick(a_box: Box) -> Iterator[Path]:
    with a_plain_stick(a_box.folder / "stick") as stick:
        assert a_box.run("media", "enrol", stick, "--name", "blue", "--by", "an engineer") == 0
        yield stick


def taken(box: Box) -> dict[str, bytes]:
    folder = box.data_dir / "imports"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_signed_configuration_is_handed_over_and_not_in_force(
    a_box: Box, signer: Signer, stick: Path
) -> None:
    bring(stick, signer, CONFIGURATION)
    assert a_box.run("media", "import", stick) == 0
    assert taken(a_box) == {"configuration/0000000001": CONFIGURATION}
    assert a_box.configuration.log_level == "info"
    last = a_box.ledger.rows("SELECT kind, body FROM journal ORDER BY seq DESC")[0]
    assert last["kind"] == "media-imported"
    assert json.loads(last["body"])["number"] == 1


def test_a_signed_update_is_handed_over_and_not_executable(
    a_box: Box, signer: Signer, stick: Path
) -> None:
    bring(stick, signer, b"#!/bin/sh\nexit 1\n", kind="update")
    assert a_box.run("media", "import", stick) == 0
    (path,) = (a_box.data_dir / "imports" / "update").iterdir()
    assert not os.access(path, os.X_OK) or path.stat().st_mode & 0o111 == 0


@pytest.mark.parametrize("number", [1, 4, 5])
def test_what_is_not_newer_is_a_replay(
    a_box: Box, signer: Signer, stick: Path, number: int
) -> None:
    bring(stick, signer, CONFIGURATION, number=5)
    assert a_box.run("media", "import", stick) == 0
    bring(stick, signer, b"", number=number)
    assert a_box.run("media", "import", stick) == REFUSED
    bring(stick, signer, CONFIGURATION, number=6)
    assert a_box.run("media", "import", stick) == 0


def another_signer(folder: Path, signer: Signer) -> None:
    other = a_signer(folder.parents[1], "other")
    other.sign(folder / "IMPORT.JSN", folder / "IMPORT.SIG")
    assert other != signer


def another_manifest(folder: Path, _: Signer) -> None:
    text = (folder / "IMPORT.JSN").read_text("ascii")
    (folder / "IMPORT.JSN").write_text(text.replace('"number": 1', '"number": 9'), "ascii")


def another_content(folder: Path, _: Signer) -> None:
    (folder / "CONTENT.BIN").write_bytes(CONFIGURATION.replace(b"warning", b"error  "))


def a_longer_content(folder: Path, _: Signer) -> None:
    with (folder / "CONTENT.BIN").open("ab") as file:
        file.write(b"# more\n")


def no_signature(folder: Path, _: Signer) -> None:
    (folder / "IMPORT.SIG").unlink()


def an_endless_signature(folder: Path, _: Signer) -> None:
    (folder / "IMPORT.SIG").write_bytes(b"\0" * 70_000)


def an_endless_manifest(folder: Path, signer: Signer) -> None:
    (folder / "IMPORT.JSN").write_bytes(b" " * 70_000)
    signer.sign(folder / "IMPORT.JSN", folder / "IMPORT.SIG")


@pytest.mark.parametrize(
    "spoil",
    [
        another_signer,
        another_manifest,
        another_content,
        a_longer_content,
        no_signature,
        an_endless_signature,
        an_endless_manifest,
    ],
)
def test_what_was_not_signed_as_it_is_stays_out(
    a_box: Box, signer: Signer, stick: Path, spoil: Callable[[Path, Signer], None]
) -> None:
    spoil(bring(stick, signer, CONFIGURATION), signer)
    assert a_box.run("media", "import", stick) == REFUSED
    assert taken(a_box) == {}
    assert a_box.ledger.rows("SELECT * FROM media_import") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "box-2"},
        {"purpose": "another"},
        {"kind": "program"},
        {"number": 0},
        {"number": "2"},
        {"number": True},
        {"file": "../TOKEN.TXT"},
        {"size_bytes": 2 << 20},
        {"size_bytes": -1},
        {"more": 1},
    ],
    ids=str,
)
def test_a_signed_manifest_that_is_not_for_us_stays_out(
    a_box: Box, signer: Signer, stick: Path, changes: dict[str, object]
) -> None:
    bring(stick, signer, CONFIGURATION, **changes)
    assert a_box.run("media", "import", stick) == REFUSED
    assert taken(a_box) == {}


@pytest.mark.parametrize("content", [b"nonsense = 1\n", b"\xff\xfe", b"not toml"])
def test_a_configuration_that_would_not_load_stays_out(
    a_box: Box, signer: Signer, stick: Path, content: bytes
) -> None:
    bring(stick, signer, content)
    assert a_box.run("media", "import", stick) == REFUSED
    assert taken(a_box) == {}


def test_from_a_stranger_nothing_is_taken(a_box: Box, signer: Signer) -> None:
    with a_plain_stick(a_box.folder / "strange") as stick:
        bring(stick, signer, CONFIGURATION)
        assert a_box.run("media", "import", stick) == REFUSED


def test_a_stick_that_brings_nothing_is_said_to(a_box: Box, signer: Signer, stick: Path) -> None:
    assert signer.public_key.is_file()
    assert a_box.run("media", "import", stick) == NOT_FOUND


def test_a_site_without_a_key_takes_nothing(a_box: Box, stick: Path) -> None:
    a_box.configure(REGISTRY)
    assert a_box.run("media", "import", stick) == NOT_CONFIGURED


def test_a_key_of_another_kind_is_no_key(a_box: Box, stick: Path) -> None:
    a_signer(a_box.data_dir, kind="ed448")
    other = Signer(a_box.data_dir / "signer.key", a_box.data_dir / "signer.pub")
    bring(stick, other, CONFIGURATION)
    assert a_box.run("media", "import", stick) == REFUSED
