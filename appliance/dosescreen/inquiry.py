"""Who is asked about one screen, and in which order, until nothing on it is doubted.

Those who know the font come first. What the scanner's own shapes leave open is often a label or a
line of the head: then the next readers look at those lines alone, and only if that does not do, at
everything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from appliance.dose.doubt import Doubt
from appliance.dose.record import Box, IrradiationEvent
from appliance.dosescreen.jury import Jury
from appliance.dosescreen.layout import CellKind
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.readers import Reader, Readings
from appliance.dosescreen.segment import Line
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import UNKNOWN

Finding = PageRecord | Doubt | None
Judge = Callable[[Transcript], Finding]
"""What a transcript says, by the layouts."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What came of asking; ``asked`` readers saw the whole screen, besides exact ones."""

    transcript: Transcript
    finding: Finding
    asked: int

    @property
    def is_finished(self) -> bool:
        """Whether nothing is doubted, and every row has the label that its layout prints."""
        page = self.finding
        return isinstance(page, PageRecord) and not page.doubts and not any(_unlabelled(page))


@dataclass(frozen=True, slots=True, eq=False)
class Inquiry:
    """One screen's lines, what exact readers make of them, and what judges the answers."""

    text: tuple[Line, ...]
    exact: tuple[Readings, ...]
    judge: Judge

    def of_everyone(self, tiers: Iterable[Sequence[Reader]]) -> Answer:
        """The answer of all readers at once."""
        return self._answer(_read(chain.from_iterable(tiers), self.text))

    def tier_by_tier(self, tiers: Sequence[Sequence[Reader]]) -> Answer:
        """The first answer that is finished, or the last; readers are asked as long as needed."""
        said: tuple[Readings, ...] = ()
        for tier in tiers:
            said += _read(tier, self.text)
            answer = self._answer(said)
            if answer.is_finished:
                break
        return answer if said else self._answer(())

    def of_the_known(self, tiers: Sequence[Sequence[Reader]]) -> Answer:
        """The same, where those who know the font may do alone, or nearly so."""
        alone = self._answer(())
        if alone.is_finished or not tiers:
            return alone
        lines = tuple(_in_doubt(alone, self.text))
        if lines:
            said = (_of_some(each, lines, self.text) for each in _read(tiers[0], lines))
            nearly = self._answer(tuple(said), of_all=False)
            if nearly.is_finished:
                return nearly
        return self.tier_by_tier(tiers)

    def _answer(self, said: tuple[Readings, ...], *, of_all: bool = True) -> Answer:
        transcript = Transcript(self.text, Jury((*self.exact, *said))).apart()
        return Answer(transcript, self.judge(transcript), len(said) if of_all else 0)


def _read(readers: Iterable[Reader], lines: Sequence[Line]) -> tuple[Readings, ...]:
    return tuple(reader.read(lines) for reader in readers)


def _of_some(reading: Readings, lines: Sequence[Line], text: Sequence[Line]) -> Readings:
    """A reading of some of the lines of a text as one of the text, without places elsewhere."""
    if not reading.places:
        return reading
    places = dict(zip(lines, reading.places, strict=True))
    return replace(reading, places=tuple(places.get(line, ()) for line in text))


def _in_doubt(answer: Answer, text: Iterable[Line]) -> Iterator[Line]:
    """The lines with doubts or rows without a label; none when a doubt stands on no line."""
    page = answer.finding
    if not isinstance(page, PageRecord):
        return
    boxes = [doubt.box for doubt in page.doubts] + [_place(event) for event in _unlabelled(page)]
    if None not in boxes:
        for line in text:
            if any(box and _beside(line.box, box) for box in boxes):
                yield line


def _unlabelled(page: PageRecord) -> Iterator[IrradiationEvent]:
    """Rows whose label was not read, or not to its last character."""
    labelled = any(column.kind is CellKind.TEXT for column in page.layout.columns)
    for event in page.events:
        if (event.label is None and labelled) or (
            event.label is not None and UNKNOWN in event.label.value
        ):
            yield event


def _place(event: IrradiationEvent) -> Box | None:
    places = (value.origin.box for _, value in event.sourced())
    return next(filter(None, places), None)


def _beside(one: Box, other: Box) -> bool:
    return one.top < other.bottom and other.top < one.bottom
