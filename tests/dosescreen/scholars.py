"""Readers that have learnt a font by heart, and screens in a font that the box has never seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pydicom import Dataset

from appliance.dosescreen import Recogniser, Recognition
from appliance.dosescreen.atlas import atlas_of
from appliance.dosescreen.fonts import BitmapFont
from appliance.dosescreen.learning import LearntAtlas
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.segment import Line
from appliance.dosescreen.transcript import words_of
from appliance.simulators.consoles import siemens
from appliance.simulators.secondary_capture import SIEMENS
from tests.dosescreen.schools import unknown_font
from tests.dosescreen.world import (
    SCOUT,
    TOPOGRAM,
    abdomen,
    captured,
    dose_report,
    helical,
    patient_protocol,
    recogniser,
)

LABEL = "Beck"


@dataclass(frozen=True)
class Scholar:
    """A reader that has learnt one font by heart, and no other; but for what it takes for else."""

    name: str
    font: BitmapFont
    mistaken: tuple[str, str] = ("", "")
    asked: list[int] = field(default_factory=list)

    def read(self, lines: Sequence[Line]) -> Readings:
        self.asked.append(len(lines))
        reader = _by_heart(self.font)
        apart = reader.apart(lines)  # who knows a font by heart reads what touches
        read = reader.read(apart)
        wrong, right = self.mistaken
        glyphs = {
            glyph: right if text == wrong else text
            for glyph, text in read.glyphs.items()
            if right or text != wrong
        }
        words = {
            word: read.words[parts]
            for word, parts in zip(words_of(lines), words_of(apart), strict=True)
            if parts in read.words
        }
        return Readings(self.name, glyphs, words)


@cache
def _by_heart(font: BitmapFont) -> GlyphReader:
    return GlyphReader(atlas_of([font]))


def box(*readers: Scholar) -> Recogniser:
    """A box with nothing primed for the scanner, and ``readers`` asked last."""
    return replace(recogniser(), tiers=(readers,))


def scholars() -> tuple[Scholar, Scholar]:
    return Scholar("one", unknown_font()), Scholar("other", unknown_font())


def report(dlp: str = "373.00", total: str | None = "sum", series: str = "2") -> list[Dataset]:
    return captured(dose_report([SCOUT, helical(series, dlp)], total, font=unknown_font()))


def protocol(*printed: str, total: str | None = "sum") -> list[Dataset]:
    style = siemens.SiemensStyle(pitch=unknown_font().height)
    if total is None:
        style = replace(style, total_line=siemens.TotalLine.NO_DLP)
    scans = [
        replace(abdomen(str(at), "5.20", dlp), label=LABEL)
        for at, dlp in enumerate(printed or ("137",), 2)
    ]
    pages = patient_protocol([TOPOGRAM, *scans], total, font=unknown_font(), style=style)
    return captured(pages, SIEMENS)


def grown(atlas: LearntAtlas, found: Recognition) -> LearntAtlas:
    (experience,) = found.experiences
    return experience.taught(experience.refuted(atlas, 1.0), 1.0)


def read_with(atlas: LearntAtlas, objects: list[Dataset], *readers: Scholar) -> Recognition:
    return box(*readers).recognise(objects, {atlas.scanner.identifier: atlas})
