"""Pages of studies have words in both languages for whatever the ledger says."""

from dataclasses import fields
from enum import StrEnum

import pytest

from appliance.console.rendering import catalogue
from appliance.console.studies.desk import Refusal, Told
from appliance.console.studies.dose_table import CODED
from appliance.console.studies.list_pages import OUTCOMES
from appliance.console.studies.words import FIELDS, failure, key
from appliance.dose.checks import Subject, Verdict
from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.merge import SourceKind
from appliance.dose.record import CTRadiationDose
from appliance.orders.register import State as OrderState
from appliance.outbox import Kind, State
from appliance.outbox.attempts import Came
from appliance.quarantine import Closure
from appliance.quarantine import Verdict as PersonsVerdict
from appliance.spool import Outcome, StepState
from appliance.studies import Sending
from appliance.texts import Texts


def test_a_failure_is_said_in_one_language() -> None:
    kept = "not-authorised (0124H). Have the box allowed there. 許可してください。"
    japanese, english = (failure(kept, Texts(each, catalogue())) for each in ("ja", "en"))
    assert japanese != english
    assert "0124H" in japanese
    assert "0124H" in english
    assert failure("something else\x00", Texts("en", catalogue())) == "something else"


ENUMERATIONS: dict[str, type[StrEnum]] = {
    "told_": Told,
    "sending_": Sending,
    "delivery_": State,
    "send_again_": State,
    "kind_": Kind,
    "came_": Came,
    "check_": Verdict,
    "from_": SourceKind,
    "happened_": Outcome,
    "happened_step_": StepState,
    "happened_order_": OrderState,
    "happened_case_": Closure,
    "happened_verdict_": PersonsVerdict,
    "file_": Refusal,
}


@pytest.mark.parametrize("prefix", ENUMERATIONS)
def test_every_word_of_the_ledger_has_a_text(prefix: str) -> None:
    texts = catalogue()["studies"]
    missing = [each for each in ENUMERATIONS[prefix] if f"{prefix}{key(each)}" not in texts]
    assert missing == []


def test_every_field_and_source_has_a_text() -> None:
    texts = catalogue()["studies"]
    names = FIELDS | {each.name for each in fields(CTRadiationDose)} - {
        "events",
        "layout",
        "dose_events",
    }
    assert [name for name in names if f"field_{name}" not in texts] == []
    sources = [each.name.lower() for each in SourceOfDoseInformation]
    assert [name for name in sources if f"source_{name}" not in texts] == []
    assert [each for each in OUTCOMES if f"outcome_{key(each)}" not in texts] == []
    coded = [each.name.lower() for kind in CODED for each in kind]
    assert [each for each in coded if f"coded_{each}" not in texts] == []
    judged = {Subject.READERS, Subject.SUM, Subject.LENGTH, Subject.LIMITS}
    assert [each for each in judged if f"check_{each}" not in texts] == []
