"""Letters that touch are learnt as the one piece of ink they are, and known again in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest
from pydicom import Dataset

from appliance.dosescreen import Outcome, Recognition
from appliance.dosescreen.fonts import BitmapFont
from appliance.dosescreen.learning import LearntAtlas, Withdrawal, learn, withdraw
from appliance.dosescreen.readers import Reader, Readings
from appliance.dosescreen.segment import Line
from appliance.simulators.secondary_capture import SIEMENS
from tests.dosescreen import scholars as learned
from tests.dosescreen.scholars import grown, protocol
from tests.dosescreen.schools import lesson, scanner, shapes, unknown_font
from tests.dosescreen.world import recogniser

NEW = LearntAtlas(scanner(SIEMENS))
INK = shapes(unknown_font())["m"]
DLPS = ("137", "289", "650", "472", "731")


@dataclass(frozen=True)
class Listened:
    """A reader, and how often it was asked."""

    reader: Reader
    asked: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.reader.name

    def read(self, lines: Sequence[Line]) -> Readings:
        self.asked.append(len(lines))
        return self.reader.read(lines)


def touching_font() -> BitmapFont:
    """One in which B touches e."""
    plain = unknown_font()
    inked = plain.glyphs["B"].left + plain.glyphs["B"].ink.shape[1]
    near = {"B": replace(plain.glyphs["B"], advance=inked - 1)}
    return replace(plain, name=f"{plain.name}-touching", glyphs=plain.glyphs | near)


@pytest.fixture(autouse=True)
def drawn_so() -> Iterator[None]:
    with patch.object(learned, "unknown_font", touching_font):
        yield


def read(atlas: LearntAtlas, objects: list[Dataset]) -> tuple[Recognition, list[int]]:
    """What the box makes of ``objects``, and on how many lines its networks were asked."""
    box = recogniser()
    networks, last = box.tiers
    tiers = (tuple(map(Listened, networks)), last)
    found = replace(box, tiers=tiers).recognise(objects, {atlas.scanner.identifier: atlas})
    return found, [lines for each in tiers[0] for lines in each.asked]


def five_lessons() -> LearntAtlas:
    atlas = NEW
    for dlp in DLPS:
        atlas = grown(atlas, read(atlas, protocol(dlp, "901"))[0])
    return atlas


def test_what_touches_is_learnt_together_and_nobody_is_asked_again() -> None:
    atlas = five_lessons()
    assert "Be" in set(atlas.ligatures.values())
    found, asked = read(atlas, protocol("916"))
    assert found.outcome is Outcome.RECOGNISED
    assert asked == []
    assert found.record is not None
    assert [event.label.value for event in found.record.dose_events if event.label] == ["Beck"]


def test_letters_that_touch_are_no_character() -> None:
    atlas = learn(NEW, [lesson(INK, "mA")])
    assert (atlas.held, atlas.ligatures) == ({}, {INK: "mA"})
    assert atlas.version not in {NEW.version, learn(NEW, [lesson(INK, "mB")]).version}


@pytest.mark.parametrize("other", ["m", "mB", "8"])
def test_ink_that_is_also_something_else_is_nothing(other: str) -> None:
    atlas = learn(NEW, [lesson(INK, "mA"), lesson(INK, other, "s2")])
    assert (atlas.held, atlas.ligatures) == ({}, {})


def test_letters_that_touch_are_withdrawn_together() -> None:
    atlas = learn(NEW, [lesson(INK, "mA")])
    assert list(atlas.characters) == [(INK, "mA")]
    after = withdraw(atlas, [Withdrawal(shape=INK, character="mA", why="by hand")])
    assert list(after.characters) == []


@pytest.mark.parametrize("text", ["m1", "10", "m ", "mÄ", "mmmmmmm"])
def test_nothing_but_a_few_letters_is_learnt_together(text: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        lesson(INK, text)
