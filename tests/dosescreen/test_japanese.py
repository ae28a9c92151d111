"""Screens with Japanese words are read by their layouts, once a reader reads the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.dosescreen import Outcome, Recognition
from appliance.dosescreen.fonts import BitmapFont, load_font
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Line, Word
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Font, Picture, in_words
from appliance.simulators.consoles.examination import Examination
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.outline import OutlineFont
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    Console,
    secondary_capture,
)
from tests.dosescreen.printed import recording
from tests.dosescreen.world import WHO, recogniser, values


@dataclass(frozen=True)
class Lettering:
    """A bitmap font, and for every character it has not a square that no other has."""

    latin: BitmapFont

    @property
    def height(self) -> int:
        return self.latin.height

    @property
    def space(self) -> int:
        return self.latin.space

    def width(self, text: str) -> int:
        return int(self.draw(text).shape[1])

    def draw(self, text: str) -> NDArray[np.bool_]:
        parts = [self._character(character) for character in text]
        return np.hstack(parts) if parts else np.zeros((self.height, 0), bool)

    def _character(self, character: str) -> NDArray[np.bool_]:
        if character.isascii():
            return self.latin.draw(character)
        size = self.latin.ascent - 1
        ink = np.zeros((self.height, size + 2), bool)
        square = ink[1 : 1 + size, 1:-1]
        square[[0, -1]] = square[:, [0, -1]] = True
        inside = np.random.default_rng(ord(character)).random((size - 2, size - 2)) < 0.3
        square[1:-1, 1:-1] = inside
        return ink


@dataclass(frozen=True)
class ReaderOfJapanese:
    """Reads what was drawn, word by word, when a word has exactly its pixels."""

    font: Font
    texts: frozenset[str]
    misread: str = ""
    """Characters that it takes for another one."""
    name: str = "japanese"

    def read(self, lines: Sequence[Line]) -> Readings:
        known = {_pixels(self.font.draw(text)): text for text in self.texts}
        words = [word for line in lines for word in line.words]
        wrong = str.maketrans(dict.fromkeys(self.misread, "丁"))
        read = {
            word: known[key].translate(wrong) for word in words if (key := _seen(word)) in known
        }
        glyphs = {
            glyph: 3 * character  # louder than those who take squares for letters
            for word, text in read.items()
            if len(word.glyphs) == len(text)
            for glyph, character in zip(word.glyphs, text, strict=True)
            if not character.isascii()
        }
        return Readings(self.name, glyphs, {word: (text,) for word, text in read.items()})


def _pixels(ink: NDArray[np.bool_] | Picture) -> tuple[int, bytes]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut.shape[1], (cut > 0).tobytes()


def _seen(word: Word) -> tuple[int, bytes]:
    box = word.box
    ink = np.zeros((box.height, box.width), bool)
    for glyph in word.glyphs:
        top, left = glyph.box.top - box.top, glyph.box.left - box.left
        ink[top : top + glyph.box.height, left : left + glyph.box.width] |= glyph.ink
    return _pixels(ink)


FONT: Font = Lettering(load_font("helvB12-75dpi"))
_VL = Path("/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf")
GOTHIC = OutlineFont(_VL, 14, antialiased=True)
WHERE = (("Patient ID", "患者ID"), ("Study Date", "検査日"), ("Study ID", "検査ID"))


def _ge(examination: Examination) -> list[Picture]:
    words = (*WHERE, ("Dose Report", "線量レポート"), ("Total Exam DLP", "合計DLP"))
    return ge.draw(examination, WHO, FONT, ge.GEStyle(columns=700, right=690, words=words))


def _siemens(examination: Examination) -> list[Picture]:
    words = (("Total", "合計"), ("kV", "管電圧"), ("Patient Position", "患者体位"), *WHERE)
    style = siemens.SiemensStyle(columns=700, right=690, pitch=16, words=words)
    return siemens.draw(examination, WHO, FONT, style)


def _toshiba(examination: Examination) -> list[Picture]:
    words = (
        ("Dose Information", "線量情報"), ("Detail Information", "詳細情報"),
        ("Contrast/Enhance Information", "造影情報"), ("Exposure Time", "曝射時間"),
        ("Start Pos.", "開始位置"), ("End Pos.", "終了位置"),
        ("Head", "頭部"), ("Body", "体幹部"), *WHERE,
    )  # fmt: skip
    style = toshiba.ToshibaStyle(columns=700, right=690, family=toshiba.Family.I, words=words)
    return toshiba.draw(examination, WHO, FONT, style)


def _philips(examination: Examination) -> list[Picture]:
    words = (
        ("Description", "検査部位"), ("Scan mode", "スキャンモード"), ("kV", "管電圧"),
        ("Phantom Type", "ファントム"), ("Total DLP", "合計DLP"), ("Current", "管電流"), *WHERE,
    )  # fmt: skip
    style = philips.PhilipsStyle(columns=760, right=750, pitch=16, more=("Current",), words=words)
    return philips.draw(examination, WHO, FONT, style)


def _hitachi(examination: Examination) -> list[Picture]:
    words = (
        ("Dose Report", "線量情報"), ("Scan Mode", "スキャンモード"), ("kV", "管電圧"),
        ("Scan Range(mm)", "撮影範囲"), ("Phantom", "ファントム"), ("Total DLP", "合計DLP"),
        ("Date", "検査日"), ("ID", "患者ID"),
    )  # fmt: skip
    style = hitachi.HitachiStyle(columns=760, right=750, words=words)
    return hitachi.draw(examination, WHO, FONT, style)


Examine = Callable[[Random], Examination]
SCREENS: dict[str, tuple[Console, Examine, Callable[[Examination], list[Picture]]]] = {
    "dose-report": (GE, ge_examination, _ge),
    "patient-protocol": (SIEMENS, siemens_examination, _siemens),
    "dose-summary": (TOSHIBA, toshiba_examination, _toshiba),
    "dose-info": (PHILIPS, philips.philips_examination, _philips),
    "simple-dose-report": (HITACHI, hitachi.hitachi_examination, _hitachi),
}
every_layout = pytest.mark.parametrize("name", SCREENS)


def read(name: str, misread: str = "", **header: str) -> tuple[Recognition, Examination]:
    console, examine, draw = SCREENS[name]
    examination = examine(Random(3))
    with recording() as drawn:
        pages = draw(examination)
    texts = {word for canvas, place in drawn for word in in_words(place.text, canvas.words).split()}
    reader = ReaderOfJapanese(FONT, frozenset(texts), misread)
    tiers = ((*recogniser().tiers[0], reader),)
    objects = secondary_capture(pages, console, replace(WHO, **header))
    return replace(recogniser(), tiers=tiers).recognise(objects), examination


@every_layout
def test_a_screen_in_japanese_is_read_as_printed(name: str) -> None:
    recognition, examination = read(name)
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    events = [event for event in values(recognition)["events"] if event["dlp_mgy_cm"]]
    printed = [scan for scan in examination.scans if scan.dlp_mgy_cm]
    assert [event["ctdi_vol_mgy"] for event in events] == [scan.ctdi_vol_mgy for scan in printed]
    assert [event["dlp_mgy_cm"] for event in events] == [scan.dlp_mgy_cm for scan in printed]
    assert {event["kvp"] for event in events} == {scan.kv for scan in printed}


@every_layout
def test_another_patient_and_day_are_found_behind_japanese_words(name: str) -> None:
    recognition, _ = read(name, patient_id="7350142", study_date="20190401")
    assert {str(doubt.reason) for doubt in recognition.doubts} >= {"identity-mismatch"}
    told = {doubt.detail.split(" ")[0] for doubt in recognition.doubts}
    assert "PatientID" in told
    assert name == "patient-protocol" or "the" in told


@pytest.mark.parametrize("misread", ["圧", "圧流"])
def test_voltage_and_current_that_cannot_be_told_apart_are_not_mixed(misread: str) -> None:
    """管電圧 and 管電流 differ by one character."""
    recognition, _ = read("dose-info", misread)
    assert recognition.outcome is Outcome.QUARANTINED
    assert {str(doubt.reason) for doubt in recognition.doubts} == {"layout-unknown"}


def test_a_heading_that_may_be_two_is_read_as_neither() -> None:
    recognition, examination = read("dose-info", "流")
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    events = values(recognition)["events"]
    assert [event["kvp"] for event in events] == [scan.kv for scan in examination.scans]


@every_layout
def test_a_screen_in_a_japanese_font_is_read_at_first_contact(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, examine, draw = SCREENS[name]
    monkeypatch.setitem(globals(), "FONT", GOTHIC)
    examination = examine(Random(3))
    recognition = recogniser().recognise(secondary_capture(draw(examination), console, WHO))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    events = [event for event in values(recognition)["events"] if event["dlp_mgy_cm"]]
    printed = [scan for scan in examination.scans if scan.dlp_mgy_cm]
    assert [event["dlp_mgy_cm"] for event in events] == [scan.dlp_mgy_cm for scan in printed]
