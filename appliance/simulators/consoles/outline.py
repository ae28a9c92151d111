"""Any TrueType or OpenType font of the machine, drawn as consoles draw text."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from appliance.simulators.consoles.canvas import Picture


@dataclass(frozen=True)
class OutlineFont:
    """An outline font at one size.

    Attributes:
        path: The font file.
        size_px: Pixels of an em; capitals are about 0.7 of it.
        antialiased: Whether edges are drawn in grey levels; else two levels.

    Raises OSError, at first use, for a file that is no font.
    """

    path: Path
    size_px: int
    antialiased: bool = False

    @cached_property
    def _font(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(
            str(self.path), self.size_px, layout_engine=ImageFont.Layout.BASIC
        )

    @property
    def height(self) -> int:
        """Rows of a line."""
        return sum(self._font.getmetrics())

    @property
    def space(self) -> int:
        """Columns of a blank."""
        return max(2, round(self._font.getlength(" ")))

    def width(self, text: str) -> int:
        """Columns that ``text`` takes, with what leans out of it."""
        left, right = self._reach(text)
        return right - left

    def draw(self, text: str) -> Picture:
        """``text`` as (height, width) pixels, 0 paper … 255 ink."""
        left, right = self._reach(text)
        image = Image.new("L", (max(1, right - left), self.height))
        pen = ImageDraw.Draw(image)
        pen.fontmode = "L" if self.antialiased else "1"
        pen.text((-left, 0), text, fill=255, font=self._font)
        return np.array(image, np.uint8)

    def _reach(self, text: str) -> tuple[int, int]:
        """First column of ``text`` and the one behind its last; a slanted letter leans out."""
        if not text:
            return 0, 0
        left, _, right, _ = self._font.getbbox(text)
        return min(0, int(left)), max(round(self._font.getlength(text)), int(right))
