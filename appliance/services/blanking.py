"""Dose screens without identity: what is no known number or word of the table is blanked.

**Knows:** how a screen is blanked, and what must be proven of it before it may leave: that it is
still read as it was, and that nothing of its header can be read on it.
**Does not know:** how a screen is read (``dosescreen``), and what else of the object leaves.
"""

from collections.abc import Iterator
from functools import cache

from pydicom import Dataset

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

DOSES = ("ctdi_vol_mgy", "dlp_mgy_cm")


def blanked_screen(recogniser: Recogniser, screen: Dataset) -> Dataset | None:
    """The picture of a dose screen with its table alone; None where that cannot be proven.

    Only a screen of a known layout is blanked, without a doubt about its rows, and only one of one
    picture. Labels and titles that a site may have written go with everything else that is no
    number, and no word that layouts name. What comes out is read again.
    """
    try:
        page = _page(recogniser, screen)
        if page is None or page[1].doubts or int(screen.get("NumberOfFrames") or 1) != 1:
            return None
        picture = _blanked(*page, screen)
        proven = _is_proven(recogniser, picture, screen, page[1])
    except UnreadableObjectError:
        return None
    return picture.dataset if proven else None


def _page(recogniser: Recogniser, screen: Dataset) -> tuple[Sighting, PageRecord] | None:
    """The one page on a screen; None when there is none, or several."""
    sightings = recogniser.recognise([screen]).sightings
    findings = [each.finding for each in sightings]
    if len(findings) != 1 or not isinstance(findings[0], PageRecord):
        return None
    return sightings[0], findings[0]


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
    again = _page(recogniser, picture.dataset)
    return again is not None and _doses(again[1]) == _doses(page)


def _doses(page: PageRecord) -> list[str]:
    """Every dose as it is printed."""
    rows = [getattr(event, name) for event in page.events for name in DOSES]
    return [each.text for each in (*rows, *page.totals.numbers.values()) if each is not None]


def blanking_for(configuration: Configuration) -> Blanking:
    """Blanks with this box's readers and layouts, which are loaded when the first screen comes."""
    readers = cache(lambda: understander(configuration).recogniser)
    return lambda screen: blanked_screen(readers(), screen)
