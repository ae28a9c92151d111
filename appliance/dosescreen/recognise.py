"""From the objects of a study to its dose record, or to the reasons why not."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydicom import Dataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameSingleBitSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
)

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import doubts as implausibilities
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.identity import mismatches
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.native import native
from appliance.dosescreen.page import PageRecord, read_page
from appliance.dosescreen.pages import assemble
from appliance.dosescreen.readers import Reader
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.screen import Screen, render
from appliance.dosescreen.segment import Line, lines
from appliance.dosescreen.transcript import Transcript, words_of
from appliance.dosescreen.wording import resembles
from appliance.errors import UnreadableObjectError

SECONDARY_CAPTURES = frozenset(
    {
        SecondaryCaptureImageStorage,
        MultiFrameSingleBitSecondaryCaptureImageStorage,
        MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
        MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
DOSE_WORDS = ("CTDIvol", "CTDIw", "DLP", "mGy", "mGycm", "mGy*cm", "mGy-cm")
"""One of these on a screen makes it a dose screen, whatever the layout."""
NO_TEXT = "no text was found on it"
LEAST_LINES, LEAST_GLYPHS = 3, 30
"""Less than this is no text screen, so no reader is asked."""


class Outcome(StrEnum):
    """How a study ends."""

    RECOGNISED = "recognised"
    QUARANTINED = "quarantined"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One screen as it was read.

    Attributes:
        screen: The picture.
        transcript: What every reader saw on it.
        finding: What it says, or why nothing is said about it.
    """

    screen: Screen
    transcript: Transcript
    finding: PageRecord | Doubt


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a study's objects say.

    Attributes:
        outcome: Recognised, quarantined or set aside.
        record: What was read; for a quarantined study what a person starts from, perhaps None.
        doubts: Why it is quarantined; empty otherwise.
        screens: The dose screens, for evidence.
        pages_complete: The screens print how many there are, and all of them are here.
        sightings: How each of the screens was read.
    """

    outcome: Outcome
    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    screens: tuple[Screen, ...]
    pages_complete: bool
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The arguments of understanding: who reads, and which layouts there are.

    ``fonts`` look at every screen; the readers of a tier are asked only when something is doubted
    after those before them.
    """

    fonts: GlyphReader
    tiers: tuple[tuple[Reader, ...], ...]
    layouts: tuple[Layout, ...]

    @property
    def atlas_version(self) -> str:
        """The version of the atlas that is read with."""
        return self.fonts.atlas.version

    def recognise(self, objects: Iterable[Dataset]) -> Recognition:
        """Read the dose screens among ``objects``, in the order they arrived."""
        doubts: list[Doubt] = []
        sightings: list[Sighting] = []
        for dataset in objects:
            if not may_be_dose_screen(dataset):
                continue
            try:
                candidates = render(dataset)
            except UnreadableObjectError as unreadable:
                doubts.append(
                    Doubt(
                        Reason.UNREADABLE_PIXELS,
                        str(unreadable),
                        sop_instance_uid=_uid(dataset),
                    )
                )
                continue
            sightings += self._frames(dataset, candidates)
        return _concluded(doubts, sightings)

    def _frames(self, dataset: Dataset, candidates: Sequence[Screen]) -> list[Sighting]:
        """One sighting a frame that is a dose screen; alternatives of a frame are tried in turn."""
        found: dict[int, Sighting] = {}
        for screen in map(native, candidates):
            seen = self._screen(dataset, screen)
            earlier = found.get(screen.frame)
            if seen is not None and (earlier is None or _better(seen.finding, earlier.finding)):
                found[screen.frame] = seen
        return [found[frame] for frame in sorted(found)]

    def _screen(self, dataset: Dataset, screen: Screen) -> Sighting | None:
        """A page or a doubt about a screen; None when it is no dose screen."""
        text = lines(screen.ink)
        hinted = [layout for layout in self.layouts if _hinted(dataset, layout)]
        if not _is_text(text):
            nothing = Sighting(screen, Transcript((), ()), _unknown(screen, NO_TEXT))
            return nothing if hinted else None
        text = self.fonts.apart(text)
        readings = (self.fonts.read(text),)
        for tier in ((), *self.tiers):
            readings += tuple(reader.read(text) for reader in tier)
            transcript = Transcript(text, readings).apart()
            finding = self._page(dataset, screen, transcript)
            if isinstance(finding, PageRecord) and not finding.doubts:
                break
        if finding is None and (hinted or _speaks_of_dose(transcript)):
            finding = _unknown(screen, "no known layout fits it")
        return Sighting(screen, transcript, finding) if finding is not None else None

    def _page(
        self, dataset: Dataset, screen: Screen, transcript: Transcript
    ) -> PageRecord | Doubt | None:
        found = [read_page(screen, transcript, layout) for layout in self.layouts]
        fitting = [page for page in found if page is not None]
        of_its_maker = [page for page in fitting if _made_by(dataset, page.layout)]
        if len(fitting) > 1 and len(of_its_maker) != 1:
            names = ", ".join(page.layout.identifier for page in fitting)
            return Doubt(Reason.LAYOUT_AMBIGUOUS, names, sop_instance_uid=screen.sop_instance_uid)
        for page in of_its_maker or fitting:
            strangers = tuple(mismatches(dataset, screen, transcript, page.layout))
            return replace(page, doubts=(*strangers, *page.doubts))
        return None


