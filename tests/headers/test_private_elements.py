"""Private elements of images: believed where they prove each other, never for their names."""

from decimal import Decimal

import pytest
from pydicom.dataset import Dataset

from appliance.dose.record import IrradiationEvent
from appliance.headers import Why, read_images
from tests.headers.images import spiral

MEC = (0x7005, "TOSHIBA_MEC_CT3")
ELSCINT = (0x01F1, "ELSCINT1")


def with_private(
    headers: list[Dataset], block: tuple[int, str], values: dict[int, tuple[str, object]]
) -> list[Dataset]:
    for header in headers:
        reserved = header.private_block(*block, create=True)
        for element, (vr, value) in values.items():
            reserved.add_new(element, vr, value)
    return headers


def aquilion(dlp: float = 245.1, feed_mm: str = "+43.50") -> list[Dataset]:
    """As a published header of a real scan has it: 221 images, 0.8 mm apart, 1 mm thick."""
    headers = spiral(221, SliceThickness="1.0", CTDIvol=9.8)
    for at, header in enumerate(headers):
        header.ImagePositionPatient = ["0", "0", f"{1914.9 - 0.8 * at:.2f}"]
    values: dict[int, tuple[str, object]] = {
        0x0A: ("DS", feed_mm),
        0x23: ("DS", "0.870"),
        0x40: ("FD", dlp),
        0x41: ("SH", "0.5x100"),
    }
    return with_private(headers, MEC, values)


def event_of(headers: list[Dataset]) -> IrradiationEvent:
    record = read_images(headers).record
    assert record is not None
    (event,) = record.events
    return event


def test_a_spirals_motion_and_dlp() -> None:
    event = event_of(aquilion())
    said = {name: value.text for name, value in event.sourced()}
    assert {
        "pitch": "0.870",
        "single_collimation_mm": "0.5",
        "total_collimation_mm": "50.0",
        "dlp_mgy_cm": "245.1",
        "acquisition_type": "SPIRAL",
    }.items() <= said.items()
    assert event.pitch
    assert event.pitch.origin.detail == "private element (7005,xx23,TOSHIBA_MEC_CT3)"


@pytest.mark.parametrize("dlp", [170.0, 310.0, 490.2])
def test_a_dlp_that_the_images_cannot_be_of_is_refused(dlp: float) -> None:
    reading = read_images(aquilion(dlp))
    assert event_of(aquilion(dlp)).dlp_mgy_cm is None
    assert ("events[0].dlp_mgy_cm", Why.DLP_OF_WHAT) in {
        (each.field, each.why) for each in reading.refusals
    }


def test_motion_that_does_not_prove_itself_is_not_believed() -> None:
    event = event_of(aquilion(feed_mm="+40.00"))
    assert (event.pitch, event.total_collimation_mm, event.dlp_mgy_cm) == (None, None, None)


def test_the_standard_attribute_comes_first() -> None:
    headers = aquilion()
    for header in headers:
        header.SpiralPitchFactor = 0.86
    event = event_of(headers)
    assert event.pitch
    assert (event.pitch.text, event.pitch.origin.detail) == (
        "0.86",
        "Spiral Pitch Factor (0018,9311)",
    )


def test_a_rotation_time_that_the_tables_speed_proves() -> None:
    values: dict[int, tuple[str, object]] = {
        0x07: ("DS", "30.02"),
        0x26: ("DS", "0.938"),
        0x27: ("DS", "0.75"),
        0x4B: ("SH", "16x1.5"),
    }
    event = event_of(with_private(spiral(), ELSCINT, values))
    assert event.rotation_time_s
    assert event.rotation_time_s.value == Decimal("0.75")
    assert event.total_collimation_mm
    assert event.total_collimation_mm.value == 24
