"""What the box did is told, once, from when there is a repository, and without who a patient is."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.audit import NotTaken, events
from appliance.config import Destination
from appliance.journal import Journal
from appliance.outbox import Delivery
from appliance.services.again import Again
from appliance.services.audit_sources import Source
from appliance.services.audit_trail import audit_trail
from tests.audit.test_messages import validated
from tests.audit.trails import Trail, event_of, subjects, users
from tests.destinations.archives import RDSR, a_report
from tests.pipeline.studies import ROOT, a_ge_study, who
from tests.services.desk import STUDY

SECRET = who(1, patient_id="CNRY4711", patient_name="CANARIA^HANAKO")
ARCHIVE = Destination(name="archive", host="pacs.example", ae_title="PACS")
REGISTRY = Destination(name="registry", kind="folder", deidentify="registry")


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path, (ARCHIVE, REGISTRY))


def delivered(trail: Trail, uid: str, destination: str) -> Delivery:
    """A report goes out and arrives."""
    trail.desk.outbox.put(a_report(uid), RDSR, uid, STUDY)
    leased = planned(trail, destination)
    trail.desk.outbox.delivered(leased)
    return leased


def planned(trail: Trail, destination: str) -> Delivery:
    trail.desk.outbox.plan([destination])
    leased = trail.desk.outbox.lease(destination, 60.0)
    assert leased is not None
    return leased


def test_without_a_repository_nothing_is_written(tmp_path: Path) -> None:
    desk = Trail(tmp_path).desk
    off = replace(desk.configuration, audit=replace(desk.configuration.audit, host=""))
    assert audit_trail(off, desk.ledger, desk.hands.clock) is None


def test_a_study_that_came_is_one_message(trail: Trail) -> None:
    trail.get(*a_ge_study(1, identity=SECRET))
    trail.work()
    (message,) = trail.messages()
    assert event_of(message) == "DICOM Instances Transferred"
    assert subjects(message) == [STUDY, events.NOT_TOLD]
    assert users(message) == ["CT01", "dose-receiver"]
    trail.work()
    assert len(trail.messages()) == 1


def test_a_study_that_still_comes_is_waited_for(trail: Trail) -> None:
    trail.get(*a_ge_study(1)[:1])
    trail.errand.work_next()
    assert trail.messages() == []


def test_what_came_before_there_was_a_repository_is_not_told(tmp_path: Path) -> None:
    trail = Trail(tmp_path)
    trail.desk.ledger.execute("DELETE FROM audit_mark")
    trail.get(*a_ge_study(1))
    trail.errand = trail.made()
    trail.work()
    assert trail.messages() == []


def test_no_message_says_who_a_patient_is(trail: Trail) -> None:
    trail.desk.settle(*a_ge_study(1, identity=SECRET))
    trail.work()
    text = "".join(each.xml for each in trail.errand.queue.waiting(100))
    assert text
    assert SECRET.patient_id not in text
    assert "CANARIA" not in text


def test_a_patient_id_is_told_where_the_site_wants_it_and_no_name(tmp_path: Path) -> None:
    trail = Trail(tmp_path, settings={"identity": "patient-id"})
    trail.get(*a_ge_study(1, identity=SECRET))
    trail.work()
    (message,) = trail.messages()
    assert subjects(message) == [STUDY, SECRET.patient_id]
    assert "CANARIA" not in trail.errand.queue.waiting(1)[0].xml


def test_what_arrived_at_a_destination_is_told_when_it_has(trail: Trail) -> None:
    trail.desk.outbox.put(a_report("1.1"), RDSR, "1.1", STUDY)
    leased = planned(trail, "archive")
    trail.work()
    assert trail.messages() == []
    trail.desk.outbox.delivered(leased)
    trail.work()
    (message,) = trail.messages()
    assert users(message) == ["dose-forwarder", "archive"]
    assert message.findall("ActiveParticipant")[1].get("NetworkAccessPointID") == "pacs.example"
    assert subjects(message)[0] == STUDY
    trail.work()
    assert len(trail.messages()) == 1


def test_what_left_without_identity_says_so(trail: Trail) -> None:
    for name, anonymous in (("archive", "false"), ("registry", "true")):
        delivered(trail, f"2.{len(name)}", name)
        trail.work()
        said = trail.messages()[-1].findtext(".//Anonymized")
        assert said == anonymous


def test_decisions_and_media_are_told_from_the_journal(trail: Trail) -> None:
    journal = Journal(trail.desk.ledger, trail.desk.hands.clock)
    journal.append("quarantine-settled", {"study_instance_uid": STUDY, "person": "suzuki"})
    studies = [f"{ROOT}.{number}" for number in range(12)]
    journal.append("media-exported", {"studies": studies, "medium": "stick-1", "person": "sato"})
    journal.append("media-imported", {"kind": "configuration", "number": 7})
    journal.append("reidentified", {"pseudonyms": ["X"], "by": "tanaka"})
    journal.append("file-mended", {})
    trail.work()
    assert trail.events() == [
        "DICOM Instances Accessed",
        "Export",
        "Export",
        "Export",
        "Import",
        "Security Alert",
    ]
    told = [each for message in trail.messages()[1:4] for each in subjects(message)]
    assert [each for each in told if each.startswith(ROOT)] == studies
    assert users(trail.messages()[1]) == ["sato", "dose-media", "stick-1"]


def test_what_a_person_wants_once_more_is_told(trail: Trail) -> None:
    Again(trail.desk.ledger, trail.desk.hands.clock, "sato").read(STUDY)
    trail.work()
    assert trail.events() == ["DICOM Instances Accessed"]
    (message,) = trail.messages()
    assert users(message)[0] == "sato"
    assert subjects(message)[0] == STUDY


def test_alarms_about_security_are_alerts_and_others_are_not(trail: Trail) -> None:
    alarms = Alarms(trail.desk.ledger, trail.desk.hands.clock)
    alarms.raise_(AlarmCode.JOURNAL_BROKEN, "", "entry 3: altered")
    alarms.raise_(AlarmCode.DISPLAY_FAILED, "reading-1", "")
    alarms.raise_(AlarmCode.DESTINATION_FAILING, "archive", "tls-failed: expired")
    trail.work()
    assert trail.events() == ["Security Alert", "Security Alert"]


def test_every_message_of_the_box_is_valid(trail: Trail, tmp_path: Path) -> None:
    trail.get(*a_ge_study(1))
    delivered(trail, "1.1", "archive")
    Alarms(trail.desk.ledger, trail.desk.hands.clock).raise_(AlarmCode.JOURNAL_BROKEN)
    trail.work()
    folder = tmp_path / "xml"
    folder.mkdir()
    texts = [each.xml for each in trail.errand.queue.waiting(100)]
    assert len(texts) == 3
    assert validated(folder, texts) == ""


def test_a_look_that_is_broken_off_tells_nothing_twice_and_loses_nothing(trail: Trail) -> None:
    trail.get(*a_ge_study(1))
    source = trail.errand.sources[0]
    trail.desk.hands.wait(400.0)
    with pytest.raises(KeyError):
        break_off(trail, source)
    assert trail.messages() == []
    trail.work()
    assert len(trail.messages()) == 1


def break_off(trail: Trail, source: Source) -> None:
    """Look at a source, and fail before it is durable."""
    with trail.desk.ledger.transaction():
        for message in source.news(100):
            trail.errand.queue.put(message)
        raise KeyError


def test_nobody_there_is_an_alarm_until_somebody_is(trail: Trail) -> None:
    trail.get(*a_ge_study(1))
    trail.work()
    (raised,) = Alarms(trail.desk.ledger, trail.desk.hands.clock).raised()
    assert (raised.code, raised.detail) == (
        AlarmCode.AUDIT_REPOSITORY_FAILING,
        NotTaken("Connection refused").reason,
    )
    with trail.taker.running():
        trail.work()
    assert Alarms(trail.desk.ledger, trail.desk.hands.clock).raised() == []
    assert trail.messages() == []
