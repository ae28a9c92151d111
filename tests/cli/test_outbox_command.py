"""``appliance outbox``: what was refused is seen, and sent again when a person says so."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.outbox import Outbox

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    outbox = Outbox(tmp_path / "outbox", ledger, SYSTEM_CLOCK)
    outbox.put(b"a report", "1.2.840.10008.5.1.4.1.1.88.67", "1.9", "1.1")
    outbox.plan(["archive"])
    delivery = outbox.lease("archive", 60.0)
    assert delivery is not None
    outbox.refused(delivery, "0xA900 data set does not match SOP class")
    ledger.close()
    return tmp_path


def listed(data_dir: Path, capture: Capture) -> list[str]:
    assert main(["--data-dir", str(data_dir), "outbox", "list"]) == 0
    return capture.readouterr().out.splitlines()[1].split()


def test_refused_reports_are_sent_again(data_dir: Path, capsys: Capture) -> None:
    assert listed(data_dir, capsys)[:7] == ["archive", "0", "1", "0", "-", "-", "0xA900"]
    assert main(["--data-dir", str(data_dir), "outbox", "retry", "--destination", "other"]) == 0
    assert capsys.readouterr().out == "0 deliveries are due again\n"
    assert main(["--data-dir", str(data_dir), "outbox", "retry", "--destination", "archive"]) == 0
    assert capsys.readouterr().out == "1 deliveries are due again\n"
    assert listed(data_dir, capsys)[:4] == ["archive", "1", "0", "0"]


def test_the_queue_of_a_destination_shows_order_attempts_and_reasons(
    data_dir: Path, capsys: Capture
) -> None:
    assert main(["--data-dir", str(data_dir), "outbox", "queue", "archive"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.split()[:4] == ["order", "kind", "state", "attempts"]
    assert row.split()[:6] == ["1", "report", "refused", "1", "1.9", "1.1"]
    assert "0xA900" in row
    assert main(["--data-dir", str(data_dir), "outbox", "queue", "elsewhere"]) == 4
    assert main(["--data-dir", str(data_dir), "outbox", "queue", "archive", "--most", "0"]) == 0


def test_a_box_that_never_ran(tmp_path: Path, capsys: Capture) -> None:
    assert main(["--data-dir", str(tmp_path), "outbox", "list"]) == 0
    assert capsys.readouterr().out == "nothing has been sent or waits yet\n"
    assert main(["--data-dir", str(tmp_path), "outbox", "retry"]) == 4
    assert list(tmp_path.iterdir()) == []
