"""What rows state that more than one value decides: times, UIDs, currents, sources, estimates."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pydicom import Dataset

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, IrradiationEvent, SizeSpecificDose, Sourced
from appliance.dose.region import REGIONS
from appliance.rdsr import Order, build_report, nonconformities, read_record
from appliance.rdsr.concepts import Concept
from appliance.rdsr.derived import tube_current_ma
from appliance.rdsr.interval import Interval, interval
from appliance.rdsr.items import decimal_string
from appliance.rdsr.readback import child, children
from appliance.rdsr.templates.comments import BOUNDS, END_IS_A_BOUND
from tests.rdsr.cases import BOX, IMAGE, PERSON, RULE, SCREEN, case, code_item, evidence, number

SPIRAL = Sourced(CTAcquisitionType.SPIRAL, "Helical", SCREEN)
LOCALIZER = Sourced(CTAcquisitionType.CONSTANT_ANGLE, "Scout", SCREEN)
SCAN = IrradiationEvent(
    acquisition_type=SPIRAL,
    ctdi_vol_mgy=number("8.15"),
    dlp_mgy_cm=number("300"),
    phantom=Sourced(Phantom.BODY32, "Body 32", SCREEN),
)


def report_on(*events: IrradiationEvent, **keywords: object) -> Dataset:
    report = build_report(CTRadiationDose(events), evidence(1), BOX, **keywords)  # type: ignore[arg-type]
    assert nonconformities(report) == ()
    return report


def started(moment: str, time_s: str = "") -> IrradiationEvent:
    time = number(time_s, IMAGE) if time_s else None
    return replace(SCAN, started=Sourced(moment, moment, IMAGE), exposure_time_s=time)


FIRST = started("20120314081711", "2.5")
LAST = started("20120314081733.25", "8.5")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((FIRST, LAST), Interval("20120314081711", "20120314081741.75", True, True)),
        ((LAST, FIRST), Interval("20120314081711", "20120314081741.75", True, True)),
        ((FIRST, started("20120314081733")), Interval("20120314081711", "20120314083012.5", True)),
        ((FIRST, SCAN), Interval("20120314081500", "20120314083012.5")),
        ((SCAN,), Interval("20120314081500", "20120314083012.5")),
        ((SCAN, started("20120314235959")), Interval("20120314081500", "20120314235959")),
        ((started("20120314"),), Interval("20120314081500", "20120314083012.5")),
        ((started("20129999081711"),), Interval("20120314081500", "20120314083012.5")),
        (
            (started("20120314081711+0900"), LAST),
            Interval("20120314081500", "20120314083012.5"),
        ),
        (
            (started("20120314235959.5-0500", "0.75"),),
            Interval("20120314235959.5-0500", "20120315000000.25-0500", True, True),
        ),
    ],
)
def test_start_and_end_are_stated_or_bounds(
    events: tuple[IrradiationEvent, ...], expected: Interval
) -> None:
    assert interval(CTRadiationDose(events), evidence(1)) == expected


@pytest.mark.parametrize(
    ("events", "sentence"),
    [((SCAN,), BOUNDS), ((started("20120314081711"),), END_IS_A_BOUND), ((FIRST, LAST), "")],
)
def test_the_comment_says_what_start_and_end_mean(
    events: tuple[IrradiationEvent, ...], sentence: str
) -> None:
    comment = child(report_on(*events), Concept.COMMENT)
    assert (comment.TextValue if comment is not None else "") == sentence


def named(uid: str) -> IrradiationEvent:
    return replace(SCAN, irradiation_event_uid=Sourced(uid, uid, IMAGE))


def event_uids(report: Dataset) -> list[str]:
    events = children(report, Concept.CT_ACQUISITION)
    items = [child(event, Concept.IRRADIATION_EVENT_UID) for event in events]
    return [str(item.UID) for item in items if item is not None]


def test_the_images_name_an_event_unless_two_share_the_name_or_it_is_none() -> None:
    derived = event_uids(report_on(SCAN, SCAN, SCAN))
    assert event_uids(report_on(named("1.2.3"), SCAN, named("1.2.4"))) == [
        "1.2.3",
        derived[1],
        "1.2.4",
    ]
    assert event_uids(report_on(named("1.2.3"), named("1.2.3"), named("1.02.3"))) == derived


@pytest.mark.parametrize(
    ("kind", "mas", "time", "rotation", "current"),
    [
        (SPIRAL, "150", "6.5", "0.5", None),
        (SPIRAL, "150", "6.5", "", None),
        (SPIRAL, "20", "0.5", "0.5", "40"),
        (SPIRAL, "20.25", "0.5", "0.5", "40"),
        (SPIRAL, "", "0.5", "0.5", None),
        (SPIRAL, "20", "", "0.5", None),
        (LOCALIZER, "175.5", "5.3", "", "33"),
        (LOCALIZER, "1.05", "2.10", "", "0.50"),
        (LOCALIZER, "20", "0", "", None),
        (None, "20", "0.5", "", None),
    ],
)
def test_a_current_is_derived_only_where_mas_mean_one_thing(
    kind: Sourced[CTAcquisitionType] | None,
    mas: str,
    time: str,
    rotation: str,
    current: str | None,
) -> None:
    event = replace(
        SCAN,
        acquisition_type=kind,
        exposure_mas=number(mas) if mas else None,
        exposure_time_s=number(time) if time else None,
        rotation_time_s=number(rotation) if rotation else None,
    )
    derived = tube_current_ma(event)
    assert (derived and derived.text) == current
    if derived is not None:
        assert derived.origin.source is SourceOfDoseInformation.COMPUTED_FROM_IMAGE
        read = read_record(report_on(event)).events[0].tube_current_ma
        assert read is not None
        assert read.value == Decimal(derived.text)
        assert "Computed From Image Attributes" in str(report_on(event))


def test_a_stated_current_is_never_derived() -> None:
    event = replace(SCAN, acquisition_type=LOCALIZER, tube_current_ma=number("35"))
    event = replace(event, exposure_mas=number("20"), exposure_time_s=number("1"))
    assert tube_current_ma(event) == number("35")


@pytest.mark.parametrize(("said", "stated"), [("2", "2"), ("1", "1"), ("9", None), ("0", None)])
def test_every_source_that_is_counted_is_described(said: str, stated: str | None) -> None:
    report = report_on(replace(SCAN, x_ray_sources=number(said, IMAGE)))
    event = child(report, Concept.CT_ACQUISITION)
    technique = child(event, Concept.CT_ACQUISITION_PARAMETERS)
    count = child(technique, Concept.NUMBER_OF_X_RAY_SOURCES)
    described = list(children(technique, Concept.CT_X_RAY_SOURCE_PARAMETERS))
    assert count is not None
    measured = count.MeasuredValueSequence
    assert (str(measured[0].NumericValue) if measured else None) == stated
    assert len(described) == min(max(int(said), 1), 4)


def test_an_estimate_without_its_dimension_is_left_out() -> None:
    (whole,) = case("size_specific_doses").record.events
    water, both, *_ = whole.size_specific_doses
    partial: tuple[SizeSpecificDose, ...] = (
        replace(water, water_equivalent_diameter_mm=None),
        replace(both, ap_mm=None),
        water,
    )
    read = read_record(report_on(replace(whole, size_specific_doses=partial)))
    assert [each.ssde_mgy.text for each in read.events[0].size_specific_doses] == ["12.01"]


def region(event: IrradiationEvent, rule: str = "") -> str:
    report = report_on(event, region_rule=lambda _label: rule)
    read = read_record(report).events[0].target_region
    assert read is not None
    return read.value.name


def test_a_person_tells_the_region_before_a_rule_a_rule_before_the_images() -> None:
    label = Sourced("Abdomen", "Abdomen", SCREEN)
    by_image = replace(SCAN, label=label, target_region=Sourced(REGIONS["CHEST"], "CHEST", IMAGE))
    by_person = replace(by_image, target_region=Sourced(REGIONS["CHEST"], "CHEST", PERSON))
    by_rule = replace(by_image, target_region=Sourced(REGIONS["CHEST"], "CHEST", RULE))
    assert region(replace(by_image, target_region=None)) == "ABDOMEN"
    assert region(by_image) == region(by_rule) == "CHEST"
    assert region(by_image, "HEAD") == "HEAD"
    assert region(by_person, "HEAD") == "CHEST"


def test_a_technique_that_no_scan_can_have_is_unknown_and_the_dose_stays() -> None:
    nothing = dict.fromkeys(("kvp", "pitch", "exposure_time_s", "x_ray_sources"), number("0"))
    negative = {"scanning_length_mm": number("-1"), "reconstructable_length_mm": number("0")}
    read = read_record(report_on(replace(SCAN, **nothing, **negative))).events[0]  # type: ignore[arg-type]
    assert all(getattr(read, name) is None for name in nothing | negative)
    assert read.dlp_mgy_cm is not None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("8.15", "8.15"),
        ("0.50", "0.50"),
        ("251.333333333333333333", "251.333333333333"),
        ("-326.80000000000000000001", "-326.8"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_computed_number_has_as_many_digits_as_can_be_written(value: str, text: str) -> None:
    assert decimal_string(Decimal(value)) == text


def test_positions_without_a_frame_of_reference_are_left_out() -> None:
    event = replace(SCAN, top_z_mm=number("1"), bottom_z_mm=number("-1"))
    assert "Top Z" not in str(report_on(event))
    framed = replace(event, frame_of_reference_uid=Sourced("1.2.3", "1.2.3", IMAGE))
    assert "Top Z" in str(report_on(framed))
    assert "Frame of Reference UID" not in str(
        report_on(replace(framed, top_z_mm=None, bottom_z_mm=None))
    )


def test_an_order_makes_another_report_and_versions_do_not() -> None:
    plain = report_on(SCAN)
    versions = report_on(SCAN, versions=["drl 1", "drl 1", "a" * 70, "x\\y", " "])
    assert versions.SOPInstanceUID == plain.SOPInstanceUID
    box = versions.ContributingEquipmentSequence[1]
    assert list(box.SoftwareVersions) == ["0.1.0", "drl 1", "a" * 64, "x/y"]
    attributes = Dataset()
    attributes.PatientSize, attributes.PatientName = "1.71", "Not^Taken"
    codes = [code_item("1", "JJ1017-16M", "CT"), code_item("1", "JJ1017-16M", "CT again")]
    ordered = report_on(SCAN, order=Order(attributes, codes))
    assert ordered.SOPInstanceUID != plain.SOPInstanceUID
    assert [each.CodeMeaning for each in ordered.PerformedProcedureCodeSequence] == ["CT"]
    assert (str(ordered.PatientSize), str(ordered.PatientName)) == ("1.71", "Doe^Jane")


def test_codes_of_the_order_stand_behind_those_of_the_evidence() -> None:
    own, new = code_item("07", "99LOCAL", "Chest"), code_item("61", "JJ1017-16M", "CT")
    pages = evidence(1, PerformedProcedureCodeSequence=[own])
    order = Order(performed_procedure_codes=[code_item("07", "99LOCAL", "Chest"), new])
    report = build_report(CTRadiationDose((SCAN,)), pages, BOX, order=order)
    assert [each.CodeValue for each in report.PerformedProcedureCodeSequence] == ["07", "61"]
