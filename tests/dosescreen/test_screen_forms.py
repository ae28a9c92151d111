"""One drawn picture comes out the same, in whatever form it was stored."""

import io

import cv2
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom import Dataset

from appliance.dosescreen.screen import Screen, render
from appliance.simulators.demo import Kind, demo_studies, identity
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import LOSSY, MOVED, TWO_LEVELS, Picture, StorageForm

DRAWN = demo_studies(7, (Kind.GE,))[0].pages[0]
EXACT = sorted(set(StorageForm) - LOSSY - MOVED)
SHADED = sorted(set(EXACT) - TWO_LEVELS)
NEARLY = {StorageForm.YBR_FULL: 2, StorageForm.RED_ON_GREY: 2}
"""Forms that round shades: how many grey levels they are off."""


def kept(picture: Picture, form: StorageForm) -> Dataset:
    """``picture`` in a form, through a file."""
    stream = io.BytesIO()
    written = secondary_capture([picture], GE, identity(1, "forms"), form)[0]
    written.save_as(stream, enforce_file_format=True)
    return pydicom.dcmread(io.BytesIO(stream.getvalue()))


def only(screens: tuple[Screen, ...]) -> Screen:
    assert len(screens) == 1
    return screens[0]


def antialiased(picture: Picture) -> Picture:
    soft = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), float)
    return np.asarray(np.rint(soft * (255 / soft.max())), np.uint8)


def difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> int:
    return int(cv2.absdiff(first, second).max())


@pytest.mark.parametrize("form", EXACT)
def test_a_two_level_screen_comes_out_exactly(form: StorageForm) -> None:
    screen = only(render(kept(DRAWN, form)))
    assert np.array_equal(screen.ink, DRAWN)
    assert screen.lossless


@pytest.mark.parametrize("form", SHADED)
def test_an_antialiased_screen_keeps_its_grey_levels(form: StorageForm) -> None:
    soft = antialiased(DRAWN)
    screen = only(render(kept(soft, form)))
    assert difference(screen.ink, soft) <= NEARLY.get(form, 0)
    assert len(np.unique(screen.ink)) > 8


def test_jpeg_is_near_and_says_that_it_is_lossy() -> None:
    screen = only(render(kept(DRAWN, StorageForm.JPEG)))
    assert not screen.lossless
    assert np.abs(screen.ink.astype(int) - DRAWN).mean() < 2
    assert np.array_equal(screen.ink > 127, DRAWN > 127)


def test_lossy_in_the_past_is_lossy() -> None:
    dataset = kept(DRAWN, StorageForm.PLAIN)
    dataset.LossyImageCompression = "01"
    assert not only(render(dataset)).lossless


def test_a_resampled_screen_keeps_size_and_shades() -> None:
    screen = only(render(kept(DRAWN, StorageForm.RESAMPLED)))
    assert screen.ink.shape == (640, 640)
    assert len(np.unique(screen.ink)) > 8


def test_an_object_without_meta_header_is_read_as_implicit() -> None:
    stream = io.BytesIO()
    written = kept(DRAWN, StorageForm.IMPLICIT)
    del written.file_meta
    written.save_as(stream, implicit_vr=True, little_endian=True)
    bare = pydicom.dcmread(io.BytesIO(stream.getvalue()), force=True)
    assert np.array_equal(only(render(bare)).ink, DRAWN)


def test_every_frame_is_a_screen() -> None:
    dataset = kept(DRAWN, StorageForm.PLAIN)
    flipped = np.ascontiguousarray(DRAWN[::-1])
    dataset.NumberOfFrames = 2
    dataset.PixelData = DRAWN.tobytes() + flipped.tobytes()
    first, second = render(dataset)
    assert (first.frame, second.frame) == (0, 1)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, flipped)


def test_a_blank_picture_is_one_blank_screen() -> None:
    screen = only(render(kept(np.full((16, 16), 90, np.uint8), StorageForm.PLAIN)))
    assert not screen.ink.any()


@st.composite
def texts(draw: st.DrawFn) -> Picture:
    """Two levels, with less ink than paper."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    picture = (generator.random((40, 48)) < draw(st.floats(0.02, 0.3))).astype(np.uint8) * 255
    picture[5, 5], picture[:3] = 255, 0
    return picture


@settings(max_examples=60, deadline=None)
@given(texts(), st.sampled_from(sorted(set(EXACT) - {StorageForm.PADDED})))
def test_any_two_level_picture_comes_out_exactly(picture: Picture, form: StorageForm) -> None:
    assert np.array_equal(only(render(kept(picture, form))).ink, picture)


number = st.one_of(st.integers(-5000, 5000).map(str), st.sampled_from(["0", "1", "1e9", "-0.001"]))


@settings(max_examples=150, deadline=None)
@given(
    texts(),
    st.integers(-32768, 32767),
    st.integers(-32768, 32767),
    st.fixed_dictionaries(
        {},
        optional={
            "WindowCenter": number,
            "WindowWidth": number,
            "RescaleSlope": number,
            "RescaleIntercept": number,
        },
    ),
)
def test_no_window_or_rescale_hides_text(
    picture: Picture, paper: int, ink: int, header: dict[str, str]
) -> None:
    if paper == ink:
        ink = paper ^ 1
    dataset = kept(picture, StorageForm.SIXTEEN_BITS)
    dataset.PixelData = np.where(picture, ink, paper).astype("<i2").tobytes()
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    assert np.array_equal(only(render(dataset)).ink, picture)
