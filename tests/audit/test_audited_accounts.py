"""Who was let in, what was done to accounts and who looked at a patient reaches the repository."""

from pathlib import Path

import pytest

from appliance.journal import Journal
from appliance.services.account_events import AccountEvent
from appliance.services.audit_accounts import AUTHENTICATIONS, CHANGES
from appliance.services.looks import seen
from tests.audit.test_messages import validated
from tests.audit.trails import Trail, subjects, users
from tests.services.desk import STUDY

CAME = {"by": "tanaka", "address": "192.0.2.8", "reason": "wrong"}
CHANGED = {"account": "tanaka", "by": "sakura", "role": "viewer"}


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path)


def test_every_event_has_its_message(trail: Trail, tmp_path: Path) -> None:
    assert set(AccountEvent) == {*AUTHENTICATIONS, *CHANGES}
    journal = Journal(trail.desk.ledger, trail.desk.hands.clock)
    for event in AccountEvent:
        journal.append(event, CHANGED if event in CHANGES else CAME)
    trail.work()
    kinds = {True: "Security Alert", False: "User Authentication"}
    assert trail.events() == [kinds[each in CHANGES] for each in AccountEvent]
    assert users(trail.messages()[0]) == ["tanaka", "dose-console"]
    assert users(trail.messages()[3]) == ["dose-console", "sakura"]
    texts = [each.xml for each in trail.errand.queue.waiting(100)]
    assert validated(tmp_path, texts) == ""


def test_who_was_refused_under_no_name_is_unknown(trail: Trail) -> None:
    journal = Journal(trail.desk.ledger, trail.desk.hands.clock)
    journal.append(AccountEvent.LOGIN_REFUSED, CAME | {"by": "", "reason": "unknown"})
    trail.work()
    (message,) = trail.messages()
    assert users(message) == ["unknown", "dose-console"]
    identification = message.find("EventIdentification")
    assert identification is not None
    assert identification.get("EventOutcomeIndicator") == "4"


def test_a_look_at_a_patient_is_an_access_that_reads(trail: Trail, tmp_path: Path) -> None:
    seen(trail.desk.ledger, trail.desk.hands.clock, STUDY, "tanaka", "study")
    seen(trail.desk.ledger, trail.desk.hands.clock, STUDY, "tanaka", "study")
    trail.work()
    (message,) = trail.messages()
    assert trail.events() == ["DICOM Instances Accessed"]
    assert users(message) == ["tanaka", "dose-console"]
    assert subjects(message)[0] == STUDY
    identification = message.find("EventIdentification")
    assert identification is not None
    assert identification.get("EventActionCode") == "R"
    assert validated(tmp_path, [each.xml for each in trail.errand.queue.waiting(100)]) == ""
