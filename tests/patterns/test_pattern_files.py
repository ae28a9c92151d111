"""Patterns as files: read back by others, every level is where it was drawn."""

import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.pixels.processing import apply_voi_lut

from appliance.displayqa.patterns import Panel, drawn, found, patterns
from appliance.displayqa.patterns.png import as_png
from appliance.displayqa.patterns.secondary_capture import as_dicom
from tests.destinations.archives import LOOPBACK, orthanc

SMALL = (801, 603)


def dicom(name: str, panel: Panel) -> bytes:
    members = found(name)
    return as_dicom(members, [drawn(each, panel) for each in members], panel)


@pytest.mark.parametrize("name", ["tg18-qc", "colour-steps", "jira-bn-07"])
def test_a_png_of_eight_bits_has_the_levels(name: str) -> None:
    panel, (member,) = Panel(*SMALL), found(name)
    with Image.open(BytesIO(as_png(drawn(member, panel), panel))) as image:
        assert np.array_equal(np.asarray(image), drawn(member, panel))


@pytest.mark.parametrize("bits", [10, 12, 16])
@pytest.mark.parametrize("name", ["tg18-qc", "colour-steps"])
def test_a_deeper_png_has_sixteen_bits_that_give_every_level_back(name: str, bits: int) -> None:
    panel, (member,) = Panel(*SMALL, bits), found(name)
    content = as_png(drawn(member, panel), panel)
    read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.dtype == np.uint16
    samples = read if read.ndim == 2 else read[:, :, ::-1]
    levels = (samples.astype(np.uint64) * panel.white + 32767) // 65535
    assert np.array_equal(levels, drawn(member, panel))
    assert (int(samples.min()), int(samples.max())) == (0, 65535)


def test_a_png_tells_its_depth_and_is_the_same_every_time() -> None:
    panel, (member,) = Panel(*SMALL, 10), found("tg18-qc")
    content = as_png(drawn(member, panel), panel)
    body = b"sBIT" + bytes([10])
    assert struct.pack(">I", 1) + body + struct.pack(">I", zlib.crc32(body)) in content
    assert content == as_png(drawn(member, panel), panel)


@pytest.mark.parametrize(
    ("name", "bits", "sop_class"),
    [
        ("tg18-qc", 8, "Secondary Capture Image Storage"),
        ("tg18-qc", 10, "Secondary Capture Image Storage"),
        ("colour-steps", 8, "Secondary Capture Image Storage"),
        ("jira-bn", 8, "Multi-frame Grayscale Byte Secondary Capture Image Storage"),
        ("tg18-ln12", 12, "Multi-frame Grayscale Word Secondary Capture Image Storage"),
    ],
)
def test_a_dicom_object_conforms_and_has_the_levels(
    name: str, bits: int, sop_class: str, tmp_path: Path
) -> None:
    panel, file = Panel(*SMALL, bits), tmp_path / "pattern.dcm"
    file.write_bytes(dicom(name, panel))
    check = subprocess.run(["dciodvfy", str(file)], check=False, capture_output=True, text=True)
    assert check.returncode == 0
    assert "Error" not in check.stderr
    assert "Warning" not in check.stderr
    image = pydicom.dcmread(file)
    assert image.SOPClassUID.name == sop_class
    assert str(image.PatientName) == "QA^DISPLAY"
    frames = image.pixel_array if "NumberOfFrames" in image else image.pixel_array[np.newaxis]
    expected = [drawn(each, panel) for each in found(name)]
    assert len(frames) == len(expected)
    assert all(np.array_equal(*pair) for pair in zip(frames, expected, strict=True))


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_the_window_of_a_dicom_object_changes_no_level(bits: int) -> None:
    image = pydicom.dcmread(BytesIO(dicom("tg18-qc", Panel(*SMALL, bits))))
    assert image.PresentationLUTShape == "IDENTITY"
    assert (image.RescaleIntercept, image.RescaleSlope) == (0, 1)
    shown = np.rint(apply_voi_lut(image.pixel_array, image))
    assert np.array_equal(shown, image.pixel_array)


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_a_viewer_that_uses_the_window_shows_every_level(bits: int, tmp_path: Path) -> None:
    panel, file, seen = Panel(*SMALL, bits), tmp_path / "pattern.dcm", tmp_path / "seen.pgm"
    file.write_bytes(dicom("tg18-qc", panel))
    subprocess.run(["dcm2pnm", "+Wi", "1", "+opn", str(bits), file, seen], check=True)
    kind, width, height, white, *samples = seen.read_text("ascii").split()
    assert (kind, int(width), int(height), int(white)) == ("P2", *SMALL, panel.white)
    expected = drawn(found("tg18-qc")[0], panel)
    assert np.array_equal(np.array(samples, int).reshape(expected.shape), expected)


def test_an_archive_keeps_a_series_frame_by_frame(tmp_path: Path) -> None:
    panel, file = Panel(*SMALL, 10), tmp_path / "pattern.dcm"
    file.write_bytes(dicom("jira-bn", panel))
    with orthanc(tmp_path / "archive") as archive:
        send = ["storescu", "-aec", "ARCHIVE", LOOPBACK, str(archive.port), str(file)]
        for _ in range(2):  # again is the same object
            subprocess.run(send, check=True)
        (kept,) = archive.stored().values()
    assert str(kept.PatientName) == "QA^DISPLAY"
    assert kept.SeriesDescription == "jira-bn-01 to 18 (equivalent)"
    assert kept.PixelData == pydicom.dcmread(file).PixelData


def test_the_same_patterns_are_the_same_object_and_others_are_not() -> None:
    objects = [
        pydicom.dcmread(BytesIO(dicom(name, Panel(width, 603))))
        for name, width in (("tg18-qc", 801), ("tg18-qc", 803), ("tg18-un10", 801))
    ]
    again = pydicom.dcmread(BytesIO(dicom("tg18-qc", Panel(*SMALL))))
    assert again == objects[0]
    assert len({str(each.SOPInstanceUID) for each in objects}) == 3
    assert objects[0].StudyInstanceUID == objects[2].StudyInstanceUID
    assert objects[0].StudyInstanceUID != objects[1].StudyInstanceUID


def test_another_surround_is_another_object() -> None:
    panel, (member,) = Panel(*SMALL), found("jira-bn-05")
    contents = [as_dicom([member], [drawn(member, panel, at)], panel) for at in (0, 157)]
    uids = {str(pydicom.dcmread(BytesIO(each)).SOPInstanceUID) for each in contents}
    assert len(uids) == 2


def test_deep_colour_is_not_written_as_dicom() -> None:
    with pytest.raises(ValueError, match="8 bits"):
        dicom("colour-red", Panel(*SMALL, 10))


def test_every_name_leads_to_itself_and_no_other_does() -> None:
    for pattern in patterns().values():
        assert found(pattern.name) == pattern.each()
        assert all(found(each.name) == (each,) for each in pattern.each())
    assert found("jira-bn-19") == found("jira-bn-00") == found("no-such") == ()
