"""A person confirms the first screens of a scanner on a running box that loses its recogniser."""

from pathlib import Path

import pytest

from tests.destinations.archives import stored, storescp
from tests.pipeline.plant import MakePlant
from tests.pipeline.studies import ROOT, a_ge_study

STUDIES = [f"{ROOT}.{number}" for number in (1, 2, 3)]


@pytest.mark.slow
def test_what_was_confirmed_outlasts_the_process(tmp_path: Path, make_plant: MakePlant) -> None:
    with storescp(tmp_path / "archive") as port:
        plant = make_plant(archive_port=port, confirm_first=1)
        plant.start()
        plant.send(a_ge_study(1), a_ge_study(2))
        waiting = plant.wait_for_outcomes(STUDIES[:2])
        assert set(waiting.values()) == {"confirmation-needed"}
        case = str(plant.case(STUDIES[0]))
        shown = plant.command("quarantine", "show", case).stdout
        assert "0 of 1 studies of this scanner read as dose-report/1 are confirmed" in shown
        plant.kill("recogniser")
        signed = ("--by", "Tanaka^Jiro", "--reason", "compared")
        refused = plant.command("quarantine", "settle", case, *signed)
        assert refused.returncode == 5
        accepted = ("--accept-doubt", "confirmation-needed")
        settled = plant.command("quarantine", "settle", case, *signed, *accepted)
        assert settled.returncode == 0, settled.stderr
        plant.start("recogniser")
        plant.wait_until_delivered(2)
        plant.kill("recogniser")
        plant.start("recogniser")
        plant.send(a_ge_study(3))
        plant.wait_until_delivered(3)
        reports = stored(tmp_path / "archive").values()
        assert {report.StudyInstanceUID for report in reports} == set(STUDIES)
        assert plant.rows("SELECT 1 FROM quarantined WHERE closed_at IS NULL") == []
