"""Screens compressed by other people's tools come out as they were drawn."""

import subprocess
from pathlib import Path

import cv2
import gdcm
import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.uid import JPEGLSNearLossless

from appliance.dosescreen import Outcome
from appliance.dosescreen.screen import Screen, render
from appliance.dosescreen.segment import lines
from appliance.simulators.demo import Kind, demo_studies, identity
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import Picture, StorageForm
from tests.dosescreen.world import captured, dose_report, helical, read, recogniser

DRAWN = demo_studies(7, (Kind.GE,))[0].pages[0]
SOFT = np.asarray(cv2.GaussianBlur(DRAWN, (3, 3), 0), np.uint8)
SOFT_INK = np.rint(SOFT * (255.0 / SOFT.max())).astype(np.uint8)
BITS = [StorageForm.PLAIN, StorageForm.TWELVE_BITS, StorageForm.SIXTEEN_BITS]
COLOURS = [StorageForm.RGB, StorageForm.RGB_PLANES]


def written(folder: Path, form: StorageForm, picture: Picture = DRAWN) -> Path:
    path = folder / "plain.dcm"
    dataset = secondary_capture([picture], GE, identity(1, "compression"), form)[0]
    dataset.save_as(path, enforce_file_format=True)
    return path


def by_dcmtk(plain: Path, *command: str) -> Dataset:
    target = plain.with_name("compressed.dcm")
    subprocess.run([*command, plain, target], check=True)
    return pydicom.dcmread(target)


def by_gdcm(plain: Path, syntax: int) -> Dataset:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(plain))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    target = plain.with_name("compressed.dcm")
    writer.SetFileName(str(target))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    return pydicom.dcmread(target)


def only(dataset: Dataset) -> Screen:
    assert dataset.file_meta.TransferSyntaxUID.is_compressed
    (screen,) = render(dataset)
    return screen


@pytest.mark.parametrize("form", [*BITS, *COLOURS])
@pytest.mark.parametrize(
    "command",
    [("dcmcjpeg", "+el"), ("dcmcjpeg", "+e1"), ("dcmcjpls", "+el"), ("dcmcrle",)],
    ids="-".join,
)
def test_lossless_by_dcmtk(tmp_path: Path, form: StorageForm, command: tuple[str, ...]) -> None:
    screen = only(by_dcmtk(written(tmp_path, form), *command))
    assert np.array_equal(screen.ink, DRAWN)
    assert screen.lossless


@pytest.mark.parametrize("form", [StorageForm.PLAIN, StorageForm.TWELVE_BITS])
@pytest.mark.parametrize("command", [("dcmcjpeg", "+e1"), ("dcmcjpls", "+el"), ("dcmcrle",)])
def test_lossless_keeps_grey_levels(
    tmp_path: Path, form: StorageForm, command: tuple[str, ...]
) -> None:
    screen = only(by_dcmtk(written(tmp_path, form, SOFT), *command))
    assert np.array_equal(screen.ink, SOFT_INK)


@pytest.mark.parametrize("form", [*BITS, *COLOURS])
def test_jpeg_2000_by_gdcm(tmp_path: Path, form: StorageForm) -> None:
    syntax = gdcm.TransferSyntax.JPEG2000Lossless
    screen = only(by_gdcm(written(tmp_path, form), syntax))
    assert np.array_equal(screen.ink, DRAWN)
    assert screen.lossless


@pytest.mark.parametrize("form", [StorageForm.PLAIN, *COLOURS])
@pytest.mark.parametrize("option", ["+eb", "+ee"])
def test_lossy_jpeg_by_dcmtk(tmp_path: Path, form: StorageForm, option: str) -> None:
    screen = only(by_dcmtk(written(tmp_path, form), "dcmcjpeg", option))
    assert not screen.lossless
    assert np.abs(screen.ink.astype(int) - DRAWN).mean() < 2
    assert np.mean((screen.ink > 127) != (DRAWN > 127)) < 1e-4


def test_lossy_jpeg_of_twelve_bits(tmp_path: Path) -> None:
    dataset = by_dcmtk(written(tmp_path, StorageForm.TWELVE_BITS), "dcmcjpeg", "+ee")
    assert dataset.BitsStored == 12
    screen = only(dataset)
    assert not screen.lossless
    assert np.abs(screen.ink.astype(int) - DRAWN).mean() < 2


def test_near_lossless_jpeg_ls(tmp_path: Path) -> None:
    dataset = by_dcmtk(written(tmp_path, StorageForm.PLAIN, SOFT), "dcmcjpls", "+en", "+md", "3")
    assert dataset.file_meta.TransferSyntaxUID == JPEGLSNearLossless
    screen = only(dataset)
    assert not screen.lossless
    assert cv2.absdiff(screen.ink, SOFT_INK).max() <= 8


def test_a_jpeg_file_wrapped_by_img2dcm(tmp_path: Path) -> None:
    picture, wrapped = tmp_path / "screen.jpg", tmp_path / "wrapped.dcm"
    assert cv2.imwrite(str(picture), cv2.cvtColor(DRAWN, cv2.COLOR_GRAY2BGR))
    subprocess.run(["img2dcm", picture, wrapped], check=True)
    screen = only(pydicom.dcmread(wrapped))
    assert not screen.lossless
    assert np.mean((screen.ink > 127) != (DRAWN > 127)) < 1e-4


@pytest.mark.parametrize("form", [StorageForm.OVERLAY, StorageForm.HIGH_BIT_OVERLAY])
def test_an_overlay_survives_rle(tmp_path: Path, form: StorageForm) -> None:
    screen = only(by_dcmtk(written(tmp_path, form), "dcmcrle"))
    assert np.array_equal(screen.ink, DRAWN)


def test_nobody_decodes_while_tesseract_takes_memory() -> None:
    objects = captured(dose_report([helical()]), form=StorageForm.RLE)
    assert read(objects).outcome is Outcome.RECOGNISED
    assert "appliance.frames.codec" in children()
    (screen,) = render(objects[0])
    (_, (tesseract,)) = recogniser().tiers
    assert tesseract.read(lines(screen.ink)).words
    assert "appliance.frames.codec" not in children()
    assert read(objects).outcome is Outcome.RECOGNISED


def children() -> str:
    """The commands of this process's children."""
    found = Path("/proc/self/task").glob("*/children")
    pids = [pid for file in found for pid in file.read_text("ascii").split()]
    return "".join(Path("/proc", pid, "cmdline").read_text("ascii") for pid in pids)
