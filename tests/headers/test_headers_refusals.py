"""What headers say and is not taken, or taken only where it proves itself."""

import gc
import tracemalloc
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian

from appliance.dose.coded import CTAcquisitionType, ProcedureContext
from appliance.dose.doubt import Reason
from appliance.dose.record import IrradiationEvent
from appliance.headers import ATTRIBUTES, Gathering, Grouping, Why, read_images
from appliance.spool import read_attributes
from tests.headers.images import STUDY, code, ct_image, localizer, shuffled, spiral


def only_event(headers: Iterable[Dataset]) -> IrradiationEvent:
    record = read_images(headers).record
    assert record is not None
    (event,) = record.events
    return event


def refused(headers: Iterable[Dataset]) -> set[tuple[str, Why]]:
    return {(each.field, each.why) for each in read_images(headers).refusals}


MOVING: dict[str, Any] = {
    "TotalCollimationWidth": 10.0,
    "SpiralPitchFactor": 1.0,
    "RevolutionTime": 0.5,
}
"""20 mm a second."""


def test_a_time_is_the_events_when_the_travel_covers_the_images() -> None:
    event = only_event(spiral(40, ExposureTime="10500", **MOVING))  # 210 mm for 200 mm of images
    assert event.exposure_time_s
    assert event.exposure_time_s.value == Decimal("10.5")
    assert event.scanning_length_mm
    assert event.scanning_length_mm.value == 210


@pytest.mark.parametrize(
    ("milliseconds", "images"),
    [
        ("500", 40),  # of a rotation
        ("9000", 40),  # 180 mm for 200 mm of images
        ("60000", 40),  # a travel far beyond the images
        ("500", 2),  # so short that a rotation covers it
    ],
)
def test_a_time_that_may_be_of_something_else_is_refused(milliseconds: str, images: int) -> None:
    headers = spiral(images, ExposureTime=milliseconds, **MOVING)
    event = only_event(headers)
    assert event.exposure_time_s is None
    assert event.scanning_length_mm is None
    assert ("events[0].exposure_time_s", Why.TIME_OF_WHAT) in refused(headers)


def test_feed_and_speed_say_the_rotation_time() -> None:
    event = only_event(spiral(TableFeedPerRotation=30.72, TableSpeed=61.44))
    assert event.rotation_time_s
    assert event.rotation_time_s.text == "0.500"
    assert read_images(spiral(TableSpeed=61.44)).evidence[0].table_speed_mm_s == Decimal("61.44")


def test_what_was_reconstructed_of_a_spiral_is_not_all_that_could_be() -> None:
    headers = spiral(40, ExposureTime="10500", **MOVING)
    event = only_event(headers)
    assert (event.top_z_mm, event.bottom_z_mm, event.reconstructable_length_mm) == (None,) * 3
    assert ("events[0].reconstructable_length_mm", Why.NOT_WHOLE_VOLUME) in refused(headers)


def test_voltages_that_differ_are_refused_with_their_currents() -> None:
    headers = [*spiral(5), *spiral(5, series=3, KVP="80")]
    event = only_event(headers)
    assert (event.kvp, event.tube_current_ma, event.x_ray_sources) == (None, None, None)
    assert ("events[0].kvp", Why.DIFFERS) in refused(headers)


def test_a_current_that_not_every_image_states_is_refused() -> None:
    headers = [*spiral(5), ct_image(5, XRayTubeCurrent="0")]
    assert only_event(headers).tube_current_ma is None
    assert ("events[0].tube_current_ma", Why.NOT_IN_ALL) in refused(headers)


def test_currents_of_images_with_a_gap_are_refused() -> None:
    headers = [ct_image(at, XRayTubeCurrent=str(100 + at)) for at in (0, 1, 2, 9)]
    event = only_event(headers)
    assert (event.tube_current_ma, event.tube_current_max_ma) == (None, None)
    assert ("events[0].tube_current_ma", Why.UNEVEN) in refused(headers)


