"""Whose screen it is: what stands on it, compared with the header that came with it.

Only a clear difference counts: characters that two readers agree on against the header's. What
cannot be read is no difference. A doubt says which attribute differs and never what it reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydicom import Dataset

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Box
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.marks import mark
from appliance.dosescreen.printed_date import another_day
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import Run, runs

IDENTIFIERS = ("PatientID", "StudyID", "AccessionNumber")
"""What all screens of one examination have in common."""
LEAST_SURE = 3
"""Fewer digits of an identifier are too few to call it another one."""
MOST_WRONG = 1
"""Characters of its phrase that may be misread: "Study" is not "Study ID"."""
APART = 2
"""Capital heights that part a label from what stands before it."""
BESIDE = 3
"""Capital heights within which an identifier begins behind its phrase; else it is blank."""
UNSURE = "?"


def mismatches(
    dataset: Dataset, screen: Screen, transcript: Transcript, layout: Layout
) -> Iterator[Doubt]:
    """A doubt for every identifier on the screen that is clearly not the header's, and its day."""
    for keyword, word in _identifiers(transcript, layout):
        stated = re.sub(r"\W", "", str(dataset.get(keyword) or ""))
        if stated and _differs(_digits(transcript, word), stated):
            yield _mismatch(screen, f"{keyword} on the screen is not", word.box)
    day = another_day(dataset, transcript, layout.date) if layout.date else None
    if day is not None:
        yield _mismatch(screen, "the date on the screen is no day near", day)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What a screen and its header call the patient and the examination, by attribute.

    ``printed`` are digits, with a mark for each that is not sure.
    """

    stated: Mapping[str, str] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)

    def contradicted_by(self, other: "Identifiers") -> str:
        """The first attribute that clearly names another one; empty if none does."""
        for keyword in IDENTIFIERS:
            stated = {self.stated.get(keyword, ""), other.stated.get(keyword, "")} - {""}
            printed = [each.printed.get(keyword, "") for each in (self, other)]
            if len(stated) > 1 or (_differs(*printed) and _differs(*reversed(printed))):
                return keyword
        return ""


NOT_NAMED = Identifiers()


def identifiers(dataset: Dataset, transcript: Transcript, layout: Layout) -> Identifiers:
    """What a screen and its header name, to be compared with the study's other screens."""
    stated = {keyword: str(dataset.get(keyword) or "").strip() for keyword in IDENTIFIERS}
    found = _identifiers(transcript, layout)
    return Identifiers(stated, {keyword: _digits(transcript, word) for keyword, word in found})


def _mismatch(screen: Screen, what: str, box: Box) -> Doubt:
    uid = screen.sop_instance_uid
    detail = f"{what} the one in its header"
    return Doubt(Reason.IDENTITY_MISMATCH, detail, sop_instance_uid=uid, box=box)


def compared(dataset: Dataset, transcript: Transcript, layout: Layout) -> tuple[str, ...]:
    """The header's attributes that stand on the screen, clearly enough to be compared."""
    found = (
        keyword
        for keyword, word in _identifiers(transcript, layout)
        if dataset.get(keyword) and len(_digits(transcript, word).replace(UNSURE, "")) >= LEAST_SURE
    )
    return tuple(dict.fromkeys(found))


def _identifiers(transcript: Transcript, layout: Layout) -> Iterator[tuple[str, Word]]:
    """The attribute that each phrase on the screen names, and the word behind the phrase."""
    for line in transcript.lines:
        found = [
            (run, keyword)
            for phrase, keyword in layout.identity.items()
            for run in runs(transcript, line, phrase)
            if run.wrong <= MOST_WRONG and _begins(transcript, line, run)
        ]
        taken: list[Run] = []
        for run, keyword in sorted(found, key=lambda pair: pair[0].rank):
            if any(run.start < other.end and other.start < run.end for other in taken):
                continue
            taken.append(run)
            near = line.words[run.end - 1].box.right + BESIDE * line.capital_px
            for word in line.words[run.end : run.end + 1]:
                if word.box.left <= near:
                    yield keyword, word


def _begins(transcript: Transcript, line: Line, run: Run) -> bool:
    """Whether it is a label of its own: first on its line, behind a number, or well apart."""
    if run.start == 0:
        return True
    before, first = line.words[run.start - 1], line.words[run.start]
    apart = first.box.left - before.box.right > APART * line.capital_px
    return apart or transcript.verdict(before.glyphs[-1]).sure


def _digits(transcript: Transcript, word: Word) -> str:
    verdicts = (transcript.verdict(glyph) for glyph in word.glyphs if mark(glyph) is None)
    return "".join(
        verdict.digit if verdict.sure and verdict.digit else UNSURE for verdict in verdicts
    )


def _differs(printed: str, stated: str) -> bool:
    """Whether ``printed`` (digits, and a mark for what is not sure) cannot be ``stated``.

    Consoles cut long identifiers off and drop leading zeros.
    """
    if len(printed) - printed.count(UNSURE) < LEAST_SURE:
        return False
    short, long = sorted((printed.lstrip("0"), stated.lstrip("0")), key=len)
    if len(short) != len(long) and UNSURE in printed:
        return False
    if len(short) < LEAST_SURE:
        return len(short) != len(long) or not _fits(short, long)
    return not (_fits(short, long[: len(short)]) or _fits(short, long[len(long) - len(short) :]))


def _fits(one: str, other: str) -> bool:
    """Equal where both have a digit; a letter of the header may have been read as anything."""
    return all(
        left == right or not (left.isdigit() and right.isdigit())
        for left, right in zip(one, other, strict=True)
    )
