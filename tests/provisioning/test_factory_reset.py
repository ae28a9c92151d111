"""A factory reset takes two acts, tells what it costs, and goes on after a power cut."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import ConfigurationError
from appliance.frontpanel.telling import Subject, Word, told
from appliance.ledger import open_ledger
from appliance.services.factory_reset import (
    Armed,
    Done,
    NotAsked,
    reset_at_next_start,
    reset_at_start,
)
from tests.provisioning.test_provisioning_power_cuts import LOSSES, cut_in
from tests.provisioning.world import names_in


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data partition with something in every folder."""
    for name in ("appliance/spool", "box/secrets", "log/journal", "updates", "systemd"):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        (folder / "file").write_text("something")
    return tmp_path / "data"


@pytest.fixture
def boot(tmp_path: Path) -> Path:
    (tmp_path / "boot").mkdir()
    return tmp_path / "boot"


def files_in(data: Path) -> list[str]:
    return sorted(str(each.relative_to(data)) for each in data.rglob("*") if each.is_file())


def code_of(outcome: object) -> str:
    assert isinstance(outcome, Armed)
    return outcome.code


EVERYTHING = [
    "appliance/spool/file",
    "box/secrets/file",
    "log/journal/file",
    "systemd/file",
    "updates/file",
]


def test_nobody_asks(data: Path, boot: Path) -> None:
    assert reset_at_start(data, boot, "ro quiet") == NotAsked()
    assert files_in(data) == EVERYTHING


def test_one_act_removes_nothing_however_often(data: Path, boot: Path) -> None:
    (boot / "reset.toml").touch()
    code = code_of(reset_at_start(data, boot, ""))
    assert code_of(reset_at_start(data, boot, "dose.reset=1")) == code
    assert [each for each in files_in(data) if each != "reset-armed.json"] == EVERYTHING
    assert code in (boot / "reset-code.txt").read_text("utf-8-sig")


def test_the_second_act_brings_the_code(data: Path, boot: Path) -> None:
    (boot / "reset.toml").touch()
    code = code_of(reset_at_start(data, boot, ""))
    (boot / "reset.toml").write_text(f'confirm = "{code}"\n')
    assert reset_at_start(data, boot, "") == Done(())
    assert files_in(data) == ["systemd/file"]
    assert names_in(boot) == []
    assert reset_at_start(data, boot, "") == NotAsked()


def test_by_the_kernels_arguments(data: Path) -> None:
    code = code_of(reset_at_start(data, None, "ro dose.reset=1 quiet"))
    assert reset_at_start(data, None, f"dose.reset={code}") == Done(())
    assert files_in(data) == ["systemd/file"]
    again = reset_at_start(data, None, f"dose.reset={code}")
    assert code_of(again) != code


def test_a_code_that_was_not_told_only_arms(data: Path, boot: Path) -> None:
    (boot / "reset.toml").write_text('confirm = "123456"\n')
    first = reset_at_start(data, boot, "")
    second = reset_at_start(data, boot, "")
    assert code_of(first) != code_of(second)
    assert [each for each in files_in(data) if each != "reset-armed.json"] == EVERYTHING


def test_what_was_armed_is_not_after_a_start_that_nobody_asks_anything_of(
    data: Path, boot: Path
) -> None:
    (boot / "reset.toml").touch()
    code = code_of(reset_at_start(data, boot, ""))
    (boot / "reset.toml").unlink()
    assert reset_at_start(data, boot, "") == NotAsked()
    assert files_in(data) == EVERYTHING
    assert names_in(boot) == []
    (boot / "reset.toml").write_text(f'confirm = "{code}"\n')
    assert isinstance(reset_at_start(data, boot, ""), Armed)


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        ('["box"]', ["box/secrets/file", "systemd/file"]),
        ('["log", "box"]', ["box/secrets/file", "log/journal/file", "systemd/file"]),
    ],
)
def test_what_is_kept(data: Path, boot: Path, keep: str, left: list[str]) -> None:
    (boot / "reset.toml").touch()
    code = code_of(reset_at_start(data, boot, ""))
    (boot / "reset.toml").write_text(f'confirm = "{code}"\nkeep = {keep}\n')
    assert isinstance(reset_at_start(data, boot, ""), Done)
    assert files_in(data) == left


@pytest.mark.parametrize("text", ["confirm = 1", 'keep = ["doses"]', "yes = true", "confirm ="])
def test_a_request_that_is_not_plain_removes_nothing(data: Path, boot: Path, text: str) -> None:
    (boot / "reset.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        reset_at_start(data, boot, "")
    assert str(caught.value).startswith("reset.toml:1")
    assert files_in(data) == EVERYTHING


def test_the_buttons_two_presses_are_two_acts(data: Path, boot: Path) -> None:
    reset_at_next_start(data)
    assert reset_at_start(data, boot, "") == Done(())
    assert files_in(data) == ["systemd/file"]


def test_the_power_goes_before_every_step(data: Path, boot: Path) -> None:
    at, went = 0, True
    while went:
        at += 1
        for name in ("appliance/spool", "box/secrets"):
            (data / name).mkdir(parents=True, exist_ok=True)
            (data / name / "file").write_text("something")
        reset_at_next_start(data)
        went = cut_in(lambda: reset_at_start(data, boot, ""), at, LOSSES[at % 3], (data, boot))
        reset_at_start(data, boot, "")
        assert files_in(data) == ["systemd/file"]
    assert at > 5


def test_what_would_be_lost_is_told_on_every_screen_in_both_languages(
    data: Path, boot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (boot / "reset.toml").touch()
    open_ledger(data / "appliance" / "ledger.sqlite").close()
    screen = tmp_path / "screen"
    screen.touch()
    command = ["factory-reset", "at-start", "--boot", str(boot), "--data", str(data)]
    assert main([*command, "--run", str(tmp_path), "--screen", str(screen)]) == 0
    out = capsys.readouterr().out
    assert "FACTORY RESET IS ARMED" in out
    assert "It would lose 0 reports" in out
    assert "未送信のレポート 0 件" in out
    assert screen.read_text("utf-8").replace("\r", "") == out
    assert told(tmp_path / "dose-appliance" / "panel") == {Subject.RESET: Word.ARMED}


def test_the_button_asks_by_a_command(data: Path) -> None:
    command = [sys.executable, "-m", "appliance", "factory-reset", "confirmed"]
    subprocess.run([*command, "--data", str(data)], check=True)
    assert isinstance(reset_at_start(data, None, ""), Done)
