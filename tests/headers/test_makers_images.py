"""What the headers of simulated studies give is what was simulated, or nothing."""

from collections.abc import Collection
from decimal import Decimal

import pytest
from pydicom.dataset import Dataset

from appliance.dose.coded import CTAcquisitionType, ProcedureContext
from appliance.dose.record import IrradiationEvent
from appliance.headers import ImageReading, read_images
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.ct_series.acquisition import Acquisition, ImagedStudy
from appliance.simulators.ct_series.dose_attributes import DoseStyle, add_dose_attributes
from appliance.simulators.ct_series.enhanced import enhanced_images
from appliance.simulators.ct_series.makers import MAKERS, SeriesNumbers
from appliance.simulators.ct_series.scenarios import SCENARIOS, scenario_study
from appliance.simulators.ct_series.series import Form, images

WHO = Identity("1.2.826.0.1.3680043.8.498.2")
FEW = Form(slices=7)
NOT_TOLD = {("hitachi", "bolus-tracking")}
"""Nothing in these headers tells that the table stood still, so each rotation stays an event."""


def study(maker: str, scenario: str) -> ImagedStudy:
    return scenario_study(scenario, WHO, MAKERS[maker])


def events(reading: ImageReading) -> tuple[IrradiationEvent, ...]:
    assert reading.record is not None
    return reading.record.events


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("maker", MAKERS)
def test_every_irradiation_is_one_event_and_says_nothing_wrong(maker: str, scenario: str) -> None:
    made = study(maker, scenario)
    reading = read_images(images(made, FEW))
    assert reading.doubts == ()
    if (maker, scenario) in NOT_TOLD:
        assert len(events(reading)) > len(made.acquisitions)
        return
    assert len(events(reading)) == len(made.acquisitions)
    for event, acquisition in zip(events(reading), made.acquisitions, strict=True):
        expect_true(event, acquisition)


def expect_true(event: IrradiationEvent, made: Acquisition) -> None:
    """Everything that ``event`` says holds for what was simulated."""
    how = made.technique
    said = {name: value.value for name, value in event.sourced()}
    assert said["label"] == made.label
    assert said["kvp"] == how.kvp
    truth: dict[str, object] = {
        "acquisition_type": made.acquisition_type,
        "ctdi_vol_mgy": made.ctdi_vol_mgy,
        "phantom": made.phantom,
        "irradiation_event_uid": made.event_uid,
        "frame_of_reference_uid": made.frame_of_reference_uid,
        "rotation_time_s": Decimal(str(how.rotation_time_s)),
        "single_collimation_mm": Decimal(str(how.single_collimation_mm)),
        "total_collimation_mm": Decimal(str(how.total_collimation_mm)),
        "pitch": how.pitch and Decimal(str(how.pitch)),
        "exposure_time_s": Decimal(str(how.exposure_time_s)),
        "procedure_context": ProcedureContext.WITH_CONTRAST if made.contrast else None,
    }
    assert {name: value for name, value in said.items() if name in truth} == {
        name: value for name, value in truth.items() if name in said
    }


FULL = Form(slices=None)


def test_a_modern_spiral_is_whole() -> None:
    made = study("ge-revolution", "chest")
    _, chest = events(read_images(images(made, FULL)))
    assert chest.acquisition_type
    assert chest.acquisition_type.value is CTAcquisitionType.SPIRAL
    length = made.acquisitions[1].dlp_mgy_cm / made.acquisitions[1].ctdi_vol_mgy * 10  # type: ignore[operator]
    assert chest.scanning_length_mm
    assert abs(chest.scanning_length_mm.value - length) < 1
    assert chest.exposure_time_s
    assert chest.tube_current_max_ma
    assert chest.tube_current_ma
    assert chest.tube_current_ma.value < chest.tube_current_max_ma.value
    assert chest.reconstructable_length_mm is None


