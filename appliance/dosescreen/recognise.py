"""From the objects of a study to its dose record, or to the reasons why not."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import TypeAlias

from pydicom import Dataset
from pydicom.tag import Tag
from pydicom.uid import UID, CTImageStorage

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import doubts as implausibilities
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.identity import identifiers, mismatches
from appliance.dosescreen.inquiry import Answer, Inquiry
from appliance.dosescreen.jury import Jury
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.learning import (
    LEARNT,
    Contradiction,
    Experience,
    LearntAtlas,
    contradictions,
    experiences,
)
from appliance.dosescreen.lettering import is_lettered
from appliance.dosescreen.native import views
from appliance.dosescreen.page import PageRecord, read_page
from appliance.dosescreen.pages import assemble
from appliance.dosescreen.readers import Reader
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.readers.learnt import LearntReader
from appliance.dosescreen.scanner import Scanner, scanner_of
from appliance.dosescreen.screen import Screen, render
from appliance.dosescreen.segment import Line, lines
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.transcript import Transcript, words_of
from appliance.dosescreen.wording import folded, resembles
from appliance.errors import UnreadableObjectError
from appliance.sop_classes import SECONDARY_CAPTURES

DOSE_WORDS = ("CTDIvol", "CTDIw", "DLP", "mGy", "mGycm", "mGy*cm", "mGy-cm")
"""One of these on a screen makes it a dose screen, whatever the layout."""
NOTHING_LEARNT: Mapping[str, LearntAtlas] = {}
CHECKED_ONE_IN = 16
_PIXEL_DATA = Tag("PixelData")
NO_TEXT = "no text was found on it"
LEAST_LINES, LEAST_GLYPHS = 3, 30
"""Less than this is no text screen, so no reader is asked."""


Asking: TypeAlias = Callable[[Inquiry, Sequence[Sequence[Reader]]], Answer]


class Outcome(StrEnum):
    """How a study ends."""

    RECOGNISED = "recognised"
    QUARANTINED = "quarantined"
    SET_ASIDE = "set-aside"


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
        experiences: What they teach and refute, scanner by scanner.
    """

    outcome: Outcome
    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    screens: tuple[Screen, ...]
    pages_complete: bool
    sightings: tuple[Sighting, ...] = ()
    experiences: tuple[Experience, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """The pictures of one object, with its header and what had been learnt of its scanner."""

    header: Dataset
    screens: tuple[Screen, ...]
    scanner: Scanner | None
    atlas: LearntAtlas | None

    @property
    def is_known(self) -> bool:
        """Whether anything was learnt of the scanner."""
        return self.atlas is not None and bool(self.atlas.held)

    def asking(self, screen: Screen) -> Asking:
        """How readers are usually asked about one of its screens."""
        if not self.is_known:
            return Inquiry.tier_by_tier
        return Inquiry.of_everyone if is_checked(screen) else Inquiry.of_the_known


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

    def recognise(
        self, objects: Iterable[Dataset], atlases: Mapping[str, LearntAtlas] = NOTHING_LEARNT
    ) -> Recognition:
        """Read the dose screens among ``objects``, in the order they arrived.

        ``atlases`` are the learnt ones by scanner. A study that was read with one and waits is read
        again as if the scanner were new, and then by everyone, in case it is the atlas that is
        wrong.
        """
        doubts: list[Doubt] = []
        sightings: list[Sighting] = []
        seen: list[_Candidates] = []
        for dataset in filter(may_be_dose_screen, objects):
            try:
                candidates = _candidates(dataset, atlases)
            except UnreadableObjectError as unreadable:
                doubts.append(_unreadable(dataset, unreadable))
                continue
            found = self._frames(candidates)
            sightings += found
            seen += [candidates] if found else []
        first = _concluded(doubts, sightings)
        for asking in self._again(sightings) if first.outcome is Outcome.QUARANTINED else ():
            again = [found for each in seen for found in self._frames(each, asking)]
            second = _concluded(doubts, again)
            refuted = any(each.contradictions for each in again)
            if refuted or second.outcome is Outcome.RECOGNISED:
                return second
        return first

    def _again(self, sightings: Sequence[Sighting]) -> tuple[Asking, ...]:
        """How readers are asked once more about what rests on a learnt atlas."""
        if not any(map(self._rests, sightings)):
            return ()
        if all(seen.asked for seen in sightings):
            return (Inquiry.of_everyone,)
        return Inquiry.tier_by_tier, Inquiry.of_everyone

    def _rests(self, seen: Sighting) -> bool:
        """Whether what was learnt helped to read a screen, and not everyone was asked."""
        learnt = seen.transcript.without(LEARNT) is not seen.transcript
        return learnt and seen.asked < sum(map(len, self.tiers))

    def _frames(self, candidates: _Candidates, asking: Asking | None = None) -> list[Sighting]:
        """One sighting a frame that is a dose screen; alternatives of a frame are tried in turn.

        Without ``asking`` readers are asked as is usual for the scanner.
        """
        found: dict[int, Sighting] = {}
        for given in candidates.screens:
            for screen in views(given):
                seen = self._screen(candidates, screen, asking or candidates.asking(screen))
                earlier = found.get(screen.frame)
                if seen is not None and (earlier is None or _better(seen.finding, earlier.finding)):
                    found[screen.frame] = seen
                if seen is None or not _is_doubted(seen.finding):
                    break
        return [found[frame] for frame in sorted(found)]

    def _screen(self, candidates: _Candidates, screen: Screen, asking: Asking) -> Sighting | None:
        """A page or a doubt about a screen; None when it is no dose screen."""
        header = candidates.header
        text = lines(screen.ink) if is_lettered(screen.ink) else ()
        hinted = any(_hinted(header, layout) for layout in self.layouts)
        if not _is_text(text):
            nothing = Sighting(screen, Transcript((), Jury(())), _unknown(screen, NO_TEXT))
            return nothing if hinted else None
        answer = asking(self._inquiry(candidates, screen, text), self.tiers)
        transcript, finding = answer.transcript, answer.finding
        against: tuple[Contradiction, ...] = ()
        if not answer.is_finished:
            transcript, finding, against = self._without_atlas(candidates, screen, answer)
        if finding is None and (hinted or _speaks_of_dose(transcript)):
            finding = _unknown(screen, "no known layout fits it")
        if finding is None:
            return None
        scanner, atlas = candidates.scanner, candidates.atlas
        return Sighting(screen, transcript, finding, scanner, atlas, against, answer.asked)

    def _inquiry(self, candidates: _Candidates, screen: Screen, text: Sequence[Line]) -> Inquiry:
        """What exact readers make of a screen, for the others to be asked."""
        atlas = candidates.atlas
        exact = (self.fonts, LearntReader(atlas)) if atlas and atlas.held else (self.fonts,)
        for reader in exact:
            text = reader.apart(text)
        readings = tuple(reader.read(text) for reader in exact)
        return Inquiry(tuple(text), readings, partial(self._page, candidates.header, screen))

    def _without_atlas(
        self, candidates: _Candidates, screen: Screen, answer: Answer
    ) -> tuple[Transcript, PageRecord | Doubt | None, tuple[Contradiction, ...]]:
        """What is read without the learnt atlas where that refutes it; else what was."""
        alone = answer.transcript.without(LEARNT)
        if candidates.atlas is not None and alone is not answer.transcript:
            page = self._page(candidates.header, screen, alone)
            numbers = page.numbers if isinstance(page, PageRecord) else ()
            against = contradictions(candidates.atlas, alone, numbers)
            if against:
                return alone, page, against
        return answer.transcript, answer.finding, ()

    def _page(
        self, dataset: Dataset, screen: Screen, transcript: Transcript
    ) -> PageRecord | Doubt | None:
        makers = [layout for layout in self.layouts if _made_by(dataset, layout)]
        fitting = _fitting(screen, transcript, makers)
        if len(fitting) != 1:  # its maker's one layout that fits is right, whatever others say
            others = [layout for layout in self.layouts if layout not in makers]
            fitting += _fitting(screen, transcript, others)
        if len(fitting) > 1:
            names = ", ".join(page.layout.identifier for page in fitting)
            return Doubt(Reason.LAYOUT_AMBIGUOUS, names, sop_instance_uid=screen.sop_instance_uid)
        for page in fitting:
            strangers = tuple(mismatches(dataset, screen, transcript, page.layout))
            named = identifiers(dataset, transcript, page.layout)
            return replace(page, doubts=(*strangers, *page.doubts), identifiers=named)
        return None


def _fitting(screen: Screen, transcript: Transcript, layouts: Iterable[Layout]) -> list[PageRecord]:
    """The page on a screen in each of ``layouts`` that fits it."""
    found = (read_page(screen, transcript, layout) for layout in layouts)
    return [page for page in found if page is not None]


def may_be_dose_screen(dataset: Dataset) -> bool:
    """A Secondary Capture, or a CT image that is not an original axial one."""
    sop_class = UID(str(dataset.get("SOPClassUID", "")))
    if sop_class in SECONDARY_CAPTURES:
        return True
    kinds = [str(kind).strip().upper() for kind in dataset.get("ImageType", None) or ()]
    return sop_class == CTImageStorage and kinds[:2] == ["DERIVED", "SECONDARY"]


def is_checked(screen: Screen) -> bool:
    """Whether everyone reads the screen, however well its scanner is known: one in sixteen.

    Which ones follows from the object, so the same objects are read the same.
    """
    return sha256(screen.sop_instance_uid.encode()).digest()[0] % CHECKED_ONE_IN == 0


def _candidates(dataset: Dataset, atlases: Mapping[str, LearntAtlas]) -> _Candidates:
    """The pictures of an object; raises UnreadableObjectError."""
    scanner = scanner_of(dataset)
    atlas = None
    if scanner is not None:
        atlas = atlases.get(scanner.identifier) or LearntAtlas(scanner)
    header = Dataset()
    header.update({each.tag: each for each in dataset if each.tag != _PIXEL_DATA})
    return _Candidates(header, render(dataset), scanner, atlas)


def _unreadable(dataset: Dataset, failure: UnreadableObjectError) -> Doubt:
    return Doubt(Reason.UNREADABLE_PIXELS, str(failure), sop_instance_uid=_uid(dataset))


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
    taught = experiences(sightings, accepted=outcome is Outcome.RECOGNISED)
    return Recognition(outcome, assembly.record, tuple(every), screens, complete, seen, taught)


def _better(finding: PageRecord | Doubt, earlier: PageRecord | Doubt) -> bool:
    if isinstance(finding, Doubt) or isinstance(earlier, Doubt):
        return isinstance(finding, PageRecord)
    return finding.settles(earlier)


def _is_doubted(finding: PageRecord | Doubt) -> bool:
    return isinstance(finding, Doubt) or bool(finding.doubts)


def _is_text(text: Sequence[Line]) -> bool:
    glyphs = sum(len(word.glyphs) for word in words_of(text))
    return len(text) >= LEAST_LINES and glyphs >= LEAST_GLYPHS


def _speaks_of_dose(transcript: Transcript) -> bool:
    """Whether a dose word stands there to the letter, or two that somebody misread."""
    read = [text for word in words_of(transcript.lines) for text in transcript.texts(word)]
    known = [text for text in read if any(resembles(text, word) for word in DOSE_WORDS)]
    exact = {folded(word) for word in DOSE_WORDS}
    return len(known) > 1 or any(folded(text) in exact for text in known)


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