def test_currents_of_images_whose_numbers_have_a_gap_are_refused() -> None:
    """Every second of them came, so they are evenly spaced."""
    headers = [
        ct_image(at, XRayTubeCurrent=str(100 + at), InstanceNumber=str(at + 1))
        for at in (0, 2, 4, 6)
    ]
    event = only_event(headers)
    assert (event.tube_current_ma, event.tube_current_max_ma) == (None, None)


def test_of_images_that_repeat_some_places_the_greatest_current_is_kept() -> None:
    headers = [ct_image(at, XRayTubeCurrent=str(100 + at)) for at in (0, 1, 2, 3)]
    again = ct_image(3, XRayTubeCurrent="103", SOPInstanceUID="1.2.9")
    event = only_event([*headers, again])
    assert event.tube_current_ma is None
    assert event.tube_current_max_ma
    assert event.tube_current_max_ma.value == 103


def by_slice(**more: Any) -> list[Dataset]:  # noqa: ANN401 - any attribute
    """CTDIvol follows the tube current, as where each slice states its own."""
    currents = (100, 140, 200, 160)
    return [
        ct_image(at, XRayTubeCurrent=str(mA), CTDIvol=mA / 20, **more)
        for at, mA in enumerate(currents)
    ]


def test_the_mean_of_slices_side_by_side_is_the_events_dose() -> None:
    event = only_event(by_slice(AcquisitionType="SEQUENCED"))
    assert event.ctdi_vol_mgy
    assert event.ctdi_vol_mgy.value == Decimal("7.50")
    assert event.ctdi_vol_mgy.origin.detail == "mean CTDIvol (0018,9345) of 4 images"


def test_the_mean_of_a_spirals_slices_is_not() -> None:
    reading = read_images(by_slice(AcquisitionType="SPIRAL"))
    assert reading.record is not None
    assert reading.record.events[0].ctdi_vol_mgy is None
    assert reading.doubts == ()
    assert ("events[0].ctdi_vol_mgy", Why.VARIES_BY_SLICE) in refused(
        by_slice(AcquisitionType="SPIRAL")
    )
    assert reading.evidence[0].ctdi_vol_mgy == (Decimal(5), Decimal(10))


def test_doses_that_do_not_follow_the_current_are_a_doubt() -> None:
    headers = by_slice(AcquisitionType="SEQUENCED")
    headers[1].CTDIvol = 9.9
    reading = read_images(headers)
    assert [doubt.reason for doubt in reading.doubts] == [Reason.HEADERS_CONTRADICT]
    assert only_event(headers).ctdi_vol_mgy is None


def test_doses_within_rounding_are_one_and_the_finest_is_taken() -> None:
    event = only_event([*spiral(5, CTDIvol=7.4), *spiral(5, series=3, CTDIvol=7.43)])
    assert event.ctdi_vol_mgy
    assert event.ctdi_vol_mgy.text == "7.43"


@pytest.mark.parametrize(
    ("agent", "context"),
    [
        ("Iopamidol 300", ProcedureContext.WITH_CONTRAST),
        ("CE", ProcedureContext.WITH_CONTRAST),
        ("なし", ProcedureContext.WITHOUT_CONTRAST),
        ("NONE", ProcedureContext.WITHOUT_CONTRAST),
        ("", None),
        (None, None),
    ],
)
def test_contrast_is_what_a_word_says(agent: str | None, context: ProcedureContext | None) -> None:
    header = ct_image(ContrastBolusAgent="x")
    if agent is None:
        del header.ContrastBolusAgent
    else:
        header.ContrastBolusAgent = agent
    found = only_event([header]).procedure_context
    assert (found and found.value) == context


def test_contrast_in_some_images_of_an_event_is_refused() -> None:
    headers = [*spiral(3), ct_image(3, ContrastBolusAgent="Iohexol")]
    assert only_event(headers).procedure_context is None
    assert ("events[0].procedure_context", Why.DIFFERS) in refused(headers)


