"""Text in overlay planes, alone, beside text in the pixels, shifted, and frame by frame."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from appliance.dosescreen.screen import render
from appliance.errors import UnreadableObjectError
from appliance.simulators.demo import Kind, demo_studies

DRAWN, OTHER = (study.pages[0] for study in demo_studies(7, (Kind.GE, Kind.SIEMENS)))
BLANK = np.zeros_like(DRAWN)


def packed(planes: NDArray[np.uint8]) -> bytes:
    data = np.packbits(planes > 0, bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def with_pixels(frames: NDArray[np.uint8]) -> Dataset:
    dataset = empty()
    dataset.NumberOfFrames = 1 if frames.ndim == 2 else len(frames)
    dataset.Rows, dataset.Columns = frames.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = frames.tobytes()
    return dataset


def empty() -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPInstanceUID = "1.2.3"
    return dataset


def add_plane(
    dataset: Dataset,
    planes: NDArray[np.uint8],
    group: int = 0x6000,
    origin: tuple[int, int] = (1, 1),
) -> None:
    dataset.add_new((group, 0x0010), "US", planes.shape[-2])
    dataset.add_new((group, 0x0011), "US", planes.shape[-1])
    if planes.ndim == 3:
        dataset.add_new((group, 0x0015), "IS", len(planes))
    dataset.add_new((group, 0x0050), "SS", list(origin))
    dataset.add_new((group, 0x0100), "US", 1)
    dataset.add_new((group, 0x0102), "US", 0)
    dataset.add_new((group, 0x3000), "OW", packed(planes))


def test_text_in_both_gives_two_screens_the_overlay_first() -> None:
    dataset = with_pixels(OTHER)
    add_plane(dataset, DRAWN)
    first, second = render(dataset)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, OTHER)
    assert first.frame == second.frame == 0


def test_the_same_text_in_both_gives_one_screen() -> None:
    dataset = with_pixels(DRAWN)
    add_plane(dataset, DRAWN)
    (screen,) = render(dataset)
    assert np.array_equal(screen.ink, DRAWN)


def test_an_empty_overlay_leaves_the_pixels() -> None:
    dataset = with_pixels(DRAWN)
    add_plane(dataset, BLANK)
    (screen,) = render(dataset)
    assert np.array_equal(screen.ink, DRAWN)


def test_an_overlay_stays_lossless_over_lossy_pixels() -> None:
    dataset = with_pixels(OTHER)
    dataset.LossyImageCompression = "01"
    add_plane(dataset, DRAWN)
    assert [screen.lossless for screen in render(dataset)] == [True, False]


def test_what_a_codec_left_of_empty_pixels_is_no_screen() -> None:
    noise = np.random.default_rng(1).integers(0, 4, DRAWN.shape, np.uint8)
    dataset = with_pixels(noise)
    dataset.LossyImageCompression = "01"
    add_plane(dataset, DRAWN)
    (screen,) = render(dataset)
    assert np.array_equal(screen.ink, DRAWN)


def test_several_planes_are_one_picture() -> None:
    dataset = with_pixels(BLANK)
    add_plane(dataset, DRAWN[:200])
    add_plane(dataset, DRAWN[200:], 0x6002, (201, 1))
    (screen,) = render(dataset)
    assert np.array_equal(screen.ink, DRAWN)


@pytest.mark.parametrize("origin", [(11, 21), (-9, -19), (1, 1), (-9, 21)])
def test_the_origin_moves_a_plane_and_the_image_clips_it(origin: tuple[int, int]) -> None:
    dataset = with_pixels(BLANK)
    add_plane(dataset, DRAWN, origin=origin)
    (screen,) = render(dataset)
    down, right = origin[0] - 1, origin[1] - 1
    expected = np.zeros((3 * 512, 3 * 512), np.uint8)
    expected[512 + down : 1024 + down, 512 + right : 1024 + right] = DRAWN
    assert np.array_equal(screen.ink, expected[512:1024, 512:1024])


def test_without_pixels_a_plane_is_shown_whole() -> None:
    dataset = empty()
    add_plane(dataset, DRAWN, origin=(101, 51))
    (screen,) = render(dataset)
    assert screen.ink.shape == (612, 562)
    assert np.array_equal(screen.ink[100:, 50:], DRAWN)


def test_a_single_plane_lies_over_every_frame() -> None:
    dataset = with_pixels(np.stack([BLANK, BLANK]))
    add_plane(dataset, DRAWN)
    first, second = render(dataset)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, DRAWN)


def test_each_frame_of_an_overlay_belongs_to_its_image_frame() -> None:
    dataset = with_pixels(np.stack([OTHER, BLANK, BLANK]))
    add_plane(dataset, np.stack([DRAWN, OTHER]))
    dataset.add_new((0x6000, 0x0051), "US", 2)
    first, second, third = render(dataset)
    assert np.array_equal(first.ink, OTHER)
    assert np.array_equal(second.ink, DRAWN)
    assert np.array_equal(third.ink, OTHER)


def test_an_overlay_with_more_frames_than_the_image_shows_them_all() -> None:
    dataset = with_pixels(BLANK)
    add_plane(dataset, np.stack([DRAWN, OTHER]))
    first, second = render(dataset)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, OTHER)
    assert (first.frame, second.frame) == (0, 1)


def test_frames_of_bits_need_no_whole_bytes() -> None:
    planes = np.zeros((3, 5, 7), np.uint8)
    planes[0, 1, 1] = planes[1, 2, 2] = planes[2, 3, 3] = 255
    dataset = empty()
    add_plane(dataset, planes)
    assert [np.argwhere(screen.ink).tolist() for screen in render(dataset)] == [
        [[1, 1]],
        [[2, 2]],
        [[3, 3]],
    ]


def test_overlay_in_a_high_bit_beside_text_in_the_low_bits() -> None:
    dataset = with_pixels(BLANK)
    words = np.where(OTHER, 4000, 0) | np.where(DRAWN, 1 << 13, 0)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelData = words.astype("<u2").tobytes()
    dataset.add_new((0x6000, 0x0010), "US", 512)
    dataset.add_new((0x6000, 0x0011), "US", 512)
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 13)
    first, second = render(dataset)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, OTHER)


def test_a_signed_picture_above_an_overlay_in_the_low_bits() -> None:
    dataset = with_pixels(BLANK)
    words = np.where(OTHER, -1000, 500).astype("<i2") * 16 | np.where(DRAWN, 4, 0)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 15
    dataset.PixelRepresentation = 1
    dataset.PixelData = words.astype("<i2").tobytes()
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 2)
    first, second = render(dataset)
    assert np.array_equal(first.ink, DRAWN)
    assert np.array_equal(second.ink, OTHER)


@pytest.mark.parametrize("cut", [1, 100, 32767])
def test_a_plane_cut_short_is_unreadable(cut: int) -> None:
    dataset = with_pixels(BLANK)
    add_plane(dataset, DRAWN)
    dataset[0x6000, 0x3000].value = dataset[0x6000, 0x3000].value[:-cut]
    with pytest.raises(UnreadableObjectError):
        render(dataset)


def test_a_plane_of_absurd_size_is_unreadable() -> None:
    dataset = empty()
    add_plane(dataset, DRAWN)
    dataset[0x6000, 0x0010].value = dataset[0x6000, 0x0011].value = 20_000
    with pytest.raises(UnreadableObjectError, match="megapixels"):
        render(dataset)
