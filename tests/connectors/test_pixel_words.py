"""Levels as words in a card's memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.connectors.pixels import PixelFormat, format_of, packed
from appliance.displayqa.patterns import Panel

SIZE = (600, 600)


@pytest.mark.parametrize("form", PixelFormat)
@given(st.data())
def test_each_colour_has_its_own_bits(form: PixelFormat, data: st.DataObject) -> None:
    panel = Panel(*SIZE, form.bits)
    colour = data.draw(st.tuples(*[st.integers(0, panel.white)] * 3))
    raster = panel.blank(3)
    raster[7, 9] = colour
    words = packed(raster, panel)
    word = int(words[7, 9])
    mask = panel.white
    assert tuple(word >> shift * form.bits & mask for shift in (2, 1, 0)) == colour
    assert word >> 3 * form.bits == 0
    assert np.count_nonzero(words) == int(any(colour))


@pytest.mark.parametrize("form", PixelFormat)
def test_grey_is_the_same_in_all_three(form: PixelFormat) -> None:
    panel = Panel(*SIZE, form.bits)
    raster = panel.blank(1)
    raster[:] = np.arange(SIZE[0]) % (panel.white + 1)
    three = np.dstack([raster] * 3)
    assert np.array_equal(packed(raster, panel), packed(three, panel))


def test_formats_are_known_by_the_kernels_letters() -> None:
    assert (format_of(8).code, format_of(10).code) == (0x34325258, 0x30335258)
    with pytest.raises(ValueError, match="12 bits"):
        format_of(12)


@pytest.mark.parametrize(("width", "height"), [(599, 600), (601, 600), (600, 601)])
def test_another_size_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="size"):
        packed(np.zeros((height, width), np.uint8), Panel(*SIZE))
