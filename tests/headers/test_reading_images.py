from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from appliance.dose.coded import (
    CTAcquisitionType,
    Phantom,
    ProcedureContext,
    SourceOfDoseInformation,
)
from appliance.dose.doubt import Reason
from appliance.dose.record import IrradiationEvent
from appliance.headers import ImageReading, SetAside, read_images
from appliance.headers.refusal import Why
from tests.headers.images import STUDY, code, ct_image, localizer, spiral


def events(reading: ImageReading) -> tuple[IrradiationEvent, ...]:
    assert reading.record is not None
    return reading.record.events


def test_a_series_is_one_event_with_what_its_headers_say() -> None:
    phantom = code("113691", "IEC Body Dosimetry Phantom")
    (event,) = events(
        read_images(
            spiral(
                AcquisitionType="SPIRAL",
                RevolutionTime=0.5,
                SingleCollimationWidth=0.625,
                TotalCollimationWidth=40.0,
                SpiralPitchFactor=0.984,
                CTDIPhantomTypeCodeSequence=phantom,
                BodyPartExamined="ABDOMEN",
                ContrastBolusAgent="Iopamidol 300",
                IrradiationEventUID=f"{STUDY}.77",
            )
        )
    )
    said = {name: value.value for name, value in event.sourced()}
    region = said.pop("target_region")
    assert getattr(region, "name", "") == "ABDOMEN"
    assert said == {
        "label": "Abdomen",
        "series": "2",
        "acquisition": "2",
        "acquisition_type": CTAcquisitionType.SPIRAL,
        "ctdi_vol_mgy": Decimal("7.43"),
        "phantom": Phantom.BODY32,
        "kvp": 120,
        "tube_current_ma": 200,
        "tube_current_max_ma": 200,
        "rotation_time_s": Decimal("0.5"),
        "single_collimation_mm": Decimal("0.625"),
        "total_collimation_mm": 40,
        "pitch": Decimal("0.984"),
        "frame_of_reference_uid": f"{STUDY}.0.1",
        "procedure_context": ProcedureContext.WITH_CONTRAST,
        "irradiation_event_uid": f"{STUDY}.77",
        "started": "20090315100000.000000",
    }


def test_every_value_says_which_attribute_of_which_image_it_is() -> None:
    (event,) = events(read_images(spiral()))
    assert event.kvp is not None
    origin = event.kvp.origin
    assert origin.source is SourceOfDoseInformation.COPIED_FROM_IMAGE
    assert (origin.detail, origin.sop_instance_uid) == ("KVP (0018,0060)", f"{STUDY}.2.1")


def test_a_reconstruction_of_the_same_time_and_number_is_no_further_event() -> None:
    thin = spiral(series=3, SliceThickness="1", ConvolutionKernel="B70f")
    reading = read_images([*spiral(), *thin])
    assert events(reading) == events(read_images(spiral()))
    assert reading.evidence[0].series_numbers == ("2", "3")
    assert reading.evidence[0].images == 20


def test_a_later_scan_of_the_same_number_is_another_event() -> None:
    later = spiral(series=3, AcquisitionTime="103000.000000")
    assert [e.series and e.series.value for e in events(read_images([*later, *spiral()]))] == [
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (["DERIVED", "SECONDARY", "MPR"], SetAside.NOT_ORIGINAL),
        (["DERIVED", "PRIMARY", "AXIAL"], SetAside.NOT_ORIGINAL),
        (["ORIGINAL", "SECONDARY", "AXIAL"], SetAside.NOT_ORIGINAL),
        (["ORIGINAL", "PRIMARY", "OTHER"], SetAside.OTHER_FLAVOUR),
        (["ORIGINAL", "PRIMARY"], SetAside.OTHER_FLAVOUR),
        (None, SetAside.NOT_ORIGINAL),
    ],
)
def test_what_is_no_original_image_is_not_counted(kind: list[str] | None, why: SetAside) -> None:
    reading = read_images([*spiral(), ct_image(0, 9, ImageType=kind)])
    assert events(reading) == events(read_images(spiral()))
    assert reading.set_aside == {why: 1}


