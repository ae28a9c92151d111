"""Sticks that fail: nothing counts that is not whole on one, and the next stick goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.journal import Journal
from appliance.media.fault import Fault
from appliance.media.medium import Medium, Taken
from appliance.services.handing import Handing
from tests.media.failing import Plan, plugged_in
from tests.media.reports import Box, a_report, dicom_files

REPORTS = range(1, 6)


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    box.put(*REPORTS)
    return box


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (Plan(after_bytes=0, error="EIO"), Fault.FAILING),
        (Plan(after_bytes=70_000, error="EIO"), Fault.FAILING),
        (Plan(after_bytes=70_000, error="ENOSPC"), Fault.FULL),
        (Plan(after_bytes=70_000, error="EROFS"), Fault.WRITE_PROTECTED),
        (Plan(after_bytes=70_000, error="ENODEV"), Fault.GONE),
        (Plan(after_bytes=70_000, error="VANISH"), Fault.GONE),
        (Plan(after_bytes=70_000, rots=True), Fault.DAMAGED),
        (Plan(read_only=True), Fault.WRITE_PROTECTED),
        (Plan(size_bytes=1 << 20), Fault.FULL),
    ],
    ids=str,
)
def test_what_a_failing_stick_took_does_not_count_and_the_next_one_goes_on(
    a_box: Box, plan: Plan, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    with plugged_in(a_box.folder / "bad", plan) as stick:
        assert a_box.run("export", "--output", stick) == 1
    assert fault.meaning[0] in capsys.readouterr().err
    assert (a_box.delivered(), a_box.waiting()) == (0, len(REPORTS))
    assert a_box.raised() == [("medium-failed", "registry")]
    assert not [each for each in (a_box.folder / "bad" / "backing").glob("D*") if not each.suffix]
    with plugged_in(a_box.folder / "good") as stick:
        assert a_box.run("export", "--output", stick) == 0
    assert (a_box.delivered(), a_box.waiting()) == (len(REPORTS), 0)
    assert a_box.raised() == []
    found = {path.read_bytes() for path in dicom_files(a_box.folder / "good" / "backing")}
    assert found == {a_report(number) for number in REPORTS}


def test_what_fitted_counts_and_the_rest_goes_onto_the_next_stick(tmp_path: Path) -> None:
    box = Box(
        tmp_path, '[[destination]]\nname = "registry"\nkind = "medium"\nmost_per_session = 2\n'
    )
    box.put(*REPORTS)
    with plugged_in(tmp_path / "small", Plan(after_bytes=100_000, error="ENOSPC")) as stick:
        assert box.run("export", "--output", stick) == 1
    assert (box.delivered(), box.waiting()) == (2, 3)
    with plugged_in(tmp_path / "next") as stick:
        assert box.run("export", "--output", stick) == 0
    first, second = (
        {path.read_bytes() for path in dicom_files(tmp_path / name / "backing")}
        for name in ("small", "next")
    )
    assert first | second == {a_report(number) for number in REPORTS}
    assert not first & second


def test_a_stick_with_room_for_some_is_used_for_those(a_box: Box) -> None:
    with plugged_in(a_box.folder / "small", Plan(size_bytes=(5 << 20) + 200_000)) as stick:
        assert a_box.run("export", "--output", stick) == 1
    assert 0 < a_box.delivered() < len(REPORTS)
    assert a_box.delivered() + a_box.waiting() == len(REPORTS)


def test_a_small_write_that_fails_leaves_nothing_whole_at_any_byte(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    (staged / "PT000000").mkdir(parents=True)
    (staged / "PT000000" / "SR000000").write_bytes(b"a" * 9000)
    (staged / "DICOMDIR").write_bytes(b"d" * 500)
    whole = 9500
    for after in range(0, whole + 500, 1600):
        with plugged_in(tmp_path / str(after), Plan(after_bytes=after)) as stick:
            outcome = Medium(stick).take(staged, "D0000001")
            assert isinstance(outcome, Taken) == (after >= whole)
            assert (stick / "D0000001").exists() == (after >= whole)


def test_a_patients_medium_without_its_directory_is_none(a_box: Box) -> None:
    study = "1.2.826.0.1.3680043.10.99.1"
    arguments = ("export", "--patient", "--study", study, "--by", "A", "--label", "label.htm")
    label = a_box.folder / "label.htm"
    with plugged_in(a_box.folder / "bad", Plan(after_bytes=31_000)) as stick:
        assert a_box.run(*arguments[:-1], label, "--output", stick) == 1
        assert not (stick / "DICOMDIR").exists()
        assert list(stick.iterdir()) == []
    assert not label.exists()


@pytest.mark.parametrize("after_files", [1, 6])
def test_killed_in_the_middle_of_an_export_nothing_is_lost(a_box: Box, after_files: int) -> None:
    with plugged_in(a_box.folder / "stick") as stick:
        command = [sys.executable, "-m", "appliance", "--config", str(a_box.file)]
        process = subprocess.Popen(
            [*command, "export", "--output", str(stick)], stderr=subprocess.DEVNULL
        )
        while process.poll() is None:
            if sum(len(files) for _, _, files in os.walk(stick)) >= after_files:
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.001)
        process.wait(60)
        counted = a_box.delivered()
        assert counted in {0, len(REPORTS)}
        assert a_box.run("export", "--output", stick) == 0
        assert (a_box.delivered(), a_box.waiting()) == (len(REPORTS), 0)
        done = [each for each in stick.iterdir() if each.name.startswith("D") and not each.suffix]
        for folder in done:
            found = {path.read_bytes() for path in dicom_files(folder)}
            assert found == {a_report(number) for number in REPORTS}
    left = [each.name for each in (a_box.data_dir / "media").iterdir()]
    assert left == ["lock"]


class PowerGoneError(Exception):
    """The process ends before what the medium took is counted."""


def dies_before_it_counts(box: Box, stick: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder that an export leaves on ``stick`` when it ends right after its rename."""

    def end(*_: object) -> None:
        raise PowerGoneError

    with monkeypatch.context() as patched:
        patched.setattr(Handing, "_end", end)
        with pytest.raises(PowerGoneError):
            box.run("export", "--output", stick)
    assert (box.delivered(), box.waiting()) == (0, len(REPORTS))
    (folder,) = stick.glob("D???????")
    return folder


