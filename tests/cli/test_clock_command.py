"""``appliance clock``: what a time of the ledger was worth."""

import json
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.clock import ClockState, iso8601
from appliance.ledger import open_ledger
from appliance.timeline import Sighting, Timeline

Capture = pytest.CaptureFixture[str]
NOON = 1_800_000_000.0
"""To come; no clock of a test machine is there yet."""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    for wall, state in ((NOON, ClockState.RESTORED), (NOON + 600, ClockState.NTP)):
        seen = Sighting(boot_id="a" * 36, since_boot_s=60 + wall - NOON, wall=wall, state=state)
        Timeline(ledger).note(seen)
    ledger.close()
    return tmp_path


def test_a_time_is_told_what_it_was_worth(data_dir: Path, capsys: Capture) -> None:
    show = ["--data-dir", str(data_dir), "clock", "show"]
    for at, told in ((NOON + 60, "restored: late"), (NOON + 700, "set by a time server")):
        assert main([*show, "--at", iso8601(at)]) == 0
        assert told in capsys.readouterr().out
    assert main([*show, "--at", "2020-01-01"]) == 0
    assert "not looked at" in capsys.readouterr().out


def test_what_was_seen_last_is_told(data_dir: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(data_dir), "clock", "show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1:3] for line in lines[-2:]] == [
        ["restored", "aaaaaaaa"],
        ["ntp", "aaaaaaaa"],
    ]


def test_the_same_as_json(data_dir: Path, capsys: Capture) -> None:
    command = ["--data-dir", str(data_dir), "clock", "show", "--format", "json"]
    assert main([*command, "--at", iso8601(NOON + 700)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["at"], told["state"]) == (iso8601(NOON + 700), "ntp")
    assert [each["since_boot_s"] for each in told["sightings"]] == [60, 660]


def test_a_box_that_never_ran_has_a_clock_too(tmp_path: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(tmp_path), "clock", "show"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["--data-dir", str(tmp_path), "clock", "raise"]) == 0
    assert "not behind" in capsys.readouterr().out


def test_a_time_that_is_none_is_refused(data_dir: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(data_dir), "clock", "show", "--at", "noon"]) == 5
    assert "not a time" in capsys.readouterr().err