def test_no_image_is_no_record() -> None:
    capture = Dataset()
    capture.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    reading = read_images([capture])
    assert reading.record is None
    assert reading.set_aside == {SetAside.NOT_A_CT_IMAGE: 1}


def test_zeros_on_a_localizer_are_no_dose() -> None:
    scout, scan = events(read_images([*spiral(), localizer()]))
    assert scout.acquisition_type is not None
    assert scout.acquisition_type.value is CTAcquisitionType.CONSTANT_ANGLE
    assert not scout.has_dose
    assert scan.has_dose


def test_two_doses_in_one_irradiation_are_a_doubt_and_no_dose() -> None:
    reading = read_images([*spiral(), *spiral(series=3, CTDIvol=9.1)])
    (event,) = events(reading)
    (doubt,) = reading.doubts
    assert event.ctdi_vol_mgy is None
    assert doubt.reason is Reason.HEADERS_CONTRADICT
    assert doubt.field == "events[0].ctdi_vol_mgy"
    assert [said for _, said in doubt.readings] == ["7.43", "9.1"]


def test_an_empty_contrast_agent_says_nothing() -> None:
    (event,) = events(read_images(spiral(ContrastBolusAgent="")))
    assert event.procedure_context is None


@settings(max_examples=25)
@given(
    st.permutations(
        [localizer(), *spiral(6), *spiral(6, series=3), *spiral(4, series=4, AcquisitionNumber="3")]
    )
)
def test_the_order_of_arrival_means_nothing(headers: list[Dataset]) -> None:
    straight = [
        localizer(),
        *spiral(6),
        *spiral(6, series=3),
        *spiral(4, series=4, AcquisitionNumber="3"),
    ]
    assert read_images(headers) == read_images(straight)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (0.6200000047683716, "0.62"),  # four bytes
        (24.330000000000002, "24.33"),
        (0.86999999999999993, "0.87"),
        (7.000007629394531, "7"),  # steps that are not decimal
        (0.984375, "0.984375"),
        (7.4263, "7.4263"),
    ],
)
def test_a_binary_number_is_the_decimal_that_was_meant(stored: float, said: str) -> None:
    (event,) = events(read_images(spiral(TotalCollimationWidth=stored)))
    assert event.total_collimation_mm
    assert event.total_collimation_mm.text == said


def test_an_event_uid_that_localizer_and_scan_share_names_neither() -> None:
    both = [localizer(IrradiationEventUID="1.2.9"), *spiral(IrradiationEventUID="1.2.9")]
    assert [each.irradiation_event_uid for each in events(read_images(both))] == [None, None]


def test_a_scan_begins_with_the_first_image_of_its_series() -> None:
    whole = spiral()
    for at, header in enumerate(whole, 1):
        header.InstanceNumber = at
    assert read_images(whole).evidence[0].begins
    assert read_images(whole[:5]).evidence[0].begins
    assert not read_images(whole[5:]).evidence[0].begins
    of_one_moment = spiral(AcquisitionTime="100000.000000")
    assert read_images(of_one_moment[5:]).evidence[0].begins


def test_a_place_is_repeated_when_it_was_imaged_at_several_moments() -> None:
    here = spiral(3, ImagePositionPatient=["-150", "-150", "0"])
    assert read_images(here).evidence[0].repeats
    assert not read_images(spiral(3)).evidence[0].repeats
    twice = [*spiral(3), *spiral(3, series=3, ConvolutionKernel="B70f")]
    assert not read_images(twice).evidence[0].repeats


@pytest.mark.parametrize(("letter", "kvp"), [("A", "120"), ("B", None)])
def test_a_second_source_alone_is_not_the_first(letter: str, kvp: str | None) -> None:
    """Only the images of tube B came (seed 30136); which voltage and current A had is unknown."""
    kind = ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI DUAL", f"DET_{letter}"]
    reading = read_images(spiral(ImageType=kind))
    (event,) = events(reading)
    said = (event.kvp, event.tube_current_ma, event.tube_current_max_ma)
    assert [value and value.text for value in said] == [kvp, kvp and "200", kvp and "200"]
    assert (event.ctdi_vol_mgy is None) is (kvp is None)
    assert any(each.why is Why.OTHER_SOURCE for each in reading.refusals) is (kvp is None)
