"""JJ1017 codes, the table a site writes, and what of it stands in a report."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset

from appliance.config import JJ1017
from appliance.orders import Code, Order
from appliance.orders.code_table import CodeTable, read_table
from appliance.orders.coding import Coding, coding, placed
from appliance.orders.jj1017 import JJ1017Code, fault_of, is_jj1017
from tests.orders.ris import a_code

TEN, SIXTEEN = "6010000200", "6010000200000000"
THIRTY_TWO = SIXTEEN + "00AB000000000000"
SETTINGS = JJ1017()
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in TEN)
"""The same digits, as wide as kanji."""
LOCAL = "\uff23\uff34-01"
HEAD = "code,scheme,jj1017,meaning,note\n"


def a_table(*rows: str, head: str = HEAD) -> CodeTable:
    return read_table((head + "".join(f"{row}\n" for row in rows)).encode())


TABLE = a_table(
    f"C001,,{TEN},頭部単純CT,",
    f"C002,LOCAL,{SIXTEEN},,",
    f"C003,,{THIRTY_TWO},胸部,",
    f"C002,,{TEN},any scheme,",
)


def faults(table: CodeTable) -> list[tuple[int, str]]:
    return [(fault.line, fault.what) for fault in table.faults]


@pytest.mark.parametrize(("code", "written"), [
    (Code("C001", "X", meaning="HEAD"), [(TEN, "JJ1017-16M", "頭部単純CT")]),
    (Code("C002", "LOCAL", meaning="CHEST"), [(SIXTEEN, "JJ1017-16M", "CHEST")]),
    (Code("C002", "OTHER"), [(TEN, "JJ1017-16M", "any scheme")]),
    (Code("C003", ""), [
        (THIRTY_TWO[:16], "JJ1017-16M", "胸部"), (THIRTY_TWO[16:], "JJ1017-16S", "胸部"),
    ]),
    (Code("C999", ""), []),
])  # fmt: skip
def test_a_local_code_becomes_what_the_table_says(
    code: Code, written: list[tuple[str, str, str]]
) -> None:
    found = coding(Dataset(), Order(scheduled_protocol_codes=(code,)), TABLE, SETTINGS)
    assert [(each.value, each.scheme, each.meaning) for each in found.codes] == written
    assert {each.version for each in found.codes} <= {"3.4"}
    assert found.unmapped == (() if written else (code,))


def test_the_site_says_how_it_is_written() -> None:
    order = Order(scheduled_protocol_codes=(Code("C003", "", meaning="CHEST"),))
    settings = replace(
        SETTINGS, designator_16m="M", scheme_version="", meaning="order", write_16s=False
    )
    found = coding(Dataset(), order, TABLE, settings)
    assert found.codes == (Code(THIRTY_TWO[:16], "M", "", "CHEST"),)


@pytest.mark.parametrize("scheme", ["JJ1017-16M", "JJ1017-16P", "JJ1017", "JJ1017-16M/CITY"])
def test_a_code_that_is_jj1017_already_is_taken_as_it_came(scheme: str) -> None:
    code = Code(SIXTEEN, scheme, "3.3", "頭部")
    order = Order(requested_procedure_codes=(code,))
    if len(scheme) <= 16:
        assert coding(Dataset(), order, CodeTable(), SETTINGS).codes == (code,)
    assert is_jj1017(code)


def test_thirty_two_digits_of_the_ris_are_split() -> None:
    order = Order(requested_procedure_codes=(Code(THIRTY_TWO, "JJ1017", "", "頭部"),))
    values = [each.value for each in coding(Dataset(), order, CodeTable(), SETTINGS).codes]
    assert values == [THIRTY_TWO[:16], THIRTY_TWO[16:]]


def test_a_broken_code_of_the_ris_is_not_written_but_may_be_mapped() -> None:
    broken = Code(TEN[:-1], "JJ1017", "", "頭部")
    order = Order(requested_procedure_codes=(broken,))
    assert coding(Dataset(), order, CodeTable(), SETTINGS) == Coding((), (broken,))
    table = a_table(f"{TEN[:-1]},,{TEN},頭部,")
    assert coding(Dataset(), order, table, SETTINGS).codes[0].value == TEN


def test_what_was_done_goes_before_what_was_ordered() -> None:
    header = Dataset()
    header.PerformedProtocolCodeSequence = [a_code("C001")]
    order = Order(scheduled_protocol_codes=(Code("C003", ""),))
    assert coding(header, order, TABLE, SETTINGS).codes[0].value == TEN
    header.PerformedProtocolCodeSequence = [a_code("C777")]
    assert coding(header, order, TABLE, SETTINGS).codes[0].value == THIRTY_TWO[:16]
    assert coding(header, None, TABLE, SETTINGS).unmapped == (Code("C777", "LOCAL", "", "胸部CT"),)


@pytest.mark.parametrize(("placement", "keywords"), [
    ("performed-procedure", {"PerformedProcedureCodeSequence"}),
    ("procedure", {"ProcedureCodeSequence"}),
    ("both", {"PerformedProcedureCodeSequence", "ProcedureCodeSequence"}),
    ("nowhere", set()),
])  # fmt: skip
def test_a_code_stands_where_the_site_wants_it_behind_what_is_there(
    placement: str, keywords: set[str]
) -> None:
    settings = replace(SETTINGS, placement=placement)
    header = Dataset()
    header.ProcedureCodeSequence = [a_code("C001")]
    whole = placed(coding(header, None, TABLE, settings), header, settings)
    assert {element.keyword for element in whole} == keywords
    if "ProcedureCodeSequence" in keywords:
        assert [each.CodeValue for each in whole.ProcedureCodeSequence] == ["C001", TEN]
    if "PerformedProcedureCodeSequence" in keywords:
        (item,) = whole.PerformedProcedureCodeSequence
        assert (item.CodeValue, item.CodingSchemeVersion) == (TEN, "3.4")


def test_places_of_a_code_are_told_as_far_as_they_are_known() -> None:
    places = {each.name: each for each in JJ1017Code(THIRTY_TWO).places}
    assert places["modality"].meaning == ("X-ray CT", "X線CT")
    assert places["body part"].digits == "200"
    assert places["special instruction"].digits == "AB"
    assert places["body part"].meaning is None
    assert [each.name for each in JJ1017Code(TEN).places][-1] == "body part"


FAULTS = {
    f"C1,,{TEN[:-1]},,": "it has 9 characters, not 10, 16, 32",
    f"C1,,{THIRTY_TWO[:-1]},,": "it has 31 characters",
    "C1,,6.01E+15,,": "a spreadsheet has rounded it",
    "C1,,60100002a0,,": "only digits and capital letters",
    f"C1,,{WIDE},,": "only digits and capital letters",
    f",,{TEN},,": "the local code is missing",
    f"C1,,{TEN},{'長' * 65},": "longer than 64 characters",
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_faulty_row_is_told_with_its_line_and_not_used(row: str) -> None:
    table = a_table(f"C0,,{TEN},,", "# a remark", "", row, f"C2,,{SIXTEEN},,")
    ((line, what),) = faults(table)
    assert (line, FAULTS[row] in what) == (5, True), what
    assert {key[1] for key in table.rows} == {"C0", "C2"}


def test_of_a_code_that_stands_twice_neither_row_is_used() -> None:
    table = a_table(f"C1,,{TEN},,", f"C1,,{SIXTEEN},,", f"C1,LOCAL,{TEN},,")
    assert faults(table) == [(3, "the code 'C1' is in line 2 already; neither is used")]
    assert list(table.rows) == [("LOCAL", "C1")]


def test_a_modality_that_is_not_known_is_a_warning() -> None:
    table = a_table(f"C1,,1{TEN[1:]},,")
    assert [fault.is_warning for fault in table.faults] == [True]
    assert table.errors == ()
    assert len(table.rows) == 1


def test_a_row_that_is_still_to_be_filled_in_is_no_fault() -> None:
    table = a_table("C1,LOCAL,,胸部,12 studies")
    assert (table.faults, table.rows) == ((), {})


@pytest.mark.parametrize(("head", "what"), [
    ("code,meaning\n", "the column jj1017 is missing"),
    ("code,code,jj1017\n", "the column code is there twice"),
    ("code,jj1017,colour\n", "unknown column 'colour'"),
    ("", "the column code is missing"),
])  # fmt: skip
def test_what_is_wrong_with_the_heads(head: str, what: str) -> None:
    told = faults(a_table(f"C1,{TEN},", head=head))
    assert any(what in each for _, each in told)
    assert told[0][0] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_spreadsheet_may_write_it(encoding: str, end: str) -> None:
    lines = ["施設コード,名称,JJ1017コード,備考", f"{LOCAL},胸部CT(単純),{TEN},①", ""]
    table = read_table(end.join(lines).encode(encoding))
    (row,) = table.rows.values()
    assert (row.code, row.meaning, row.jj1017.value) == (LOCAL, "胸部CT(単純)", TEN)
    assert table.faults == ()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x81", b"\x00\xff\xfe"])
def test_a_file_that_is_none_says_so(content: bytes) -> None:
    assert read_table(content).errors


@given(st.binary(max_size=200))
def test_no_file_stops_the_box(content: bytes) -> None:
    assert read_table(content).rows is not None


CELLS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_row_that_is_used_has_a_code_that_can_be_written(
    rows: list[tuple[str, str, str]],
) -> None:
    table = a_table(*(f"{code},{TEN if at % 2 else jj},{meaning}" for at, (code, jj, meaning) in
                      enumerate(rows)), head="code,jj1017,meaning\n")  # fmt: skip
    for row in table.rows.values():
        found = coding(
            Dataset(), Order(scheduled_protocol_codes=(Code(row.code, ""),)), table, SETTINGS
        )
        assert all(len(each.value) <= 16 and each.meaning for each in found.codes)
        assert "".join(each.value for each in found.codes) == row.jj1017.value


@given(st.text(max_size=40))
def test_a_code_is_valid_or_said_why_not(value: str) -> None:
    if fault_of(value):
        with pytest.raises(ValueError, match=r"\w"):
            JJ1017Code(value)
    else:
        assert JJ1017Code(value).main + JJ1017Code(value).supplement == value
