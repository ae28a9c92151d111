"""Orders asked for at RISs that answer well, badly, or not at all."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pydicom.config import disable_value_validation

from appliance.orders.asking import Finding, NoOrder, Unfit, Unused, ask
from appliance.orders.inquiry import Inquiry, Question
from appliance.orders.order import Code, Order
from appliance.orders.worklist import TooMany, Unanswered, Worklist
from tests.destinations.archives import HASTY_S, a_free_port, a_silent_listener
from tests.orders.ris import (
    KANJI,
    ScriptedRIS,
    an_entry,
    die,
    found,
    hang,
    orthanc_worklist,
    wlmscpfs,
    worklist,
)

UTF_8 = ["ISO_IR 192"]
KATAKANA = "ﾔﾏﾀﾞ^ﾊﾅｺ=山田^花子=ﾔﾏﾀﾞ^ﾊﾅｺ"
ENTRIES = [
    an_entry(),
    an_entry(UTF_8, AccessionNumber="A2", StudyInstanceUID="9.9.2", PatientID="4712"),
    an_entry(
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        AccessionNumber="A3",
        StudyInstanceUID="9.9.3",
        PatientID="4713",
        PatientName=KATAKANA,
    ),
    an_entry(AccessionNumber="A4", StudyInstanceUID="9.9.4", PatientID="4714"),
    an_entry(AccessionNumber="A4", StudyInstanceUID="9.9.5", PatientID="4714", code="C002"),
]
A1 = Inquiry(study_instance_uid="1.2.3", accession_number="A1", patient_id="4711")
SERVERS: dict[str, Callable[[Path], AbstractContextManager[int]]] = {
    "dcmtk": lambda folder: wlmscpfs(folder, ENTRIES),
    "orthanc": lambda folder: orthanc_worklist(folder, ENTRIES),
}


@pytest.fixture(scope="module", params=SERVERS)
def ris(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with SERVERS[request.param](tmp_path_factory.mktemp("ris")) as port:
        yield port


@pytest.fixture(scope="module")
def undeclared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worklist]:
    """A RIS that leaves Specific Character Set out, as wlmscpfs does by default."""
    with wlmscpfs(tmp_path_factory.mktemp("undeclared"), ENTRIES, "-cs0") as port:
        yield worklist(port)


def asked_of(ris: ScriptedRIS, **changes: object) -> Finding:
    with ris.running():
        return ask(worklist(ris.port, **changes), A1)


def test_an_order_is_found_by_its_number_whole(ris: int) -> None:
    assert ask(worklist(ris), A1) == Order(
        patient_name=KANJI,
        patient_id="4711",
        patient_birth_date="19450815",
        patient_sex="F",
        accession_number="A1",
        study_instance_uid="9.9.1",
        referring_physician_name="SATO^ICHIRO",
        requested_procedure_id="R1",
        requested_procedure_description="胸部単純CT",
        requested_procedure_codes=(Code("PC001", "LOCAL", "", "胸部CT"),),
        scheduled_step_id="S1",
        scheduled_step_description="CHEST",
        scheduled_date="20261121",
        scheduled_modality="CT",
        scheduled_protocol_codes=(Code("C001", "LOCAL", "", "胸部CT"),),
    )


def test_an_order_is_found_by_the_uid_of_its_study(ris: int) -> None:
    answer = ask(worklist(ris), Inquiry(study_instance_uid="9.9.2"))
    assert isinstance(answer, Order)
    assert (answer.accession_number, answer.patient_name) == ("A2", KANJI)


def test_an_order_is_found_by_patient_and_day_only_where_the_site_wants_it(ris: int) -> None:
    inquiry = Inquiry(study_instance_uid="1.2.3", patient_id="4712", study_date="20261121")
    assert ask(worklist(ris), inquiry) == NoOrder()
    answer = ask(worklist(ris), inquiry, by_patient=True)
    assert isinstance(answer, Order)
    assert answer.accession_number == "A2"
    another_day = Inquiry(study_instance_uid="1.2.3", patient_id="4712", study_date="20261122")
    assert ask(worklist(ris), another_day, by_patient=True) == NoOrder()


def test_there_is_no_such_order(ris: int) -> None:
    unknown = Inquiry(study_instance_uid="1.2.3", accession_number="A9", patient_id="4711")
    assert ask(worklist(ris), unknown) == NoOrder()


def test_a_wild_card_in_a_header_finds_nobody(ris: int) -> None:
    for number in ("*", "A?", "A1\\A2"):
        assert ask(worklist(ris), Inquiry(study_instance_uid="*", accession_number=number)) == (
            NoOrder()
        )


def test_of_two_orders_none_is_used(ris: int) -> None:
    two = Inquiry(study_instance_uid="1.2.3", accession_number="A4", patient_id="4714")
    assert ask(worklist(ris), two) == Unused(Unfit.SEVERAL_ORDERS)


def test_of_two_orders_the_one_of_this_study_is_used(ris: int) -> None:
    one = Inquiry(study_instance_uid="9.9.5", accession_number="A4", patient_id="4714")
    answer = ask(worklist(ris), one)
    assert isinstance(answer, Order)
    assert answer.scheduled_protocol_codes[0].value == "C002"


@pytest.mark.parametrize(
    ("inquiry", "reason"),
    [
        (Inquiry(study_instance_uid="1", accession_number="A1", patient_id="1"), "other-patient"),
        (
            Inquiry(
                study_instance_uid="1",
                accession_number="A1",
                patient_id="4711",
                patient_birth_date="19450816",
            ),
            "other-patient",
        ),
        (
            Inquiry(study_instance_uid="9.9.1", accession_number="A9", patient_id="4711"),
            "other-order",
        ),
        (Inquiry(study_instance_uid="1", accession_number="A1"), "patient-unproven"),
    ],
)
def test_an_order_of_somebody_else_is_not_used(ris: int, inquiry: Inquiry, reason: str) -> None:
    assert ask(worklist(ris), inquiry) == Unused(Unfit(reason))


def names(worklist: Worklist) -> list[str]:
    answers = [found(worklist, accession_number=f"A{number}") for number in (1, 2, 3)]
    return [order.patient_name for (order,) in answers]


def test_names_in_every_japanese_character_set(tmp_path: Path) -> None:
    with wlmscpfs(tmp_path, ENTRIES) as port:
        assert names(worklist(port)) == [KANJI, KANJI, KATAKANA]


def test_what_no_character_set_is_declared_for_is_left_out_unless_it_says_it(
    undeclared: Worklist,
) -> None:
    assert names(undeclared) == [KANJI, "", ""]


def test_a_site_says_what_its_ris_does_not_declare(tmp_path: Path) -> None:
    with wlmscpfs(tmp_path, ENTRIES[1:2], "-cs0") as port:
        (order,) = found(worklist(port, character_set="utf-8"), accession_number="A2")
    assert order.patient_name == KANJI


def test_shift_jis_that_is_declared_as_latin_is_read_as_the_site_says() -> None:
    written = "表示能CT".encode("cp932").decode("latin-1")
    entry = an_entry(
        ["ISO_IR 100"], PatientName="YAMADA^HANAKO", RequestedProcedureDescription=written
    )
    entry.RequestedProcedureCodeSequence = []
    entry.ScheduledProcedureStepSequence = []
    answer = asked_of(ScriptedRIS([entry]), character_set="shift_jis")
    assert isinstance(answer, Order)
    assert answer.requested_procedure_description == "表示能CT"


def test_an_answer_twice_is_one_answer() -> None:
    assert isinstance(asked_of(ScriptedRIS([an_entry(), an_entry()])), Order)


def test_answers_that_nobody_asked_for_are_no_answers() -> None:
    ris = ScriptedRIS([an_entry(AccessionNumber="A7", StudyInstanceUID="9.9.7")])
    assert asked_of(ris) == NoOrder()
    asked = [(each.AccessionNumber, each.StudyInstanceUID) for each in ris.asked]
    assert asked == [("A1", ""), ("", "1.2.3")]


def test_a_ris_that_tells_everything_is_broken_off() -> None:
    ris = ScriptedRIS([an_entry()] * 5)
    with ris.running():
        assert worklist(ris.port, most_answers=4).find(Question()) == TooMany()
        assert len(found(worklist(ris.port, most_answers=5))) == 5
        assert ask(worklist(ris.port, most_answers=4), A1) == Unused(Unfit.TOO_MANY_ANSWERS)


@pytest.mark.parametrize("status", [0xA700, 0xA900, 0xC001, 0xFE00, 0x0122])
def test_a_failure_is_no_answer_whatever_came_before(status: int) -> None:
    answer = asked_of(ScriptedRIS([an_entry()], status))
    assert answer == Unanswered(f"status 0x{status:04X}")


@pytest.mark.parametrize("trouble", [hang, die])
def test_a_ris_that_hangs_or_dies_in_the_middle_has_answered_nothing(
    trouble: Callable[[object], None],
) -> None:
    ris = ScriptedRIS([an_entry(), trouble])
    assert asked_of(ris, timeout_s=HASTY_S) == Unanswered("no answer")


@pytest.mark.parametrize("time", range(3))
def test_a_ris_that_dies_before_it_is_asked_has_answered_nothing(time: int) -> None:
    answer = asked_of(ScriptedRIS([an_entry()], on_accepted=die))
    assert isinstance(answer, Unanswered), time


def test_nobody_listens() -> None:
    port = a_free_port()
    assert ask(worklist(port), A1) == Unanswered(f"unreachable: 127.0.0.1:{port}")


def test_a_port_that_says_nothing() -> None:
    with a_silent_listener() as port:
        hasty = worklist(port, connection_timeout_s=HASTY_S, timeout_s=HASTY_S)
        answer = ask(hasty, A1)
    assert isinstance(answer, Unanswered)
    assert "association-ended" in answer.detail


def test_what_cannot_be_decoded_stops_nothing_and_quotes_nobody(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as warned, disable_value_validation():
        warnings.simplefilter("always")
        entry = an_entry(["ISO_IR 999"], PatientBirthDate="1945 YAMADA")
        with wlmscpfs(tmp_path, [entry]) as port:
            warned.clear()
            answer = ask(worklist(port), A1)
    assert isinstance(answer, Order)
    assert answer.patient_id == "4711"
    assert not any("YAMADA" in str(each.message) for each in warned)


def test_an_answer_that_cannot_be_decoded_at_all_holds_nobody_up(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with wlmscpfs(tmp_path, [an_entry(["ISO_IR 999"])]) as port:
            warnings.simplefilter("error")  # so pynetdicom fails to decode the answer
            assert ask(worklist(port), A1) == Unanswered("an answer that cannot be read")
