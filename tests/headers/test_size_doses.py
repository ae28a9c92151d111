"""Size specific doses of events: what is estimated, and each condition that must hold."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import exp
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian, JPEG2000Lossless

from appliance.dose.coded import CTAcquisitionType, Phantom, SizeSpecificDoseMethod
from appliance.dose.record import IrradiationEvent, SizeSpecificDose
from appliance.headers.reading import read_images
from appliance.headers.size import (
    NoEstimate,
    SliceSize,
    Unfit,
    is_needed,
    measure,
    size_specific_doses,
    sizes_of,
)
from appliance.headers.size.estimate import estimates
from appliance.headers.size.method import shipped
from appliance.headers.size.patient import Size
from appliance.simulators.ct_series.anatomy import ABDOMEN, CHEST, Body
from appliance.simulators.ct_series.enhanced import enhanced_images
from appliance.simulators.ct_series.makers import CANON, GE, GE_REVOLUTION, MAKERS, SIEMENS
from appliance.simulators.ct_series.scenarios import SCENARIOS, scenario_study
from appliance.simulators.ct_series.series import Form, images
from tests.headers.sections import WHO, an_event, axial_images, number, words

METHOD = SizeSpecificDoseMethod
WATER_300 = Body.of_water(300)


def sized(*diameters_mm: float, step_mm: float = 20, truncated: float = 0) -> list[SliceSize]:
    """Sections of cylinders, one above the other."""
    return [
        SliceSize(
            sop_instance_uid=f"1.{at}",
            frame=None,
            series_uid="1.2",
            event_uid="1.2.3",
            acquisition_number="2",
            reconstruction="B 5",
            z_mm=Decimal(str(at * step_mm)),
            size=Size(mm, mm, mm, truncated),
        )
        for at, mm in enumerate(diameters_mm)
    ]


def one(found: tuple[SizeSpecificDose, ...] | NoEstimate) -> SizeSpecificDose:
    assert isinstance(found, tuple), found
    (dose,) = found
    return dose


def refused(
    event: IrradiationEvent, sizes: Sequence[SliceSize] = tuple(sized(*[300] * 12))
) -> Unfit:
    found = size_specific_doses(event, sizes)
    assert isinstance(found, NoEstimate), found
    return found.why


def test_the_mean_over_z_of_the_factors_is_what_is_reported() -> None:
    diameters = [200.0, 220, 240, 260, 280, 300, 300, 280, 260, 240]
    dose = one(size_specific_doses(an_event(), sized(*diameters)))
    factors = [3.704369 * exp(-0.03671937 * mm / 10) for mm in diameters]
    assert float(dose.ssde_mgy.value) == pytest.approx(10 * sum(factors) / 10, abs=0.006)
    assert dose.method.value is METHOD.AVERAGE_OVER_Z
    assert dose.water_equivalent_diameter_mm is not None
    assert dose.water_equivalent_diameter_mm.value == Decimal("258.0")
    assert dose.ssde_mgy.origin.source.code_value == "113867"
    assert dose.ssde_mgy.origin.detail == "AAPM 220, 10 images, factor AAPM 204 BODY32"
    assert dose.lateral_mm is dose.effective_diameter_mm is None


def test_two_sections_give_the_dose_of_the_middle_one() -> None:
    event = replace(an_event(), dlp_mgy_cm=number("40"))
    dose = one(size_specific_doses(event, sized(300, 320)))
    assert dose.method.value is METHOD.WATER_EQUIVALENT
    assert dose.ssde_mgy.value == Decimal("12.31")


@pytest.mark.parametrize(
    ("method", "diameter_cm"),
    [(METHOD.LATERAL, 24.7), (METHOD.AP, 34.4), (METHOD.LATERAL_AND_AP, 29.6)],
)
def test_dimensions_give_the_doses_of_aapm_204(method: METHOD, diameter_cm: float) -> None:
    dose = one(estimates(an_event(), sized(*[300] * 12), [method]))
    expected = 10 * 3.704369 * exp(-0.03671937 * diameter_cm)
    assert float(dose.ssde_mgy.value) == pytest.approx(expected, rel=0.003)
    assert dose.effective_diameter_mm is not None
    assert float(dose.effective_diameter_mm.value) == pytest.approx(diameter_cm * 10, abs=0.6)
    assert (dose.lateral_mm is None) == (method is METHOD.AP)
    assert (dose.ap_mm is None) == (method is METHOD.LATERAL)
    assert dose.water_equivalent_diameter_mm is None


def test_no_dose_is_estimated_by_age() -> None:
    with pytest.raises(ValueError, match="AGE"):
        estimates(an_event(), sized(*[300] * 12), [METHOD.AGE])


def test_a_child_s_trunk_of_the_small_phantom_has_its_own_factor() -> None:
    dose = one(size_specific_doses(an_event(phantom=Phantom.HEAD16), sized(*[160] * 12)))
    assert dose.ssde_mgy.value == Decimal("10.09")


def test_a_head_gets_none() -> None:
    head = an_event("HEAD", Phantom.HEAD16, CTAcquisitionType.SEQUENCED)
    assert refused(head, sized(*[170] * 12)) is Unfit.FACTOR_UNVERIFIED


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (replace(an_event(), ctdi_vol_mgy=None), Unfit.NO_CTDI_VOL),
        (replace(an_event(), ctdi_vol_mgy=number("0")), Unfit.NO_CTDI_VOL),
        (an_event(phantom=None), Unfit.NO_PHANTOM),
        (an_event(kind=None), Unfit.NOT_SCANNED_ALONG),
        (an_event(kind=CTAcquisitionType.STATIONARY), Unfit.NOT_SCANNED_ALONG),
        (an_event(kind=CTAcquisitionType.CONSTANT_ANGLE), Unfit.NOT_SCANNED_ALONG),
        (an_event(region=None), Unfit.NO_REGION),
        (an_event("NECK"), Unfit.REGION_WITHOUT_FACTOR),
        (an_event("ENTIRE_BODY"), Unfit.REGION_WITHOUT_FACTOR),
        (replace(an_event(), dlp_mgy_cm=number("600")), Unfit.RANGE_NOT_COVERED),
        (replace(an_event(), dlp_mgy_cm=None), Unfit.RANGE_NOT_COVERED),
    ],
)
def test_what_the_method_asks_of_an_event(event: IrradiationEvent, why: Unfit) -> None:
    assert refused(event) is why


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ([], Unfit.NO_IMAGES),
        (sized(*[300] * 12, truncated=0.17), Unfit.TRUNCATED),
        ([*sized(*[300] * 11), *sized(300, truncated=0.6)], Unfit.TRUNCATED),
        (sized(*[300] * 6, step_mm=50), Unfit.RANGE_NOT_COVERED),
        (sized(*[300] * 4), Unfit.RANGE_NOT_COVERED),
        (sized(300), Unfit.RANGE_NOT_COVERED),
        (sized(*[460] * 12), Unfit.SIZE_OUT_OF_RANGE),
        (sized(*[70] * 12), Unfit.SIZE_OUT_OF_RANGE),
        (sized(*[300] * 11, 460), Unfit.SIZE_OUT_OF_RANGE),
        ([replace(each, size=Unfit.NOT_HOUNSFIELD) for each in sized(300)], Unfit.NOT_HOUNSFIELD),
        ([replace(each, size=Unfit.TILTED, z_mm=None) for each in sized(300)], Unfit.TILTED),
    ],
)
def test_what_the_method_asks_of_the_images(sizes: list[SliceSize], why: Unfit) -> None:
    if why is Unfit.TRUNCATED and len({each.sop_instance_uid for each in sizes}) < len(sizes):
        sizes[-1] = replace(sizes[-1], sop_instance_uid="9", z_mm=Decimal(220))
    assert refused(an_event(), sizes) is why


@given(order=st.randoms(use_true_random=False), copies=st.integers(1, 3))
@settings(max_examples=20)
def test_neither_order_nor_copies_change_a_dose(order: Random, copies: int) -> None:
    plain = sized(220, 240, 260, 280, 300, 300, 290, 280, 270, 260)
    other = [
        replace(each, sop_instance_uid=f"{each.sop_instance_uid}.{copy}", series_uid=f"1.2.{copy}")
        for each in plain
        for copy in range(copies)
    ]
    shuffled = [*plain, *plain, *other]
    order.shuffle(shuffled)
    expected = one(size_specific_doses(an_event(), plain))
    found = one(size_specific_doses(an_event(), shuffled))
    assert (found.ssde_mgy.value, found.method) == (expected.ssde_mgy.value, found.method)


def test_a_reconstruction_that_shows_the_whole_patient_is_preferred() -> None:
    targeted = [
        replace(each, sop_instance_uid=f"2.{at}", series_uid="0.1")
        for at, each in enumerate(sized(*[180] * 40, step_mm=5, truncated=1))
    ]
    dose = one(size_specific_doses(an_event(), [*targeted, *sized(*[300] * 12)]))
    assert dose.water_equivalent_diameter_mm is not None
    assert dose.water_equivalent_diameter_mm.value == 300


def test_a_longer_reconstruction_with_gaps_is_not_preferred() -> None:
    gaps = [
        replace(each, sop_instance_uid=f"2.{at}", series_uid="0.1")
        for at, each in enumerate(sized(*[200] * 8, step_mm=40))
    ]
    dose = one(size_specific_doses(an_event(), [*gaps, *sized(*[300] * 12)]))
    assert dose.water_equivalent_diameter_mm is not None
    assert dose.water_equivalent_diameter_mm.value == 300


def test_unequal_steps_weigh_by_what_they_stand_for() -> None:
    thin = sized(*[200] * 11, step_mm=10)
    thick = [
        replace(s, z_mm=(s.z_mm or 0) + Decimal(120), sop_instance_uid=f"3{s.sop_instance_uid}")
        for s in sized(*[300] * 6)
    ]
    dose = one(size_specific_doses(an_event(), [*thin, *thick]))
    assert dose.water_equivalent_diameter_mm is not None
    assert float(dose.water_equivalent_diameter_mm.value) == pytest.approx(252, abs=2)


def test_images_belong_to_their_event_by_uid_else_by_series_and_what_is_known() -> None:
    here = sized(300, 300, 300)
    other = [replace(each, event_uid="9", sop_instance_uid="9") for each in here]
    assert sizes_of(an_event(), [*here, *other]) == tuple(here)
    unnamed = replace(an_event(), irradiation_event_uid=None)
    assert sizes_of(unnamed, here) == ()
    assert sizes_of(unnamed, here, ["1.2"]) == tuple(here)
    assert sizes_of(replace(unnamed, acquisition=words("7")), here, ["1.2"]) == ()
    ranged = replace(unnamed, top_z_mm=number("30"), bottom_z_mm=number("10"))
    assert sizes_of(ranged, here, ["1.2"]) == tuple(here[1:2])


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_images_of_every_maker_are_measured(maker: str) -> None:
    made = axial_images(WATER_300, MAKERS[maker], slices=2)
    sizes = [each for image in made for each in measure(image)]
    assert len(sizes) == 2
    for each in sizes:
        assert isinstance(each.size, Size)
        assert each.size.water_equivalent_diameter_mm == pytest.approx(300, abs=1.5)


def test_an_enhanced_image_is_measured_frame_by_frame() -> None:
    study = scenario_study("chest", WHO, CANON)
    made = enhanced_images(study, Form(slices=3, matrix=128, body=WATER_300))
    sizes = [each for image in made for each in measure(image)]
    assert [each.frame for each in sizes] == [0, 1, 2, 0, 1, 2]  # the coronal one is no original
    assert all(isinstance(each.size, Size) for each in sizes)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_from_images_to_doses(scenario: str) -> None:
    """What the headers say and the pixels show: trunks get a dose that is right, the rest none."""
    study = scenario_study(scenario, WHO, SIEMENS)
    made = images(study, Form(slices=24, matrix=96))
    record = read_images(made).record
    assert record is not None
    sizes = [each for image in made for each in measure(image)]
    for event in record.dose_events:
        source = (
            next(a for a in study.acquisitions if a.event_uid == event.irradiation_event_uid.value)
            if event.irradiation_event_uid
            else None
        )
        assert source is not None
        dosed = replace(event, dlp_mgy_cm=number(str(source.dlp_mgy_cm)))
        found = size_specific_doses(dosed, sizes_of(dosed, sizes))
        if source.body_part == "HEAD" or source.acquisition_type is CTAcquisitionType.STATIONARY:
            assert isinstance(found, NoEstimate)
            continue
        body = CHEST if source.body_part == "CHEST" else ABDOMEN
        factor = 3.704369 * exp(-0.03671937 * body.water_equivalent_diameter_mm / 10)
        expected = factor * float(source.ctdi_vol_mgy or 0)
        assert float(one(found).ssde_mgy.value) == pytest.approx(expected, rel=0.01)


def test_which_images_are_read_depends_on_nothing_but_their_headers() -> None:
    study = scenario_study("chest", WHO, GE_REVOLUTION)
    made = images(study, Form(slices=None))
    needed = [each for each in made if is_needed(each)]
    assert not any("LOCALIZER" in each.ImageType for each in needed)
    thick = [each for each in needed if each.SliceThickness == 5]
    thin = [each for each in needed if each.SliceThickness == 1]
    assert len(thick) == sum(e.SliceThickness == 5 and "AXIAL" in e.ImageType for e in made)
    heights = sorted({float(each.ImagePositionPatient[2]) for each in thin})
    assert {round(step, 3) for step in np.diff(heights)} == {5}
    anonymous = axial_images(WATER_300)[0]
    del anonymous.InstanceNumber
    assert is_needed(anonymous)


def spoilt(**values: object) -> Dataset:
    (image, *_) = axial_images(WATER_300, slices=1)
    for keyword, value in values.items():
        if value is None:
            delattr(image, keyword)
        else:
            setattr(image, keyword, value)
    return image


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (spoilt(PixelData=None), Unfit.NO_PIXELS),
        (spoilt(PixelData=b"\0\0"), Unfit.NO_PIXELS),
        (spoilt(BitsAllocated=8), Unfit.NO_PIXELS),
        (spoilt(Rows=0), Unfit.NO_PIXELS),
        (spoilt(Rows=65535, Columns=65535), Unfit.NO_PIXELS),
        (spoilt(PixelSpacing=None), Unfit.NO_PIXEL_SPACING),
        (spoilt(PixelSpacing=["0", "1"]), Unfit.NO_PIXEL_SPACING),
        (spoilt(RescaleIntercept=None), Unfit.NOT_HOUNSFIELD),
        (spoilt(RescaleSlope="0"), Unfit.NOT_HOUNSFIELD),
        (spoilt(PixelSpacing=["0.0000001", "0.0000001"]), Unfit.NO_PIXEL_SPACING),
        (spoilt(RescaleSlope="1e30"), Unfit.NOT_HOUNSFIELD),
        (spoilt(RescaleIntercept="-1e30"), Unfit.NOT_HOUNSFIELD),
        (spoilt(RescaleType="US"), Unfit.NOT_HOUNSFIELD),
        (spoilt(ImageOrientationPatient=[1, 0, 0, 0, 0.97, 0.24]), Unfit.TILTED),
    ],
)
def test_pixels_that_cannot_be_used_say_why(image: Dataset, why: Unfit) -> None:
    (found,) = measure(image)
    assert found.size is why


def test_wrong_rescaling_never_gives_a_size() -> None:
    for intercept in ("-8192", "-700", "-300", "0", "1000"):
        (found,) = measure(spoilt(RescaleIntercept=intercept))
        limit = shipped().range.truncated_share
        assert isinstance(found.size, Unfit) or found.size.truncated_share > limit


def test_compressed_pixels_are_measured_once_somebody_decoded_them() -> None:
    image = spoilt()
    stored = np.frombuffer(image.PixelData, "<u2").reshape(image.Rows, image.Columns)
    image.file_meta.TransferSyntaxUID = JPEG2000Lossless
    (found,) = measure(image)
    assert found.size is Unfit.COMPRESSED
    (decoded,) = measure(image, [stored])
    assert decoded == measure(spoilt())[0]
    for broken in ([], [np.dstack([stored] * 3)]):
        (found,) = measure(image, broken)
        assert found.size is Unfit.COMPRESSED


def test_big_endian_and_bits_that_are_not_stored_are_read_as_what_they_are() -> None:
    plain = measure(spoilt())[0]
    image = spoilt()
    values = np.frombuffer(image.PixelData, "<u2")
    image.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    image.PixelData = values.astype(">u2").tobytes()
    assert measure(image)[0] == plain
    image = spoilt(BitsStored=12, HighBit=11)
    image.PixelData = (values | 0xA000).astype("<u2").tobytes()
    assert measure(image)[0] == plain


def test_signed_values_of_twelve_bits_are_signed() -> None:
    (image, *_) = axial_images(WATER_300, GE, slices=1)
    whole = measure(image)[0]
    values = np.frombuffer(image.PixelData, "<i2")
    image.BitsStored, image.HighBit = 12, 11
    image.RescaleIntercept = "0"
    image.PixelPaddingValue = -2048
    image.PixelData = ((np.maximum(values - 1024, -2048)) & 0x0FFF).astype("<i2").tobytes()
    assert measure(image)[0].size == pytest.approx(whole.size) or isinstance(whole.size, Size)
    found = measure(image)[0].size
    assert isinstance(found, Size)
    assert isinstance(whole.size, Size)
    assert found.water_equivalent_diameter_mm == pytest.approx(
        whole.size.water_equivalent_diameter_mm, abs=0.2
    )


def test_a_patient_on_a_side_is_as_wide_as_deep_is_drawn() -> None:
    (plain,) = measure(spoilt(PixelData=axial_images(ABDOMEN, slices=1)[0].PixelData))
    image = axial_images(ABDOMEN, slices=1)[0]
    image.ImageOrientationPatient = [0, 1, 0, -1, 0, 0]
    (turned,) = measure(image)
    assert isinstance(plain.size, Size)
    assert isinstance(turned.size, Size)
    assert plain.size.lateral_mm > plain.size.ap_mm
    assert (turned.size.lateral_mm, turned.size.ap_mm) == (plain.size.ap_mm, plain.size.lateral_mm)


def test_other_objects_have_no_size() -> None:
    study = scenario_study("chest", WHO, SIEMENS)
    localizer, *_ = images(study, Form(slices=1, matrix=32))
    assert measure(localizer) == ()
    assert not is_needed(localizer)
    assert measure(Dataset()) == ()
    assert not is_needed(Dataset())
