"""Dose screens leave with their table alone, proven by reading them again, or not at all."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pydicom
import pytest
from pydicom import Dataset
from pydicom.config import disable_value_validation

from appliance.deidentify import Cleaned, Hindrance, Pseudonyms, Unclean, cleaned, presets
from appliance.dosescreen import Layout, Recogniser, default_recogniser
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.segment import Word
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.teaching.seen import seen
from appliance.dosescreen.transcript import words_of
from appliance.services import blanking
from appliance.services.blanking import blanked_screen
from appliance.simulators.consoles import ge
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.uids import derived_uid

PSEUDONYMS = Pseudonyms(b"k" * 32, "screens")


@cache
def recogniser() -> Recogniser:
    return default_recogniser()


def a_screen() -> Dataset:
    who = Identity(
        derived_uid("a screen"),
        patient_name="CANARIA^HANAKO",
        patient_id="47114711",
        accession_number="A98765",
    )
    pages = ge.draw(ge_examination(Random(7), 3), who, load_font("helvB10-100dpi"))
    return secondary_capture(pages, GE, who)[0]


def as_bytes(dataset: Dataset) -> bytes:
    file = io.BytesIO()
    with disable_value_validation():
        dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def blanked(screen: Dataset) -> Dataset | None:
    return blanked_screen(recogniser(), screen)


def test_a_dose_screen_leaves_with_its_table_alone() -> None:
    screen = a_screen()
    outcome = cleaned(as_bytes(screen), presets()["registry"], PSEUDONYMS, blanked)
    assert isinstance(outcome, Cleaned), outcome.text
    found = pydicom.dcmread(io.BytesIO(outcome.content))
    assert found.BurnedInAnnotation == "NO"
    assert "113101" in outcome.applied
    assert b"CANARIA" not in outcome.content
    was = recogniser().recognise([screen])
    assert was.record is not None
    read = seen(recogniser(), found)
    texts = {text for word in words_of(read.lines) for text in read.texts(word)}
    assert not texts & {"CANARIA", "HANAKO", "47114711", "A98765"}
    assert {each.dlp_mgy_cm.text for each in was.record.events if each.dlp_mgy_cm} <= texts


def test_a_screen_of_no_known_layout_is_refused() -> None:
    screen = a_screen()
    alone = replace(recogniser(), layouts=())
    outcome = cleaned(
        as_bytes(screen),
        presets()["registry"],
        PSEUDONYMS,
        lambda each: blanked_screen(alone, each),
    )
    assert isinstance(outcome, Unclean)
    assert outcome.reasons[0].hindrance is Hindrance.SCREEN_NOT_BLANKED


def test_a_screen_that_cannot_be_rendered_is_refused() -> None:
    screen = a_screen()
    screen.Rows = 60000
    assert blanked(screen) is None


def test_a_screen_still_showing_its_patient_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def every_word(sighting: Sighting, _: Sequence[Layout]) -> list[Word]:
        return list(words_of(sighting.transcript.lines))

    monkeypatch.setattr(blanking, "understood", every_word)
    monkeypatch.setattr(blanking, "_nameless", lambda *arguments: arguments[2])
    assert blanked(a_screen()) is None