def may_be_dose_screen(dataset: Dataset) -> bool:
    """A Secondary Capture, or a CT image that is not an original axial one."""
    sop_class = UID(str(dataset.get("SOPClassUID", "")))
    if sop_class in SECONDARY_CAPTURES:
        return True
    kinds = [str(kind).strip().upper() for kind in dataset.get("ImageType", None) or ()]
    return sop_class == CTImageStorage and kinds[:2] == ["DERIVED", "SECONDARY"]


def _concluded(unreadable: Sequence[Doubt], sightings: Sequence[Sighting]) -> Recognition:
    """What the sightings and the doubts about objects that show nothing come to."""
    findings = [seen.finding for seen in sightings]
    pages = [finding for finding in findings if isinstance(finding, PageRecord)]
    doubts = [*unreadable, *(finding for finding in findings if isinstance(finding, Doubt))]
    screens, seen = tuple(each.screen for each in sightings), tuple(sightings)
    if not pages:
        outcome = Outcome.QUARANTINED if doubts else Outcome.SET_ASIDE
        return Recognition(
            outcome, None, tuple(doubts), screens, pages_complete=False, sightings=seen
        )
    assembly = assemble(pages)
    every = [*doubts, *assembly.doubts]
    if assembly.record is not None and not every:
        every += implausibilities(assembly.record)
    outcome = Outcome.QUARANTINED if every else Outcome.RECOGNISED
    complete = assembly.complete and not doubts
    return Recognition(outcome, assembly.record, tuple(every), screens, complete, seen)


def _better(finding: PageRecord | Doubt, earlier: PageRecord | Doubt) -> bool:
    if isinstance(finding, Doubt) or isinstance(earlier, Doubt):
        return isinstance(finding, PageRecord)
    return bool(earlier.doubts) and not finding.doubts


def _is_text(text: Sequence[Line]) -> bool:
    glyphs = sum(len(word.glyphs) for word in words_of(text))
    return len(text) >= LEAST_LINES and glyphs >= LEAST_GLYPHS


def _speaks_of_dose(transcript: Transcript) -> bool:
    return any(
        resembles(text, word)
        for each in words_of(transcript.lines)
        for text in transcript.texts(each)
        for word in DOSE_WORDS
    )


def _hinted(dataset: Dataset, layout: Layout) -> bool:
    """Whether the header calls the object a dose screen of this layout."""
    return any(
        re.search(pattern, "\\".join(_values(dataset, keyword)))
        for keyword, pattern in layout.hints.items()
    )


def _made_by(dataset: Dataset, layout: Layout) -> bool:
    return re.search(layout.manufacturer, "".join(_values(dataset, "Manufacturer"))) is not None


def _values(dataset: Dataset, keyword: str) -> list[str]:
    value = dataset.get(keyword, "")
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _unknown(screen: Screen, detail: str) -> Doubt:
    return Doubt(Reason.LAYOUT_UNKNOWN, detail, sop_instance_uid=screen.sop_instance_uid)


def _uid(dataset: Dataset) -> str | None:
    return str(dataset.get("SOPInstanceUID", "")) or None
