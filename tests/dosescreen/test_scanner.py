"""Which scanner drew a screen."""

import pytest
from pydicom import Dataset

from appliance.dosescreen.scanner import Scanner, scanner_of


def header(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


GIVEN = {
    "Manufacturer": "MAKER ",
    "ManufacturerModelName": "Model  64",
    "DeviceSerialNumber": "0042",
    "StationName": "CT01",
    "SoftwareVersions": ["V1", "V2"],
}


def test_a_scanner_is_named_by_maker_model_and_serial_number() -> None:
    scanner = scanner_of(header(**GIVEN))
    assert scanner == Scanner("MAKER", "Model 64", "0042")
    assert scanner.software_versions == "V1 V2"


def test_its_identifier_is_short_and_always_the_same() -> None:
    assert Scanner("MAKER", "Model 64", "0042").identifier == "b2439fae0dcfd5dd"


def test_new_software_makes_no_new_scanner() -> None:
    updated = header(**GIVEN | {"SoftwareVersions": "V3"})
    assert scanner_of(updated) == scanner_of(header(**GIVEN))


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("Manufacturer", "OTHER"), ("ManufacturerModelName", "16"), ("DeviceSerialNumber", "43")],
)
def test_any_other_difference_makes_another_scanner(keyword: str, value: str) -> None:
    one, other = scanner_of(header(**GIVEN)), scanner_of(header(**GIVEN | {keyword: value}))
    assert one is not None
    assert other is not None
    assert one.identifier != other.identifier


def test_the_stations_name_stands_in_for_a_missing_serial_number() -> None:
    scanner = scanner_of(header(**GIVEN | {"DeviceSerialNumber": ""}))
    assert scanner is not None
    assert scanner.device == "CT01"


def test_a_header_without_either_names_no_scanner() -> None:
    assert scanner_of(header(Manufacturer="MAKER", StationName=None)) is None
