"""Headers that real scanners wrote: the test files that pydicom installs."""

from pathlib import Path

import pydicom
import pytest

from appliance.dose.coded import CTAcquisitionType
from appliance.errors import UnreadableObjectError
from appliance.headers import ATTRIBUTES, Grouping, ImageReading, read_images
from appliance.spool import read_attributes

FILES = Path(pydicom.__file__).parent / "data" / "test_files"


def read(*names: str) -> ImageReading:
    found = {each.name: each for each in FILES.rglob("*") if each.name in names}
    assert found.keys() == set(names)
    return read_images(read_attributes(path, ATTRIBUTES) for path in found.values())


@pytest.mark.parametrize(
    "names",
    [
        ("17106", "17136", "17166", "17196"),  # head, a number for each rotation of two slices
        ("2062", "2392", "2693", "3023", "3353"),  # heart, a rotation at each place
    ],
)
def test_rotations_with_a_number_each_are_one_sequence(names: tuple[str, ...]) -> None:
    reading = read(*names)
    assert [each.grouping for each in reading.evidence] == [Grouping.ROTATIONS]
    assert reading.record is not None
    (event,) = reading.record.events
    assert event.acquisition_type
    assert event.acquisition_type.value is CTAcquisitionType.SEQUENCED
    assert event.exposure_time_s is None
    assert not event.has_dose


def test_two_localizers_of_one_series_are_two_events() -> None:
    reading = read("6293", "6924")
    assert [each.is_localizer for each in reading.evidence] == [True, True]


def test_a_spiral_by_its_makers_word() -> None:
    reading = read("CT_small.dcm")
    assert reading.record is not None
    (event,) = reading.record.events
    assert event.acquisition_type
    assert event.acquisition_type.value is CTAcquisitionType.SPIRAL
    assert event.acquisition_type.origin.detail == "Scan Options (0018,0022)"


def test_whatever_pydicom_tests_with_is_read_without_an_error() -> None:
    small = [each for each in FILES.glob("*.dcm") if each.stat().st_size < 200_000]
    for path in small:
        try:
            header = read_attributes(path, ATTRIBUTES)
        except UnreadableObjectError:
            continue
        read_images([header])
    assert len(small) > 50
