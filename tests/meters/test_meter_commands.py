"""The commands as a person types them, with a simulated meter at a pty."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import ApplianceError, NotFoundError, RefusedError
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from tests.meters.simulated import steady


@contextmanager
def simulated_meter(*arguments: str) -> Iterator[str]:
    """The path that ``appliance simulate meter`` prints."""
    command = [sys.executable, "-m", "appliance", "simulate", "meter", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(30)


def test_a_simulated_meter_is_measured_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    with simulated_meter("--model", "ls-100", "--luminance", "42", "--follow", str(seen)) as port:
        asked = ["displayqa", "measure", "--port", port, "--model", "ls-100"]
        assert main(asked) == 0
        seen.write_text("123.45\n", "utf-8")
        assert main([*asked, "--count", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["42.00", "123.45", "123.45"]
    assert "cd/m2" in lines[0]


def test_another_meter_than_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    with plugged(BODIES["cs-100a"](steady("42"))) as port:
        asked = ["displayqa", "measure", "--port", port, "--model", "ls-100"]
        assert main(asked) == ApplianceError.exit_code
    assert port in capsys.readouterr().err


def test_a_meter_out_of_calibration_is_not_measured_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "appliance.toml"
    entry = '[[meter]]\nname = "k-10-a-00000k321"\ncalibrated_until = "2020-01-31"\n'
    file.write_text(entry, "utf-8")
    with plugged(BODIES["klein"](steady("42"))) as port:
        asked = ["-c", str(file), "displayqa", "measure", "--port", port, "--model", "klein"]
        assert main(asked) == RefusedError.exit_code
    assert "2020-01-31" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [
        ["displayqa", "measure", "--port", "/dev/no-such-port"],
        ["displayqa", "measure", "--port", "/dev/no-such-port", "--model", "none"],
        ["simulate", "meter", "--model", "none"],
    ],
)
def test_what_does_not_exist_is_said(asked: list[str]) -> None:
    assert main(asked) == NotFoundError.exit_code


def test_no_meter_is_plugged_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["displayqa", "meters"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["displayqa", "measure"]) == NotFoundError.exit_code


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "appliance.toml"
    file.write_text('[[meter]]\nname = "k-10"\ncalibrated_until = "2027-02-30"\n', "utf-8")
    assert main(["check", str(file)]) != 0


def test_what_a_person_types_is_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("123.4\n45 lx\n123,4\n"))
    asked = ["displayqa", "measure", "--model", "typed", "--count", "3"]
    assert main(asked) == ApplianceError.exit_code
    said = capsys.readouterr()
    assert [line.split(" (")[0] for line in said.out.splitlines()] == ["123.4 cd/m2", "45 lx"]
    assert "123,4" in said.err


def test_without_spotread_its_absence_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["displayqa", "measure", "--model", "spotread"]) == ApplianceError.exit_code
    assert "spotread" in capsys.readouterr().err


def test_spotread_is_asked_twice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in = tmp_path / "spotread"
    said = "Result is XYZ: 95.047000 100.000000 108.883000, Yxy: 100.000000 0.312700 0.329000"
    stand_in.write_text(f"#!/bin/sh\necho '{said}'\n", "utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert main(["displayqa", "measure", "--model", "spotread"]) == 0
    assert capsys.readouterr().out.startswith("100.000000 cd/m2, u' 0.19784, v' 0.46834 (2 ")
