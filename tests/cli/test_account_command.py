"""``appliance account``: accounts looked after without the pages."""

import json
from pathlib import Path

import pytest

from appliance.accounts.account import Accounts
from appliance.accounts.hashing import Hashing
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import open_ledger

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def told(folder: Path, capsys: Capture, *words: str) -> str:
    assert main(["--data-dir", str(folder), "account", *words]) == 0
    return capsys.readouterr().out.strip()


def test_from_a_set_up_code_to_a_locked_account(tmp_path: Path, capsys: Capture) -> None:
    code = told(tmp_path, capsys, "setup-code")
    assert code == told(tmp_path, capsys, "setup-code")
    assert told(tmp_path, capsys, "list") == "there are no accounts yet"
    said = told(tmp_path, capsys, "create", "Sakura", "--role", "administrator")
    told(tmp_path, capsys, "create", "tanaka", "--role", "viewer", "--by", "sakura")
    assert told(tmp_path, capsys, "role", "tanaka", "engineer") == "tanaka: engineer from now on"
    told(tmp_path, capsys, "lock", "tanaka")
    rows = [line.split() for line in told(tmp_path, capsys, "list").splitlines()[1:]]
    assert [row[:2] for row in rows] == [["sakura", "administrator"], ["tanaka", "engineer"]]
    listed = json.loads(told(tmp_path, capsys, "list", "--format", "json"))
    assert [each["state"] for each in listed] == ["new", "locked"]
    told(tmp_path, capsys, "unlock", "tanaka")
    again = told(tmp_path, capsys, "reset", "sakura")
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    kept = Accounts(ledger, SYSTEM_CLOCK).account("sakura").password_hash
    assert Hashing().agrees(again.rpartition(" ")[2], kept)
    assert not Hashing().agrees(said.rpartition(" ")[2], kept)
    entries = list(Journal(ledger, SYSTEM_CLOCK).entries())
    ledger.close()
    assert [each.body["by"] for each in entries[:2]] == ["root", "sakura"]
    assert all(said.rpartition(" ")[2] not in each.text for each in entries)


def test_what_cannot_be_is_refused(tmp_path: Path, capsys: Capture) -> None:
    box = ["--data-dir", str(tmp_path), "account"]
    told(tmp_path, capsys, "create", "sakura", "--role", "administrator")
    for words in (["lock", "sakura"], ["role", "sakura", "viewer"], ["setup-code"]):
        assert main([*box, *words]) == RefusedError.exit_code
    assert main([*box, "reset", "nobody"]) == NotFoundError.exit_code
    assert main([*box, "create", "x", "--role", "root"]) == 2
