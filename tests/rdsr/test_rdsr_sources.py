"""sources.txt and guideline.txt against what reads each source and what builds the report."""

import tomllib
from dataclasses import fields, replace
from importlib.resources import files

import pytest
from pydicom import Dataset

from appliance.config.schema import Rule
from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    SizeSpecificDose,
    XRaySource,
)
from appliance.dosescreen.layout import layouts
from appliance.headers import read_images
from appliance.rdsr import build_report, nonconformities, read_native
from appliance.rdsr.concepts import Concept
from appliance.rdsr.conformance.table import Row, Source, guideline, rows, sources
from appliance.rdsr.readback import child
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.scenarios import scenario_study
from appliance.simulators.ct_series.series import Form, images
from appliance.units import Unit
from tests.rdsr.cases import BOX, case, evidence, reread

WITHOUT_A_ROW = {"exposure_mas", "scan_start_mm", "scan_end_mm", "record.total_mas"}
"""What the comments hold, or nothing; docs/rdsr.md says why."""
PART_FIELDS = {
    *(f"source.{each.name}" for each in fields(XRaySource)),
    *(f"ssde.{each.name}" for each in fields(SizeSpecificDose)),
}
OF_AN_EVENT = [each for each in sources() if each.field in EVENT_FIELDS]
FULL = case("every_row").record


def row_of(line: Source) -> Row:
    (row,) = (r for r in rows() if (r.template, r.number) == (line.template, line.number))
    return row


def test_every_value_of_a_record_has_its_line() -> None:
    of_a_record = {*EVENT_FIELDS, *PART_FIELDS, *(f"record.{name}" for name in TOTAL_FIELDS)}
    assert {each.field for each in sources()} == of_a_record - WITHOUT_A_ROW


def test_every_row_that_states_the_record_has_a_line_and_no_other() -> None:
    of_the_record = {(r.template, r.number) for r in rows() if r.origin.startswith("the record")}
    lines = {(each.template, each.number) for each in sources()}
    assert of_the_record <= lines
    assert all(row_of(each).is_written for each in sources())


def test_screens_give_what_a_layout_reads() -> None:
    read = {column.name for layout in layouts() for column in layout.columns}
    said = {each.field for each in sources() if each.screen != "-" and "." not in each.field}
    assert said == read & set(EVENT_FIELDS) - WITHOUT_A_ROW


STUDIES = (("siemens", "dual-source", 7), ("siemens", "bolus-tracking", 7))
WHOLE = (("ge-revolution", "head-and-body", None),)
"""Every slice of it, so that positions and lengths are known."""


@pytest.mark.slow
def test_images_give_what_is_read_of_simulated_studies() -> None:
    identity, read = Identity("1.2.826.0.1.3680043.8.498.2"), set()
    for maker, scenario, slices in STUDIES + WHOLE:
        study = scenario_study(scenario, identity, MAKERS[maker])
        record = read_images(images(study, Form(slices=slices))).record
        assert record is not None
        for event in record.events:
            read |= {name for name, _ in event.sourced()}
            read |= {f"source.{name}" for part in event.further_sources for name in present(part)}
    said = {each.field for each in sources() if each.images != "-"}
    assert {each for each in said if not each.startswith("ssde.")} == read


def present(part: XRaySource) -> set[str]:
    return {each.name for each in fields(part) if getattr(part, each.name) is not None}


def test_performed_steps_give_what_the_module_is_read_for() -> None:
    text = files("appliance.headers").joinpath("exposure_dose.toml").read_text("utf-8")
    data = tomllib.loads(text)
    read = {each["field"] for kind in ("number", "text") for each in data[kind]}
    said = {each.field for each in sources() if each.mpps != "-" and "." not in each.field}
    assert said == read | {"acquisition_type", "phantom"}


def test_rules_of_the_site_give_what_they_can_be_written_for() -> None:
    of_a_rule = {each.name for each in fields(Rule)} - {"label"}
    assert {each.field for each in sources() if each.site.startswith("rule")} == of_a_rule


