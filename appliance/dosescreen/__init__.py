"""Dose screens: pictures of numbers, and what they say.

**Knows:** how to render every form of image, find lines, columns and digits, ask independent
readers, and put pages together; layouts and fonts as data.
**Does not know:** DICOM networks, files, the ledger; what a report looks like.
"""

from appliance.dosescreen.atlas import primed
from appliance.dosescreen.characters import networks
from appliance.dosescreen.layout import Layout, layouts
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.readers.network import NetworkReader
from appliance.dosescreen.readers.tesseract import TesseractReader
from appliance.dosescreen.recognise import (
    Outcome,
    Recogniser,
    Recognition,
    may_be_dose_screen,
)
from appliance.frames.samples import dismiss_codec

__all__ = [
    "Layout",
    "Outcome",
    "Recogniser",
    "Recognition",
    "default_recogniser",
    "layouts",
    "may_be_dose_screen",
]


def default_recogniser(
    tesseract: str = "tesseract", timeout_s: float = 30.0, known: tuple[Layout, ...] = ()
) -> Recogniser:
    """A recogniser with the primed atlas and all readers, and the ``known`` layouts.

    Without ``known`` those that are shipped.
    """
    return Recogniser(
        fonts=GlyphReader(primed()),
        tiers=(
            tuple(map(NetworkReader, networks())),
            (TesseractReader(tesseract, timeout_s, dismiss_codec),),
        ),
        layouts=known or layouts(),
    )
