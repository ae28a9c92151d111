"""``appliance audit`` counts what waits; who reads it is told to the repository."""

from pathlib import Path

import pytest

from appliance.audit import Here, Stage
from appliance.audit.events import application_activity
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.config import load_configuration
from appliance.ledger import open_ledger
from appliance.services.auditing import audit_queue
from tests.audit.test_messages import validated


@pytest.fixture
def box(tmp_path: Path) -> list[str]:
    """Arguments that name a box in which one message waits."""
    file = tmp_path / "box.toml"
    text = f'data_dir = "{tmp_path}"\n[site]\nlanguage = "en"\n[audit]\nhost = "localhost"\n'
    file.write_text(text)
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    queue = audit_queue(load_configuration(file), ledger)
    assert queue is not None
    queue.put(application_activity(SYSTEM_CLOCK.wall(), Here("clerk"), Stage.START))
    ledger.close()
    return ["audit", "--config", str(file)]


def test_it_counts_what_waits(box: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(box) == 0
    told = capsys.readouterr().out
    assert "1 messages wait" in told
    assert "110100 Application Activity: 1" in told


def test_who_reads_them_is_told(box: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "xml"
    assert main([*box, "--xml", str(folder), "--by", "tanaka"]) == 0
    texts = [each.read_text() for each in sorted(folder.iterdir())]
    assert len(texts) == 2
    assert 'UserID="tanaka"' in texts[-1]
    assert "Audit Log Used" in texts[-1]
    (tmp_path / "again").mkdir()
    assert validated(tmp_path / "again", texts) == ""


def test_nobody_reads_them_unnamed(box: list[str], tmp_path: Path) -> None:
    assert main([*box, "--xml", str(tmp_path / "xml")]) == 5
    assert not (tmp_path / "xml").exists()


def test_a_box_without_a_repository_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--data-dir", str(tmp_path)]) == 0
    assert "[audit]" in capsys.readouterr().out
