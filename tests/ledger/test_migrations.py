"""An older ledger is brought up to date, whatever it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.examination import Examination
from appliance.doses import Doses
from appliance.ledger import open_ledger
from appliance.ledger.schema import migrations


@pytest.mark.parametrize("version", [each.version for each in migrations()])
def test_a_ledger_of_any_version_becomes_the_newest(tmp_path: Path, version: int) -> None:
    file = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(file)) as old:
        for each in migrations():
            if each.version <= version:
                old.executescript(each.sql)
        old.execute(f"PRAGMA user_version = {version}")
        old.execute(
            "INSERT INTO alarm (code, subject, raised_at) VALUES ('disk-low', 'spool', 1.0)"
        )
        old.commit()
    ledger = open_ledger(file)
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as new:
        for each in migrations():
            new.executescript(each.sql)
        tables = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        assert [row[0] for row in ledger.rows(tables)] == [row[0] for row in new.execute(tables)]
    assert [row["code"] for row in ledger.rows("SELECT code FROM alarm")] == ["disk-low"]
    Doses(ledger, SYSTEM_CLOCK).enter(Examination(study_instance_uid="1.2", report_uid="1.2.3"))
    ledger.close()