def rotations(count: int = 6, **more: Any) -> list[Dataset]:  # noqa: ANN401 - any attribute
    """A number for each rotation, all at one place, as in bolus tracking."""
    place = ["-150", "-150", "40"]
    return [
        ct_image(at, AcquisitionNumber=str(at + 3), ImagePositionPatient=place, **more)
        for at in range(count)
    ]


def test_rotations_at_one_place_are_one_event() -> None:
    reading = read_images(rotations())
    assert [each.grouping for each in reading.evidence] == [Grouping.ROTATIONS]
    event = only_event(rotations(ScanOptions="CINE MODE"))
    assert event.acquisition_type
    assert event.acquisition_type.value is CTAcquisitionType.STATIONARY


def test_a_dose_at_one_place_may_be_that_of_one_rotation() -> None:
    headers = rotations(ScanOptions="CINE MODE")
    assert not only_event(headers).has_dose
    assert ("events[0].ctdi_vol_mgy", Why.DOSE_OF_WHAT) in refused(headers)
    assert read_images(headers).evidence[0].ctdi_vol_mgy == (Decimal("7.43"), Decimal("7.43"))


def test_a_place_that_is_not_known_repeats_only_where_there_are_several_images() -> None:
    alone, *more = spiral(3, ImagePositionPatient=None)
    assert only_event([alone]).ctdi_vol_mgy
    assert ("events[0].ctdi_vol_mgy", Why.DOSE_OF_WHAT) in refused([alone, *more])


@pytest.mark.parametrize(
    "more", [{"AcquisitionType": "SPIRAL"}, {"SpiralPitchFactor": 0.9}, {"TableSpeed": 20.0}]
)
def test_what_moved_stays_apart_by_its_number(more: dict[str, Any]) -> None:
    assert len(read_images(rotations(**more)).evidence) == 6


def test_rotations_of_another_dose_stay_apart() -> None:
    other = [
        ct_image(at, AcquisitionNumber=str(at + 3), CTDIvol=20.0, ScanOptions="AXIAL MODE")
        for at in range(6, 9)
    ]
    assert len(read_images([*rotations(ScanOptions="AXIAL MODE"), *other]).evidence) == 2


def test_a_word_that_the_table_contradicts_is_not_believed() -> None:
    headers = spiral(ScanOptions="AXIAL MODE", SpiralPitchFactor=0.9)
    assert only_event(headers).acquisition_type is None
    assert ("events[0].acquisition_type", Why.DIFFERS) in refused(headers)


def test_a_tilted_gantry_has_no_places() -> None:
    tilted = ["1", "0", "0", "0", "0.966", "-0.259"]
    reading = read_images(spiral(ImageOrientationPatient=tilted, AcquisitionType="SEQUENCED"))
    assert reading.evidence[0].lowest_z_mm is None
    assert reading.record is not None
    assert reading.record.events[0].scanning_length_mm is None


def test_times_with_the_dots_and_colons_of_acr_nema() -> None:
    header = ct_image()
    for keyword, said in (("AcquisitionDate", "2009.03.15"), ("AcquisitionTime", "10:22:33")):
        header[keyword] = DataElement(keyword, "LO", said)  # as spool leaves what is no DA or TM
    event = only_event([header])
    assert event.started
    assert event.started.value == "20090315102233.000000"


def test_nothing_turned_for_a_localizer() -> None:
    event = only_event([localizer(RevolutionTime=0.5, ExposureTime="5300", SpiralPitchFactor=1.0)])
    assert (event.rotation_time_s, event.pitch, event.exposure_time_s) == (None, None, None)


def stating(uid: str, *doses: float) -> Dataset:
    header = Dataset()
    header.SOPClassUID, header.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", uid
    items = []
    for at, dose in enumerate(doses):
        item = Dataset()
        item.SeriesNumber, item.CTDIvol = str(at + 1), dose
        items.append(item)
    header.ExposureDoseSequence = Sequence(items)
    return header


