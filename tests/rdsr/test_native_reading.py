"""Reports of other writers, read: by code, by meaning, in whatever unit, and never guessed."""

from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE

from appliance.dose.coded import (
    CTAcquisitionType,
    Phantom,
    ProcedureContext,
    SourceOfDoseInformation,
)
from appliance.dose.record import IrradiationEvent
from appliance.dose.region import REGIONS
from appliance.rdsr.native import is_recorded_by, read_native, sources_stated
from appliance.rdsr.native.content import below, items_of
from tests.rdsr.cases import BOX, case, reread
from tests.rdsr.foreign import (
    BODY,
    CTDI,
    DLP,
    KIND,
    PHANTOM,
    REGION,
    Entry,
    acquisition,
    code,
    container,
    dose,
    first_edition,
    num,
    report,
    technique,
    text,
)
from tests.rdsr.test_rdsr_golden import reads_back_as

FIRST_EDITION = first_edition()


def only_event(native: Dataset) -> IrradiationEvent:
    record = read_native(native)
    assert record is not None
    (event,) = record.events
    return event


def plain(event: IrradiationEvent) -> dict[str, object]:
    return {name: sourced.value for name, sourced in event.sourced()}


def test_the_first_edition_with_its_codes_and_units() -> None:
    native = first_edition()
    event = only_event(native)
    assert plain(event) == {
        "label": "Thorax",
        "target_region": REGIONS["CHEST"],
        "acquisition_type": CTAcquisitionType.SPIRAL,
        "procedure_context": ProcedureContext.WITHOUT_CONTRAST,
        "irradiation_event_uid": "1.3.12.2.1107.5.1.4.1",
        "exposure_time_s": Decimal("6.52"),
        "scanning_length_mm": Decimal("412.0"),
        "pitch": Decimal("0.9"),
        "x_ray_sources": Decimal(1),
        "kvp": Decimal(120),
        "tube_current_ma": Decimal(251),
        "tube_current_max_ma": Decimal(438),
        "rotation_time_s": Decimal("0.5"),
        "ctdi_vol_mgy": Decimal("8.15"),
        "dlp_mgy_cm": Decimal("312.40"),
        "phantom": Phantom.BODY32,
    }
    origins = {sourced.origin for _, sourced in event.sourced()}
    (origin,) = origins
    assert origin.source is SourceOfDoseInformation.AUTOMATED
    assert origin.sop_instance_uid == native.SOPInstanceUID


def test_reports_of_this_box_read_as_the_record() -> None:
    one = case("every_row")
    record = read_native(reread(one.report))
    assert record is not None
    assert reads_back_as(one.record, record)


def with_dose(*content: Dataset) -> Dataset:
    return report(acquisition(dose(*content)))


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("mGy.cm", "312.40"),
        ("mGycm", "312.40"),
        ("mGy*cm", "312.40"),
        ("mGy\N{MIDDLE DOT}cm", "312.40"),
        ("MGY.CM", "312.40"),
        ("Gy.cm", "312400.00"),
        ("dGy.cm", "31240.00"),
        ("mGy/cm", None),
        ("mGy", None),
        ("mSv", None),
        ("", None),
    ],
)
def test_a_dlp_is_read_in_its_own_unit_or_not_at_all(unit: str, value: str | None) -> None:
    read = only_event(
        report(acquisition(dose(num(DLP, "312.40", unit))), SpecificCharacterSet="ISO_IR 192")
    ).dlp_mgy_cm
    assert (None if read is None else read.value) == (None if value is None else Decimal(value))


def test_a_unit_whose_code_and_meaning_differ_is_none() -> None:
    assert only_event(with_dose(num(DLP, "5", "mGy.cm", meaning="Gy.cm"))).dlp_mgy_cm is None


@pytest.mark.parametrize("digits", ["-3", "1,5", "NaN", "", "about 3", "3\\4", "1e400000000"])
def test_what_is_no_number_is_none(digits: str) -> None:
    (event,) = [with_dose(num(CTDI, "1", "mGy"))]
    measured = event.ContentSequence[0].ContentSequence[0].ContentSequence[0]
    element = DataElement("NumericValue", "LO", digits, validation_mode=IGNORE)
    measured.MeasuredValueSequence[0]["NumericValue"] = element
    assert only_event(event).ctdi_vol_mgy is None


def test_two_doses_that_differ_are_none_and_two_that_agree_are_one() -> None:
    twice = [num(DLP, "5", "mGy.cm"), num(DLP, "5", "mGy.cm")]
    agreed = only_event(with_dose(*twice)).dlp_mgy_cm
    assert agreed is not None
    assert agreed.value == Decimal(5)
    assert only_event(with_dose(*twice, num(DLP, "6", "mGy.cm"))).dlp_mgy_cm is None


@pytest.mark.parametrize(
    ("name", "is_dlp"),
    [
        (("113838", "DCM", "Something else"), True),
        (("DLP", "99MAKER", "DLP"), True),
        (("DLP", "99MAKER", "Dose-Length Product"), True),
        (("", "", "dlp"), True),
        (("113839", "DCM", "DLP"), False),
        (("113838", "99MAKER", "Something else"), False),
    ],
)
def test_a_code_counts_more_than_a_meaning(name: Entry, *, is_dlp: bool) -> None:
    assert (only_event(with_dose(num(name, "5", "mGy.cm"))).dlp_mgy_cm is not None) == is_dlp


def test_values_are_found_without_their_containers() -> None:
    event = only_event(
        report(
            container(
                ("", "99MAKER", "Examination"),
                acquisition(
                    num(("113733", "DCM", "KVP"), "120", "kVp"),
                    num(("113824", "DCM", "Exposure Time"), "500", "ms"),
                    num(DLP, "5", "mGy.cm"),
                ),
            )
        )
    )
    assert plain(event) == {
        "kvp": Decimal(120),
        "exposure_time_s": Decimal("0.5"),
        "dlp_mgy_cm": Decimal(5),
    }


