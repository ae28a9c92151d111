"""``appliance journal verify``: says whether the record of decisions is whole."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.journal import Journal
from appliance.ledger import open_ledger

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    journal = Journal(ledger, SYSTEM_CLOCK)
    for number in range(3):
        journal.append("settled", {"number": number})
    ledger.close()
    return tmp_path


def test_a_whole_journal(data_dir: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(data_dir), "journal", "verify"]) == 0
    assert "3 entries" in capsys.readouterr().out


def test_a_box_that_never_ran(tmp_path: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(tmp_path), "journal", "verify"]) == 0
    assert "0 entries" in capsys.readouterr().out


def test_an_altered_entry_is_named(data_dir: Path, capsys: Capture) -> None:
    ledger = open_ledger(data_dir / "ledger.sqlite")
    ledger.execute("DROP TRIGGER journal_keeps_text")
    ledger.execute("""UPDATE journal SET body = '{"number":9}' WHERE seq = 2""")
    ledger.close()
    assert main(["--data-dir", str(data_dir), "journal", "verify"]) == 3
    assert "journal entry 2 is not what was written" in capsys.readouterr().err
    assert main(["--data-dir", str(data_dir), "status"]) == 0
    assert "journal-broken" in capsys.readouterr().out


def test_a_lost_ledger_is_noticed(data_dir: Path, capsys: Capture) -> None:
    (data_dir / "ledger.sqlite").unlink()
    assert main(["--data-dir", str(data_dir), "journal", "verify"]) == 3
    assert "the ledger is gone" in capsys.readouterr().err
