"""``appliance status``, once and again and again, and the document that a broker gets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from appliance.alarms import AlarmCode
from appliance.cli import main
from appliance.status.schemas import schema
from tests.status.boxes import Box
from tests.status.brokers import Mosquitto, Watcher, wait_until


def file_of(box: Box) -> str:
    path = box.folder / "box.toml"
    path.write_text(box.text, encoding="utf-8")
    return str(path)


def test_it_is_the_document_that_a_broker_gets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Mosquitto(tmp_path / "broker").running() as broker:
        box = Box(tmp_path / "box", broker.port)
        box.raise_(AlarmCode.RECOGNISER_FAILED, "1.2.3.4", "secret")
        with Watcher(broker.port) as watcher, box.telling():
            wait_until(lambda: bool(watcher.last("state")))
            told = watcher.last("state")
    assert main(["-c", file_of(box), "status", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema("state/1")).validate(shown)
    assert set(shown) == set(told)
    assert shown["alarms"][0]["subject"] == "1.2.3.4"
    assert told["alarms"][0]["subject"] is told["alarms"][0]["detail"] is None
    assert shown["alarms"][0]["number"] == told["alarms"][0]["number"]


def watching(box: Box, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "appliance", "-c", file_of(box), "status", "--watch"]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    return subprocess.Popen(
        [*command, "--every", "0.5", *more], stdout=subprocess.PIPE, text=True, env=environment
    )


def test_it_is_shown_again_and_again(tmp_path: Path) -> None:
    box = Box(tmp_path / "box", 1)
    box.raise_(AlarmCode.DISK_LOW, "spool")
    process = watching(box, "--format", "json")
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    box.clear(AlarmCode.DISK_LOW, "spool")
    later = next(
        document
        for document in map(json.loads, process.stdout)
        if not document["alarms"]  # it goes on until it is
    )
    process.terminate()
    process.communicate()
    assert [each["code"] for each in first["alarms"]] == ["disk-low"]
    assert later["taken_at"] > first["taken_at"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_people_read_the_same(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    box = Box(tmp_path / "box", 1)
    box.raise_(AlarmCode.DISK_LOW, "spool")
    assert main(["-c", file_of(box), "status"]) == 0
    text = capsys.readouterr().out
    assert ("a critical alarm" if language == "en" else "重大な警報") in text
    assert "(1)" in text


def test_there_has_to_be_a_broker_to_tell(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "appliance", "--data-dir", str(tmp_path), "status", "serve"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "there is no broker to tell" in ran.stderr


@pytest.mark.parametrize("every", ["0", "-1", "nan", "x"])
def test_seconds_are_within_reason(every: str) -> None:
    assert main(["status", "--watch", "--every", every]) == 2
