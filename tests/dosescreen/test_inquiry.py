"""Who is asked about a screen, about which lines, and when it is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Box
from appliance.dosescreen.characters import Placed
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.inquiry import Finding, Inquiry
from appliance.dosescreen.layout import layouts
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Line, lines
from appliance.dosescreen.totals import Totals
from appliance.dosescreen.transcript import Transcript

TEXT = ("first line", "second line", "third line")


@dataclass(frozen=True)
class Seer:
    """A reader that sees every character in its place."""

    name: str
    asked: list[int] = field(default_factory=list)

    def read(self, lines: Sequence[Line]) -> Readings:
        self.asked.append(len(lines))
        return Readings(self.name, places=[_places(line) for line in lines])


def _places(line: Line) -> tuple[Placed, ...]:
    glyphs = [glyph for word in line.words for glyph in word.glyphs]
    return tuple(Placed("x", (each.box.left + each.box.right) / 2, 1.0) for each in glyphs)


def page(*doubts: Doubt) -> PageRecord:
    return PageRecord(layouts()[0], "1.2", (), Totals(), None, None, doubts)


def doubt(box: Box | None) -> Doubt:
    return Doubt(Reason.CELL_UNREADABLE, "not sure", box=box)


def inquiry(*findings: Finding) -> Inquiry:
    """Three lines of text; the judge comes to the ``findings`` one after the other."""
    font = load_font("6x13-misc")
    drawn = [np.pad(font.draw(each), ((5, 5), (10, 200 - font.width(each)))) for each in TEXT]
    text = lines((np.vstack(drawn) * 255).astype(np.uint8))
    assert len(text) == len(TEXT)
    coming = iter(findings)

    def judge(_: Transcript) -> Finding:
        return next(coming)

    return Inquiry(text, (Readings("exact", exact=True),), judge)


def test_nobody_is_asked_where_the_known_do() -> None:
    seer = Seer("one")
    answer = inquiry(page()).of_the_known([[seer]])
    assert answer.is_finished
    assert answer.asked == 0
    assert seer.asked == []


def test_the_first_are_asked_about_the_lines_in_doubt() -> None:
    one, other, last = Seer("one"), Seer("other"), Seer("last")
    second = inquiry().text[1].box
    asked = inquiry(page(doubt(second)), page())
    answer = asked.of_the_known([[one, other], [last]])
    assert answer.is_finished
    assert answer.asked == 0
    assert (one.asked, other.asked, last.asked) == ([1], [1], [])


def test_they_are_asked_about_everything_where_that_does_not_do() -> None:
    one, last = Seer("one"), Seer("last")
    box = inquiry().text[1].box
    answer = inquiry(page(doubt(box)), page(doubt(box)), page()).of_the_known([[one], [last]])
    assert answer.asked == 1
    assert (one.asked, last.asked) == ([1, 3], [])


def test_a_doubt_that_stands_nowhere_asks_about_everything() -> None:
    one = Seer("one")
    box = inquiry().text[1].box
    answer = inquiry(page(doubt(box), doubt(None)), page()).of_the_known([[one]])
    assert answer.is_finished
    assert one.asked == [3]


def test_a_page_that_nobody_knows_asks_about_everything() -> None:
    one = Seer("one")
    assert inquiry(None, page()).of_the_known([[one]]).asked == 1
    assert one.asked == [3]


def test_tier_by_tier_ends_with_the_first_that_suffices() -> None:
    tiers = [[Seer("one")], [Seer("two"), Seer("three")], [Seer("four")]]
    answer = inquiry(None, page()).tier_by_tier(tiers)
    assert answer.asked == 3
    assert [seer.asked for tier in tiers for seer in tier] == [[3], [3], [3], []]


def test_everyone_is_asked_at_once() -> None:
    tiers = [[Seer("one")], [Seer("two")]]
    assert inquiry(page()).of_everyone(tiers).asked == 2
