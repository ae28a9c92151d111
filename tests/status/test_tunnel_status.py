"""What the forwarder saw of the tunnel, told by the status."""

import json
import re
import time
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.ledger import open_ledger
from appliance.tunnel import Sighting, note_sighting

CONFIGURATION = '[vpn]\ninterface = "wg0"\ninner_address = "192.0.2.1"\n'


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "box.toml").write_text(f'data_dir = "."\n{CONFIGURATION}', encoding="utf-8")
    open_ledger(tmp_path / "ledger.sqlite").close()
    return tmp_path


def told(box: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["--config", str(box / "box.toml"), "status", *more]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("is_up", "age_s", "wanted"),
    [
        (True, 1000, r"VPN.* +wg0 up; last handshake 1\d\d\d s ago; seen "),
        (True, None, r"VPN.* +wg0 up; no handshake; seen "),
        (True, -3600, r"VPN.* +wg0 up; no handshake; seen "),
        (False, None, r"VPN.* +wg0 down; no handshake; seen "),
        (False, 1000, r"VPN.* +wg0 down; last handshake 1\d\d\d s ago; seen "),
    ],
)
def test_the_age_of_the_handshake_is_told(
    box: Path,
    capsys: pytest.CaptureFixture[str],
    is_up: bool,  # noqa: FBT001 - a parameter of the test
    age_s: float | None,
    wanted: str,
) -> None:
    now_s = time.time()
    handshake_at = None if age_s is None else now_s - age_s
    seen = Sighting(interface="wg0", seen_at=now_s, is_up=is_up, handshake_at=handshake_at)
    note_sighting(box, seen)
    assert re.search(wanted, told(box, capsys))
    written = json.loads(told(box, capsys, "--format", "json"))["vpn"]
    assert (written["interface"], written["is_up"]) == ("wg0", is_up)
    aged = age_s is not None and age_s > 0
    assert (written["handshake_age_s"] is not None) is aged


def test_a_tunnel_that_nobody_looked_at_is_not_told_of(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "VPN" not in told(box, capsys)
    assert json.loads(told(box, capsys, "--format", "json"))["vpn"] is None
