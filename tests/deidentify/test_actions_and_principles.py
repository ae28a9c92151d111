"""One test for each action code of Table E.1-1, and for each principle of de-identifying."""

from datetime import timedelta

import pytest
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from pydicom.uid import UID, XRayRadiationDoseSRStorage

from appliance.deidentify import (
    Cleaned,
    Hindrance,
    Option,
    Preset,
    Unclean,
    cleaned,
    presets,
)
from appliance.deidentify.moment import Moments, age, limited_age
from appliance.deidentify.profile import Action, Row, row, table
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
    cleaned_dataset,
)

CONTENT = Option.CLEAN_STRUCTURED_CONTENT


def with_options(*options: Option) -> Preset:
    return Preset("a preset", ("", ""), frozenset({CONTENT, *options}))


PLAIN = with_options()


def test_x_removes() -> None:
    report = a_report()
    report.StudyDescription = "Dr. Sato's chest"
    assert "StudyDescription" not in cleaned_dataset(report, PLAIN)


def test_z_empties() -> None:
    report = a_report()
    report.AccessionNumber = "A1"
    found = cleaned_dataset(report, PLAIN)
    assert "AccessionNumber" in found
    assert found.AccessionNumber == ""


def test_d_replaces() -> None:
    report = a_report()
    report.DeviceSerialNumber = "SN1"
    assert cleaned_dataset(report, PLAIN).DeviceSerialNumber == "REMOVED"


def test_d_replaces_what_is_in_a_sequence() -> None:
    report = a_report()
    observer = Dataset()
    observer.VerifyingObserverName = "SATO^JIRO"
    observer.VerifyingOrganization = "A Hospital"
    observer.VerificationDateTime = "20240101"
    observer.VerifyingObserverIdentificationCodeSequence = [a_code("S1", "99H", "Sato")]
    report.VerificationFlag = "VERIFIED"
    report.VerifyingObserverSequence = [observer]
    [found] = cleaned_dataset(report, PLAIN).VerifyingObserverSequence
    assert found.VerifyingObserverName == found.VerifyingOrganization == "REMOVED"
    assert found.VerificationDateTime == "19000101000000"
    assert len(found.VerifyingObserverIdentificationCodeSequence) == 0


def test_k_keeps() -> None:
    report = a_report()
    report.InstitutionName = "A Hospital"
    preset = with_options(Option.RETAIN_INSTITUTION_IDENTITY)
    assert cleaned_dataset(report, preset).InstitutionName == "A Hospital"


def test_c_cleans() -> None:
    report = a_report()
    report.StudyDescription = "CHEST of Sato"
    preset = with_options(Option.CLEAN_DESCRIPTORS)
    assert cleaned_dataset(report, preset).StudyDescription == "CHEST"


def test_u_replaces_a_uid_with_another() -> None:
    report = a_report()
    found = cleaned_dataset(report, PLAIN).StudyInstanceUID
    assert found.startswith("2.25.")
    assert found != report.StudyInstanceUID
    assert found.is_valid


COMBINED = [
    ("Z/D", "1", Action.DUMMY), ("Z/D", "2", Action.EMPTY), ("Z/D", "3", Action.EMPTY),
    ("X/Z", "2", Action.EMPTY), ("X/Z", "3", Action.REMOVE), ("X/Z", "1", Action.DUMMY),
    ("X/D", "1", Action.DUMMY), ("X/D", "1C", Action.DUMMY), ("X/D", "3", Action.REMOVE),
    ("X/Z/D", "1", Action.DUMMY), ("X/Z/D", "2", Action.EMPTY), ("X/Z/D", "3", Action.REMOVE),
    ("X/Z/U", "1", Action.UID), ("X/Z/U", "2", Action.EMPTY), ("X/Z/U", "3", Action.REMOVE),
    ("X", "1", Action.DUMMY), ("X", "2", Action.EMPTY), ("X", "1C", Action.REMOVE),
    ("U", "1", Action.UID), ("D", "2", Action.DUMMY), ("D", None, Action.REMOVE),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "type_", "expected"), COMBINED)
