"""Windows, tables and padding: what a display applies, unless it hides the text."""

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from appliance.dosescreen.greyscale import ink
from appliance.simulators.demo import Kind, demo_studies

DRAWN = demo_studies(7, (Kind.GE,))[0].pages[0]
SOFT = cv2.GaussianBlur(DRAWN, (3, 3), 0)
SHADES = len(np.unique(SOFT))


def table(entries: NDArray[np.uint16], first: int = 0) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries), first, 16])
    item.add_new("LUTData", "OW", entries.astype("<u2").tobytes())
    return item


def shown(values: NDArray[np.int16], **header: object) -> NDArray[np.uint8]:
    dataset = Dataset()
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    return ink(values, dataset)


def shades(picture: NDArray[np.uint8]) -> int:
    return len(np.unique(picture))


def test_a_window_of_one_value_does_not_binarise() -> None:
    picture = shown(SOFT.astype("i2"), WindowCenter="100", WindowWidth="1")
    assert shades(picture) == SHADES


def test_a_window_beside_the_values_is_not_used() -> None:
    picture = shown(SOFT.astype("i2"), WindowCenter="4000", WindowWidth="100")
    assert shades(picture) == SHADES


def test_a_window_far_too_wide_is_not_used() -> None:
    picture = shown(SOFT.astype("i2"), WindowCenter="32768", WindowWidth="65536")
    assert shades(picture) == SHADES


def test_a_useful_window_clips_what_is_bright_beside_the_text() -> None:
    values = SOFT.astype("i2")
    values[400:420, 400:420] = 30000
    picture = shown(values, WindowCenter="128", WindowWidth="256")
    assert np.array_equal(picture[:300], ink(SOFT)[:300])


def test_the_first_of_several_windows_is_used() -> None:
    values = SOFT.astype("i2")
    values[400:420, 400:420] = 30000
    picture = shown(values, WindowCenter=["128", "0"], WindowWidth=["256", "1"])
    assert np.array_equal(picture[:300], ink(SOFT)[:300])


def test_a_falling_modality_table_is_undone_by_polarity() -> None:
    falling = table((4095 - np.arange(256)).astype(np.uint16))
    assert np.array_equal(shown(SOFT.astype("i2"), ModalityLUTSequence=[falling]), ink(SOFT))


def test_a_voi_table_shapes_the_shades() -> None:
    gamma = np.rint(((np.arange(256) / 255) ** 2) * 65535).astype(np.uint16)
    picture = shown(SOFT.astype("i2"), VOILUTSequence=[table(gamma)])
    grey = ink(SOFT)
    assert picture[grey == 255].min() == 255
    assert picture[grey == 0].max() == 0
    middle = (grey > 60) & (grey < 200)
    assert (picture[middle] < grey[middle]).all()


def test_a_voi_table_that_leaves_nothing_is_not_used() -> None:
    assert shades(shown(SOFT.astype("i2"), VOILUTSequence=[table(np.zeros(4, "u2"))])) == SHADES


def test_undeclared_padding_of_the_lowest_value_is_hidden() -> None:
    values = SOFT.astype("i2")
    values[:20] = -32768
    picture = shown(values)
    assert not picture[:20].any()
    assert np.array_equal(picture[20:], ink(SOFT)[20:])


def test_padding_that_is_the_paper_is_left_alone() -> None:
    assert np.array_equal(shown(SOFT.astype("i2"), PixelPaddingValue=0), ink(SOFT))


def test_padding_declared_as_the_ink_does_not_hide_the_text() -> None:
    assert np.array_equal(shown(SOFT.astype("i2"), PixelPaddingValue=255), ink(SOFT))


def test_32_bit_values_are_scaled() -> None:
    picture = ink(SOFT.astype(np.uint32) * 1_000_003)
    assert cv2.absdiff(picture, ink(SOFT)).max() <= 1
