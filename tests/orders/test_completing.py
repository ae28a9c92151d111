"""What an order adds to a header, and that it never takes or changes anything."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.config import disable_value_validation

from appliance.orders import Code, Order, completed, completion, contradictions
from appliance.orders.completing import REQUEST, STUDY, is_writable
from appliance.orders.order import from_json, text, to_json
from tests.orders.ris import KANJI

CODE = Code("C001", "LOCAL", "", "胸部CT")
ORDER = Order(
    patient_name=KANJI,
    patient_id="4711",
    patient_birth_date="19450815",
    patient_sex="F",
    patient_weight="52.5",
    accession_number="A1",
    study_instance_uid="9.9.1",
    referring_physician_name="SATO^ICHIRO",
    placer_order_number="P1",
    filler_order_number="F1",
    requested_procedure_id="R1",
    requested_procedure_description="胸部単純CT",
    requested_procedure_codes=(CODE,),
    scheduled_step_id="S1",
    scheduled_protocol_codes=(CODE,),
)


def a_header(**values: object) -> Dataset:
    header = Dataset()
    header.StudyInstanceUID, header.SOPInstanceUID = "9.9.1", "9.9.1.1"
    for keyword, value in values.items():
        setattr(header, keyword, value)
    return header


def test_an_empty_header_gets_all_there_is() -> None:
    whole = completed(a_header(PatientID="4711", AccessionNumber="", PatientName=""), ORDER)
    for keyword, name in STUDY:
        assert text(whole, keyword) == getattr(ORDER, name)
    (request,) = whole.RequestAttributesSequence
    for keyword, name in REQUEST:
        assert text(request, keyword) == getattr(ORDER, name)
    assert request.ScheduledProtocolCodeSequence[0].CodeValue == "C001"
    assert whole.ProcedureCodeSequence[0].CodeMeaning == "胸部CT"
    assert whole.SpecificCharacterSet == "ISO_IR 192"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("PatientID", "4712"), ("PatientBirthDate", "19450816"), ("AccessionNumber", "A2")],
)
def test_of_an_order_that_contradicts_nothing_is_taken(keyword: str, value: str) -> None:
    header = a_header(**{keyword: value})
    assert contradictions(header, ORDER) == (keyword,)
    assert completion(header, ORDER) == Dataset()
    assert completed(header, ORDER) == header


def test_a_date_as_old_scanners_write_it_is_the_same_date() -> None:
    with disable_value_validation():
        header = a_header(PatientBirthDate="1945.08.15")
        assert contradictions(header, ORDER) == ()
        assert text(completed(header, ORDER), "PatientBirthDate") == "1945.08.15"


def test_a_name_that_is_there_stays_even_if_the_order_knows_more() -> None:
    header = a_header(PatientID="4711", PatientName="YAMADA^HANAKO")
    assert str(completed(header, ORDER).PatientName) == "YAMADA^HANAKO"


def test_beside_text_of_unknown_encoding_only_ascii_is_added() -> None:
    mojibake = "胸部".encode("cp932").decode("latin-1")
    added = completion(a_header(PatientID="4711", StudyDescription=mojibake), ORDER)
    assert "PatientName" not in added
    assert "SpecificCharacterSet" not in added
    assert (added.PatientSex, added.StudyID) == ("F", "R1")


def test_a_declared_character_set_is_left_to_who_writes_the_report() -> None:
    added = completion(a_header(PatientID="4711", SpecificCharacterSet="ISO_IR 100"), ORDER)
    assert str(added.PatientName) == KANJI
    assert "SpecificCharacterSet" not in added


def test_a_request_is_completed_unless_it_is_another_one() -> None:
    mine, other = Dataset(), Dataset()
    mine.ScheduledProcedureStepID, other.RequestedProcedureID = "S1", "R2"
    added = completion(a_header(PatientID="4711", RequestAttributesSequence=[mine]), ORDER)
    (request,) = added.RequestAttributesSequence
    assert (request.ScheduledProcedureStepID, request.RequestedProcedureID) == ("S1", "R1")
    for requests in ([other], [mine, mine]):
        header = a_header(PatientID="4711", RequestAttributesSequence=requests)
        assert "RequestAttributesSequence" not in completion(header, ORDER)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("AccessionNumber", "A" * 17),
        ("StudyDescription", "A" * 65),
        ("StudyDescription", "A\\B"),
        ("PatientName", "\x1b$B;3ED\x1b(B"),
        ("PatientName", "山\ufffd"),
        ("PatientSex", "X"),
        ("PatientBirthDate", "1945-08-15"),
        ("PatientWeight", "52 kg"),
        ("StudyInstanceUID", "9.09"),
        ("CodeValue", ""),
    ],
)
def test_what_no_attribute_may_hold_is_not_written(keyword: str, value: str) -> None:
    assert not is_writable(keyword, value)


WORDS = st.text(st.sampled_from("A1 ^=\\山ヤé\x1b\ufffd."), max_size=70)
CODES = st.lists(st.builds(Code, WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple)
NAMES = [name for _, name in (*STUDY, *REQUEST)] + ["scheduled_date", "scheduled_modality"]
ORDERS = st.builds(
    Order,
    **dict.fromkeys(NAMES, WORDS),
    requested_procedure_codes=CODES,
    scheduled_protocol_codes=CODES,
)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "PatientName": st.sampled_from(["", "YAMADA^HANAKO", "山田^花子", "\x83\x84"]),
    "PatientID": st.sampled_from(["", "4711", "A1"]),
    "PatientBirthDate": st.sampled_from(["", "19450815"]),
    "PatientSex": st.sampled_from(["", "F"]),
    "AccessionNumber": st.sampled_from(["", "A1", " "]),
    "StudyDescription": st.sampled_from(["", "CHEST", "胸部"]),
    "SpecificCharacterSet": st.sampled_from(["", "ISO_IR 100", "ISO_IR 192"]),
}
HEADERS = st.fixed_dictionaries({}, optional=VALUES).map(lambda values: a_header(**values))


@given(HEADERS, st.one_of(ORDERS, st.just(ORDER)))
def test_nothing_that_stands_is_taken_or_changed(header: Dataset, order: Order) -> None:
    before = deepcopy(header)
    whole = completed(header, order)
    assert header == before
    for element in header:
        if text(header, element.keyword):
            assert whole[element.tag] == element
    if contradictions(header, order):
        assert whole == header


@given(HEADERS, st.one_of(ORDERS, st.just(ORDER)))
def test_what_is_added_can_be_written_and_is_added_once(header: Dataset, order: Order) -> None:
    added = completion(header, order)
    for element in added:
        if element.VR != "SQ":
            assert is_writable(element.keyword, text(added, element.keyword))
    whole = completed(header, order)
    assert completed(whole, order) == whole


@given(ORDERS)
def test_an_order_is_kept_as_it_is(order: Order) -> None:
    assert from_json(to_json(order)) == order


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"patient": "1"}'])
def test_a_file_that_holds_no_order(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_json(content)
