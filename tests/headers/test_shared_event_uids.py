"""Irradiation Event UIDs as broken consoles write them: one for everything, or one for a series."""

from typing import Any

import pytest
from pydicom.dataset import Dataset

from appliance.headers import read_images
from tests.headers.images import ct_image, localizer, spiral

UID = "1.2.3.4.5"


def later(images: list[Dataset], hour: str = "11", **changes: Any) -> list[Dataset]:  # noqa: ANN401 - any attribute
    """The same an hour later, as another scan."""
    for each in images:
        each.AcquisitionTime = hour + each.AcquisitionTime[2:]
        for keyword, value in changes.items():
            setattr(each, keyword, value)
    return images


def events(images: list[Dataset]) -> list[tuple[str | None, str | None]]:
    """Start and UID of each irradiation."""
    record = read_images(images).record
    assert record is not None
    said = [(each.started, each.irradiation_event_uid) for each in record.events]
    return [
        (begun.value[8:14] if begun else None, uid.value if uid else None) for begun, uid in said
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"SpiralPitchFactor": 0.6},
        {"KVP": "80"},
        {"ProtocolName": "Chest"},
        {"AcquisitionNumber": "3"},
    ],
)
def test_one_uid_for_everything_names_nothing(changes: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"IrradiationEventUID": UID, "SpiralPitchFactor": 0.8}
    images = [*spiral(**whole), *later(spiral(series=3, **whole), **changes)]
    assert events(images) == [("100000", None), ("110000", None)]


def test_localizers_of_one_uid_are_two() -> None:
    images = [localizer(1, IrradiationEventUID=UID), localizer(2, IrradiationEventUID=UID)]
    later(images[1:], "10", AcquisitionNumber="2")
    assert events(images) == [("095900", None), ("105900", None)]


def test_two_tubes_of_one_uid_are_one_irradiation() -> None:
    tubes = [
        each
        for letter, kv in (("A", "80"), ("B", "140"))
        for each in spiral(
            series=ord(letter),
            IrradiationEventUID=UID,
            KVP=kv,
            ImageType=["ORIGINAL", "PRIMARY", "AXIAL", f"DET_{letter}"],
        )
    ]
    assert events(tubes) == [("100000", UID)]


def test_rotations_with_a_number_each_are_one_irradiation() -> None:
    images = [
        ct_image(at, IrradiationEventUID=UID, AcquisitionNumber=str(at), ScanOptions="AXIAL MODE")
        for at in range(4)
    ]
    assert events(images) == [("100000", UID)]


def test_parts_of_one_scan_with_a_uid_each_are_doubted() -> None:
    images = spiral(20, SpiralPitchFactor=0.8)
    for at, each in enumerate(images):
        each.IrradiationEventUID, each.SeriesInstanceUID = f"{UID}.{at // 10}", f"1.{at // 10}"
    assert len(read_images(images).indistinct) == 1
    for each in images[10:]:
        each.AcquisitionTime = f"1001{each.AcquisitionTime[4:]}"
    assert read_images(images).indistinct == ()


def test_a_scan_over_midnight_whose_date_stayed_is_apart_from_others() -> None:
    named = {"IrradiationEventUID": UID, "SpiralPitchFactor": 0.8}
    first = later(spiral(series=2, IrradiationEventUID=f"{UID}.1"), "22")
    over = [
        ct_image(at, 3, **named | {"AcquisitionTime": time, "AcquisitionNumber": "3"})
        for at, time in enumerate(["235958.0", "235959.0", "000000.0", "000001.0"])
    ]
    found = read_images([*over, *first])
    assert found.indistinct == ()
    assert events([*over, *first]) == [("220000", f"{UID}.1"), ("235958", UID)]
    assert [each.ended[8:14] for each in found.evidence] == ["220004", "240001"]
