"""Reports to transactions: golden files, what the guide demands, and what makes no summary."""

import json
import re
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sr.codedict import codes

from appliance.fhir import (
    DoseSummary,
    Naming,
    NoSummary,
    as_json,
    read_summary,
    transaction,
)
from appliance.fhir.codes import PROFILE
from appliance.fhir.resources import instant
from tests.destinations.web_servers import Question
from tests.fhir.servers import FhirServer
from tests.rdsr.cases import all_cases, case, reread

GOLDEN = Path(__file__).parents[1] / "golden" / "fhir"
NAMING = Naming(
    system="https://dosebox.example/id",
    patient_system="urn:oid:1.2.392.100495.20.3.51.1",
    utc_offset="+09:00",
)
UNKNOWN = ("only_localizers", "no_total_and_a_dlp_missing")
"""Reports whose total has no value."""
SAMPLES = ("complete_helical", "japanese_iso_2022_ir_87", "integer_dlps")


def a_report(name: str = "complete_helical") -> Dataset:
    return reread(case(name).report)


def summed(report: Dataset) -> DoseSummary:
    found = read_summary(report)
    assert isinstance(found, DoseSummary), found
    return found


@cache
def once_summed() -> DoseSummary:
    return summed(a_report())


def bundle_of(report: Dataset, naming: Naming = NAMING, *, one_of_study: bool = True) -> Any:  # noqa: ANN401
    return transaction(summed(report), naming, one_of_study=one_of_study)


def entry(bundle: Any, kind: str) -> Any:  # noqa: ANN401
    (found,) = [e for e in bundle["entry"] if e["resource"]["resourceType"] == kind]
    return found


def described(report: Dataset) -> str:
    """The transaction on lines, numbers as they are sent."""
    text = as_json(bundle_of(report))
    return json.dumps(json.loads(text, parse_float=str), indent=1, ensure_ascii=False) + "\n"


def accepted(bundle: Any) -> FhirServer:  # noqa: ANN401
    server = FhirServer()
    headers = {"content-type": "application/fhir+json"}
    reply = server.answer(Question("POST", "/fhir", headers, as_json(bundle).encode()))
    assert reply.status == 200, reply.body
    return server


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_becomes_the_transaction_that_was_read_by_a_person(name: str) -> None:
    assert described(a_report(name)) == (GOLDEN / f"{name}.json").read_text("utf-8")


@pytest.mark.parametrize("name", [each.name for each in all_cases() if each.name not in UNKNOWN])
def test_every_report_is_what_r4_allows_and_its_total_stands_in_it(name: str) -> None:
    report = a_report(name)
    (accumulated,) = [
        i for i in report.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113811"
    ]
    (total,) = [
        i for i in accumulated.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113813"
    ]
    stated = str(total.MeasuredValueSequence[0]["NumericValue"].value)
    bundle = bundle_of(report)
    assert f'"valueQuantity":{{"value":{stated},"unit":"mGy.cm"' in as_json(bundle)
    (summary,) = accepted(bundle).valid_summaries()
    assert summary["subject"]["reference"].startswith("Patient/")


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_total_that_is_not_known_is_not_made_up(name: str) -> None:
    assert isinstance(read_summary(a_report(name)), NoSummary)


def test_the_profile_has_what_it_demands() -> None:
    """RadiationDoseSummary 1.0.0: what is 1..1 there."""
    bundle = bundle_of(a_report())
    summary = entry(bundle, "Observation")["resource"]
    assert summary["meta"]["profile"] == [PROFILE]
    assert summary["code"]["coding"][0]["code"] == "73569-6"
    demanded = ("partOf", "subject", "focus", "effectiveDateTime", "valueString", "performer")
    assert all(summary[name] for name in demanded)
    (part,) = summary["partOf"]
    assert part["identifier"]["type"]["coding"][0]["code"] == "study-instance-uid"
    assert part["identifier"]["system"] == "urn:dicom:uid"
    assert summary["focus"] == [{"reference": part["reference"]}]
    assert summary["effectiveDateTime"] == "2012-03-14T08:17:11+09:00"
    codes = [each["code"]["coding"][0]["code"] for each in summary["component"]]
    assert codes == ["121058", "113813", "113812"]


