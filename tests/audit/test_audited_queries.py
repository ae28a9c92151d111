"""Whom the box asks is told, with what it asked, and without who the patient is."""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from appliance.association import untold
from appliance.config import Audit, Configuration, Worklist
from appliance.services.audit_queries import queries_told
from appliance.services.order_search import order_search
from tests.audit.trails import Trail, users
from tests.destinations.archives import LOOPBACK
from tests.orders.ris import ScriptedRIS, an_entry
from tests.pipeline.studies import a_ge_study, who

WORKLIST = "1.2.840.10008.5.1.4.31"
SECRET = who(1, patient_id="CNRY4711", patient_name="CANARIA^HANAKO")


def a_question() -> Dataset:
    question = Dataset()
    question.PatientID = SECRET.patient_id
    question.PatientName = SECRET.patient_name
    question.OtherPatientIDsSequence = Sequence([Dataset()])
    question.OtherPatientIDsSequence[0].PatientID = SECRET.patient_id
    question.AccessionNumber = "A000001"
    return question


def asked(trail: Trail) -> list[Dataset]:
    """The questions of the messages that wait."""
    found = [each.findtext(".//ParticipantObjectQuery") or "" for each in trail.messages()]
    return [dcmread(BytesIO(base64.b64decode(each)), force=True) for each in found]


@pytest.mark.parametrize(("identity", "told"), [("none", ""), ("patient-id", "CNRY4711")])
def test_a_question_is_told_without_who_it_is_about(
    tmp_path: Path, identity: str, told: str
) -> None:
    trail = Trail(tmp_path, settings={"identity": identity})
    desk, question = trail.desk, a_question()
    ris = Worklist(host="ris.example", ae_title="RIS")
    queries_told(desk.configuration, desk.ledger, desk.hands.clock, ris)(WORKLIST, question)
    assert question == a_question()
    (found,) = asked(trail)
    assert found.AccessionNumber == "A000001"
    assert str(found.PatientID or "") == told
    assert not found.PatientName
    assert not found.OtherPatientIDsSequence
    (message,) = trail.messages()
    assert users(message) == ["dose-clerk", "RIS"]


def test_without_a_repository_nobody_is_told(tmp_path: Path) -> None:
    desk = Trail(tmp_path).desk
    off = Configuration(audit=Audit())
    assert queries_told(off, desk.ledger, desk.hands.clock, Worklist()) is untold


def test_the_clerks_question_to_the_ris_is_told(tmp_path: Path) -> None:
    with ScriptedRIS([an_entry()]).running() as ris:
        worklist = Worklist(host=LOOPBACK, port=ris.port, max_age_days=36500)
        trail = Trail(tmp_path, worklist=worklist)
        trail.get(*a_ge_study(1, identity=SECRET))
        errand = order_search(trail.desk.configuration, trail.desk.ledger, trail.desk.hands.clock)
        assert errand is not None
        while errand.work_next():
            continue
    assert trail.events()[0] == "Query"
    assert SECRET.patient_id not in trail.errand.queue.waiting(1)[0].xml
