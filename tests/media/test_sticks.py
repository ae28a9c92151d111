"""Sticks that were plugged in: the site's take along what waits, others are left alone."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.media.medium import Medium, Taken
from tests.media.failing import Plan, plugged_in
from tests.media.loops import a_device, a_file_system, a_plain_stick, mounted_image
from tests.media.reports import REGISTRY, ROOT, Box, a_report, dicom_files

REFUSED, NOT_FOUND = 5, 4


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    box.put(1, 2)
    return box


@pytest.fixture
def a_stick(a_box: Box) -> Iterator[Path]:
    with a_plain_stick(a_box.folder / "stick") as stick:
        yield stick


@pytest.fixture
def an_enrolled_stick(a_box: Box, a_stick: Path) -> Path:
    assert a_box.run("media", "enrol", a_stick, "--name", "blue", "--by", "an engineer") == 0
    return a_stick


def folders(stick: Path) -> list[Path]:
    return sorted(stick.glob("D[0-9]*"))


def journal(box: Box) -> list[tuple[str, str]]:
    rows = box.ledger.rows("SELECT kind, body FROM journal ORDER BY seq")
    return [(row["kind"], row["body"]) for row in rows]


def test_an_enrolled_stick_takes_along_what_waits(a_box: Box, an_enrolled_stick: Path) -> None:
    assert a_box.run("export", "--stick", an_enrolled_stick) == 0
    (folder,) = folders(an_enrolled_stick)
    assert {path.read_bytes() for path in dicom_files(folder)} == {a_report(1), a_report(2)}
    assert a_box.delivered() == 2
    a_box.put(3)
    assert a_box.run("export", "--stick", an_enrolled_stick) == 0
    assert [len(dicom_files(each)) for each in folders(an_enrolled_stick)] == [2, 1]
    assert [kind for kind, _ in journal(a_box)] == ["stick-enrolled"] + ["media-exported"] * 2


def test_a_stranger_is_left_as_it_is(a_box: Box, a_stick: Path) -> None:
    assert a_box.run("export", "--stick", a_stick) == REFUSED
    assert list(a_stick.iterdir()) == []
    assert a_box.delivered() == 0


def test_a_stranger_is_told_so_in_japanese_too(
    a_box: Box, a_stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_box.run("export", "--stick", a_stick)
    assert "登録されていない媒体" in capsys.readouterr().err


def test_where_no_stick_is_mounted_nothing_is_written(a_box: Box) -> None:
    empty = a_box.folder / "empty"
    empty.mkdir()
    assert a_box.run("export", "--stick", empty) == NOT_FOUND
    assert a_box.run("media", "enrol", empty, "--name", "x", "--by", "y") == NOT_FOUND
    assert list(empty.iterdir()) == []


def test_a_stick_that_was_withdrawn_is_a_stranger(a_box: Box, an_enrolled_stick: Path) -> None:
    assert a_box.run("media", "withdraw", "blue", "--by", "an engineer") == 0
    assert a_box.run("export", "--stick", an_enrolled_stick) == REFUSED
    assert a_box.run("media", "withdraw", "blue", "--by", "an engineer") == NOT_FOUND
    assert [kind for kind, _ in journal(a_box)] == ["stick-enrolled", "stick-withdrawn"]


def test_two_sticks_cannot_have_one_name(a_box: Box, an_enrolled_stick: Path) -> None:
    enrol = ("media", "enrol", an_enrolled_stick, "--name", "blue", "--by", "an engineer")
    assert a_box.run(*enrol) == REFUSED


@pytest.mark.parametrize("token", [b"", b"\xff" * 9000, b"dose-appliance stick " + b"0" * 32])
def test_a_token_that_nobody_gave_enrols_nothing(a_box: Box, a_stick: Path, token: bytes) -> None:
    (a_stick / "DOSEBOX").mkdir()
    (a_stick / "DOSEBOX" / "TOKEN.TXT").write_bytes(token)
    assert a_box.run("export", "--stick", a_stick) == REFUSED


def test_the_token_is_not_in_the_ledger(a_box: Box, an_enrolled_stick: Path) -> None:
    token = (an_enrolled_stick / "DOSEBOX" / "TOKEN.TXT").read_text("ascii").split()[-1]
    assert token not in "".join(
        map(str, map(tuple, a_box.ledger.rows("SELECT * FROM enrolled_stick")))
    )


def test_a_stick_that_cannot_be_written_is_not_enrolled(a_box: Box) -> None:
    with plugged_in(a_box.folder / "locked", Plan(read_only=True)) as stick:
        assert a_box.run("media", "enrol", stick, "--name", "x", "--by", "y") == REFUSED
    assert a_box.run("media", "list") == 0
    assert a_box.ledger.rows("SELECT * FROM enrolled_stick") == []


def test_a_report_for_the_engineer_names_no_patient(a_box: Box, an_enrolled_stick: Path) -> None:
    Alarms(a_box.ledger, SYSTEM_CLOCK).raise_(AlarmCode.DOSE_ABOVE_ALERT_VALUE, f"{ROOT}.1", "DLP")
    assert a_box.run("export", "--stick", an_enrolled_stick) == 0
    report = (an_enrolled_stick / "DOSEBOX" / "EXPORT.TXT").read_bytes().decode("utf-8-sig")
    assert "exported 書き出し済み: 2" in report
    status = json.loads((an_enrolled_stick / "DOSEBOX" / "STATUS.JSN").read_bytes())
    assert status["destinations"][0]["name"] == "registry"
    assert "Yamada" not in report + json.dumps(status)
    assert "PID" not in report + json.dumps(status)
    assert [each["code"] for each in status["alarms"]] == ["dose-above-alert-value"]
    assert ROOT not in report + json.dumps(status)


def test_what_another_export_left_undone_is_swept(a_box: Box, an_enrolled_stick: Path) -> None:
    undone = an_enrolled_stick / "D0000009.PRT"
    undone.mkdir()
    (undone / "X").write_bytes(b"x")
    assert a_box.run("export", "--stick", an_enrolled_stick) == 0
    assert not undone.exists()


def test_every_destination_gets_its_own_folder(a_box: Box, an_enrolled_stick: Path) -> None:
    a_box.configure(f'{REGISTRY}[[destination]]\nname = "other"\nkind = "medium"\n')
    assert a_box.run("export", "--stick", an_enrolled_stick) == 0
    assert len(folders(an_enrolled_stick)) == 2
    assert (a_box.delivered("registry"), a_box.delivered("other")) == (2, 2)


def test_an_exfat_stick_is_mounted_by_its_device_and_known_by_its_label(a_box: Box) -> None:
    a_box.configure(f'[media]\nlabels = ["DOSES"]\n{REGISTRY}')
    image = a_file_system(a_box.folder / "exfat", "exfat", label="DOSES")
    with a_device(image) as device:
        assert a_box.run("export", "--device", device) == 0
    with mounted_image(image, a_box.folder / "again", "-t", "exfat-fuse") as stick:
        (folder,) = folders(stick)
        assert {path.read_bytes() for path in dicom_files(folder)} == {a_report(1), a_report(2)}
        assert a_box.run("export", "--stick", stick) == 0
    assert a_box.delivered() == 2


def test_an_exfat_stick_of_another_label_is_a_stranger(a_box: Box) -> None:
    a_box.configure(f'[media]\nlabels = ["DOSES"]\n{REGISTRY}')
    image = a_file_system(a_box.folder / "exfat", "exfat", label="HOLIDAY")
    with a_device(image) as device:
        assert a_box.run("export", "--device", device) == REFUSED
        assert str(device) not in Path("/proc/self/mountinfo").read_text("utf-8")
    assert a_box.delivered() == 0


def test_fat_takes_every_name_as_it_is(a_box: Box) -> None:
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    (folder,) = (a_box.folder / "out").iterdir()
    image = a_file_system(a_box.folder / "fat", "vfat")
    copy = ["mcopy", "-s", "-i", str(image), str(folder), "::"]
    subprocess.run(copy, check=True, capture_output=True)
    back = a_box.folder / "back"
    back.mkdir()
    fetch = ["mcopy", "-s", "-n", "-i", str(image), f"::{folder.name}", str(back)]
    subprocess.run(fetch, check=True, capture_output=True)
    check = ["sha256sum", "--check", "--strict", "SHA256.TXT"]
    subprocess.run(check, check=True, capture_output=True, cwd=back / folder.name)
    listing = ["mdir", "-/", "-b", "-i", str(image), "::"]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()
    assert names, "short names only: a long one would be another"
    assert all(name == name.upper() for name in names)


def test_what_is_read_back_comes_from_the_medium_and_not_from_memory(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "FILE").write_bytes(bytes(range(256)) * 8192)
    image = a_file_system(tmp_path / "ext4", "ext4")
    with mounted_image(image, tmp_path / "stick") as stick:
        before = read_from_storage()
        assert isinstance(Medium(stick).take(staged, "D0000001"), Taken)
        assert read_from_storage() - before >= 256 * 8192


def read_from_storage() -> int:
    """Bytes that this process had storage read, so far."""
    text = Path("/proc/self/io").read_text("ascii")
    return int(dict(line.split(": ") for line in text.splitlines())["read_bytes"])