def test_rotations_side_by_side_have_lengths_and_ends() -> None:
    _, head = events(read_images(images(study("ge-revolution", "head-axial"), FULL)))
    assert head.acquisition_type
    assert head.acquisition_type.value is CTAcquisitionType.SEQUENCED
    said = {name: value.value for name, value in head.sourced() if name.endswith(("mm", "time_s"))}
    assert {
        "scanning_length_mm": 140,
        "reconstructable_length_mm": 140,
        "top_z_mm": 180,
        "bottom_z_mm": 40,
        "exposure_time_s": Decimal("3.5"),
    }.items() <= said.items()


def test_two_sources_have_each_their_own_voltage_and_current() -> None:
    _, abdomen = events(read_images(images(study("siemens", "dual-source"), FEW)))
    assert abdomen.x_ray_sources
    assert abdomen.x_ray_sources.value == 2
    assert abdomen.kvp
    assert abdomen.kvp.value == 100
    (other,) = abdomen.further_sources
    assert other.kvp
    assert other.kvp.value == 140
    assert other.tube_current_ma
    assert abs(other.tube_current_ma.value - 180) < 3
    assert other.rotation_time_s is not None
    assert other.rotation_time_s == abdomen.rotation_time_s


@pytest.mark.parametrize(
    ("maker", "times"),
    [("ge", 2), ("ge", 3), ("siemens-sensation", 2), ("toshiba", 2), ("philips-brilliance", 3)],
)
def test_reconstructions_doubled_or_tripled_change_nothing(maker: str, times: int) -> None:
    made = study(maker, "phases")
    once, more = (read_images(images(each, FEW)) for each in (made, made.multiplied(times)))
    renumbered = {"series"} if made.maker.series_numbers is SeriesNumbers.RUNNING else set()
    assert [values(event, renumbered) for event in events(once)] == [
        values(event, renumbered) for event in events(more)
    ]
    assert more.doubts == ()


def values(event: IrradiationEvent, leave_out: Collection[str] = ()) -> dict[str, object]:
    said = {name: sourced.value for name, sourced in event.sourced()}
    return {name: value for name, value in said.items() if name not in leave_out}


@pytest.mark.parametrize("maker", ["ge-revolution", "siemens-sensation"])
def test_any_order_gives_the_same_reading(maker: str) -> None:
    made = study(maker, "bolus-tracking")
    straight = read_images(images(made, FEW))
    for seed in range(3):
        assert read_images(images(made, Form(slices=7, shuffled=seed))) == straight


@pytest.mark.parametrize("scenario", ["chest", "perfusion", "head-and-body"])
def test_frames_say_what_single_images_say(scenario: str) -> None:
    made = study("canon", scenario)
    frames = list(events(read_images(enhanced_images(made, FEW))))
    single = events(read_images(images(made, FEW)))[1:]
    assert len(frames) == len(single)
    for frame, image in zip(frames, single, strict=True):
        same = values(image).keys() & values(frame).keys() - {"series", "target_region"}
        assert {n: values(frame)[n] for n in same} == {n: values(image)[n] for n in same}
        assert frame.x_ray_sources
        assert frame.x_ray_sources.value == 1


@pytest.mark.parametrize("style", DoseStyle)
def test_a_dose_screens_header_is_a_record_of_its_own(style: DoseStyle) -> None:
    made = study("philips", "head-and-body")
    screen = Dataset()
    screen.SOPClassUID, screen.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    add_dose_attributes(screen, made, style)
    reading = read_images([screen, *images(made, FEW)])
    scans = [each for each in made.acquisitions if not each.is_localizer]
    assert reading.stated is not None
    stated = reading.stated.events
    assert [each.dlp_mgy_cm and each.dlp_mgy_cm.value for each in stated] == [
        each.dlp_mgy_cm for each in scans
    ]
    assert reading.stated.total_dlp_mgy_cm
    assert reading.stated.total_dlp_mgy_cm.value == sum(each.dlp_mgy_cm or 0 for each in scans)
    assert all(event.dlp_mgy_cm is None for event in events(reading))
