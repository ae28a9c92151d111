"""Dose screens leave with their table alone, proven by reading them again, or not at all."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
)

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
    return default_recogniser(timeout_s=600)


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


def several(sop_class: UID, *, examinations: Sequence[int]) -> Dataset:
    """One object of the class with the pages of so many examinations, a frame each."""
    pages = [np.asarray(pixels(seed)) for seed in examinations]
    screen = a_screen()
    is_colour = sop_class == MultiFrameTrueColorSecondaryCaptureImageStorage
    screen.SOPClassUID = screen.file_meta.MediaStorageSOPClassUID = sop_class
    screen.NumberOfFrames = str(len(pages))
    screen.FrameIncrementPointer = Tag("PageNumberVector")
    screen.PageNumberVector = [str(number) for number in range(1, len(pages) + 1)]
    grey = np.stack(pages)
    screen.SamplesPerPixel = 3 if is_colour else 1
    screen.PhotometricInterpretation = "RGB" if is_colour else "MONOCHROME2"
    if is_colour:
        screen.PlanarConfiguration = 0
    screen.PixelData = (np.repeat(grey, 3) if is_colour else grey).astype(np.uint8).tobytes()
    return screen


def pixels(seed: int) -> np.ndarray:
    who = Identity(derived_uid("a screen"), patient_name="CANARIA^HANAKO", patient_id="47114711")
    [page] = ge.draw(ge_examination(Random(seed), 3), who, load_font("helvB10-100dpi"))
    return np.asarray(page)


@pytest.mark.parametrize(
    "sop_class",
    [
        MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        pytest.param(MultiFrameTrueColorSecondaryCaptureImageStorage, marks=pytest.mark.slow),
    ],
)
def test_a_screen_of_several_pages_leaves_with_their_tables_alone(sop_class: UID) -> None:
    screen = several(sop_class, examinations=[7, 11])
    outcome = cleaned(as_bytes(screen), presets()["registry"], PSEUDONYMS, blanked)
    assert isinstance(outcome, Cleaned), outcome.text
    found = pydicom.dcmread(io.BytesIO(outcome.content))
    assert (found.NumberOfFrames, found.SOPClassUID) == (2, sop_class)
    assert found.FrameIncrementPointer == Tag("PageNumberVector")
    was, left = screen.pixel_array, found.pixel_array
    assert left.shape == was.shape
    assert 0 < np.count_nonzero(left) < np.count_nonzero(was)


def test_a_screen_with_a_picture_that_is_no_page_is_refused() -> None:
    screen = several(MultiFrameGrayscaleByteSecondaryCaptureImageStorage, examinations=[7, 11])
    size = screen.Rows * screen.Columns
    screen.PixelData = screen.PixelData[:size] + b"\0" * size
    assert blanked(screen) is None


def test_a_single_picture_class_with_several_is_refused() -> None:
    screen = several(SecondaryCaptureImageStorage, examinations=[7, 11])
    assert blanked(screen) is None


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
