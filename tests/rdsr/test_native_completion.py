"""A scanner's own report completed: a new instance, its tree byte for byte, its gaps filled."""

from io import BytesIO

import pytest
from pydicom import DataElement, Dataset, dcmread
from pydicom.config import IGNORE
from pydicom.uid import ImplicitVRLittleEndian

from appliance.errors import ConformanceError
from appliance.rdsr.native import completed_native
from tests.rdsr.cases import BOX, encoded, evidence, reread
from tests.rdsr.foreign import Entry, entry, first_edition, report

SIXTEEN: Entry = ("6100001000000000", "JJ1017-16M", "CT chest plain")
LOCAL: Entry = ("CT-07", "99LOCAL", "Chest CT")


def header(**values: object) -> Dataset:
    """What the study and its order say; the patient and the order are those of the evidence."""
    (page,) = evidence(1, RequestedProcedureID="RP-7", **values)
    return page


def completed(native: Dataset, known: Dataset, *codes: Entry) -> Dataset:
    made = completed_native(native, known, [entry(each) for each in codes], BOX)
    assert made is not None
    return reread(made)


def tree(written: bytes) -> bytes:
    """The bytes of Content Sequence (0040,A730), the last element of a report."""
    return written[written.index(b"\x40\x00\x30\xa7") :]


def test_what_was_empty_is_filled_and_the_tree_stays_byte_for_byte() -> None:
    native = first_edition()
    before = encoded(native)
    made = completed(native, header(), SIXTEEN)
    assert encoded(native) == before
    assert tree(encoded(made)) == tree(before)
    assert made.PatientID == "6256485"
    assert made.AccessionNumber == "A56485"
    (request,) = made.ReferencedRequestSequence
    assert (request.AccessionNumber, request.RequestedProcedureID) == ("A56485", "RP-7")
    (code,) = made.PerformedProcedureCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator) == SIXTEEN[:2]


def test_it_names_its_predecessor_and_this_box() -> None:
    native = first_edition()
    made = completed(native, header())
    assert made.SOPInstanceUID != native.SOPInstanceUID
    assert made.SeriesInstanceUID != native.SeriesInstanceUID
    assert made.StudyInstanceUID == native.StudyInstanceUID
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID
    (study,) = made.PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    (instance,) = series.ReferencedSOPSequence
    assert instance.ReferencedSOPInstanceUID == native.SOPInstanceUID
    assert (made.Manufacturer, made.ContentTime) == (native.Manufacturer, native.ContentTime)
    (equipment,) = made.ContributingEquipmentSequence
    assert equipment.DeviceSerialNumber == BOX.device_serial_number
    assert equipment.PurposeOfReferenceCodeSequence[0].CodeMeaning == "Modifying Equipment"


def test_the_same_is_the_same_instance_and_more_is_another() -> None:
    native = first_edition()
    again = completed(native, header(), SIXTEEN)
    assert encoded(completed(native, header(), SIXTEEN)) == encoded(again)
    assert completed(native, header(), LOCAL).SOPInstanceUID != again.SOPInstanceUID
    assert completed(native, header()).SOPInstanceUID != again.SOPInstanceUID


def test_a_completed_report_leaves_nothing_to_complete() -> None:
    made = completed(first_edition(), header(), SIXTEEN)
    assert completed_native(made, header(), [entry(SIXTEEN)], BOX) is None


def test_nothing_known_leaves_it_as_it_is() -> None:
    assert completed_native(first_edition(), Dataset(), [], BOX) is None


def test_what_the_report_says_is_never_overwritten() -> None:
    native = report(
        AccessionNumber="OWN", PatientName="Own^Name", PerformedProcedureCodeSequence=[entry(LOCAL)]
    )
    made = completed(native, header(), SIXTEEN, LOCAL)
    assert (made.AccessionNumber, str(made.PatientName)) == ("OWN", "Own^Name")
    assert [c.CodeValue for c in made.PerformedProcedureCodeSequence] == [LOCAL[0], SIXTEEN[0]]


def test_a_request_is_completed_and_of_several_none() -> None:
    one, other = Dataset(), Dataset()
    one.AccessionNumber, other.AccessionNumber = "OWN", "ANOTHER"
    (request,) = completed(
        report(ReferencedRequestSequence=[one]), header()
    ).ReferencedRequestSequence
    assert (request.AccessionNumber, request.RequestedProcedureID) == ("OWN", "RP-7")
    both = completed(report(ReferencedRequestSequence=[one, other]), header())
    assert [each.AccessionNumber for each in both.ReferencedRequestSequence] == ["OWN", "ANOTHER"]


@pytest.mark.parametrize("keyword", ["PatientID", "PatientBirthDate", "StudyInstanceUID"])
def test_another_patient_or_study_completes_nothing(keyword: str) -> None:
    known = header()
    native = report(PatientID=known.PatientID, PatientBirthDate=known.PatientBirthDate)
    known[keyword].value = "19010101" if keyword == "PatientBirthDate" else "1.2.3"
    with pytest.raises(ConformanceError, match=keyword) as refused:
        completed_native(native, known, [], BOX)
    assert "6256485" not in str(refused.value)


def test_a_report_in_ascii_takes_any_text() -> None:
    known = header(SpecificCharacterSet=["ISO_IR 192"], PatientName="Yamada^Tarou=山田^太郎")
    native = first_edition()
    made = completed(native, known)
    assert made.SpecificCharacterSet == "ISO_IR 192"
    assert str(made.PatientName) == "Yamada^Tarou=山田^太郎"
    assert tree(encoded(made)) == tree(encoded(native))


def test_a_report_in_a_character_set_of_its_own_is_not_encoded_anew() -> None:
    known = header(SpecificCharacterSet=["ISO_IR 192"], PatientName="Yamada^Tarou=山田^太郎")
    native = report(SpecificCharacterSet="ISO_IR 100", InstitutionName="Klinikum Köln")
    made = completed(native, known)
    assert made.SpecificCharacterSet == "ISO_IR 100"
    assert "PatientName" not in made
    assert made.AccessionNumber == "A56485"


def test_signatures_are_those_of_the_predecessor() -> None:
    native = first_edition()
    native.InstanceCreationDate = "20120314"
    native["DigitalSignaturesSequence"] = DataElement("DigitalSignaturesSequence", "SQ", [])
    made = completed(native, header())
    assert "DigitalSignaturesSequence" not in made
    assert "InstanceCreationDate" not in made


def test_bytes_stay_as_they_were_written_in_the_old_way() -> None:
    native = first_edition()
    native.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    measured = native.ContentSequence[1].ContentSequence[6].ContentSequence[0]
    digits = DataElement("NumericValue", "DS", "6.520 ", validation_mode=IGNORE)
    measured.MeasuredValueSequence[0]["NumericValue"] = digits
    written = encoded_as(native)
    made = completed_native(dcmread(BytesIO(written)), header(), [], BOX)
    assert made is not None
    assert made.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    assert tree(encoded_as(made)) == tree(written)


def encoded_as(native: Dataset) -> bytes:
    buffer = BytesIO()
    native.save_as(buffer, enforce_file_format=True, implicit_vr=True, little_endian=True)
    return buffer.getvalue()
