"""A workstation as a DICOM Display System, against the tables of PS3.4 EE.2.2 and PS3.3 C.32."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from appliance.displayqa.display_system import ATTRIBUTES, terms
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.measurement import Method
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import LightTold
from tests.displayqa.workstations import (
    a_test,
    luminance,
    measured,
    results,
    seen,
    system,
    whole_test,
)

DARKNESS = LightTold()
CONTEXT = {
    "PerformedProcedureStepStartDateTime": 1,
    "PerformedProcedureStepEndDateTime": 1,
    "ActualHumanPerformersSequence": 2,
    "MeasurementEquipmentSequence": 2,
}
TYPES: dict[str, dict[str, int]] = {
    "": {
        "Manufacturer": 1,
        "InstitutionName": 1,
        "InstitutionAddress": 1,
        "DeviceSerialNumber": 1,
        "StationName": 2,
        "InstitutionalDepartmentName": 2,
        "ManufacturerModelName": 1,
        "EquipmentAdministratorSequence": 2,
        "NumberOfDisplaySubsystems": 1,
        "DisplaySubsystemSequence": 1,
        "TargetLuminanceCharacteristicsSequence": 1,
        "QAResultsSequence": 1,
    },
    "DisplaySubsystemSequence": {
        "DisplaySubsystemID": 1,
        "DisplaySubsystemName": 2,
        "DisplaySubsystemDescription": 2,
        "DisplayDeviceTypeCodeSequence": 2,
        "Manufacturer": 2,
        "DeviceSerialNumber": 2,
        "ManufacturerModelName": 2,
        "SystemStatusComment": 2,
        "DisplaySubsystemConfigurationSequence": 2,
        "CurrentConfigurationID": 2,
        "MeasurementEquipmentSequence": 2,
    },
    "DisplaySubsystemConfigurationSequence": {
        "ConfigurationID": 1,
        "ConfigurationName": 2,
        "ConfigurationDescription": 2,
        "ReferencedTargetLuminanceCharacteristicsID": 2,
    },
    "TargetLuminanceCharacteristicsSequence": {
        "LuminanceCharacteristicsID": 1,
        "DisplayFunctionType": 1,
        "TargetMinimumLuminance": 1,
        "TargetMaximumLuminance": 1,
    },
    "QAResultsSequence": {"DisplaySubsystemID": 1, "DisplaySubsystemQAResultsSequence": 2},
    "DisplaySubsystemQAResultsSequence": {
        "ConfigurationID": 1,
        "ConfigurationQAResultsSequence": 2,
    },
    "ConfigurationQAResultsSequence": {
        "DisplayCalibrationResultSequence": 2,
        "VisualEvaluationResultSequence": 2,
        "LuminanceUniformityResultSequence": 2,
        "LuminanceResultSequence": 2,
    },
    "VisualEvaluationResultSequence": CONTEXT
    | {"VisualEvaluationTestSequence": 1, "VisualEvaluationMethodCodeSequence": 1},
    "VisualEvaluationTestSequence": {"TestResult": 1, "TestPatternCodeSequence": 1},
    "LuminanceUniformityResultSequence": CONTEXT
    | {
        "NumberOfLuminancePoints": 1,
        "MeasurementPatternCodeSequence": 1,
        "DDLValue": 1,
        "WhitePointFlag": 1,
        "LuminanceResponseSequence": 1,
    },
    "LuminanceResultSequence": CONTEXT
    | {"NumberOfLuminancePoints": 1, "LuminanceResponseSequence": 1},
    "LuminanceResponseSequence": {"LuminanceValue": 1},
    "MeasurementEquipmentSequence": {
        "MeasurementFunctions": 1,
        "MeasuredCharacteristics": 1,
        "MeasurementEquipmentType": 1,
        "Manufacturer": 1,
        "ManufacturerModelName": 1,
        "DeviceSerialNumber": 2,
        "DateTimeOfLastCalibration": 2,
    },
    "ActualHumanPerformersSequence": {"HumanPerformerName": 1, "HumanPerformerOrganization": 2},
}
"""PS3.4 tables EE.2.2.1-1 and EE.2.2.1-2: types of what an SCP tells."""


def missing(item: Dataset, sequence: str = "") -> Iterator[str]:
    """What an item lacks of its type, and those in it."""
    for keyword, kind in TYPES.get(sequence, {}).items():
        if keyword not in item or (kind == 1 and item[keyword].is_empty):
            yield f"{sequence}.{keyword}"
    for element in item:
        if element.VR == "SQ":
            for each in element.value:
                yield from missing(each, element.keyword)


def test_a_display_that_was_accepted_has_everything_that_the_standard_wants() -> None:
    told = system(whole_test(is_coloured=True))
    assert not list(missing(told))
    assert told.DisplaySubsystemSequence[0].SystemStatus == "NORMAL"
    assert set(told.dir()) <= {*ATTRIBUTES, "SOPClassUID", "SOPInstanceUID"}


def test_it_can_be_written_and_read_back() -> None:
    told, stream = system(whole_test(is_coloured=True)), BytesIO()
    told.file_meta = FileMetaDataset()
    told.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    told.save_as(stream, enforce_file_format=True)
    stream.seek(0)
    read = dcmread(stream)
    assert read.InstitutionName == "施設病院"
    assert read.DisplaySubsystemSequence[0].DisplaySubsystemDescription == (
        "reading-1-left, 左, mammography"
    )
    assert read.StationName == "reading-1"


def test_each_display_keeps_its_number_and_has_one_item_of_results() -> None:
    told = system(whole_test())
    assert told.NumberOfDisplaySubsystems == 2
    for sequence in (told.DisplaySubsystemSequence, told.QAResultsSequence):
        assert [each.DisplaySubsystemID for each in sequence] == [3, 8]


def test_the_luminances_are_with_the_light_of_the_room_from_black_to_white() -> None:
    (result,) = results(whole_test()).LuminanceResultSequence
    points = result.LuminanceResponseSequence
    assert result.NumberOfLuminancePoints == len(points) == 18
    assert (points[0].DDLValue, points[-1].DDLValue) == (0, 255)
    assert all(one.DDLValue < other.DDLValue for one, other in pairwise(points))
    for each in points:
        assert each.LuminanceValue == pytest.approx(float(luminance(each.DDLValue)) + 0.3)


def test_without_the_light_of_the_room_nothing_is_said_of_what_is_seen() -> None:
    found = results(whole_test(DARKNESS))
    assert not found.LuminanceResultSequence
    assert not found.LuminanceUniformityResultSequence
    assert len(found.VisualEvaluationResultSequence) == 1
    assert not system(whole_test(DARKNESS)).TargetLuminanceCharacteristicsSequence


def test_a_telescope_sees_the_light_of_the_room_itself() -> None:
    (result,) = results(whole_test(DARKNESS, method=Method.TELESCOPIC)).LuminanceResultSequence
    assert result.LuminanceResponseSequence[0].LuminanceValue == pytest.approx(0.5)
    assert not result.MeasurementEquipmentSequence


def test_the_places_go_row_by_row() -> None:
    (result,) = results(whole_test(is_coloured=True)).LuminanceUniformityResultSequence
    assert result.DDLValue == 204
    assert result.WhitePointFlag == "YES"
    assert result.NumberOfLuminancePoints == len(result.LuminanceResponseSequence) == 5
    assert result.MeasurementPatternCodeSequence[0].CodeValue == "places-5"
    for each in result.LuminanceResponseSequence:
        assert each.CIExyWhitePoint == pytest.approx([0.3127, 0.3290], abs=1e-4)


@pytest.mark.parametrize(
    ("method", "kind"),
    [(Method.CONTACT, "NEAR_RANGE"), (Method.FRONT_SENSOR, "BUILT_IN_FRONT")],
)
def test_the_meter_is_told(method: Method, kind: str) -> None:
    (result,) = results(whole_test(method=method)).LuminanceResultSequence
    (meter,) = result.MeasurementEquipmentSequence
    assert meter.MeasurementEquipmentType == kind
    assert meter.MeasurementFunctions == "PHOTOMETER"
    assert (meter.ManufacturerModelName, meter.DeviceSerialNumber) == ("LS-100", "77")
    (unknown,) = results(whole_test(manufacturer="")).LuminanceResultSequence
    assert not unknown.MeasurementEquipmentSequence


def test_what_was_looked_at_is_told_check_by_check() -> None:
    (result,) = results(a_test(*seen(is_fulfilled=False))).VisualEvaluationResultSequence
    assert {each.TestResult for each in result.VisualEvaluationTestSequence} == {"FAIL"}
    assert result.VisualEvaluationMethodCodeSequence[0].CodeValue == "109701"
    assert result.ActualHumanPerformersSequence[0].HumanPerformerName == "yamada"


def test_the_most_recent_result_of_each_kind_counts() -> None:
    before = whole_test()
    after = a_test(*seen(is_fulfilled=False), occasion=Occasion.DAILY, verdict=Verdict.FAIL)
    found = results(before, after)
    visual, response = found.VisualEvaluationResultSequence[0], found.LuminanceResultSequence[0]
    assert visual.VisualEvaluationTestSequence[0].TestResult == "FAIL"
    assert response.NumberOfLuminancePoints == 18


def test_a_grey_scale_that_does_not_reach_white_is_not_told() -> None:
    some = [each for each in measured() if getattr(each, "ddl", 0) != 255]
    light = LightTold(ambient_cd_m2=luminance(0))
    assert not results(a_test(light, *some)).LuminanceResultSequence


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCOMPLETE])
def test_a_status_whose_term_nobody_read_is_said_in_words(verdict: Verdict) -> None:
    left, right = system(whole_test(verdict=verdict)).DisplaySubsystemSequence
    assert "SystemStatus" not in left
    assert left.SystemStatusComment == f"last test: {verdict}"
    assert "SystemStatus" not in right
    assert right.SystemStatusComment == "no test"


def test_the_target_is_what_it_had_when_it_was_accepted() -> None:
    (target,) = system(whole_test()).TargetLuminanceCharacteristicsSequence
    assert target.DisplayFunctionType == "GSDF"
    assert target.TargetMinimumLuminance == pytest.approx(0.8)
    assert target.TargetMaximumLuminance == pytest.approx(255.8)
    assert target.LuminanceCharacteristicsID == 3
    left, right = system(whole_test()).DisplaySubsystemSequence
    for each, expected in ((left, 3), (right, None)):
        (configuration,) = each.DisplaySubsystemConfigurationSequence
        assert configuration.ReferencedTargetLuminanceCharacteristicsID == expected
    assert not system(whole_test(verdict=Verdict.FAIL)).TargetLuminanceCharacteristicsSequence


def test_what_was_not_read_in_the_standard_has_no_value() -> None:
    every = [each for table in terms().values() for each in table.values()]
    assert all(bool(each.value) == each.verified and each.source for each in every)
    assert any(not each.verified for each in every)
