"""Commands, exit codes and languages."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import __version__
from appliance.cli import main
from appliance.config import parse_configuration
from appliance.config.reference import EXAMPLE_SITE, as_toml

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def one_error_line(capture: Capture) -> str:
    out, err = capture.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("appliance")
    return err


def test_version(capsys: Capture) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"dose-appliance {__version__}\n"


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "appliance", "version"]
    assert __version__ in subprocess.check_output(command, text=True)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["statsu"], "invalid choice: 'statsu'"),
        (["read"], "the following arguments are required: FILE"),
        (["status", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--pri"], "unrecognized arguments: --pri"),
        (["quarantine", "settle", "1", "--by", "A"], "required: --reason"),
        (["quarantine", "discard", "1", "--reason", "A"], "required: --by"),
        (["quarantine", "show", "x"], "invalid int value: 'x'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    argv: list[str], words: str, capsys: Capture
) -> None:
    assert main(argv) == 2
    assert words in one_error_line(capsys)


def test_help_is_not_an_error(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert "quarantine" in out
    assert "線量画面" in out


def test_a_wrong_configuration_is_exit_code_2_for_every_command(
    tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "box.toml"
    file.write_text("[receiver]\nprot = 1\n", "utf-8")
    expected = f"{file}:2 receiver.prot: unknown setting; did you mean `port`?\n"
    for argv in (["check", str(file)], ["-c", str(file), "status"], ["status", "-c", str(file)]):
        assert main(argv) == 2
        assert one_error_line(capsys) == f"appliance: configuration: {expected}"


def test_messages_follow_the_locale(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert main(["check", "/nonexistent.toml"]) == 2
    assert "設定に誤りがあります: /nonexistent.toml" in one_error_line(capsys)


def test_messages_follow_the_configuration(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "box.toml"
    file.write_text('[site]\nlanguage = "ja"\n', "utf-8")
    assert main(["-c", str(file), "check"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{file}: 設定に問題はありません"


def test_check_prints_what_is_in_force(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "box.toml"
    file.write_text(as_toml(EXAMPLE_SITE), "utf-8")
    assert main(["check", "--print", str(file)]) == 0
    assert parse_configuration(capsys.readouterr().out) == EXAMPLE_SITE


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = [sys.executable, "-m", "appliance", "check", "--print"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_full_disk_behind_the_output_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "appliance", "version"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert result.returncode == 1
    assert result.stderr == "appliance: failed: No space left on device\n"


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        options = ["--port", str(server.getsockname()[1]), "--folder", str(tmp_path)]
        result = subprocess.run(
            [sys.executable, "-m", "appliance", "simulate", "archive", *options],
            check=False,
            capture_output=True,
            text=True,
        )
    assert result.returncode == 1
    assert result.stderr == "appliance: failed: Address already in use\n"


def test_a_data_folder_that_cannot_be_used_is_exit_code_3(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a ledger, but a text of some length" * 100)
    assert main(["--data-dir", str(tmp_path), "status"]) == 3
    assert "file is not a database" in one_error_line(capsys)


def test_text_that_the_terminal_cannot_show_is_escaped() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "appliance", "--help"],
        env={"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
        check=True,
        capture_output=True,
    )
    assert b"\\u7dda" in result.stdout


@pytest.mark.parametrize("argv", [["version"], ["status", "--data-dir", "/nonexistent"]])
def test_light_commands_import_nothing_heavy(argv: list[str]) -> None:
    script = (
        "import sys; from appliance.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'numpy', 'cv2', 'pydicom', 'highdicom', 'pynetdicom', 'asyncio'};"
        "sys.exit(code or ', '.join(heavy & set(sys.modules)) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, *argv], check=False, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")
