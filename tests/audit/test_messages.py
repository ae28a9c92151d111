"""Every message is valid by the standard's schema and names what the standard names."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.sr._cid_dict import cid_concepts
from pydicom.sr.codedict import codes as dictionary

from appliance.audit import Here, Outcome, Participant, Sender, Stage, codes, events
from appliance.audit.message import AuditMessage
from appliance.audit.syslog import framed
from appliance.audit.xml import as_xml
from tests.audit.specimens import AT, BOX, CT, every_kind

CONTEXT_GROUPS = range(400, 406)
SCHEMA = Path(__file__).with_name("audit_message.rnc")
SMALLEST_LIMIT_BYTES = 8192
"""What rsyslog takes of one message unless it is told otherwise; PS3.15 A.6.2 says 32768."""


def validated(folder: Path, texts: Iterable[str]) -> str:
    """What a validator has against any of them."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"{number}.xml")
        files[-1].write_text(text, "ascii")
    command = ["jing", "-c", str(SCHEMA), *map(str, files)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.stdout or result.returncode == 0, result.stderr
    return result.stdout


def test_every_kind_is_valid(tmp_path: Path) -> None:
    texts = [as_xml(each, "DOSEBOX", "SITE") for each in every_kind().values()]
    assert validated(tmp_path, texts) == ""


def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    good = as_xml(every_kind()["transferred"], "DOSEBOX")
    for part in ('UserIsRequestor="true" ', "<ParticipantObjectName>study</ParticipantObjectName>"):
        assert part in good
        assert "error" in validated(tmp_path, [good.replace(part, "", 1)])


@settings(max_examples=1)
@given(st.lists(st.text(max_size=600), min_size=60, max_size=60))
def test_whatever_a_caller_calls_itself_is_valid_and_short(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    hostile = ["\0\x01\x1b[2J", "]]><!--", '"><AuditMessage/>', "\n<85>1 - - - - - -", "\ud800"]
    made = [as_xml(alert(each), "DOSEBOX") for each in [*hostile, *names]]
    assert validated(tmp_path_factory.mktemp("xml"), made) == ""
    assert all("\n" not in each for each in made)
    frames = [framed(Sender("box").message(each, 1, AT)) for each in made]
    assert max(map(len, frames)) < SMALLEST_LIMIT_BYTES


def alert(name: str) -> AuditMessage:
    """An alert about a caller of that name."""
    who = Participant(user_id=name, ae_titles=(name,), address=name)
    kind, outcome = codes.NODE_AUTHENTICATION, Outcome.SERIOUS
    return events.security_alert(AT, BOX, kind, outcome, name[:256], node=name, who=who)


@pytest.mark.parametrize("code", [each for each in codes.ALL if each.scheme == "DCM"])
def test_codes_are_those_of_the_standard(code: codes.Code) -> None:
    meanings = {each.value: each.meaning for each in map(concept, names())}
    assert meanings[code.value] == code.meaning


def names() -> list[str]:
    """Names of the concepts of the context groups for audit messages, as pydicom has them."""
    return [name for cid in CONTEXT_GROUPS for name in cid_concepts[cid]["DCM"]]


def concept(name: str) -> codes.Code:
    """A concept of that name."""
    known = getattr(dictionary.DCM, name)
    return codes.Code(known.value, known.meaning)


@pytest.mark.parametrize("name", every_kind())
def test_at_most_one_participant_began_it(name: str) -> None:
    assert sum(each.is_requestor for each in every_kind()[name].participants) <= 1


def test_a_study_is_told_with_who_sent_it_and_whose_it_is() -> None:
    root = ET.fromstring(as_xml(every_kind()["transferred"], "DOSEBOX"))  # noqa: S314 - ours
    source, destination = root.findall("ActiveParticipant")
    assert source.get("AlternativeUserID") == "AETITLES=CT1"
    assert source.get("NetworkAccessPointID") == "192.0.2.7"
    assert destination.get("UserID") == "dose-receiver"
    study, patient = root.findall("ParticipantObjectIdentification")
    assert study.get("ParticipantObjectID") == "1.2.3"
    assert patient.get("ParticipantObjectID") == events.NOT_TOLD
    (found,) = study.iter("SOPClass")
    assert found.get("NumberOfInstances") == "2"


def test_a_patient_id_is_told_where_it_may_be() -> None:
    seen = events.Seen(study_instance_uid="1.2.3", patient_id="P-1")
    text = as_xml(events.instances_transferred(AT, CT, Here("x").as_(None), seen), "DOSEBOX")
    assert 'ParticipantObjectID="P-1"' in text
    assert as_xml(events.application_activity(AT, BOX, Stage.START), "B").count("Object") == 0
