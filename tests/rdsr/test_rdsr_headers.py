"""What the headers of the evidence give a report: identity, dates, scanner, order, text."""

import warnings

import pytest
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE, disable_value_validation

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.doubt import Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.errors import ConformanceError, UnreadableObjectError
from appliance.rdsr import PersonObserver, build_report, doubts, nonconformities, read_record
from appliance.rdsr.concepts import NOT_STATED, Concept
from appliance.rdsr.readback import child
from tests.rdsr.cases import BOX, SCREEN, case, encoded, evidence, number, reread

RECORD = case("single_event").record
NAMES = {
    "ISO_IR 13": "ﾔﾏﾀﾞ^ﾀﾛｳ",
    "ISO 2022 IR 13\\ISO 2022 IR 87": "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    "\\ISO 2022 IR 87": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "\\ISO 2022 IR 149": "Hong^Gildong=洪^吉洞=홍^길동",
    "ISO_IR 100": "Müller^Jürgen",
    "ISO_IR 144": "Лэндлайт",
    "ISO_IR 192": "Wang^XiaoDong=王^小东",
    "GB18030": "Wang^XiaoDong=王^小东",
}


def report_on(pages: list[Dataset], record: CTRadiationDose = RECORD) -> Dataset:
    report = build_report(record, pages, BOX)
    assert nonconformities(report) == ()
    return reread(report)


@pytest.mark.parametrize(("charset", "name"), NAMES.items())
def test_a_name_keeps_its_bytes_and_its_character_set(charset: str, name: str) -> None:
    (page,) = evidence(1, SpecificCharacterSet=charset.split("\\"), PatientName=name)
    before = encoded(page)
    report = report_on([page])
    assert str(report.PatientName) == str(page.PatientName) == name
    assert report.SpecificCharacterSet == page.SpecificCharacterSet
    raw = bytes(page.PatientName.original_string)
    assert raw in before
    assert raw in encoded(build_report(RECORD, [page], BOX))


@pytest.mark.parametrize(("charset", "name"), NAMES.items())
def test_a_person_that_the_character_set_cannot_write_makes_it_utf_8(
    charset: str, name: str
) -> None:
    pages = evidence(1, SpecificCharacterSet=charset.split("\\"), PatientName=name)
    person = PersonObserver("Ωmega^Ψ=谷^𠮷")
    report = reread(build_report(RECORD, pages, BOX, person=person))
    assert str(report.PatientName) == name
    assert "谷^𠮷" in str(report)
    fits = {"ISO_IR 192", "GB18030"}
    assert report.SpecificCharacterSet == (charset if charset in fits else "ISO_IR 192")


def test_a_second_person_who_agreed_is_an_observer_too() -> None:
    person = PersonObserver("Tanaka^Hana", "typed", seconded_by="Suzuki^Jiro")
    report = build_report(RECORD, evidence(1), BOX, person=person)
    assert list(nonconformities(report)) == []
    assert all(name in str(report) for name in ("Tanaka^Hana", "Suzuki^Jiro"))


def test_a_name_in_no_declared_character_set_keeps_its_bytes() -> None:
    (page,) = evidence(1, SpecificCharacterSet="")
    undeclared = "山田^太郎".encode("shift_jis")
    page["PatientName"] = DataElement("PatientName", "PN", undeclared, validation_mode=IGNORE)
    written = encoded(build_report(RECORD, [page], BOX))
    assert undeclared in written


def test_the_uids_of_old_scanners_are_kept() -> None:
    with disable_value_validation():
        pages = evidence(1, StudyInstanceUID="1.2.0840.01.7", SeriesInstanceUID="1.02.3")
        report = build_report(RECORD, pages, BOX)
        assert nonconformities(report) == ()
        assert encoded(report).count(b"1.2.0840.01.7") == 4
        (study,) = report.CurrentRequestedProcedureEvidenceSequence
        assert study.ReferencedSeriesSequence[0].SeriesInstanceUID == "1.02.3"


def test_what_old_scanners_write_is_not_quoted_in_warnings() -> None:
    with disable_value_validation():
        pages = evidence(1, PatientID="9" * 70, PatientName="Canary^" + "x" * 70)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert build_report(RECORD, pages, BOX).PatientID == "9" * 70


def bounds(report: Dataset) -> tuple[str, str]:
    start = child(report, Concept.START_OF_X_RAY_IRRADIATION)
    end = child(report, Concept.END_OF_X_RAY_IRRADIATION)
    assert start is not None
    assert end is not None
    return str(start.DateTime), str(end.DateTime)


