"""A patient whose every attribute is a canary goes through everything, and sings nowhere."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest
from pydicom import Dataset
from pydicom.config import disable_value_validation

from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination
from appliance.simulators.performed_step import StepSCU, begun, ended, step_uid
from appliance.simulators.secondary_capture import GE
from tests.destinations.archives import LOOPBACK, Scripted, wait_until
from tests.orders.ris import ScriptedRIS, an_entry
from tests.pipeline.plant import SERVICES, SUCCESS, Plant
from tests.pipeline.studies import (
    ROOT,
    PhantomMark,
    a_copy,
    a_ge_study,
    a_siemens_study,
    a_wrong_sum,
    an_image,
    an_unreadable_study,
    who,
)
from tests.status.brokers import Mosquitto, Watcher

KANJI, KANA = "金糸雀", "カナリヤ"
CANARIES = (
    "CANARIA",
    KANJI,
    KANA,
    "CNRY4711",  # Patient ID
    "9922194508",  # the same, of the one whose screen is another's
    "19450815",  # Patient's Birth Date
    "ACNRY0815",  # Accession Number
    "OTHERCNRY",  # Other Patient IDs
    "DRFINCH",  # every physician and operator
    "CNRYSTREET",  # Patient's Address
    "CNRYREMARK",  # comments, free text
)
NAME = f"CANARIA^HANAKO={KANJI}^花子={KANA}^ハナコ"
REFUSED, OUT_OF_RESOURCES = 0xC000, 0xA700


def as_written(canary: str) -> Iterator[str]:
    """The forms in which it could stand in a text."""
    yield canary
    if not canary.isascii():
        escaped = canary.encode("ascii", "backslashreplace").decode()
        yield from (escaped, escaped.replace("\\", "\\\\"))
        for codec in ("iso2022_jp", "shift_jis", "euc_jp", "utf-8"):
            yield re.sub("\x1b..", "", canary.encode(codec).decode("latin-1"))


def singing(text: str) -> set[str]:
    """The canaries in ``text``, whatever the case."""
    lowered = text.casefold()
    return {
        canary
        for canary in CANARIES
        if any(form.casefold() in lowered for form in as_written(canary))
    }


def the_patient(dataset: Dataset) -> Dataset:
    """The same object, of the patient who must not be heard of."""
    return of_the_patient(a_copy(dataset))


def of_the_patient(changed: Dataset) -> Dataset:
    changed.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    changed.PatientName, changed.PatientID = NAME, "CNRY4711"
    changed.PatientBirthDate, changed.AccessionNumber = "19450815", "ACNRY0815"
    changed.OtherPatientIDs, changed.PatientAddress = "OTHERCNRY", "CNRYSTREET 1"
    changed.PatientComments = changed.ImageComments = "CNRYREMARK"
    changed.StudyDescription = "CNRYREMARK"
    for keyword in (
        "ReferringPhysicianName",
        "PerformingPhysicianName",
        "NameOfPhysiciansReadingStudy",
        "PhysiciansOfRecord",
        "OperatorsName",
        "RequestingPhysician",
    ):
        setattr(changed, keyword, "DRFINCH^CANARIA")
    return changed


def drawn(number: int) -> Identity:
    return who(
        number,
        patient_name="CANARIA^HANAKO",
        patient_id="CNRY4711",
        birth_date="19450815",
        accession_number="ACNRY0815",
        description="CNRYREMARK",
    )


def ge_of_patient(number: int) -> list[Dataset]:
    return a_ge_study(number, identity=drawn(number))


def without(dataset: Dataset, *keywords: str) -> Dataset:
    for keyword in keywords:
        delattr(dataset, keyword)
    return dataset


def with_values_of_the_wrong_form(dataset: Dataset) -> Dataset:
    """Names where numbers should be, lengths and dates that no VR allows."""
    wrong = the_patient(dataset)
    wrong.PatientBirthDate = "1945.08.15 CANARIA"
    wrong.PatientAge = "CANARIA^HANAKO"
    wrong.PatientComments = "CNRY4711" * 2000
    wrong.PatientWeight = None
    wrong.PatientSex = "CANARIA^HANAKO"
    wrong.StudyTime = "CANARIA"
    return wrong


def with_bad_pixels(dataset: Dataset, **changes: object) -> Dataset:
    bad = the_patient(dataset)
    for keyword, value in changes.items():
        setattr(bad, keyword, value)
    return bad


def studies() -> dict[str, list[Dataset]]:
    """Every way a study can end, by what it is called here."""
    (ge,), (siemens,) = ge_of_patient(1), a_siemens_study(2, identity=drawn(2))
    (smudged,), (wrong_sum,) = an_unreadable_study(3, drawn(3)), a_wrong_sum(4, drawn(4))
    (conflict,), (strange,) = ge_of_patient(5), ge_of_patient(6)
    (undated,), (odd,), (cut,) = a_wrong_sum(7, drawn(7)), ge_of_patient(8), ge_of_patient(9)
    (discarded,), (homeless,) = a_wrong_sum(10, drawn(10)), ge_of_patient(11)
    (no_phantom,) = a_siemens_study(12, PhantomMark.NONE, identity=drawn(12))
    another = replace(drawn(14), patient_id="4711194508")
    (misdescribed,), (mismatched,) = ge_of_patient(13), a_ge_study(14, identity=another)
    return {
        "reported": [the_patient(ge), the_patient(an_image(who(1), 1, console=GE))],
        "reported, too": [the_patient(siemens)],
        "unreadable": [the_patient(smudged)],
        "to settle": [the_patient(wrong_sum)],
        "conflict": [
            the_patient(conflict),
            a_copy(the_patient(conflict), SeriesDescription="Dose Report CANARIA"),
        ],
        "two patients": [
            the_patient(strange),
            a_copy(the_patient(an_image(who(6), 1, console=GE)), PatientID="OTHERCNRY"),
        ],
        "not conforming": [without(the_patient(undated), "StudyDate", "SeriesDate", "ContentDate")],
        "odd values": [with_values_of_the_wrong_form(odd)],
        "cut pixels": [with_bad_pixels(cut, PixelData=bytes(100))],
        "bad description": [
            with_bad_pixels(misdescribed, PhotometricInterpretation="CANARIA", BitsStored=99)
        ],
        "to discard": [the_patient(discarded)],
        "of no study": [without(the_patient(homeless), "StudyInstanceUID")],
        "no phantom": [the_patient(no_phantom)],
        "another's screen": [a_copy(the_patient(mismatched), PatientID="9922194508")],
    }


def steps_of_patient(plant: Plant) -> None:
    """What the CT says by MPPS of a study, and what it must not say, before its screens come."""
    uid, examination = step_uid(drawn(1)), ge_examination(Random(1), 2)
    begin = of_the_patient(begun(drawn(1)))
    end = of_the_patient(ended(drawn(1), examination, discontinued=True))
    strange, late = deepcopy(begin), deepcopy(end)
    strange.PerformedProcedureStepStatus = late.CommentsOnRadiationDose = "CANARIA"
    with StepSCU("127.0.0.1", plant.port, "DOSEBOX") as sender:
        told = [
            sender.create(begin, uid),
            sender.create(strange, uid),
            sender.create(strange, f"{uid}.1"),
            sender.set(late, f"{uid}.1"),
            sender.set(end, uid),
            sender.set(late, uid),
        ]
    statuses = [answer.status for answer in told]
    assert statuses == [SUCCESS, 0x0111, 0x0106, 0x0112, SUCCESS, 0x0110]


def the_order() -> Dataset:
    """What the RIS answers, whatever it is asked."""
    return an_entry(
        PatientName=NAME,
        PatientID="CNRY4711",
        PatientBirthDate="19450815",
        AccessionNumber="ACNRY0815",
        StudyInstanceUID=f"{ROOT}.1",
        ReferringPhysicianName="DRFINCH^CANARIA",
        RequestedProcedureDescription="CNRYREMARK",
        RequestedProcedureID="ACNRY0815",
    )


WORKLIST = """
[worklist]
host = "{host}"
port = {port}
timeout_s = 5
max_age_days = 36500
"""
MQTT = """
[mqtt]
enabled = true
host = "{host}"
port = {port}
site = "north"
device = "box1"
every_s = 5
"""
SERVED = (*SERVICES, "clerk", "keeper", "status serve")


def decide(plant: Plant) -> str:
    """Everything a person can do, and what the command line prints about it."""
    signed = ("--by", "Tanaka^Jiro", "--reason", "seen")
    cases = {row["study_instance_uid"]: str(row["id"]) for row in plant.rows(CASES)}
    said = [
        plant.command("quarantine", "settle", cases[f"{ROOT}.4"], *signed),
        plant.command(
            "quarantine", "settle", cases[f"{ROOT}.4"], *signed, "--accept-doubt", "total-mismatch"
        ),
        plant.command(
            "quarantine", "settle", cases[f"{ROOT}.7"], *signed, "--accept-doubt", "total-mismatch"
        ),
        plant.command("quarantine", "settle", cases[f"{ROOT}.6"], *signed),
        plant.command("quarantine", "discard", cases[f"{ROOT}.10"], *signed),
        *(plant.command("quarantine", "show", case) for case in cases.values()),
    ]
    return "\n".join(each.stdout + each.stderr for each in said)


CASES = "SELECT id, study_instance_uid FROM quarantined WHERE closed_at IS NULL"


UNSENT = "SELECT 1 FROM delivery WHERE state IN ('waiting', 'leased')"


class Aftermath:
    """What is left after it all."""

    def __init__(self, plant: Plant, said: str, watcher: Watcher) -> None:
        self.plant, self.said, self.watcher = plant, said, watcher

    def broker(self) -> str:
        return "\n".join(f"{each.topic} {each.payload.decode()}" for each in self.watcher.heard)

    def logs(self) -> str:
        return "\n".join(self.plant.log(service) for service in SERVED)

    def file_names(self) -> str:
        return "\n".join(str(path) for path in self.plant.folder.rglob("*"))

    def ledger(self) -> str:
        with closing(sqlite3.connect(self.plant.ledger_file())) as connection:
            return "\n".join(connection.iterdump())

    def journal(self) -> str:
        return (self.plant.data_dir / "journal.witness").read_text("utf-8")

    def commands(self) -> str:
        asked = [("status",), ("status", "--format", "json"), ("quarantine", "list", "--all")]
        asked += [("quarantine", "list", "--format", "json"), ("journal", "verify")]
        answers = [self.plant.command(*each) for each in asked]
        assert [each.returncode for each in answers] == [0] * len(asked)
        return self.said + "\n".join(each.stdout + each.stderr for each in answers)

    def contents(self) -> str:
        """What may name the patient: objects, answers of the RIS, and reports."""
        files = [*(self.plant.data_dir / "spool").rglob("*.dcm")]
        answers = [*(self.plant.data_dir / "orders").iterdir()]
        assert answers
        files += answers
        files += (self.plant.data_dir / "outbox").glob("*.dcm")
        return "\n".join(file.read_bytes().decode("latin-1") for file in files)


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """A box that has seen it all, with an archive that fails and repeats what it was sent."""
    folder = tmp_path_factory.mktemp("canary")
    archive = Scripted([OUT_OF_RESOURCES, REFUSED], comment="no room for CANARIA^HANAKO CNRY4711")
    ris = ScriptedRIS([the_order()])
    broker = Mosquitto(folder / "broker")
    worklist = WORKLIST.format(host=LOOPBACK, port=ris.port)
    told = MQTT.format(host=LOOPBACK, port=broker.port)
    plant = Plant(folder / "plant", archive_port=archive.port, settings=worklist + told)
    broker.start()
    watcher = Watcher(broker.port)
    watcher.__enter__()
    try:
        plant.start(*SERVED)
        with ris.running(), disable_value_validation():  # a CT sends what no VR allows
            steps_of_patient(plant)
            plant.send(*studies().values())
            numbers = [*range(1, 11), 12, 13, 14]
            plant.wait_for_outcomes(f"{ROOT}.{number}" for number in numbers)
            plant.wait_for_log("clerk", "order_not_used")
        plant.wait_for_log("forwarder", "object_not_delivered")
        with archive.running():
            said = decide(plant)
            plant.wait_for_log("recogniser", "report-not-conforming")
            plant.wait_for_log("forwarder", "object_refused")
            wait_until(lambda: not plant.rows(UNSENT))
        wait_until(lambda: bool(watcher.last("state").get("quarantine_by_reason")), 120)
        plant.end()
        yield Aftermath(plant, said, watcher)
    finally:
        plant.end()
        watcher.__exit__()
        broker.stop()


PLACES: dict[str, Callable[[Aftermath], str]] = {
    "logs": Aftermath.logs,
    "file names": Aftermath.file_names,
    "ledger": Aftermath.ledger,
    "journal": Aftermath.journal,
    "commands": Aftermath.commands,
    "broker": Aftermath.broker,
}


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_named(aftermath: Aftermath, place: str) -> None:
    text = PLACES[place](aftermath)
    assert len(text) > 50  # there is something to search
    assert singing(text) == set()


def test_no_study_leaves_by_mqtt(aftermath: Aftermath) -> None:
    """Of an alarm about a study, only its number."""
    told = aftermath.broker()
    assert "alarms/report-not-conforming/number-" in told
    assert ROOT not in told
    assert [each.document for each in aftermath.watcher.heard if each.payload]


def test_every_canary_would_be_heard(aftermath: Aftermath) -> None:
    assert singing(aftermath.contents()) == set(CANARIES)
    for canary in CANARIES:
        heard = [json.dumps(canary), canary.lower(), repr(canary), f"x={canary}x"]
        assert [singing(text) for text in heard] == [{canary}] * len(heard)


def test_every_way_to_end_was_gone(aftermath: Aftermath) -> None:
    cases = aftermath.plant.rows("SELECT study_instance_uid, reason FROM quarantined")
    assert {f"{ROOT}.1", f"{ROOT}.2"}.isdisjoint(row["study_instance_uid"] for row in cases)
    reasons = {row["reason"] for row in cases}
    assert {
        "cell-unreadable",
        "total-mismatch",
        "instance-conflict",
        "identity-inconsistent",
        "report-not-conforming",
        "unreadable-pixels",
        "unreadable-object",
        "phantom-unknown",
        "identity-mismatch",
    } <= reasons