def test_a_summary_without_its_time_claims_no_profile() -> None:
    report = a_report()
    for item in [report, *report.ContentSequence]:
        if "ContentSequence" in item:
            kept = [i for i in item.ContentSequence if i.ValueType != "DATETIME"]
            item.ContentSequence = kept
    summary = entry(bundle_of(report), "Observation")["resource"]
    assert "meta" not in summary
    assert "effectiveDateTime" not in summary


def test_the_same_report_is_the_same_text() -> None:
    assert as_json(bundle_of(a_report())) == as_json(bundle_of(a_report()))


def test_a_newer_report_is_amended_and_has_the_same_key() -> None:
    newer = a_report()
    newer.SOPInstanceUID = "2.25.1"
    newer.PredecessorDocumentsSequence = [Dataset()]
    first, second = (entry(bundle_of(r), "Observation") for r in (a_report(), newer))
    assert first["request"] == second["request"]
    statuses = [each["resource"]["status"] for each in (first, second)]
    assert statuses == ["final", "amended"]


def test_reports_of_a_ct_stand_for_themselves() -> None:
    other = a_report()
    other.SOPInstanceUID = "2.25.1"
    urls = {
        entry(bundle_of(report, one_of_study=False), "Observation")["request"]["url"]
        for report in (a_report(), other)
    }
    assert len(urls) == 2


def test_a_partial_report_is_preliminary() -> None:
    report = a_report()
    report.CompletionFlag = "PARTIAL"
    assert entry(bundle_of(report), "Observation")["resource"]["status"] == "preliminary"


def test_who_is_taken_out_of_the_report_is_not_put_into_the_summary() -> None:
    report = a_report()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "AccessionNumber"):
        setattr(report, keyword, "")
    report.PatientSex = ""
    bundle = bundle_of(report)
    person = entry(bundle, "Patient")["resource"]
    assert set(person) == {"resourceType", "identifier", "gender"}
    assert person["gender"] == "unknown"
    assert person["identifier"][0]["value"] == report.StudyInstanceUID
    assert "basedOn" not in entry(bundle, "Observation")["resource"]
    accepted(bundle)


def test_a_device_that_is_taken_out_is_not_made_up() -> None:
    report = a_report()
    for item in report.ContentSequence:
        if "ContentSequence" in item:
            item.ContentSequence = [
                i
                for i in item.ContentSequence
                if i.ConceptNameCodeSequence[0].CodeValue != "113876"
            ]
    bundle = bundle_of(report)
    assert not [e for e in bundle["entry"] if e["resource"]["resourceType"] == "Device"]
    assert "device" not in entry(bundle, "Observation")["resource"]
    accepted(bundle)


