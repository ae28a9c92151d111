"""The letters that pictures for people are written with.

Latin ones come with Pillow; Japanese ones from a font file of the machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

from appliance.errors import ConfigurationError

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

JAPANESE_FONTS = (
    Path("/usr/share/fonts/truetype/vlgothic/VL-PGothic-Regular.ttf"),  # fonts-vlgothic
    Path("/usr/share/fonts/opentype/ipafont-gothic/ipagp.ttf"),  # fonts-ipafont-gothic
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),  # fonts-noto-cjk
)
"""Where Debian's packages put them."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """One typeface in any size; without a file the one that is always there, Latin only."""

    file: Path | None = None

    def sized(self, px: int) -> Font:
        """The font whose letters are ``px`` pixels high. Raises ConfigurationError."""
        return _sized(self.file, px)


def japanese(configured: str, known: Sequence[Path] | None = None) -> Typeface | None:
    """The configured Japanese typeface, or the first of the ``known`` files that is there."""
    if configured:
        return Typeface(Path(configured))
    return next(
        (Typeface(file) for file in (JAPANESE_FONTS if known is None else known) if file.exists()),
        None,
    )


@cache
def _sized(file: Path | None, px: int) -> Font:
    if file is None:
        return ImageFont.load_default(px)
    try:
        return ImageFont.truetype(str(file), px)
    except OSError as failure:
        what, remedy = "not a font that can be drawn with", "correct site.japanese_font"
        raise ConfigurationError(what, str(file), remedy) from failure