def test_combined_codes_are_decided_by_the_type_in_the_iod(
    codes: str, type_: str | None, expected: Action
) -> None:
    listed = Row("an attribute", tuple(map(Action, codes.split("/"))), {})
    assert listed.without_options(type_) is expected


def test_every_combination_of_the_table_is_tried_here() -> None:
    written = {"/".join(each.basic) for each in table().values()}
    tried = {codes for codes, _, _ in COMBINED} | {"Z"}
    assert written <= tried


def test_what_the_iod_defines_and_the_table_does_not_list_is_kept() -> None:
    assert row(Tag("SeriesNumber")) is None
    report = a_report()
    assert cleaned_dataset(report).SeriesNumber == report.SeriesNumber


def test_what_the_iod_does_not_define_is_removed() -> None:
    report = a_report()
    report.KVP = "120"
    assert "KVP" not in cleaned_dataset(report)


def test_an_unknown_class_is_refused() -> None:
    report = a_report()
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    outcome = cleaned(as_bytes(report), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.SOP_CLASS_UNKNOWN


def test_content_is_never_replaced_by_a_dummy() -> None:
    preset = Preset("a preset", ("", ""), frozenset())
    outcome = cleaned(as_bytes(a_report()), preset, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.CONTENT_WITHOUT_OPTION


@pytest.mark.parametrize("content", [b"", b"no DICOM", b"\0" * 300, b"\0" * 128 + b"DICM\x02"])
def test_what_is_no_dicom_is_refused(content: bytes) -> None:
    assert isinstance(cleaned(content, REGISTRY, PSEUDONYMS), Unclean)


def test_the_preset_none_leaves_every_byte() -> None:
    content = as_bytes(a_report())
    outcome = cleaned(content, presets()["none"], PSEUDONYMS)
    assert isinstance(outcome, Cleaned)
    assert (outcome.content, outcome.applied) == (content, ())


def test_dates_are_retained_full_or_moved_and_no_other_way() -> None:
    dates = frozenset({Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES})
    with pytest.raises(ValueError, match="not both"):
        Preset("a preset", ("", ""), dates)
    with pytest.raises(ValueError, match="not done"):
        Preset("a preset", ("", ""), frozenset({Option.CLEAN_RECOGNISABLE_FEATURES}))


# The nine principles of de-identification that the guideline quotes (chapter 8.2), in its order.


@pytest.mark.parametrize("preset", [IN_HOUSE, REGISTRY, SCREENING], ids=lambda each: each.name)
def test_1_no_sequence_of_modified_or_original_attributes_survives(preset: Preset) -> None:
    report = a_report()
    was, modified = Dataset(), Dataset()
    modified.PatientName = "SATO^JIRO"
    was.ModifiedAttributesSequence = [modified]
    report.OriginalAttributesSequence = [was]
    report.ModifiedAttributesSequence = [modified]
    report.ContributingEquipmentSequence[0].OriginalAttributesSequence = [was]
    found = cleaned_dataset(report, preset)
    assert not {0x04000550, 0x04000561} & {int(each.tag) for each in found.iterall()}


def test_2_no_original_sop_instance_uid_is_left_to_restore_by() -> None:
    report = a_report()
    outcome = cleaned(as_bytes(report), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Cleaned)
    assert str(report.SOPInstanceUID).encode() not in outcome.content


def test_3_encryption_does_not_count_as_deidentification() -> None:
    report = a_report()
    encrypted = Dataset()
    encrypted.EncryptedContentTransferSyntaxUID = "1.2.840.10008.1.2.1"
    encrypted.EncryptedContent = b"secret"
    report.EncryptedAttributesSequence = [encrypted]
    assert 0x04000500 not in {int(each.tag) for each in cleaned_dataset(report).iterall()}


def test_4_attributes_are_removed_or_replaced_by_what_is_unrelated() -> None:
    report = a_report()
    report.PatientID, report.PatientName = "P1", "SATO^JIRO"
    found = cleaned_dataset(report)
    assert found.PatientID == str(found.PatientName) == PSEUDONYMS.patient("P1")
    assert found.PatientBirthDate == ""


def test_5_references_lead_to_the_replaced_object() -> None:
    report, image = a_report(), a_report()
    image.SOPInstanceUID = (
        report.CurrentRequestedProcedureEvidenceSequence[0]
        .ReferencedSeriesSequence[0]
        .ReferencedSOPSequence[0]
        .ReferencedSOPInstanceUID
    )
    evidence = cleaned_dataset(report).CurrentRequestedProcedureEvidenceSequence[0]
    [series] = evidence.ReferencedSeriesSequence
    target = series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    assert target == cleaned_dataset(image).SOPInstanceUID


def test_6_the_replacement_may_have_a_meaning_to_those_with_the_key() -> None:
    first, second = a_report(), a_report("two_phantoms")
    first.PatientID = second.PatientID = "P1"
    assert cleaned_dataset(first).PatientID == cleaned_dataset(second).PatientID
    empty = Preset("x", ("", ""), REGISTRY.options, pseudonym=False)
    assert cleaned_dataset(first, empty).PatientID == ""


def test_7_what_is_burned_in_goes_with_the_pixels() -> None:
    screen = a_report()
    screen.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    del screen.ContentSequence
    screen.add_new(0x7FE00010, "OB", b"\0\0")
    outcome = cleaned(as_bytes(screen), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.SCREEN_NOT_BLANKED


def test_8_the_age_is_derived_before_the_birth_date_goes() -> None:
    report = a_report()
    report.PatientBirthDate, report.StudyDate = "19600301", "20240229"
    if "PatientAge" in report:
        del report.PatientAge
    found = cleaned_dataset(report)
    assert (found.PatientAge, found.PatientBirthDate) == ("063Y", "")
    assert "PatientAge" not in cleaned_dataset(report, PLAIN)
    report.PatientBirthDate = "19300301"
    assert cleaned_dataset(report).PatientAge == "090Y"
    assert cleaned_dataset(report, IN_HOUSE).PatientAge == "093Y"


def test_9_file_meta_information_is_new() -> None:
    report = a_report()
    report.preamble = b"SATO" * 32
    report.file_meta.SourceApplicationEntityTitle = "SATO_CT"
    report.file_meta.PrivateInformationCreatorUID = UID("1.2.3.4")
    report.file_meta.PrivateInformation = b"SATO"
    found = cleaned_dataset(report)
    assert found.preamble == b"\0" * 128
    assert {each.keyword for each in found.file_meta} == {
        "FileMetaInformationGroupLength",
        "FileMetaInformationVersion",
        "MediaStorageSOPClassUID",
        "MediaStorageSOPInstanceUID",
        "TransferSyntaxUID",
        "ImplementationClassUID",
        "ImplementationVersionName",
    }
    assert found.file_meta.MediaStorageSOPClassUID == XRayRadiationDoseSRStorage
    assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID


# What is claimed.


def claimed(found: Dataset) -> set[str]:
    return {code.CodeValue for code in found.DeidentificationMethodCodeSequence}


def test_only_what_was_applied_is_claimed() -> None:
    bare = an_sr(a_number())
    bare.StudyDate = ""
    assert claimed(cleaned_dataset(bare)) == {"113100", "113104"}
    dated = an_sr(a_number())
    assert claimed(cleaned_dataset(dated)) == {"113100", "113104", "113107"}
    described = an_sr(
        a_number(), an_item("TEXT", ("125203", "DCM", "Acquisition Protocol"), TextValue="Chest")
    )
    assert "113105" in claimed(cleaned_dataset(described))
    assert claimed(cleaned_dataset(a_report(), PLAIN)) == {"113100", "113104"}


def test_what_became_of_time_is_said() -> None:
    for preset, said in ((IN_HOUSE, "UNMODIFIED"), (REGISTRY, "MODIFIED"), (PLAIN, "REMOVED")):
        found = cleaned_dataset(a_report(), preset)
        assert found.LongitudinalTemporalInformationModified == said
        assert found.PatientIdentityRemoved == "YES"


def test_dates_of_a_patient_are_moved_alike() -> None:
    report = an_sr(
        an_item("DATETIME", ("113809", "DCM", "Start of X-Ray Irradiation"), DateTime="20240301"),
    )
    report.StudyTime = "101112"
    found = cleaned_dataset(report, SCREENING)
    shift = PSEUDONYMS.shift("P1")
    assert timedelta(days=-1825) <= shift < timedelta()
    moments = Moments(shift, keeps_time_of_day=True)
    assert found.StudyDate == moments.date("20240229")
    assert found.ContentSequence[0].DateTime == moments.date("20240301")
    assert found.StudyTime == "101112"
    assert cleaned_dataset(report).get("StudyTime", "") == ""


def test_moments_of_every_form() -> None:
    moved = Moments(timedelta(days=-1), keeps_time_of_day=True)
    full = Moments(timedelta(), keeps_time_of_day=True)
    assert moved.date("2024.03.01") == "20240229"
    assert [moved.date(each) for each in ("", "20241301", "SATO", "00010101")] == [""] * 4
    assert moved.datetime("20240301101112.5+0900") == "20240229101112.5"
    assert full.datetime("20240301101112.5+0900") == "20240301101112.5+0900"
    assert [moved.datetime(each) for each in ("2024", "SATO", "")] == [""] * 3
    assert [moved.time(each) for each in ("SATO", "256060", "10:11:12")] == ["", "", "101112"]


def test_ages_of_every_kind() -> None:
    assert age("20240101", "20240131") == "030D"
    assert age("20240101", "20241231") == "011M"
    assert age("19600229", "20240228") == "063Y"
    assert age("20240101", "20230101") == age("", "20240101") == ""
    assert limited_age("089Y", 89) == "089Y"
    assert limited_age("101Y", 89) == "090Y"
    assert limited_age("101Y", None) == "101Y"
    assert limited_age("SATO", 89) == ""


def test_private_attributes_stay_only_where_known_and_asked_for() -> None:
    report = a_report()
    report.private_block(0x0019, "GEMS_ACQU_01", create=True).add_new(0x23, "DS", "39.37")
    report.private_block(0x0019, "SATO", create=True).add_new(0x23, "DS", "1")
    found = cleaned_dataset(report, with_options(Option.RETAIN_SAFE_PRIVATE))
    private = [each for each in found if each.tag.is_private]
    assert [str(each.value) for each in private] == ["GEMS_ACQU_01", "39.37"]
    assert "113111" in claimed(found)
    assert not [each for each in cleaned_dataset(report) if each.tag.is_private]


def test_uids_of_the_standard_stay() -> None:
    assert PSEUDONYMS.uid("1.2.840.10008.1.4.1.1") == "1.2.840.10008.1.4.1.1"
    assert cleaned_dataset(a_report()).SOPClassUID == XRayRadiationDoseSRStorage


def test_a_uid_that_a_sender_made_below_the_standards_root_does_not_stay() -> None:
    report = a_report()
    report.StudyInstanceUID = UID("1.2.840.10008.4711.19450815")
    assert b"19450815" not in as_bytes(cleaned_dataset(report))


@pytest.mark.parametrize("vr", ["AT", "FD", "LO", "SS", "UL", "UN", "US"])
@pytest.mark.parametrize("keyword", ["PatientAge", "PatientWeight", "SeriesNumber"])
def test_what_has_not_the_vr_of_its_attribute_does_not_stay(keyword: str, vr: str) -> None:
    report = a_report()
    name = b"SatoKenji\0\0\0\0\0\0\0"
    raw = RawDataElement(Tag(keyword), vr, len(name), name, 0, False, True)
    report[keyword] = raw
    assert b"SatoKenji" not in as_bytes(cleaned_dataset(report))


def test_a_text_that_swallowed_its_neighbours_does_not_stay() -> None:
    report = a_report()
    report.Manufacturer = "A maker\x10\x00\x10\x00PN\x0e\x00SatoKenji"
    assert b"SatoKenji" not in as_bytes(cleaned_dataset(report))
