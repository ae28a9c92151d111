"""How a screen was read, laid out for people: what stands where, who read it, what is doubted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydicom import Dataset

from appliance.dose.checks import Check, Evidence, checks
from appliance.dose.doubt import Doubt
from appliance.dose.record import Box, CTRadiationDose, IrradiationEvent, Sourced
from appliance.dosescreen.headers import Tier
from appliance.dosescreen.headings import Heading
from appliance.dosescreen.identity import compared
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.segment import Grey, around
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.table import Table, find_tables
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.understood import hidden, shown, understood
from appliance.dosescreen.wording import find_phrase


class Role(StrEnum):
    """What a box on a screen is."""

    TITLE = "title"
    HEADING = "heading"
    VALUE = "value"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was understood, and where it stands.

    Attributes:
        role: What it is.
        box: Where it stands.
        values: Field and text of what it says; of a heading the field of its column alone.
        readers: The readers that agreed on it.
        sure: Whether nothing about it is doubted.
    """

    role: Role
    box: Box
    values: tuple[tuple[str, str], ...]
    readers: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """One screen explained.

    Attributes:
        sop_instance_uid: The object it is on.
        frame: Its frame, from 0.
        ink: The picture, bright on dark; without what might name a patient, unless asked for.
        hidden: Where something was taken from the picture.
        layout: The layout it was read with, or empty.
        marks: What was understood.
        events: The rows that were read on it.
        doubts: Why the study waits, as far as this screen goes.
        checks: What was checked about the study.
    """

    sop_instance_uid: str
    frame: int
    ink: Grey
    hidden: tuple[Box, ...]
    layout: str
    marks: tuple[Mark, ...]
    events: tuple[IrradiationEvent, ...]
    doubts: tuple[Doubt, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is explained: a study's screens with what came of them and their headers."""

    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    sightings: tuple[Sighting, ...]
    headers: tuple[Dataset, ...]


def explanations(
    reading: Reading, layouts: Sequence[Layout], *, show_identity: bool = False
) -> Iterator[Explanation]:
    """Each screen explained; what might name a patient is hidden unless ``show_identity``."""
    found = checks(_evidence(reading))
    for sighting in reading.sightings:
        screen, finding = sighting.screen, sighting.finding
        page = finding if isinstance(finding, PageRecord) else None
        words = () if show_identity else understood(sighting, layouts)
        yield Explanation(
            screen.sop_instance_uid,
            screen.frame,
            screen.ink if show_identity else shown(screen.ink, words),
            () if show_identity else tuple(hidden(sighting, words)),
            page.layout.identifier if page else "",
            tuple(_marks(sighting.transcript, page)) if page else (),
            page.events if page else (),
            tuple(_doubts(reading.doubts, sighting)),
            found,
        )


def _evidence(reading: Reading) -> Evidence:
    headers = {str(each.get("SOPInstanceUID") or ""): each for each in reading.headers}
    read = [
        (each, each.finding) for each in reading.sightings if isinstance(each.finding, PageRecord)
    ]
    keywords = {
        keyword: None
        for seen, page in read
        for keyword in compared(
            headers.get(page.sop_instance_uid, Dataset()), seen.transcript, page.layout
        )
    }
    pages = tuple((page.number, page.pages) for _, page in read)
    return Evidence(reading.record, reading.doubts, pages, tuple(keywords))


def _doubts(doubts: Sequence[Doubt], sighting: Sighting) -> Iterator[Doubt]:
    """Those of this screen and those of no screen; as the page says them, with their places."""
    uid, finding = sighting.screen.sop_instance_uid, sighting.finding
    own = finding.doubts if isinstance(finding, PageRecord) else (finding,)
    yield from own
    for doubt in doubts:
        of_this = doubt.sop_instance_uid in {None, uid}
        if of_this and not any(_is_same(doubt, other) for other in own):
            yield doubt


def _is_same(one: Doubt, other: Doubt) -> bool:
    return (one.reason, one.detail, one.box) == (other.reason, other.detail, other.box)


def _marks(transcript: Transcript, page: PageRecord) -> Iterator[Mark]:
    for line in transcript.lines:
        runs = [find_phrase(transcript, line, phrase) for phrase in page.layout.phrases]
        for run in filter(None, runs):
            yield Mark(Role.TITLE, around(word.box for word in run), ())
    tables, _ = find_tables(transcript, page.layout)
    for table in tables:
        yield from _headings(table)
    yield from _values(page)


def _values(page: PageRecord) -> Iterator[Mark]:
    doubted = {doubt.field for doubt in page.doubts}
    places: dict[Box, list[tuple[str, str, Sourced[object]]]] = defaultdict(list)
    for at, event in enumerate(page.events):
        for name, sourced in event.sourced():
            if sourced.origin.box is not None:
                places[sourced.origin.box].append((f"events[{at}].{name}", name, sourced))
    for box, found in places.items():
        sure = not any(path in doubted for path, _, _ in found)
        yield _mark(Role.VALUE, box, [(name, sourced) for _, name, sourced in found], sure=sure)
    for name, number in page.totals.numbers.items():
        if number.origin.box is not None:
            sure = name not in doubted
            yield _mark(Role.TOTAL, number.origin.box, [(name, number)], sure=sure)


def _mark(
    role: Role, box: Box, values: Sequence[tuple[str, Sourced[object]]], *, sure: bool
) -> Mark:
    readers = dict.fromkeys(
        reader for _, sourced in values for reader in sourced.origin.detail.split("+")
    )
    texts = tuple((name, sourced.text) for name, sourced in values)
    return Mark(role, box, texts, tuple(readers), sure)


def _headings(table: Table) -> Iterator[Mark]:
    for tier in table.tiers:
        for heading in tier:
            boxes = [
                word.box
                for line in table.header_lines
                for word in line.words
                if _nearest(tier, word.box) is heading
            ]
            if heading.column and boxes:
                yield Mark(Role.HEADING, around(boxes), ((heading.column.name, ""),))


def _nearest(tier: Tier, box: Box) -> Heading | None:
    """The heading that a word stands in, above or below."""
    shared = {
        heading: min(heading.right, box.right) - max(heading.left, box.left) for heading in tier
    }
    best = max(shared, key=lambda heading: shared[heading])
    return best if shared[best] > 0 else None
