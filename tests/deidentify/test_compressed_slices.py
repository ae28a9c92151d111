"""Compressed slices leave decoded: the same pixels, and nothing else that the codestream held."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from appliance.deidentify import Cleaned, Hindrance, Unclean, cleaned
from appliance.simulators.ct_series.enhanced import enhanced_images
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.scenarios import scenario_study
from tests.deidentify.reports import PSEUDONYMS, REGISTRY, as_bytes, opened
from tests.deidentify.test_images import a_slice, errors
from tests.dosescreen.test_screen_compression import by_gdcm
from tests.pipeline.studies import who, with_meta
from tests.services.imaged import FORM

SECRET = b"SATO^KENJI 1945"


def by_dcmtk(*command: str) -> Callable[[Path], Dataset]:
    def compressed(plain: Path) -> Dataset:
        target = plain.with_name("compressed.dcm")
        subprocess.run([*command, plain, target], check=True)
        return pydicom.dcmread(target)

    return compressed


def j2k(plain: Path) -> Dataset:
    return by_gdcm(plain, gdcm.TransferSyntax.JPEG2000Lossless)


def jpeg_comment(frame: bytes) -> bytes:
    segment = struct.pack(">H", len(SECRET) + 2) + SECRET
    return frame[:2] + b"\xff\xfe" + segment + b"\xff\xe1" + segment + frame[2:]


def j2k_comment(frame: bytes) -> bytes:
    (length,) = struct.unpack_from(">H", frame, 4)
    segment = b"\xff\x64" + struct.pack(">HH", len(SECRET) + 4, 1) + SECRET
    return frame[: 4 + length] + segment + frame[4 + length :]


def behind(frame: bytes) -> bytes:
    return frame + SECRET + b"\0" * (len(SECRET) % 2)


Planted = Callable[[bytes], bytes]
WAYS: dict[str, tuple[Callable[[Path], Dataset], Planted]] = {
    "jpeg-lossless": (by_dcmtk("dcmcjpeg", "+e1"), jpeg_comment),
    "jpeg-ls": (by_dcmtk("dcmcjpls"), jpeg_comment),
    "jpeg-2000": (j2k, j2k_comment),
    "rle": (by_dcmtk("dcmcrle"), behind),
}


def planted(image: Dataset, plant: Planted) -> bytes:
    """The compressed image as a file with a name in each frame's codestream and behind them."""
    count = int(image.get("NumberOfFrames") or 1)
    frames = [plant(each) for each in generate_frames(image.PixelData, number_of_frames=count)]
    image.PixelData = encapsulate(frames)
    image["PixelData"].is_undefined_length = True
    content = as_bytes(image)
    assert content.count(SECRET) >= count
    return content


def twelve_bits(*, signed: bool) -> Dataset:
    image = a_slice()
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelRepresentation = int(signed)
    values = np.arange(image.Rows * image.Columns) * 37 % 4096 - (2048 if signed else 0)
    image.PixelData = values.astype("<i2").tobytes()
    return image


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("make", [a_slice, lambda: twelve_bits(signed=True)], ids=["16", "12"])
def test_a_compressed_slice_leaves_as_it_was_measured(
    way: str, make: Callable[[], Dataset], tmp_path: Path
) -> None:
    image, plain = make(), tmp_path / "plain.dcm"
    plain.write_bytes(as_bytes(image))
    compress, plant = WAYS[way]
    outcome = cleaned(planted(compress(plain), plant), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Cleaned), outcome.text
    assert SECRET not in outcome.content
    found = opened(outcome)
    assert found.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert found["PixelData"].VR == "OW"
    assert np.array_equal(found.pixel_array, image.pixel_array)
    assert (found.BitsStored, found.PixelRepresentation) == (
        image.BitsStored,
        image.PixelRepresentation,
    )
    assert found.get("LossyImageCompression", "00") == "00"
    assert errors(found, tmp_path) <= errors(image, tmp_path)


def test_every_frame_of_a_compressed_enhanced_image_leaves(tmp_path: Path) -> None:
    study = scenario_study("chest", who(1), MAKERS["siemens"])
    measured = (each for each in enhanced_images(study, FORM) if each.ImageType[0] == "ORIGINAL")
    image = with_meta(next(measured))
    plain = tmp_path / "plain.dcm"
    plain.write_bytes(as_bytes(image))
    content = planted(WAYS["rle"][0](plain), behind)
    found = opened(cleaned(content, REGISTRY, PSEUDONYMS))
    assert np.array_equal(found.pixel_array, image.pixel_array)
    assert SECRET not in as_bytes(found)


def test_what_was_compressed_with_loss_says_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.dcm"
    image = a_slice()
    plain.write_bytes(as_bytes(image))
    lossy = by_dcmtk("dcmcjpls", "+en", "+md", "2")(plain)
    lossy.ImageType = image.ImageType
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio"):
        if keyword in lossy:
            del lossy[keyword]
    found = opened(cleaned(as_bytes(lossy), REGISTRY, PSEUDONYMS))
    assert found.LossyImageCompression == "01"
    near = np.abs(found.pixel_array.astype(int) - image.pixel_array.astype(int))
    assert near.max() <= 2


def hindrance(image: Dataset) -> tuple[Hindrance, str]:
    outcome = cleaned(as_bytes(image), REGISTRY, PSEUDONYMS)
    assert isinstance(outcome, Unclean)
    return outcome.reasons[0].hindrance, outcome.text


def rle_slice(tmp_path: Path) -> Dataset:
    plain = tmp_path / "plain.dcm"
    plain.write_bytes(as_bytes(a_slice()))
    image = WAYS["rle"][0](plain)
    assert image.file_meta.TransferSyntaxUID == RLELossless
    return image


def test_pixels_that_cannot_be_decoded_do_not_leave(tmp_path: Path) -> None:
    image = rle_slice(tmp_path)
    image.PixelData = encapsulate([b"\0" * 64])
    image["PixelData"].is_undefined_length = True
    found, text = hindrance(image)
    assert found is Hindrance.COMPRESSED
    assert "uncompressed" in text


def test_pixels_of_another_size_than_described_do_not_leave(tmp_path: Path) -> None:
    plain = tmp_path / "plain.dcm"
    plain.write_bytes(as_bytes(a_slice()))
    image = WAYS["jpeg-lossless"][0](plain)
    image.Rows = image.Rows // 2
    assert hindrance(image)[0] is Hindrance.COMPRESSED


def test_more_frames_than_are_decoded_do_not_leave(tmp_path: Path) -> None:
    image = rle_slice(tmp_path)
    image.NumberOfFrames = "65"
    found, text = hindrance(image)
    assert found is Hindrance.COMPRESSED
    assert "65 frames" in text


def test_a_compressed_picture_is_a_screen_as_any_other(tmp_path: Path) -> None:
    image = rle_slice(tmp_path)
    image.BurnedInAnnotation = "YES"
    assert hindrance(image)[0] is Hindrance.SCREEN_NOT_BLANKED
