"""What stays of a dose report: every number, code and unit, and links within a set."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.uid import UID

from appliance.deidentify import (
    Cleaned,
    Hindrance,
    Option,
    Preset,
    Pseudonyms,
    Unclean,
    cleaned,
)
from appliance.deidentify.profile import rows as data_rows
from tests.deidentify.canaries import heard, song
from tests.deidentify.reports import (
    IN_HOUSE,
    PSEUDONYMS,
    REGISTRY,
    SCREENING,
    a_code,
    a_number,
    a_report,
    an_item,
    an_sr,
    as_bytes,
    box_reports,
    cleaned_dataset,
    codes,
    numbers,
    opened,
    tree,
)

DCM_TEXT = ("113878", "113879", "121014", "121015")
"""Manufacturer and model of devices: the names of products."""
CONCEPTS = [
    (line.split(",")[0], "DCM", "x")
    for line in Path("appliance/deidentify/content_items.csv").read_text("utf-8").splitlines()
    if line[:6].isdigit()
]


CANARY = song(0x12345678).upper()


def errors(content: bytes, folder: Path) -> set[str]:
    file = folder / "object.dcm"
    file.write_bytes(content)
    run = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
    return {line for line in run.stderr.splitlines() if line.startswith("Error")}


@pytest.mark.parametrize("name", [each for each in box_reports() if each != "sixteen_events"][::4])
def test_every_number_code_and_unit_is_equal(name: str) -> None:
    original = dcmread(BytesIO(box_reports()[name]))
    for preset in (REGISTRY, IN_HOUSE, SCREENING):
        found = opened(cleaned(box_reports()[name], preset, PSEUDONYMS))
        assert numbers(found) == numbers(original)
        assert codes(found) == codes(original)


@pytest.mark.parametrize("name", ["complete_helical", "device_uid_in_the_headers"])
def test_no_new_error_of_conformance(name: str, tmp_path: Path) -> None:
    before = errors(box_reports()[name], tmp_path)
    for preset in (REGISTRY, IN_HOUSE, SCREENING):
        outcome = cleaned(box_reports()[name], preset, PSEUDONYMS)
        assert isinstance(outcome, Cleaned)
        assert errors(outcome.content, tmp_path) <= before


@pytest.mark.slow
@pytest.mark.parametrize("name", box_reports())
def test_no_new_error_of_conformance_in_any_report(name: str, tmp_path: Path) -> None:
    test_no_new_error_of_conformance(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", box_reports())
def test_every_number_code_and_unit_is_equal_in_any_report(name: str) -> None:
    test_every_number_code_and_unit_is_equal(name)


def test_the_same_input_gives_the_same_bytes() -> None:
    content = box_reports()["complete_helical"]
    assert cleaned(content, REGISTRY, PSEUDONYMS) == cleaned(content, REGISTRY, PSEUDONYMS)


def test_a_report_still_names_its_deidentified_predecessor() -> None:
    first, second = a_report(), a_report()
    second.SOPInstanceUID = UID("1.2.3.4.5")
    study, series, instance = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID = first.SOPClassUID
    instance.ReferencedSOPInstanceUID = first.SOPInstanceUID
    series.SeriesInstanceUID, series.ReferencedSOPSequence = first.SeriesInstanceUID, [instance]
    study.StudyInstanceUID, study.ReferencedSeriesSequence = first.StudyInstanceUID, [series]
    second.PredecessorDocumentsSequence = [study]
    old, new = cleaned_dataset(first), cleaned_dataset(second)
    named = new.PredecessorDocumentsSequence[0]
    assert named.StudyInstanceUID == old.StudyInstanceUID != first.StudyInstanceUID
    assert named.ReferencedSeriesSequence[0].SeriesInstanceUID == old.SeriesInstanceUID
    references = named.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert references[0].ReferencedSOPInstanceUID == old.SOPInstanceUID


def test_uids_in_the_tree_and_in_the_header_stay_the_same_uid() -> None:
    report = cleaned_dataset(a_report())
    scope = [item.UID for item in tree(report) if "UID" in item]
    assert report.StudyInstanceUID in scope


def test_another_project_or_key_gives_other_identifiers() -> None:
    seen = set()
    for pseudonyms in (
        PSEUDONYMS,
        Pseudonyms(b"k" * 32, "another"),
        Pseudonyms(b"l" * 32, "a project"),
    ):
        report = cleaned_dataset(a_report(), pseudonyms=pseudonyms)
        seen.add((report.PatientID, report.StudyInstanceUID, report.SOPInstanceUID))
    assert len({each[0] for each in seen}) == 3
    assert len({each[1] for each in seen}) == len({each[2] for each in seen}) == 3


def test_a_measurement_that_is_no_number_is_refused() -> None:
    report = an_sr(a_number("1"))
    content = as_bytes(report).replace(b"\x0a\xa3DS\x02\x001 ", b"\x0a\xa3DS\x02\x00AB")
    outcome = cleaned(content, REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert [reason.hindrance for reason in outcome.reasons] == [Hindrance.NO_MEASUREMENT]


def test_an_item_with_numbers_below_it_becomes_a_dummy() -> None:
    comment = an_item("TEXT", ("121106", "DCM", "Comment"), (a_number(),), TextValue="Dr. Sato")
    report = cleaned_dataset(an_sr(comment))
    assert report.ContentSequence[0].TextValue == "REMOVED"
    assert numbers(report) == [("113830", "12.30", "mGy")]


def test_a_person_is_replaced_and_a_comment_removed() -> None:
    report = cleaned_dataset(
        an_sr(
            an_item("PNAME", ("113870", "DCM", "Person Name"), PersonName="SATO^JIRO"),
            an_item("TEXT", ("121106", "DCM", "Comment"), TextValue="called Sato"),
            a_number(),
        )
    )
    assert [item.ValueType for item in report.ContentSequence] == ["PNAME", "NUM"]
    assert report.ContentSequence[0].PersonName == "REMOVED"


def test_a_protocol_keeps_its_known_words_alone() -> None:
    protocol = ("125203", "DCM", "Acquisition Protocol")
    told = [
        ("Chest Routine SATO 12345", "CHEST ROUTINE"),
        ("胸部単純 佐藤", "胸部単純"),
        ("胸部佐藤", None),
        ("Sato", None),
    ]
    for text, expected in told:
        item = an_item("TEXT", protocol, TextValue=text)
        report = an_sr(item, a_number())
        report.SpecificCharacterSet = "ISO_IR 192"
        found = [each for each in tree(cleaned_dataset(report)) if each.ValueType == "TEXT"]
        assert [each.TextValue for each in found] == ([expected] if expected else [])


def test_a_meaning_that_is_not_the_codes_own_is_replaced_by_it() -> None:
    region = a_code("51185008", "SCT", "Dr. Sato's chest")
    item = an_item("CODE", ("123014", "DCM", "Target Region"), ConceptCodeSequence=[region])
    found = cleaned_dataset(an_sr(item)).ContentSequence[0].ConceptCodeSequence[0]
    assert found.CodeValue == "51185008"
    assert "Sato" not in found.CodeMeaning


def test_items_that_refer_by_place_are_refused_when_places_change() -> None:
    reference = Dataset()
    reference.RelationshipType = "INFERRED FROM"
    reference.ReferencedContentItemIdentifier = [1, 2]
    comment = an_item("TEXT", ("121106", "DCM", "Comment"), TextValue="Dr. Sato")
    number = a_number()
    number.ContentSequence = [reference]
    assert cleaned_dataset(an_sr(number, a_number())).ContentSequence[0].ContentSequence
    outcome = cleaned(as_bytes(an_sr(comment, number)), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.CONTENT_REFERENCES


@pytest.mark.parametrize("preset", [REGISTRY, IN_HOUSE, SCREENING], ids=lambda each: each.name)
def test_a_listed_text_stays_only_with_its_option(preset: Preset) -> None:
    needs = {
        "device": Option.RETAIN_DEVICE_IDENTITY,
        "institution": Option.RETAIN_INSTITUTION_IDENTITY,
    }
    for listed in data_rows("content_items.csv"):
        if listed["value_type"] != "TEXT":
            continue
        concept = (listed["code"], listed["scheme"], listed["meaning"])
        item = an_item("TEXT", concept, TextValue=f"Sato {CANARY}")
        outcome = cleaned(as_bytes(an_sr(item, a_number())), preset, PSEUDONYMS)
        assert isinstance(outcome, Cleaned)
        rule = listed["rule"]
        stays = rule == "keep" or needs.get(rule) in preset.options
        assert bool(heard(outcome.content)) is stays, listed["meaning"]


concepts = st.one_of(
    st.sampled_from(CONCEPTS),
    st.tuples(st.from_regex(r"[0-9]{6}", fullmatch=True), st.just("DCM"), st.just("x")),
    st.tuples(st.just("QZGZQ"), st.just("99QZ"), st.just("x")),
)


def items(below: st.SearchStrategy[Dataset]) -> st.SearchStrategy[Dataset]:
    nested = st.lists(below, max_size=3).map(tuple)
    text = st.sampled_from(("TEXT", "PNAME", "UIDREF", "DATETIME", "CONTAINER"))
    return st.builds(an_any_item, text, concepts, nested)


def an_any_item(
    value_type: str, concept: tuple[str, str, str], below: tuple[Dataset, ...]
) -> Dataset:
    values = {
        "TEXT": {"TextValue": CANARY},
        "PNAME": {"PersonName": CANARY},
        "UIDREF": {"UID": "1.2.19450815"},
        "DATETIME": {"DateTime": "19450815123456"},
        "CONTAINER": {"ContinuityOfContent": "SEPARATE"},
    }
    return an_item(value_type, concept, below, **values[value_type])


trees = st.recursive(st.decimals(0, 9999, places=2).map(lambda each: a_number(str(each))), items)


@settings(max_examples=40, deadline=None)
@given(st.lists(trees, min_size=1, max_size=4))
def test_any_tree_keeps_its_numbers_and_loses_its_people(branches: list[Dataset]) -> None:
    report = an_sr(*branches)
    outcome = cleaned(as_bytes(report), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Cleaned)
    found = dcmread(BytesIO(outcome.content))
    assert numbers(found) == numbers(report)
    assert b"19450815" not in outcome.content
    products = [
        item
        for item in tree(report)
        if item.ValueType == "TEXT" and item.ConceptNameCodeSequence[0].CodeValue in DCM_TEXT
    ]
    assert not heard(outcome.content) or products


@pytest.mark.parametrize("unit", ["mGycm", "uAs", "{pulse}/s", "X-ray sources", "Gy.cm^2"])
def test_a_unit_that_scanners_misspell_stays(unit: str) -> None:
    assert numbers(cleaned_dataset(an_sr(a_number("1", unit)))) == [("113830", "1", unit)]


def test_no_number_leaves_without_its_unit() -> None:
    outcome = cleaned(as_bytes(an_sr(a_number("1", "{Sato}"))), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert [reason.hindrance for reason in outcome.reasons] == [Hindrance.UNIT_UNKNOWN]


@pytest.mark.parametrize(
    ("concept", "digits", "unit", "left"),
    [
        (("121033", "DCM", "Subject Age"), "97", "a", "90"),
        (("121033", "DCM", "Subject Age"), "1164", "mo", "1080"),
        (("121033", "DCM", "Subject Age"), "11", "mo", "11"),
        (("424144002", "SCT", "Current chronological age"), "97", "a", "90"),
    ],
)
def test_no_age_leaves_above_the_oldest(
    concept: tuple[str, str, str], digits: str, unit: str, left: str
) -> None:
    age = a_number(digits, unit)
    age.ConceptNameCodeSequence = [a_code(*concept)]
    age.MeasuredValueSequence[0].FloatingPointValue = float(digits)
    found = cleaned_dataset(an_sr(age))
    assert numbers(found) == [(concept[0], left, unit)]
    assert "FloatingPointValue" not in found.ContentSequence[0].MeasuredValueSequence[0]


def test_a_reason_names_no_code_of_the_house() -> None:
    item = an_item("OTHER", ("SATO KENJI", "99HOSP", "Sato Kenji"), below=(a_number(),))
    outcome = cleaned(as_bytes(an_sr(item)), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.CONTENT_UNKNOWN
    assert "SATO" not in outcome.text
