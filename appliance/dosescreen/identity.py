"""Whose screen it is: what stands on it, compared with the header that came with it.

Only a clear difference counts: characters that two readers agree on against the header's. What
cannot be read is no difference. A doubt says which attribute differs and never what it reads.
"""

import re
from collections.abc import Iterator

from pydicom import Dataset

from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import find_phrase

LEAST_SURE = 3
"""Fewer digits of an identifier are too few to call it another one."""
BESIDE = 3
"""Capital heights within which an identifier begins behind its phrase; else it is blank."""
UNSURE = "?"


def mismatches(
    dataset: Dataset, screen: Screen, transcript: Transcript, layout: Layout
) -> Iterator[Doubt]:
    """A doubt for every identifier on the screen that is clearly not the header's."""
    for phrase, keyword in layout.identity.items():
        stated = re.sub(r"\W", "", str(dataset.get(keyword) or ""))
        for line in transcript.lines if stated else ():
            word = _after(transcript, line, phrase)
            if word is not None and _differs(_digits(transcript, word), stated):
                detail = f"{keyword} on the screen is not the one in its header"
                uid = screen.sop_instance_uid
                yield Doubt(Reason.IDENTITY_MISMATCH, detail, sop_instance_uid=uid, box=word.box)


def compared(dataset: Dataset, transcript: Transcript, layout: Layout) -> tuple[str, ...]:
    """The header's attributes that stand on the screen, clearly enough to be compared."""
    return tuple(
        keyword
        for phrase, keyword in layout.identity.items()
        if dataset.get(keyword)
        and any(
            len(read.replace(UNSURE, "")) >= LEAST_SURE
            for line in transcript.lines
            if (word := _after(transcript, line, phrase))
            for read in [_digits(transcript, word)]
        )
    )


def _after(transcript: Transcript, line: Line, phrase: str) -> Word | None:
    run = find_phrase(transcript, line, phrase)
    if run is None:
        return None
    end = run[-1].box.right
    near = end + BESIDE * line.capital_px
    return next((word for word in line.words if end <= word.box.left <= near), None)


def _digits(transcript: Transcript, word: Word) -> str:
    verdicts = (transcript.verdict(glyph) for glyph in word.glyphs)
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
    return not (_fits(short, long[: len(short)]) or _fits(short, long[len(long) - len(short) :]))


def _fits(one: str, other: str) -> bool:
    """Equal where both have a digit; a letter of the header may have been read as anything."""
    return all(
        left == right or not (left.isdigit() and right.isdigit())
        for left, right in zip(one, other, strict=True)
    )