def test_a_native_report_gives_every_value_back() -> None:
    record = read_native(reread(case("every_row").report))
    assert record is not None
    event = record.events[-1]
    read = {name for name, _ in event.sourced()}
    read |= {f"source.{each.name}" for each in fields(XRaySource)}
    read |= {f"ssde.{each.name}" for each in fields(SizeSpecificDose)}
    read |= {f"record.{each}" for each in TOTAL_FIELDS if getattr(record, each) is not None}
    said = {each.field for each in sources() if each.native == "read"}
    assert said - read == {"acquisition"}  # the label is one; here it is the series number


def report_on(event: IrradiationEvent) -> Dataset:
    made = build_report(CTRadiationDose((event,)), evidence(1), BOX)
    assert nonconformities(made) == ()
    return made


def item_of(report: Dataset, row: Row) -> Dataset | None:
    """The first item of a row of TID 10013 or 10014 in the first event."""
    event = child(report, Concept.CT_ACQUISITION)
    technique = child(event, Concept.CT_ACQUISITION_PARAMETERS)
    source = child(technique, Concept.CT_X_RAY_SOURCE_PARAMETERS)
    places = (event, technique, source, child(event, Concept.CT_DOSE))
    found = (child(place, Concept[row.name]) for place in places)
    return next((each for each in found if each is not None), None)


@pytest.mark.parametrize("line", OF_AN_EVENT, ids=lambda line: f"{line.number} {line.field}")
def test_a_row_states_the_value_and_says_when_there_is_none(line: Source) -> None:
    full = replace(FULL.events[-1], effective_dose=None, size_specific_doses=())
    if line.field == "acquisition":
        full = replace(full, series=None, acquisition=full.series)
    row, without = row_of(line), replace(full, **{line.field: None})  # type: ignore[arg-type]
    assert value_in(report_on(full), row) is not None, "the value is not stated"
    if line.field == "phantom":
        return  # no report; tests of waiting say so
    found, item = value_in(report_on(without), row), item_of(report_on(without), row)
    if "Value unknown" in row.without:
        assert item is not None
        assert found is None
    elif "left out" in row.without:
        assert item is None
    else:
        assert item is not None, row.without


def value_in(report: Dataset, row: Row) -> str | None:
    item = item_of(report, row)
    if item is None:
        return None
    if row.value_type == "NUM":
        measured = item.MeasuredValueSequence
        return str(measured[0].NumericValue) if measured else None
    keyword = {"TEXT": "TextValue", "UIDREF": "UID", "DATETIME": "DateTime"}.get(row.value_type)
    entry = item.ConceptCodeSequence[0] if keyword is None else item
    return str(entry[keyword or "CodeValue"].value)


def test_the_guidelines_values_have_the_rows_that_are_named() -> None:
    by_place = {(row.template, row.number): row for row in rows()}
    for each in guideline():
        if each.row == "-":
            assert each.remark, each.concept
            assert each.code not in {concept.code_value for concept in Concept}
            continue
        row = by_place[tuple(each.row.split())]  # type: ignore[index]
        code = Concept[row.name].code_value if row.is_written else row.name
        assert each.code in code, each.concept
        if row.value_type == "NUM" and row.is_written and each.unit:
            unit = Unit[row.value.split()[0]]
            assert unit.meaning == each.unit or unit.code in each.remark, each.concept


def test_what_the_guideline_requires_is_written_or_explained() -> None:
    required = [each for each in guideline() if each.required == "YES"]
    assert [each.concept for each in required if each.row == "-"] == [
        "Exposure",
        "Dose Measurement Device",
    ]


def test_mas_are_kept_in_the_comment() -> None:
    event = replace(FULL.events[-1], exposure_mas=FULL.events[-1].kvp, effective_dose=None)
    comment = child(child(report_on(event), Concept.CT_ACQUISITION), Concept.COMMENT)
    assert comment is not None
    assert "Printed mAs: 100." in comment.TextValue