def exported(box: Box) -> list[tuple[str, int]]:
    entries = Journal(box.ledger, SYSTEM_CLOCK).entries()
    kept = [each.body for each in entries if each.kind == "media-exported"]
    return [(str(each["destination"]), int(str(each["objects"]))) for each in kept]


def test_what_was_whole_before_the_process_died_counts_and_is_not_written_again(
    a_box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = a_box.folder / "stick"
    stick.mkdir()
    dies_before_it_counts(a_box, stick, monkeypatch)
    for _ in range(2):
        assert a_box.run("export", "--output", stick) == 0
        assert (a_box.delivered(), a_box.waiting()) == (len(REPORTS), 0)
        assert len(list(stick.glob("D*"))) == 1
        assert exported(a_box) == [("registry", len(REPORTS))]


@pytest.mark.parametrize("change", ["damaged", "missing", "more"])
def test_what_is_not_as_it_was_written_is_exported_once_more(
    a_box: Box, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    stick = a_box.folder / "stick"
    stick.mkdir()
    folder = dies_before_it_counts(a_box, stick, monkeypatch)
    file = dicom_files(folder)[0]
    match change:
        case "damaged":
            file.write_bytes(file.read_bytes()[:-1] + b"x")
        case "missing":
            file.unlink()
        case _:
            (folder / "MORE.TXT").write_bytes(b"x")
    assert a_box.run("export", "--output", stick) == 0
    assert (a_box.delivered(), a_box.waiting()) == (len(REPORTS), 0)
    assert len(list(stick.glob("D???????"))) == 2
    assert exported(a_box) == [("registry", len(REPORTS))]


def test_what_another_stick_got_meanwhile_is_counted_when_the_first_comes_back(
    a_box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_box.folder / "first", a_box.folder / "second"
    first.mkdir()
    dies_before_it_counts(a_box, first, monkeypatch)
    for stick in (second, first):
        assert a_box.run("export", "--output", stick) == 0
        assert (a_box.delivered(), a_box.waiting()) == (len(REPORTS), 0)
        assert len(list(stick.glob("D*"))) == 1
    assert exported(a_box) == [("registry", len(REPORTS))] * 2


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    for name in ("D0000001.PRT", "D12.PRT", "PHOTOS"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "X").write_bytes(b"x")
    assert Medium(tmp_path).sweep() == 1
    assert {each.name for each in tmp_path.iterdir()} == {"D12.PRT", "PHOTOS"}


def test_a_root_that_is_not_empty_keeps_what_it_has(tmp_path: Path) -> None:
    root, staged = tmp_path / "root", tmp_path / "staged"
    for folder in (root, staged):
        folder.mkdir()
        (folder / "FILE.TXT").write_bytes(b"x")
    outcome = Medium(root).take(staged)
    assert not isinstance(outcome, Taken)
    assert outcome.fault is Fault.NOT_EMPTY
    assert (root / "FILE.TXT").read_bytes() == b"x"
