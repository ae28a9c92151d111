"""The two processes themselves, on a panel of files."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.frontpanel.asking import Request, asked
from appliance.frontpanel.patterns import Light
from appliance.simulators.front_panel import DeskPanel

LONGEST_S = 300.0


def appliance(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "appliance", *map(str, arguments)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "run" / "panel").mkdir(parents=True)
    (tmp_path / "run" / "request").mkdir()
    (tmp_path / "box.toml").write_text(
        f'data_dir = "{tmp_path}/data"\nrun_dir = "{tmp_path}/run"\n'
        f'[front_panel]\nenabled = true\nsimulated = "{tmp_path}/lines"\n'
        'power_fail = "GPIO24"\npower_fail_holds_s = 0.1\npower_off_after_s = 0.1\n'
    )
    return tmp_path / "box.toml"


@pytest.fixture
def processes(file: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    begun = [
        subprocess.Popen(appliance("-c", file, name), stderr=subprocess.PIPE)
        for name in ("frontpanel", "powerfail")
    ]
    yield begun
    for process in begun:
        process.kill()
        process.communicate()


def at_last(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_they_show_and_ask_until_they_are_ended(
    file: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    desk = DeskPanel(file.parent / "lines")
    at_last(lambda: desk.lit()[Light.WELL])
    (desk.folder / "power-fail").write_text("1")
    at_last(lambda: asked(file.parent / "run" / "request") == {Request.POWER_OFF})
    at_last(lambda: not desk.lit()[Light.WELL])
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(LONGEST_S) for process in processes] == [0, 0]
    assert not any(desk.lit().values())


@pytest.mark.parametrize("name", ["frontpanel", "powerfail"])
def test_where_there_is_no_panel_they_end_well(tmp_path: Path, name: str) -> None:
    command = appliance("--data-dir", tmp_path / "data", name)
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_a_line_that_is_not_there_ends_the_process_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "box.toml").write_text(
        f'data_dir = "{tmp_path}/data"\n'
        '[front_panel]\nenabled = true\nwell_light = "NO-SUCH-LINE"\n'
    )
    command = appliance("-c", tmp_path / "box.toml", "frontpanel")
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 3
    assert "NO-SUCH-LINE" in done.stderr


def test_hands_and_eyes_of_the_command_line(
    file: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    assert len(processes) == 2
    folder = file.parent / "lines"
    command = appliance("simulate", "panel", "--folder", folder)
    shown = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert shown.stdout is not None
    at_last(lambda: "(*) well" in shown.stdout.readline())  # type: ignore[union-attr] # a pipe
    shown.terminate()
    shown.communicate()
    assert shown.returncode == 0
    pressed = subprocess.run([*command, "--press", "0.2"], check=False)
    assert (pressed.returncode, (folder / "button").read_text()) == (0, "0")
