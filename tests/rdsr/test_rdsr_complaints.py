"""What the check says about reports that are wrong in a way of their own."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE
from pydicom.datadict import dictionary_VR

from appliance.rdsr import nonconformities
from appliance.rdsr.concepts import Concept
from tests.rdsr.cases import case
from tests.rdsr.places import at, meaning, paths

MODULES = tomllib.loads(
    files("appliance.rdsr.conformance").joinpath("modules.toml").read_text("utf-8")
)


@pytest.mark.parametrize("dummy", ["Nobody", "N/A", "unknown", "-", "None"])
@pytest.mark.parametrize(
    "concept",
    [
        Concept.DEVICE_OBSERVER_MANUFACTURER,
        Concept.DEVICE_SERIAL_NUMBER,
        Concept.IDENTIFICATION_OF_THE_X_RAY_SOURCE,
    ],
)
def test_dummies_are_noticed(dummy: str, concept: Concept) -> None:
    report = case("single_event").report
    for path in list(paths(report)):
        if meaning(at(report, path)) == concept.code_meaning:
            at(report, path).TextValue = dummy
    assert f"the dummy {dummy!r}" in {each.what for each in nonconformities(report)}


def test_a_person_called_nobody_is_noticed() -> None:
    report = case("settled_by_a_person").report
    (path,) = (each for each in paths(report) if at(report, each).ValueType == "PNAME")
    at(report, path).PersonName = "Nobody^"
    assert [(each.template, each.row) for each in nonconformities(report)] == [("TID 1003", "1")]


@pytest.mark.parametrize(
    ("concept", "value", "row"),
    [
        (Concept.CT_DLP_TOTAL, "913.60", "3"),
        (Concept.CT_DLP_TOTAL, "91.355", "3"),
        (Concept.CT_DLP_SUB_TOTAL, "286.99", "3a"),
        (Concept.TOTAL_NUMBER_OF_IRRADIATION_EVENTS, "4", "2"),
        (Concept.DLP, "153.87", "3"),
    ],
)
def test_sums_that_do_not_agree_are_noticed(concept: Concept, value: str, row: str) -> None:
    report = case("two_phantoms").report
    named = [p for p in paths(report) if meaning(at(report, p)) == concept.code_meaning]
    at(report, named[-1]).MeasuredValueSequence[0].NumericValue = value
    assert ("TID 10012", row) in {(each.template, each.row) for each in nonconformities(report)}


def test_a_total_that_is_no_sum_needs_a_person_to_accept_it() -> None:
    one = case("total_that_a_person_accepted")
    assert complaints(one.report) == set()
    assert complaints(replace(one, person=None).report) == {("TID 10012", "3")}


def test_an_event_uid_that_repeats_is_noticed() -> None:
    report = case("two_phantoms").report
    named = Concept.IRRADIATION_EVENT_UID.code_meaning
    one, other, *_ = (at(report, p) for p in paths(report) if meaning(at(report, p)) == named)
    other.UID = one.UID
    assert [(each.template, each.row) for each in nonconformities(report)] == [("TID 10013", "6")]


def test_an_end_before_the_start_is_noticed() -> None:
    report = case("two_phantoms").report
    named = Concept.END_OF_X_RAY_IRRADIATION.code_meaning
    (end,) = (at(report, p) for p in paths(report) if meaning(at(report, p)) == named)
    end.DateTime = "20010101"
    assert [(each.template, each.row) for each in nonconformities(report)] == [("TID 10011", "6")]


def test_a_nonconformity_says_where() -> None:
    report = case("two_phantoms").report
    named = Concept.MEAN_CTDI_VOL.code_meaning
    path = next(p for p in paths(report) if meaning(at(report, p)) == named)
    del at(report, path[:-1]).ContentSequence[path[-1]]
    (found,) = nonconformities(report)
    assert str(found) == "TID 10013 row 22 at CT Acquisition[2]/CT Dose/Mean CTDIvol: missing"


ATTRIBUTES = [
    (module, keyword, rule["type"], rule.get("values"))
    for module, attributes in MODULES.items()
    for keyword, rule in attributes.items()
]


@pytest.mark.parametrize(("module", "keyword", "kind", "values"), ATTRIBUTES)
def test_no_attribute_of_a_module_can_be_missing_empty_or_another(
    module: str, keyword: str, kind: str, values: list[str] | None
) -> None:
    report = case("single_event").report
    del report[keyword]
    assert (module, keyword) in complaints(report)
    report[keyword] = DataElement(keyword, dictionary_VR(keyword), None)
    assert ((module, keyword) in complaints(report)) == (kind == "1")
    if values:
        report[keyword] = DataElement(keyword, "LO", "OTHER", validation_mode=IGNORE)
        assert (module, keyword) in complaints(report)


def complaints(report: Dataset) -> set[tuple[str, str]]:
    return {(each.template, each.row) for each in nonconformities(report)}


def test_evidence_of_another_study_is_noticed() -> None:
    report = case("single_event").report
    report.CurrentRequestedProcedureEvidenceSequence[0].StudyInstanceUID = "1.2.3"
    assert complaints(report) == {
        ("SR Document General", "CurrentRequestedProcedureEvidenceSequence")
    }


def test_evidence_without_an_instance_is_noticed() -> None:
    report = case("single_event").report
    report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence = []
    assert complaints(report) == {
        ("SR Document General", "CurrentRequestedProcedureEvidenceSequence")
    }
