"""``appliance provision``: on a laptop before, on the box after."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.cli import provision as command
from appliance.config import load_configuration
from appliance.provisioning.rendering import SETTINGS
from appliance.services import provisioning
from tests.provisioning.world import A_SITE, a_box, a_box_with_secrets, boot_of, secrets_on

Capture = pytest.CaptureFixture[str]
LISTENING = "systemd/system/dose-appliance-receiver.socket.d/50-box.conf"


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def own_host_name(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """This machine keeps its name; what it would be called."""
    named: list[str] = []

    def name(_: Path, host_name: str) -> str:
        named.append(host_name)
        return ""

    monkeypatch.setattr(provisioning, "name_the_machine", name)
    return named


def arguments(places: provisioning.Places, screen: Path) -> list[str]:
    names = {"--boot": places.boot, "--box": places.box, "--run": places.run, "--screen": screen}
    return ["provision", "apply", *(str(word) for pair in names.items() for word in pair)]


def test_the_example_is_checked_with_what_lies_beside_it(tmp_path: Path, capsys: Capture) -> None:
    assert main(["provision", "example"]) == 0
    file = tmp_path / "box.toml"
    file.write_text(capsys.readouterr().out, "utf-8")
    assert main(["provision", "check", str(file)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{file}: valid, for a box called dosebox-ct2"
    assert out[1] == "interface modality (modality): 10.1.2.30/24"
    file.write_text(file.read_text("utf-8").replace("vlan_id", "vlan"), "utf-8")
    assert main(["provision", "check", str(file)]) == 2
    assert "box.toml:26 interface[1].vlan: unknown setting; did you" in capsys.readouterr().err


def test_a_check_names_secrets_and_changes_nothing(tmp_path: Path, capsys: Capture) -> None:
    boot = boot_of(a_box_with_secrets(tmp_path))
    (boot / "secrets" / "archive.pem").unlink()
    assert main(["provision", "check", str(boot / "box.toml")]) == 0
    out = capsys.readouterr().out
    assert "remove them from the boot partition: registry, tunnel" in out
    assert "has to have these secrets already: archive.pem" in out
    assert (boot / "box.toml").read_text("utf-8") == A_SITE


def test_a_start(tmp_path: Path, own_host_name: list[str], capsys: Capture) -> None:
    places = a_box_with_secrets(tmp_path)
    screen = tmp_path / "screen"
    screen.touch()
    assert main(arguments(places, screen)) == 0
    assert own_host_name == ["ct2-box"]
    assert secrets_on(boot_of(places)) == []
    assert load_configuration(places.run / SETTINGS).receiver.ae_title == "CT2BOX"
    assert screen.read_text() == ""
    facts = (boot_of(places) / "box-info.txt").read_text("utf-8-sig")
    assert "WireGuard public key / WireGuard 公開鍵: " in facts
    code = (places.run / "dose-appliance/tls/setup-code").read_text("ascii")
    assert re.search(r"^set-up code .*: (.*)$", facts, re.MULTILINE)[1] == code.strip()  # type: ignore[index]
    capsys.readouterr()
    assert main(["provision", "show", "--box", str(places.box)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[1].partition(": ")[2] in facts


def test_a_start_with_a_wrong_file_says_so_in_both_languages(
    tmp_path: Path, own_host_name: list[str]
) -> None:
    places = a_box(tmp_path, 'hostnam = "x"\n')
    screen = tmp_path / "screen"
    screen.touch()
    assert main(arguments(places, screen)) == 0
    assert own_host_name == ["dosebox"]
    told = screen.read_text("utf-8")
    english, _, japanese = told.partition("start the box again.")
    assert english.isascii()
    assert "box.toml:1 hostnam: unknown setting; did you mean `hostname`?" in english
    assert "box.toml は適用されていません" in japanese
    note = boot_of(places) / "box-errors.txt"
    assert note.read_bytes().startswith(b"\xef\xbb\xbfbox.toml is NOT in force")
    assert b"\r\n" in note.read_bytes()
    (boot_of(places) / "box.toml").write_text("")
    assert main(arguments(places, screen)) == 0
    assert not note.exists()


def test_what_was_kept_and_cannot_be_used_fails_the_unit(
    tmp_path: Path, own_host_name: list[str]
) -> None:
    places = a_box(tmp_path)
    places.box.mkdir()
    (places.box / "box.toml").write_text("former = 1\n")
    assert main(arguments(places, tmp_path / "none")) == 2
    assert own_host_name == ["dosebox"]


def test_another_port_is_told_to_systemd(
    tmp_path: Path, own_host_name: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reloaded: list[bool] = []
    monkeypatch.setattr(command, "_have_systemd_read_its_units", lambda: reloaded.append(True))
    places = a_box(tmp_path, "")
    assert main(arguments(places, tmp_path / "none")) == 0
    assert (reloaded, (places.run / LISTENING).exists()) == ([], False)
    (boot_of(places) / "box.toml").write_text("[appliance.receiver]\nport = 11112\n")
    assert main(arguments(places, tmp_path / "none")) == 0
    assert reloaded == [True]
    assert "ListenStream=\nListenStream=0.0.0.0:11112" in (places.run / LISTENING).read_text()
    assert own_host_name == ["dosebox", "dosebox"]


def test_nothing_is_shown_of_a_machine_that_is_no_box(tmp_path: Path, capsys: Capture) -> None:
    assert main(["provision", "show", "--box", str(tmp_path / "none")]) == 4
    assert "nothing is kept of a box" in capsys.readouterr().err
