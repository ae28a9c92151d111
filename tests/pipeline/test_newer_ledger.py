"""The box went back to this version, and its ledger is that of a newer one: work goes on."""

from pathlib import Path

from appliance.ledger import open_ledger
from appliance.ledger.schema import newest
from tests.destinations.archives import storescp
from tests.pipeline.plant import MakePlant, Plant
from tests.pipeline.studies import ROOT, a_ge_study, a_siemens_study, an_unreadable_study

SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")


def test_studies_are_reported_on_a_ledger_with_columns_of_later(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    plant = make_plant()
    plant.data_dir.mkdir(parents=True)
    with_columns_of_later(plant)
    with storescp(tmp_path / "archive", plant.archive_port):
        plant.start(*SERVICES)
        plant.send(a_ge_study(1), a_siemens_study(2), an_unreadable_study(3))
        outcomes = plant.wait_for_outcomes([f"{ROOT}.{n}" for n in (1, 2, 3)])
        assert sorted(outcomes.values()) == ["cell-unreadable", "reported", "reported"]
        plant.wait_until_delivered(2)
        assert plant.command("quarantine", "list").returncode == 0
        assert plant.command("status").returncode == 0
    assert not any("failed" in plant.log(service) for service in SERVICES)
    assert plant.rows("PRAGMA user_version") == [{"user_version": newest() + 1}]


def with_columns_of_later(plant: Plant) -> None:
    ledger = open_ledger(plant.ledger_file())
    with ledger.transaction():
        tables = ledger.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables:
            if not name.startswith("sqlite_"):
                ledger.execute(f"ALTER TABLE {name} ADD COLUMN of_later TEXT DEFAULT 'x'")
        ledger.execute(
            "INSERT INTO schema_step (version, lives_with) VALUES (?, ?)", newest() + 1, newest()
        )
        ledger.execute(f"PRAGMA user_version = {newest() + 1}")
    ledger.close()
