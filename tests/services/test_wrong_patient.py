"""A screen that is of another patient: nothing is lost, nothing is reported, and it is told."""

from pathlib import Path

import pytest

from appliance.alarms import AlarmCode
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Recogniser
from appliance.errors import NotFoundError
from appliance.journal import Journal
from appliance.quarantine import Closure, Settlement, Verdict
from appliance.services.native_reports import acknowledge
from tests.pipeline.studies import a_ge_study
from tests.services.desk import STUDY, Desk

ALARM = (AlarmCode.WRONG_PATIENT, STUDY)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, Configuration(recogniser=Recogniser(confirm_first=1)))
    desk.settle(*a_ge_study(1))
    return desk


def decided(desk: Desk) -> Settlement:
    case = desk.case().id
    settlement = desk.settling.discard(case, "tanaka", "of another patient", Verdict.WRONG_PATIENT)
    desk.work()
    return settlement


def test_nothing_is_reported_nothing_removed_and_the_alarm_is_raised(desk: Desk) -> None:
    settlement = decided(desk)
    assert settlement.verdict is Verdict.WRONG_PATIENT
    assert desk.reason() == "wrong patient by a person"
    assert desk.reports() == []
    assert all(desk.spool.file(each).is_file() for each in desk.spool.instances(STUDY))
    assert ALARM in desk.alarms()
    assert desk.quarantine.case(settlement.case_id).closed_as is Closure.DISCARDED
    kinds = [each.kind for each in Journal(desk.ledger, SYSTEM_CLOCK).entries()]
    assert "quarantine-wrong-patient" in kinds


def test_it_is_told_until_a_person_has_seen_to_it(desk: Desk) -> None:
    decided(desk)
    desk.work()
    assert ALARM in desk.alarms()
    acknowledge(desk.ledger, SYSTEM_CLOCK, STUDY, "suzuki", "sent again in the right study")
    assert ALARM not in desk.alarms()
    with pytest.raises(NotFoundError):
        acknowledge(desk.ledger, SYSTEM_CLOCK, STUDY, "suzuki", "once more")


def test_what_comes_later_does_not_report_it(desk: Desk) -> None:
    decided(desk)
    desk.hands.wait(100)
    desk.work()
    assert desk.reports() == []