def test_irradiation_is_between_the_earliest_and_the_latest_moment() -> None:
    pages = evidence(1, AcquisitionDate="20120314", AcquisitionTime="0820", ContentDate="20120315")
    report = report_on(pages)
    assert bounds(report) == ("20120314081500", "20120315083012.5")
    assert (report.ContentDate, report.ContentTime) == ("20120315", "083012.5")


def test_a_date_without_a_time_is_as_precise_as_that() -> None:
    report = report_on(evidence(1, StudyTime=""))
    assert bounds(report) == ("20120314", "20120314083012.5")


@pytest.mark.parametrize(
    "header",
    [
        {"StudyDate": "", "ContentDate": ""},
        {"StudyTime": "", "ContentTime": ""},
        {"StudyDate": "today", "ContentDate": "2012-03-14"},
        {"StudyTime": "noon", "ContentTime": "later"},
    ],
)
def test_without_date_and_time_there_is_no_report(header: dict[str, str]) -> None:
    with pytest.raises(ConformanceError, match="date"):
        build_report(RECORD, evidence(1, **header), BOX)


def test_without_evidence_there_is_no_report() -> None:
    with pytest.raises(ConformanceError, match="objects"):
        build_report(RECORD, [], BOX)


def ct(report: Dataset) -> list[str]:
    accumulated = child(report, Concept.CT_ACCUMULATED_DOSE_DATA)
    device = child(accumulated, Concept.DEVICE_ROLE_IN_PROCEDURE)
    assert device is not None
    return [str(item.get("TextValue") or item.get("UID")) for item in device.ContentSequence]


def test_a_scanner_without_serial_number_is_known_by_its_place() -> None:
    here, there = (
        ct(report_on(evidence(1, DeviceSerialNumber=serial, StationName=station)))
        for serial, station in (("", "CT01"), ("N/A", "CT02"))
    )
    assert here[:3] == there[:3] == ["A MAKER", "A Model", NOT_STATED]
    assert here[3] != there[3]


def test_a_scanner_with_serial_number_is_known_by_it_wherever_it_stands() -> None:
    here, there = (ct(report_on(evidence(1, StationName=name))) for name in ("CT01", "CT02"))
    assert here == there


def test_the_box_names_the_institution_only_where_the_study_does_not() -> None:
    assert report_on(evidence(1)).InstitutionName == "TEST HOSPITAL"
    assert report_on(evidence(1, InstitutionName="")).InstitutionName == "General Hospital"


def test_there_is_no_request_where_there_was_no_order() -> None:
    assert "ReferencedRequestSequence" in report_on(evidence(1))
    assert "ReferencedRequestSequence" not in report_on(evidence(1, AccessionNumber=""))


def test_a_dose_without_phantom_waits() -> None:
    event = IrradiationEvent(series=Sourced("2", "2", SCREEN), dlp_mgy_cm=number("10"))
    record = CTRadiationDose((event,))
    (doubt,) = doubts(record)
    assert (doubt.reason, doubt.field) == (Reason.PHANTOM_UNKNOWN, "events[0].phantom")
    with pytest.raises(ConformanceError, match="scan 2") as refused:
        build_report(record, evidence(1), BOX)
    assert refused.value.where == "events[0].phantom"


def test_a_localizer_without_dose_needs_no_phantom_and_one_with_dose_does() -> None:
    kind = Sourced(CTAcquisitionType.CONSTANT_ANGLE, "Scout", SCREEN)
    assert doubts(CTRadiationDose((IrradiationEvent(acquisition_type=kind),))) == ()
    dosed = IrradiationEvent(acquisition_type=kind, ctdi_vol_mgy=number("0.13"))
    assert [doubt.reason for doubt in doubts(CTRadiationDose((dosed,)))] == [Reason.PHANTOM_UNKNOWN]


def test_a_scan_without_dose_states_that_it_is_unknown() -> None:
    phantom = Sourced(Phantom.BODY32, "Body 32", SCREEN)
    record = CTRadiationDose((IrradiationEvent(phantom=phantom, kvp=number("120")),))
    report = report_on(evidence(1), record)
    again = read_record(report)
    assert again.total_dlp_mgy_cm is None
    assert again.events[0].dlp_mgy_cm is None
    assert again.events[0].phantom is not None


def test_a_report_without_acquisitions_is_no_record() -> None:
    with pytest.raises(UnreadableObjectError, match="CT Acquisition"):
        read_record(Dataset())
