"""``appliance simulate``: a CT and an archive that talk to each other."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageFont
from pydicom import dcmread

from appliance.cli import main
from appliance.simulators.archive import run_archive
from tests.receive.box import Box
from tests.receive.steps import steps

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_the_archive_keeps_what_the_ct_sends(tmp_path: Path, capsys: Capture) -> None:
    command = [sys.executable, "-m", "appliance", "simulate", "archive", "--port", "0"]
    with subprocess.Popen(
        [*command, "--folder", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as archive:
        assert archive.stdout is not None
        port = archive.stdout.readline().split("port ")[1].split(",")[0]
        assert main(["simulate", "ct", "--port", port, "--kind", "siemens"]) == 0
        assert archive.stdout.readline().startswith(f"kept {tmp_path}")
        archive.send_signal(signal.SIGTERM)
        assert archive.wait(30) == 0
    assert "answered 0x0000" in capsys.readouterr().out
    (file,) = tmp_path.glob("*.dcm")
    assert dcmread(file).SeriesDescription == "Patient Protocol"


def test_the_ct_sends_the_images_too(tmp_path: Path, capsys: Capture) -> None:
    with run_archive(tmp_path, port=0) as port:
        arguments = ["--port", str(port), "--kind", "ge", "--images"]
        assert main(["simulate", "ct", *arguments]) == 0
    assert "0x0000 0x0000" in capsys.readouterr().out
    stored = [dcmread(file) for file in tmp_path.glob("*.dcm")]
    assert {"Dose Report", "Helical"} <= {each.SeriesDescription for each in stored}
    assert len({each.StudyInstanceUID for each in stored}) == 1


@pytest.mark.parametrize(
    ("option", "statuses", "state"),
    [
        (None, "0x0000 0x0000", "COMPLETED"),
        ("--discontinued", "0x0000 0x0000", "DISCONTINUED"),
        ("--in-progress", "0x0000", "IN PROGRESS"),
    ],
)
def test_the_ct_says_by_mpps_what_it_did(
    tmp_path: Path, capsys: Capture, option: str | None, statuses: str, state: str
) -> None:
    box = Box(tmp_path)
    box.start()
    try:
        options = [option] if option else []
        arguments = ["--port", str(box.port), "--kind", "toshiba", *options]
        assert main(["simulate", "mpps", *arguments]) == 0
        assert f"answered {statuses}\n" in capsys.readouterr().out
        assert [each for _, each in steps(box).values()] == [state]
    finally:
        box.kill()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    result = subprocess.run(
        [sys.executable, "-m", "appliance", "simulate", "ct", "--port", port, "--kind", "ge"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr == f"appliance: failed: DOSEBOX at 127.0.0.1:{port}: no association\n"


def test_a_kind_that_does_not_exist(capsys: Capture) -> None:
    assert main(["simulate", "ct", "--kind", "mri"]) == 4
    known = "known are ge, siemens, toshiba, philips, hitachi, unreadable, multi-page"
    assert known in capsys.readouterr().err


def test_a_font_that_is_none_or_too_large(tmp_path: Path, capsys: Capture) -> None:
    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    (tmp_path / "font.ttf").write_bytes(font.font_bytes)
    command = ["simulate", "ct", "--kind", "ge", "--size", "60", "--font"]
    assert main([*command, str(tmp_path / "font.ttf")]) == 5
    assert "the font is too large for the screens" in capsys.readouterr().err
    (tmp_path / "text.ttf").write_text("text")
    assert main([*command, str(tmp_path / "text.ttf")]) == 1
