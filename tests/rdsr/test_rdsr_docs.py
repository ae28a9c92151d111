"""docs/rdsr.md, the table of rows and the builder say the same."""

from typing import Any

import pytest
from pydicom import Dataset
from pydicom.sr._concepts_dict import concepts

from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.conformance.table import rows
from appliance.rdsr.conformance.values import measured_value
from tests.rdsr import table
from tests.rdsr.cases import all_cases

ENTRIES = [*Concept, *Fixed]
NOT_AS_IN_PYDICOM = {
    Concept.HAS_INTENT: "pydicom has SNOMED's own name, PS3.16 says Has Intent",
    Concept.PROCEDURE_CONTEXT: "no concept of pydicom; the template's own",
    Fixed.COMPUTED_TOMOGRAPHY: "pydicom has CID 10005's meaning, TID 10011 another",
    Fixed.ENGLISH: "RFC5646 is no scheme of pydicom",
}


def test_the_page_has_the_tables_of_the_data() -> None:
    page = table.PAGE.read_text("utf-8")
    assert table.written(page) == page


def items(report: Dataset) -> list[Dataset]:
    below = [each for child in report.get("ContentSequence", ()) for each in items(child)]
    return [report, *below]


def meanings_written() -> dict[str, list[Dataset]]:
    found: dict[str, list[Dataset]] = {}
    for one in all_cases():
        for item in items(one.report):
            found.setdefault(str(item.ConceptNameCodeSequence[0].CodeMeaning), []).append(item)
    return found


def test_every_row_that_is_said_to_be_written_is_written_somewhere() -> None:
    said = {Concept[row.name].code_meaning for row in rows() if row.name in Concept.__members__}
    assert set(meanings_written()) == said


def test_a_number_is_unknown_only_where_the_page_says_so() -> None:
    written = meanings_written()
    for row in rows():
        if row.value_type == "NUM" and row.is_written:
            values = [measured_value(each) for each in written[Concept[row.name].code_meaning]]
            assert (None in values) == ("Value unknown" in row.without), row.name
            assert any(value is not None for value in values), row.name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_codes_and_meanings_are_those_of_the_standard(entry: Concept | Fixed) -> None:
    by_keyword: dict[str, Any] = concepts.get(entry.coding_scheme, {})
    known = {
        (code, meaning) for by_code in by_keyword.values() for code, (meaning, _) in by_code.items()
    }
    stated = (entry.code_value, entry.code_meaning)
    assert (stated in known) == (entry not in NOT_AS_IN_PYDICOM)


ALL_ROWS = {
    "10011": (13, "1b"),
    "10012": (13, "3a 3b"),
    "10013": (39, "4b 6b 6c 6d 6e 6f 34x"),
    "10014": (8, ""),
    "10015": (18, ""),
    "1002": (3, ""),
    "1003": (5, "1a"),
    "1004": (7, ""),
    "1020": (6, ""),
    "1021": (6, ""),
    "1204": (2, ""),
}
"""How many rows each template of PS3.16 has, and the lettered ones between them."""


def test_every_row_of_the_templates_is_in_the_table() -> None:
    for template, (last, lettered) in ALL_ROWS.items():
        expected = [*map(str, range(1, last + 1)), *lettered.split()]
        found = [row.number for row in rows() if row.template == template]
        assert sorted(found) == sorted(expected), template
