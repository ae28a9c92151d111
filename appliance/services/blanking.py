"""Dose screens without identity: what is no known number or word of the table is blanked.

**Knows:** how a screen is blanked, and what must be proven of it before it may leave: that it is
still read as it was, and that nothing of its header can be read on it.
**Does not know:** how a screen is read (``dosescreen``), and what else of the object leaves.
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from pydicom import Dataset
from pydicom.uid import (
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)

from appliance.config import Configuration
from appliance.deidentify import Blanking
from appliance.dosescreen import Layout, Recogniser
from appliance.dosescreen.marks import mark
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.segment import Word
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.teaching import Golden, golden
from appliance.dosescreen.teaching.golden import identity_left
from appliance.dosescreen.teaching.seen import seen
from appliance.dosescreen.teaching.vocabulary import vocabulary
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.understood import understood
from appliance.dosescreen.wording import folded
from appliance.errors import UnreadableObjectError
from appliance.services.understanding import understander

MULTI_FRAME = frozenset(
    {
        MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
"""Of one picture or more, of eight bits a sample. Others of more than one picture are refused."""
COLOURS = 3
DOSES = ("ctdi_vol_mgy", "dlp_mgy_cm")


def blanked_screen(recogniser: Recogniser, screen: Dataset) -> Dataset | None:
    """The picture of a dose screen with its table alone; None where that cannot be proven.

    Only a screen of a known layout is blanked, without a doubt about its rows; of several pictures
    each has to be one. Labels and titles that a site may have written go with everything else that
    is no number, and no word that layouts name. What comes out is read again.
    """
    if _frames(screen) > 1 and screen.SOPClassUID not in MULTI_FRAME:
        return None
    try:
        pages = _pages(recogniser, screen)
        pictures = [_blanked(*page, screen) for page in pages]
        proven = all(
            not page.doubts and _is_proven(recogniser, picture, screen, page)
            for (_, page), picture in zip(pages, pictures, strict=True)
        )
    except UnreadableObjectError:
        return None
    return together([each.dataset for each in pictures], screen) if pages and proven else None


def _pages(recogniser: Recogniser, screen: Dataset) -> list[tuple[Sighting, PageRecord]]:
    """The page on each of its pictures; none when one of them is no page."""
    sightings = recogniser.recognise([screen]).sightings
    pages = [(each, each.finding) for each in sightings if isinstance(each.finding, PageRecord)]
    return pages if len(pages) == len(sightings) == _frames(screen) else []


def together(pictures: Sequence[Dataset], screen: Dataset) -> Dataset | None:
    """The pictures, eight bits grey each, as the Image Pixel module of one object like ``screen``.

    None when they differ in size.
    """
    first = pictures[0]
    if len({(each.Rows, each.Columns) for each in pictures}) != 1:
        return None
    if screen.SOPClassUID not in MULTI_FRAME:
        return first
    size = first.Rows * first.Columns
    samples = b"".join(each.PixelData[:size] for each in pictures)
    if screen.SOPClassUID == MultiFrameTrueColorSecondaryCaptureImageStorage:
        samples = np.repeat(np.frombuffer(samples, np.uint8), COLOURS).tobytes()
        first.SamplesPerPixel, first.PhotometricInterpretation = COLOURS, "RGB"
        first.PlanarConfiguration = 0
    else:
        first.RescaleIntercept, first.RescaleSlope, first.RescaleType = "0", "1", "US"
    first.NumberOfFrames = str(len(pictures))
    if "FrameIncrementPointer" in screen:
        first.FrameIncrementPointer = screen.FrameIncrementPointer
    first.PixelData = samples + b"\0" * (len(samples) % 2)
    return first


def _frames(screen: Dataset) -> int:
    return int(screen.get("NumberOfFrames") or 1)


def _blanked(sighting: Sighting, page: PageRecord, screen: Dataset) -> Golden:
    words = _nameless(sighting.transcript, page.layout, understood(sighting, [page.layout]))
    return golden(sighting, page.layout, screen, list(words))


def _nameless(transcript: Transcript, layout: Layout, words: list[Word]) -> Iterator[Word]:
    """Numbers, and words that layouts name; not what a site may call its protocols."""
    named = {folded(part) for phrase in _phrases(layout) for part in phrase.split()}
    known = named | vocabulary().parts
    for word in words:
        is_number = all(mark(each) or transcript.verdict(each).sure for each in word.glyphs)
        if is_number or any(folded(text) in known for text in transcript.texts(word)):
            yield word


def _phrases(layout: Layout) -> Iterator[str]:
    for column in layout.columns:
        yield from column.headers
    for total in layout.totals:
        yield from (*total.phrases, *(total.by_phantom or ()))
    for section in layout.sections:
        yield from section.phrases
    yield from (*layout.phrases, *layout.unit_words, *layout.types, *layout.labels)
    yield from (*layout.phantoms, *layout.suffixes, *layout.legend)


def _is_proven(recogniser: Recogniser, picture: Golden, screen: Dataset, page: PageRecord) -> bool:
    """Whether the same doses are still read, and no identity of the header is."""
    if identity_left(picture, seen(recogniser, picture.dataset), screen):
        return False
    again = [each for _, each in _pages(recogniser, picture.dataset)]
    return list(map(_doses, again)) == [_doses(page)]


def _doses(page: PageRecord) -> list[str]:
    """Every dose as it is printed."""
    rows = [getattr(event, name) for event in page.events for name in DOSES]
    return [each.text for each in (*rows, *page.totals.numbers.values()) if each is not None]


def blanking_for(configuration: Configuration) -> Blanking:
    """Blanks with this box's readers and layouts, which are loaded when the first screen comes."""
    readers = cache(lambda: understander(configuration).recogniser)
    return lambda screen: blanked_screen(readers(), screen)