def test_a_patient_whom_the_server_must_know_is_not_sent() -> None:
    naming = Naming(system="urn:x:a", patient_system="urn:x:b", patient_policy="known")
    bundle = bundle_of(a_report(), naming)
    subject = entry(bundle, "Observation")["resource"]["subject"]["reference"]
    assert subject == "Patient?identifier=urn:x:b%7C6256485"
    assert not [e for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"]


def test_a_japanese_name_has_its_three_forms() -> None:
    names = entry(bundle_of(a_report("japanese_iso_2022_ir_87")), "Patient")["resource"]["name"]
    assert [name["extension"][0]["valueCode"] for name in names] == ["ABC", "IDE", "SYL"]
    assert names[1]["family"] == "山田"


@settings(deadline=None, max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
def test_any_patient_id_is_found_again(patient_id: str) -> None:
    summary = once_summed()
    person = replace(summary.patient, patient_id=patient_id)
    bundle = transaction(replace(summary, patient=person), NAMING, one_of_study=True)
    server = accepted(bundle)
    headers = {"content-type": "application/fhir+json"}
    again = server.answer(Question("POST", "/fhir", headers, as_json(bundle).encode()))
    assert again.status == 200
    assert len(server.current("Patient")) == 1
    assert all(len(versions) == 1 for versions in server.resources.values()), "nothing changed"


# What makes no summary


def total_of(report: Dataset) -> Dataset:
    (accumulated,) = [
        i for i in report.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113811"
    ]
    (total,) = [
        i for i in accumulated.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113813"
    ]
    return cast("Dataset", total)


def test_an_object_of_another_class_makes_none() -> None:
    report = a_report()
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    assert read_summary(report) == NoSummary("not an X-Ray Radiation Dose SR")


def test_a_report_without_a_study_makes_none() -> None:
    report = a_report()
    report.StudyInstanceUID = ""
    assert isinstance(read_summary(report), NoSummary)


@pytest.mark.parametrize("copies", [0, 2])
def test_a_total_is_stated_once(copies: int) -> None:
    report = a_report()
    (accumulated,) = [
        i for i in report.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113811"
    ]
    others = [
        i for i in accumulated.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue != "113813"
    ]
    accumulated.ContentSequence = others + [deepcopy(total_of(a_report()))] * copies
    assert isinstance(read_summary(report), NoSummary)


def test_a_total_in_another_unit_makes_none() -> None:
    report = a_report()
    measured = total_of(report).MeasuredValueSequence[0]
    measured.MeasurementUnitsCodeSequence[0].CodeValue = "Gy.cm"
    assert read_summary(report) == NoSummary("CT Dose Length Product Total is not in mGy.cm")


@pytest.mark.parametrize("value", ["", "-1", "NaN"])
def test_a_total_that_is_no_dose_makes_none(value: str) -> None:
    report = a_report()
    measured = total_of(report).MeasuredValueSequence[0]
    del measured.NumericValue
    measured.add_new("NumericValue", "LO", value)
    assert isinstance(read_summary(report), NoSummary)


def test_a_total_of_unknown_value_makes_none() -> None:
    report = a_report()
    total_of(report).MeasuredValueSequence = []
    assert isinstance(read_summary(report), NoSummary)


# Times and numbers


@pytest.mark.parametrize(
    ("dicom", "offset", "fhir"),
    [
        ("20120314081711+0900", "", "2012-03-14T08:17:11+09:00"),
        ("20120314081711.5", "+09:00", "2012-03-14T08:17:11.5+09:00"),
        ("20120314081711", "", "2012-03-14"),
        ("201203140817", "+09:00", "2012-03-14T08:17:00+09:00"),
        ("2012031408", "+09:00", "2012-03-14"),
        ("20120314", "+09:00", "2012-03-14"),
        ("201203", "", "2012-03"),
        ("2012", "", "2012"),
        ("", "+09:00", ""),
        ("yesterday", "+09:00", ""),
    ],
)
def test_a_time_is_told_as_far_as_it_is_known(dicom: str, offset: str, fhir: str) -> None:
    assert instant(dicom, offset) == fhir


@given(st.decimals(0, 10**7, allow_nan=False, places=3) | st.decimals(0, 10**4, places=0))
def test_a_number_keeps_its_digits(number: Decimal) -> None:
    text = as_json({"value": number})
    assert text == f'{{"value":{number:f}}}'
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal)["value"] == number


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans(),
        lambda i: st.lists(i) | st.dictionaries(st.text(), i),
    )
)
def test_everything_else_is_the_json_of_the_library(value: Any) -> None:  # noqa: ANN401
    assert json.loads(as_json(value)) == value


def test_no_code_is_used_that_the_data_does_not_name() -> None:
    text = as_json(bundle_of(a_report()))
    systems = set(re.findall(r'"system":"(http[^"]*)"', text))
    assert {each for each in systems if not each.startswith(NAMING.system)} == {
        "http://loinc.org",
        "http://snomed.info/sct",
        "http://dicom.nema.org/resources/ontology/DCM",
        "http://unitsofmeasure.org",
        "http://terminology.hl7.org/CodeSystem/v2-0203",
        "http://hl7.org/fhir/uv/radiation-dose-summary/CodeSystem/dicom-identifier-type",
    }


def test_the_codes_are_those_of_pydicom() -> None:
    assert codes.DCM.CTDoseLengthProductTotal.value == "113813"
    assert codes.DCM.TotalNumberOfIrradiationEvents.value == "113812"
    assert codes.DCM.ProcedureReported.value == "121058"
