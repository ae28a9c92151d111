"""A picture in the card's memory, which the card can scan out."""

import numpy as np

from appliance.displayqa.connectors import request
from appliance.displayqa.connectors.device import Device
from appliance.displayqa.connectors.pixels import LITTLE_ENDIAN, PixelFormat, Words

WORD = 4
"""Bytes a pixel."""


class Buffer:
    """Memory for ``height`` lines of ``width`` pixels. Methods raise OSError.

    ``framebuffer`` is what the card knows it by.
    """

    def __init__(self, device: Device, width: int, height: int, form: PixelFormat) -> None:
        self._device = device
        made = request.DumbBuffer(width=width, height=height, bpp=8 * WORD)
        device.ask(request.CREATE_DUMB, made)
        self._handle, self._size = made.handle, made.size
        self._lines, self._columns, self._pitch = height, width, made.pitch // WORD
        self.framebuffer = self._framebuffer(made, form)

    def write(self, words: Words) -> None:
        """One picture, (height, width)."""
        asked = request.DumbMap(handle=self._handle)
        self._device.ask(request.MAP_DUMB, asked)
        memory = self._device.mapped(asked.offset, self._size)
        whole = np.frombuffer(memory, LITTLE_ENDIAN, self._lines * self._pitch)
        whole.reshape(self._lines, self._pitch)[:, : self._columns] = words

    def _framebuffer(self, made: request.DumbBuffer, form: PixelFormat) -> int:
        added = request.Framebuffer(width=made.width, height=made.height, pixel_format=form.code)
        added.handles[0], added.pitches[0] = made.handle, made.pitch
        self._device.ask(request.ADD_FRAMEBUFFER, added)
        return int(added.fb_id)
