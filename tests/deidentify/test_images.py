"""Pixels: slices of a CT leave, without what hides in them; everything else is a screen."""

import struct
import subprocess
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from appliance.deidentify import Hindrance, Unclean, cleaned
from appliance.simulators.ct_series.enhanced import enhanced_images
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.scenarios import scenario_study
from tests.deidentify.reports import (
    IN_HOUSE,
    PSEUDONYMS,
    REGISTRY,
    SCREENING,
    as_bytes,
    cleaned_dataset,
)
from tests.pipeline.studies import who, with_meta
from tests.services.imaged import FORM, slices


def a_slice() -> Dataset:
    axial = next(each for each in slices() if "LOCALIZER" not in each.ImageType)
    return deepcopy(axial)


def hindrance(image: Dataset) -> Hindrance:
    outcome = cleaned(as_bytes(image), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    return outcome.reasons[0].hindrance


def errors(image: Dataset, folder: Path) -> set[str]:
    file = folder / "image.dcm"
    file.write_bytes(as_bytes(image))
    run = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
    return {line for line in run.stderr.splitlines() if line.startswith("Error")}


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_a_slice_keeps_its_pixels_and_its_technique(maker: str, tmp_path: Path) -> None:
    axial = next(each for each in slices(maker=maker) if "LOCALIZER" not in each.ImageType)
    for preset in (REGISTRY, IN_HOUSE, SCREENING):
        found = cleaned_dataset(axial, preset)
        assert np.array_equal(found.pixel_array, axial.pixel_array)
        assert (found.KVP, found.get("CTDIvol")) == (axial.KVP, axial.get("CTDIvol"))
        assert errors(found, tmp_path) <= errors(axial, tmp_path)
        assert "113101" not in {each.CodeValue for each in found.DeidentificationMethodCodeSequence}


def test_an_enhanced_image_keeps_its_frames(tmp_path: Path) -> None:
    study = scenario_study("chest", who(1), MAKERS["siemens"])
    measured = (each for each in enhanced_images(study, FORM) if each.ImageType[0] == "ORIGINAL")
    image = with_meta(next(measured))
    found = cleaned_dataset(image)
    assert found.NumberOfFrames == image.NumberOfFrames
    assert len(found.PerFrameFunctionalGroupsSequence) == int(image.NumberOfFrames)
    assert np.array_equal(found.pixel_array, image.pixel_array)
    assert errors(found, tmp_path) <= errors(image, tmp_path)


@pytest.mark.parametrize("signed", [0, 1])
def test_what_hides_above_the_stored_bits_goes(signed: int) -> None:
    image = a_slice()
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelRepresentation = signed
    clean = np.arange(image.Rows * image.Columns, dtype="<u2") * 4 % 4096
    image.PixelData = (clean | 0xA000).astype("<u2").tobytes() + b"SATO" * 4
    found = cleaned_dataset(image)
    stored = np.frombuffer(found.PixelData, "<u2")
    assert len(stored) == image.Rows * image.Columns
    assert np.array_equal(stored & 0x0FFF, clean)
    above = stored >> 12
    assert set(above[clean < 2048]) == {0}
    assert set(above[clean >= 2048]) == ({0xF} if signed else {0})


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("BurnedInAnnotation", "YES"),
        ("ImageType", ["DERIVED", "SECONDARY", "AXIAL"]),
        ("Modality", "OT"),
        ("ConversionType", "WSD"),
    ],
)
def test_what_may_show_the_patient_is_refused(keyword: str, value: object) -> None:
    image = a_slice()
    setattr(image, keyword, value)
    assert hindrance(image) is Hindrance.SCREEN_NOT_BLANKED


def test_a_screen_is_refused_unless_somebody_blanks_it() -> None:
    image = a_slice()
    image.SOPClassUID = SecondaryCaptureImageStorage
    assert hindrance(image) is Hindrance.SCREEN_NOT_BLANKED


def test_what_was_blanked_replaces_all_that_was_there() -> None:
    image = a_slice()
    image.SOPClassUID = SecondaryCaptureImageStorage
    image.PixelData = b"SATO" * (len(image.PixelData) // 4)
    blank = Dataset()
    blank.Rows = blank.Columns = 2
    blank.SamplesPerPixel, blank.PhotometricInterpretation = 1, "MONOCHROME2"
    blank.BitsAllocated = blank.BitsStored = 8
    blank.HighBit, blank.PixelRepresentation = 7, 0
    blank.add_new(0x7FE00010, "OB", b"\0" * 4)
    blank.PatientName = "SATO"
    found = cleaned_dataset(image, blanking=lambda _: blank)
    assert (found.Rows, found.PixelData, found.BurnedInAnnotation) == (2, b"\0" * 4, "NO")
    assert found.PatientName != "SATO"
    assert "113101" in {each.CodeValue for each in found.DeidentificationMethodCodeSequence}


def test_pixels_that_do_not_fit_their_description_are_refused() -> None:
    short = a_slice()
    short.PixelData = short.PixelData[:-4]
    assert hindrance(short) is Hindrance.PIXELS
    shifted = a_slice()
    shifted.BitsStored, shifted.HighBit = 12, 15
    assert hindrance(shifted) is Hindrance.PIXELS


def test_more_numbers_than_an_attribute_may_have_do_not_stay() -> None:
    image = a_slice()
    image.add_new("PixelPaddingValue", "US", list(struct.unpack("<5H", b"SATO KENJI")))
    image.add_new("AcquisitionDuration", "FD", list(struct.unpack("<2d", b"SATO KENJI HANAK")))
    assert b"SATO" in as_bytes(image)
    assert b"SATO" not in as_bytes(cleaned_dataset(image))


def test_eight_bits_or_a_palette_are_no_measurement_but_a_screen() -> None:
    screen = a_slice()
    screen.BitsAllocated, screen.BitsStored, screen.HighBit = 8, 8, 7
    assert hindrance(screen) is Hindrance.SCREEN_NOT_BLANKED
    palette = a_slice()
    palette.PhotometricInterpretation = "PALETTE COLOR"
    assert hindrance(palette) is Hindrance.SCREEN_NOT_BLANKED
