"""What a performed procedure step does to the study that it is of."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from pydicom import Dataset

from appliance.config import Configuration, Recogniser
from appliance.simulators.consoles.examination import dlp_sum
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.performed_step import begun, ended
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import Arrival, Steps, StepVerdict
from tests.pipeline.studies import PhantomMark, a_ge_study, a_siemens_study, who
from tests.receive.steps import encoded, said
from tests.services.desk import STUDY, Desk

SETTLE_S, IN_PROGRESS_S = 60.0, 1800.0
STEP = "1.2.3"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    recogniser = Recogniser(settle_s=SETTLE_S, settle_in_progress_s=IN_PROGRESS_S, confirm_first=0)
    return Desk(tmp_path, Configuration(recogniser=recogniser))


def tell(desk: Desk, dataset: Dataset, uid: str = STEP) -> StepVerdict:
    """A message about a step arrives."""
    steps = Steps(desk.spool)
    arrival = Arrival(
        sop_class_uid=str(PERFORMED_PROCEDURE_STEP),
        sop_instance_uid=uid,
        transfer_syntax_uid="1.2.840.10008.1.2",
        calling_ae="CT01",
        called_ae="DOSEBOX",
        address="192.0.2.7",
    )
    dataset_bytes = [encoded(dataset)]
    if desk.spool.step_state(uid) is None:
        return steps.create(arrival, dataset_bytes).verdict
    return steps.update(arrival, dataset_bytes).verdict


def decided(desk: Desk) -> int:
    return len(desk.spool.decisions(STUDY))


def test_while_a_step_is_in_progress_complete_pages_are_no_end(desk: Desk) -> None:
    tell(desk, begun(who(1)))
    desk.get(*a_ge_study(1))
    desk.work()
    desk.hands.wait(SETTLE_S)
    desk.work()
    assert desk.reason() == "waits"
    tell(desk, said("COMPLETED"))
    desk.work()
    assert desk.reason() == "reported"


def test_a_step_that_nobody_ends_is_waited_for_no_longer_than_configured(desk: Desk) -> None:
    tell(desk, begun(who(1)))
    desk.get(*a_ge_study(1))
    desk.hands.wait(IN_PROGRESS_S - 1)
    desk.work()
    assert desk.reason() == "waits"
    desk.hands.wait(1)
    desk.work()
    assert desk.reason() == "reported"


def test_what_comes_after_the_report_has_the_study_looked_at_again(desk: Desk) -> None:
    desk.settle(*a_ge_study(1))
    assert (desk.reason(), decided(desk)) == ("reported", 1)
    tell(desk, begun(who(1)))
    desk.work()
    assert desk.reason() == "waits"
    tell(desk, said("DISCONTINUED"))
    desk.hands.wait(SETTLE_S)
    desk.work()
    assert (desk.reason(), decided(desk)) == ("reported", 2)
    assert len(desk.outbox.reports(STUDY)) == 1  # it says the same


def test_a_repeat_reopens_nothing(desk: Desk) -> None:
    tell(desk, begun(who(1)))
    assert tell(desk, said("COMPLETED")) is StepVerdict.NEW
    desk.settle(*a_ge_study(1))
    assert tell(desk, said("COMPLETED")) is StepVerdict.REPEAT
    assert desk.spool.waiting_studies() == []


def test_a_step_alone_is_a_study_without_a_dose_screen(desk: Desk) -> None:
    tell(desk, begun(who(1)))
    tell(desk, said("COMPLETED"))
    desk.hands.wait(SETTLE_S)
    desk.work()
    assert desk.reason() == "set-aside"


def test_a_step_of_another_patient_is_doubted(desk: Desk) -> None:
    tell(desk, begun(who(1, patient_id="SOMEBODY-ELSE")))
    tell(desk, said("COMPLETED"))
    desk.settle(*a_ge_study(1))
    assert desk.reason() == "identity-inconsistent"


def test_a_message_is_opened_as_an_object_of_its_study(desk: Desk) -> None:
    tell(desk, begun(who(1)))
    tell(desk, said("COMPLETED", "x"))
    desk.work()
    first, last = map(desk.spool.open_dataset, desk.spool.instances(STUDY))
    for message in (first, last):
        assert message.SOPClassUID == PERFORMED_PROCEDURE_STEP
        assert (message.SOPInstanceUID, message.StudyInstanceUID) == (STEP, STUDY)
    assert (first.Modality, last.CommentsOnRadiationDose) == ("CT", "x")


def test_a_step_gives_what_the_screen_does_not_print(desk: Desk) -> None:
    examination = siemens_examination(Random(1), 2)
    desk.settle(*a_siemens_study(1, PhantomMark.NONE, examination))
    assert desk.reason() == "phantom-unknown"
    tell(desk, begun(who(1)))
    tell(desk, ended(who(1), examination))
    desk.hands.wait(SETTLE_S)
    desk.work()
    assert desk.reason() == "reported"


def test_a_step_that_states_another_dose_is_doubted(desk: Desk) -> None:
    examination = ge_examination(Random(1), 2)
    scans = [replace(scan, dlp_mgy_cm=doubled(scan.dlp_mgy_cm)) for scan in examination.scans]
    other = replace(examination, scans=tuple(scans), total_dlp_mgy_cm=dlp_sum(scans))
    tell(desk, begun(who(1)))
    tell(desk, ended(who(1), other))
    desk.settle(*a_ge_study(1))
    assert desk.reason() == "sources-disagree"


def doubled(dlp: str | None) -> str | None:
    return str(2 * Decimal(dlp)) if dlp else None


def test_a_discontinued_step_counts(desk: Desk) -> None:
    examination = siemens_examination(Random(1), 2)
    tell(desk, begun(who(1)))
    tell(desk, ended(who(1), examination, discontinued=True))
    desk.settle(*a_siemens_study(1, PhantomMark.NONE, examination))
    assert desk.reason() == "reported"