def test_a_second_source_is_a_further_source() -> None:
    sources = [
        container(
            ("113831", "DCM", "CT X-Ray Source Parameters"),
            num(("113733", "DCM", "KVP"), kvp, "kV"),
            num(("113734", "DCM", "X-Ray Tube Current"), current, "mA"),
        )
        for kvp, current in (("80", "300"), ("140", "120"))
    ]
    event = only_event(report(acquisition(technique(*sources))))
    (second,) = event.further_sources
    assert event.kvp is not None
    assert second.kvp is not None
    assert second.tube_current_ma is not None
    assert (event.kvp.value, second.kvp.value) == (Decimal(80), Decimal(140))
    assert second.tube_current_ma.value == Decimal(120)


@pytest.mark.parametrize(
    ("value", "region"),
    [
        (("816094009", "SCT", "Chest"), "CHEST"),
        (("T-D3000", "SRT", "Chest"), "CHEST"),
        (("51185008", "SCT", "Chest"), "CHEST"),
        (("T-D1100", "99SDM", "Head"), "HEAD"),
        (("R-FAB57", "SNM3", "Abdomen and Pelvis"), "ABDOMEN_AND_PELVIS"),
        (("ABD", "99MAKER", "ABDOMEN"), "ABDOMEN"),
        (("X", "99MAKER", "Widget"), None),
    ],
)
def test_regions_of_several_editions(value: Entry, region: str | None) -> None:
    read = only_event(report(acquisition(code(REGION, value)))).target_region
    assert (None if read is None else read.value.name) == region


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (("113804", "DCM", "Sequenced Acquisition"), CTAcquisitionType.SEQUENCED),
        (("P5-08001", "SRT", "Spiral"), CTAcquisitionType.SPIRAL),
        (("HEL", "99MAKER", "Helical"), CTAcquisitionType.SPIRAL),
        (("SC", "99MAKER", "SCOUT"), CTAcquisitionType.CONSTANT_ANGLE),
        (("261665006", "SCT", "Unknown"), None),
    ],
)
def test_acquisition_types(value: Entry, kind: CTAcquisitionType | None) -> None:
    read = only_event(report(acquisition(code(KIND, value)))).acquisition_type
    assert (None if read is None else read.value) is kind


def test_sub_totals_by_phantom() -> None:
    part = num(
        ("130745", "DCM", "CT Dose Length Product Sub-Total"), "5", "mGy.cm", code(PHANTOM, BODY)
    )
    total = num(("113813", "DCM", "CT Dose Length Product Total"), "9", "mGy.cm", part)
    accumulated = container(("113811", "DCM", "CT Accumulated Dose Data"), total)
    record = read_native(report(accumulated, acquisition()))
    assert record is not None
    assert record.total_dlp_mgy_cm is not None
    assert {p: n.value for p, n in record.totals_by_phantom.items()} == {Phantom.BODY32: Decimal(5)}


def test_a_report_without_acquisitions_is_no_record() -> None:
    projection = container(("113706", "DCM", "Irradiation Event X-Ray Data"))
    assert read_native(report(projection)) is None
    assert read_native(Dataset()) is None


def test_who_made_it_and_from_what() -> None:
    own = reread(case("settled_by_a_person").report)
    assert is_recorded_by(own, BOX)
    assert not is_recorded_by(first_edition(), BOX)
    assert sources_stated(own) == {
        SourceOfDoseInformation.HUMAN_READABLE_REPORT,
        SourceOfDoseInformation.MANUAL_ENTRY,
    }
    assert sources_stated(first_edition()) == frozenset()


ODD: tuple[tuple[str, object], ...] = (
    ("LO", ""),
    ("LO", "odd"),
    ("LO", ["a", "b"]),
    ("OB", b"\x00\xff"),
    ("SQ", []),
    ("SQ", [Dataset()]),
)
KEYWORDS = (
    "CodeMeaning",
    "CodeValue",
    "CodingSchemeDesignator",
    "ConceptCodeSequence",
    "ConceptNameCodeSequence",
    "ContentSequence",
    "MeasuredValueSequence",
    "MeasurementUnitsCodeSequence",
    "NumericValue",
    "SOPInstanceUID",
    "TextValue",
    "UID",
    "ValueType",
)
spoilt = st.tuples(st.integers(0, 200), st.sampled_from(KEYWORDS), st.sampled_from(range(len(ODD))))


@settings(deadline=None, max_examples=40)
@given(st.lists(spoilt, min_size=1, max_size=8))
def test_nothing_that_a_report_says_makes_reading_raise(
    spoils: list[tuple[int, str, int]],
) -> None:
    native = deepcopy(FIRST_EDITION)
    for number_of_place, keyword, kind in spoils:
        places = [each for item in (native, *below(native)) for each in (item, *nested(item))]
        place = places[number_of_place % len(places)]
        place[keyword] = DataElement(keyword, *ODD[kind], validation_mode=IGNORE)
    record = read_native(native)
    assert record is None or record.events


def nested(item: Dataset) -> list[Dataset]:
    """The codes and the measured value of a content item."""
    sequences = ("ConceptNameCodeSequence", "ConceptCodeSequence", "MeasuredValueSequence")
    return [each for keyword in sequences for each in items_of(item, keyword)]


def test_content_that_never_ends_is_not_followed() -> None:
    deep = acquisition(text(("125203", "DCM", "Acquisition Protocol"), "Thorax"))
    for _ in range(40):
        deep = container(("", "", "Level"), deep)
    assert read_native(report(deep)) is None