def test_of_statements_that_go_on_the_longest_counts() -> None:
    reading = read_images([stating("1.1", 5.0), stating("1.2", 5.0, 7.0), stating("1.3", 0.0)])
    assert reading.stated is not None
    assert len(reading.stated.events) == 2
    assert reading.doubts == ()


def test_statements_that_contradict_are_a_doubt() -> None:
    reading = read_images([stating("1.1", 6.0), stating("1.2", 5.0, 7.0)])
    assert reading.stated is None
    assert [doubt.reason for doubt in reading.doubts] == [Reason.HEADERS_CONTRADICT]


def enhanced(sources: int = 0, **exposure: object) -> Dataset:
    """Four frames of an Enhanced CT Image whose groups state what one needs."""

    def one(**values: object) -> Sequence:
        item = Dataset()
        for keyword, value in values.items():
            setattr(item, keyword, value)
        return Sequence([item])

    header, shared = ct_image(), Dataset()
    header.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    for keyword in ("KVP", "CTDIvol", "XRayTubeCurrent", "ImagePositionPatient"):
        del header[keyword]
    shared.CTXRayDetailsSequence = one(KVP="100")
    if sources:
        second = one(KVP="140", XRayTubeCurrentInmA=120.0)
        shared.CTAdditionalXRaySourceSequence = second
    shared.ContrastBolusUsageSequence = one(ContrastBolusAgentAdministered="NO")
    frames = []
    for at in range(4):
        frame = Dataset()
        frame.CTExposureSequence = one(XRayTubeCurrentInmA=200.0 + at, CTDIvol=7.4, **exposure)
        frame.PlanePositionSequence = one(ImagePositionPatient=["0", "0", str(-5 * at)])
        frames.append(frame)
    header.SharedFunctionalGroupsSequence = Sequence([shared])
    header.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return header


def test_frames_take_their_values_from_their_functional_groups() -> None:
    event = only_event([enhanced(CTDIPhantomTypeCodeSequence=code("113690", "Head"))])
    said = {name: str(value.text) for name, value in event.sourced()}
    assert {
        "kvp": "100",
        "ctdi_vol_mgy": "7.4",
        "phantom": "HEAD16",
        "tube_current_ma": "201.5",
        "tube_current_max_ma": "203",
        "x_ray_sources": "1",
        "procedure_context": "WITHOUT_CONTRAST",
    }.items() <= said.items()
    assert event.tube_current_ma
    assert event.tube_current_ma.origin.frame == 3  # the lowest: all are of one moment


def test_an_additional_source_is_a_further_one() -> None:
    event = only_event([enhanced(sources=1)])
    assert event.x_ray_sources
    assert event.x_ray_sources.value == 2
    (second,) = event.further_sources
    assert second.kvp
    assert second.tube_current_ma
    assert (second.kvp.text, second.tube_current_ma.text) == ("140", "120")


def test_a_files_attributes_say_all_that_the_whole_object_says(tmp_path: Path) -> None:
    whole = ct_image(
        RevolutionTime=0.5, CTDIPhantomTypeCodeSequence=code("113690", "Head"), PatientName="A^B"
    )
    screen = stating("1.9", 5.0)
    screen.StudyInstanceUID = STUDY
    screen.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", "99.5")
    read = []
    for at, header in enumerate((whole, screen, enhanced(sources=1))):
        header.file_meta = FileMetaDataset()
        header.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        header.save_as(tmp_path / f"{at}.dcm", implicit_vr=True, little_endian=True)
        read.append(read_attributes(tmp_path / f"{at}.dcm", ATTRIBUTES))
    assert "PatientName" not in read[0]
    reading = read_images(read)
    assert reading == read_images([whole, screen, enhanced(sources=1)])
    assert reading.stated is not None
    assert reading.stated.total_dlp_mgy_cm


def test_a_thousand_slices_are_kept_in_a_few_hundred_bytes_each() -> None:
    headers = spiral(1000)
    gathering = Gathering()
    tracemalloc.start()
    for header in shuffled(headers, 1):
        gathering.take(header)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept / len(headers) < 1000
    assert gathering.reading().record is not None
