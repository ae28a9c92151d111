"""Two scanners in one study: each row is completed by its own, and no dose is left out unseen."""

from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.alarms import AlarmCode
from appliance.config import Configuration, Recogniser, Sources
from appliance.dose.doubt import Reason
from appliance.headers import Equipment
from tests.pipeline.studies import a_copy
from tests.services.desk import STUDY, Desk
from tests.services.imaged import screens, slices
from tests.services.test_complete_reports import last_report, scan
from tests.services.test_native_reports import native

ANOTHER = {"DeviceSerialNumber": "99999", "StationName": "CT02"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    recogniser = Recogniser(settle_s=60, confirm_first=0)
    return Desk(tmp_path, Configuration(recogniser=recogniser, sources=Sources()))


def of_another(images: tuple[Dataset, ...], **more: object) -> list[Dataset]:
    """The same images as another scanner's."""
    return [a_copy(each, **ANOTHER | more) for each in images]


def apart(images: list[Dataset]) -> list[Dataset]:
    """As objects of their own."""
    return [
        a_copy(
            each,
            SOPInstanceUID=f"{each.SOPInstanceUID}.9",
            SeriesInstanceUID=f"{each.SeriesInstanceUID}.9",
        )
        for each in images
    ]


def without_dose(images: list[Dataset]) -> list[Dataset]:
    for each in images:
        each.pop("CTDIvol", None)
    return images


def test_images_of_another_scanner_complete_no_row(desk: Desk) -> None:
    desk.settle(*without_dose(of_another(slices())), *screens())
    assert desk.reason() == "reported"
    assert "tube_current_ma" not in scan(last_report(desk))


def test_images_of_another_scanner_do_not_stand_in_the_way(desk: Desk) -> None:
    other = without_dose(apart(of_another(slices(), XRayTubeCurrent="13")))
    desk.settle(*slices(), *other, *screens())
    assert desk.reason() == "reported"
    assert scan(last_report(desk))["tube_current_ma"] != 13


def test_a_dose_of_another_scanner_is_not_left_out_unseen(desk: Desk) -> None:
    desk.settle(*slices(), *apart(of_another(slices())), *screens())
    assert desk.reason() == Reason.SEVERAL_SCANNERS
    accepted = (Reason.SEVERAL_SCANNERS,)
    desk.settling.settle(desk.case().id, "Tanaka^Jiro", "it has a study of its own", {}, accepted)
    desk.work()
    assert desk.reason() == "settled by a person"
    assert "tube_current_ma" in scan(last_report(desk))


def test_images_of_two_scanners_are_no_report_without_a_person(desk: Desk) -> None:
    desk.settle(*slices(), *apart(of_another(slices(), KVP="80")))
    desk.hands.wait(desk.configuration.sources.wait_for_screen_s)
    desk.work()
    assert desk.reason() == Reason.SEVERAL_SCANNERS


def test_a_screen_that_passed_a_workstation_is_the_scanners(desk: Desk) -> None:
    desk.settle(*(a_copy(each, Manufacturer="ACME", **ANOTHER) for each in screens()), *slices())
    assert desk.reason() == "reported"
    assert "tube_current_ma" in scan(last_report(desk))


def test_a_screen_of_another_scanner_than_the_report_raises_the_alarm(desk: Desk) -> None:
    report = a_copy(native(), Manufacturer=screens()[0].Manufacturer, DeviceSerialNumber="1")
    desk.settle(report, *screens())
    assert desk.reason() == "native report"
    assert desk.alarms() == [(AlarmCode.NATIVE_REPORT_DISAGREES, STUDY)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"Manufacturer": "SIEMENS"}, {"Manufacturer": "Siemens Healthineers"}, True),
        ({"Manufacturer": "SIEMENS"}, {"Manufacturer": "GE MEDICAL SYSTEMS"}, False),
        ({"Manufacturer": "SIEMENS"}, {"ManufacturerModelName": "Force"}, True),
        ({"ManufacturerModelName": "Force"}, {"ManufacturerModelName": "Flash"}, False),
        ({"DeviceSerialNumber": "1"}, {"DeviceSerialNumber": "2"}, False),
        (
            {"DeviceSerialNumber": "1", "StationName": "A"},
            {"DeviceSerialNumber": "1", "StationName": "B"},
            True,
        ),
        ({"StationName": "A"}, {"StationName": "B"}, False),
        ({"StationName": "ct 1 "}, {"StationName": "CT  1"}, True),
    ],
)
def test_which_equipment_is_the_same(
    one: dict[str, str], other: dict[str, str], *, same: bool
) -> None:
    first, second = Dataset(), Dataset()
    for header, said in ((first, one), (second, other)):
        for keyword, value in said.items():
            setattr(header, keyword, value)
    assert Equipment.of(first).may_be(Equipment.of(second)) is same
