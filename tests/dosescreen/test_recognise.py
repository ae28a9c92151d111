"""Which objects are dose screens, who is asked, and how a study ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

import cv2
import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    XRayRadiationDoseSRStorage,
)

from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen import Outcome, Recognition, may_be_dose_screen
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.readers import Reader, Readings
from appliance.dosescreen.segment import Line
from appliance.dosescreen.totals import Totals
from appliance.simulators.consoles.canvas import Canvas, Picture
from appliance.simulators.secondary_capture import GE, SIEMENS, Console
from appliance.simulators.storage_forms import StorageForm
from tests.dosescreen.world import (
    GE_FONT,
    SCOUT,
    TOPOGRAM,
    abdomen,
    again,
    captured,
    dlps,
    dose_report,
    helical,
    patient_protocol,
    read,
    reasons,
    recogniser,
    values,
)

ELSEWHERE = replace(
    GE,
    manufacturer="ELSEWHERE",
    series_description="SECONDARY",
    image_type=("DERIVED", "SECONDARY"),
)


@dataclass(frozen=True)
class Witness:
    """A reader that reads nothing and counts how often it was asked."""

    name: str = "witness"
    asked: list[int] = field(default_factory=list)

    def read(self, lines: Sequence[Line]) -> Readings:
        self.asked.append(len(lines))
        return Readings(self.name)


def watched(objects: list[Dataset]) -> tuple[Recognition, int]:
    """What is recognised without the last readers, and how often those were asked."""
    witness = Witness()
    last: tuple[Reader, ...] = (witness,)
    complete = recogniser()
    found = replace(complete, tiers=(*complete.tiers[:-1], last)).recognise(objects)
    return found, len(witness.asked)


def report(**header: object) -> Dataset:
    (dataset,) = captured(dose_report([SCOUT, helical()]))
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    return dataset


def photograph() -> Picture:
    random = np.random.default_rng(3)
    rough = random.integers(0, 256, (32, 32), np.uint8)
    return np.asarray(cv2.resize(rough, (512, 512), interpolation=cv2.INTER_CUBIC), np.uint8)


def note(*texts: str) -> Picture:
    canvas = Canvas(512, 512, load_font(GE_FONT))
    for at, text in enumerate(texts):
        canvas.text(text, 20 + 24 * at, 20)
    return canvas.picture


# Which objects


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, True),
        ({"SOPClassUID": MultiFrameGrayscaleByteSecondaryCaptureImageStorage}, True),
        ({"SOPClassUID": CTImageStorage}, True),  # as old consoles save a screen
        ({"SOPClassUID": CTImageStorage, "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"]}, False),
        ({"SOPClassUID": CTImageStorage, "ImageType": ["DERIVED", "PRIMARY", "MPR"]}, False),
        ({"SOPClassUID": CTImageStorage, "ImageType": None}, False),
        ({"SOPClassUID": EnhancedCTImageStorage}, False),
        ({"SOPClassUID": XRayRadiationDoseSRStorage}, False),
        ({"SOPClassUID": ""}, False),
    ],
)
def test_only_pictures_of_screens_are_looked_at(
    header: dict[str, object], *, expected: bool
) -> None:
    assert may_be_dose_screen(report(**header)) == expected


def test_an_empty_data_set_is_no_screen() -> None:
    assert not may_be_dose_screen(Dataset())
    assert read([Dataset()]).outcome is Outcome.SET_ASIDE


def test_images_of_the_patient_are_never_rendered(a_dose_report: list[Picture]) -> None:
    """They have no pixel data here; rendering one would say so."""
    image = report(SOPClassUID=CTImageStorage, ImageType=["ORIGINAL", "PRIMARY", "AXIAL"])
    del image.PixelData
    recognition = read([image, *captured(a_dose_report)])
    assert recognition.outcome is Outcome.RECOGNISED
    assert len(recognition.screens) == 1


def test_a_study_without_screens_is_set_aside() -> None:
    recognition = read([])
    assert recognition.outcome is Outcome.SET_ASIDE
    assert (recognition.record, recognition.doubts, recognition.screens) == (None, (), ())


def test_pixels_that_cannot_be_decoded_are_for_a_person() -> None:
    broken = report()
    broken.PixelData = broken.PixelData[:1000]
    recognition = read([broken])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"unreadable-pixels"}
    assert recognition.doubts[0].sop_instance_uid == broken.SOPInstanceUID


def test_one_broken_page_keeps_the_whole_study_back() -> None:
    broken = again([report()])[0]
    broken.PixelData = broken.PixelData[:1000]
    recognition = read([report(), broken])
    assert recognition.outcome is Outcome.QUARANTINED
    assert dlps(recognition) == ["373.00"]


# Who is asked


def test_a_screen_in_known_fonts_needs_no_last_readers(
    a_dose_report: list[Picture], a_patient_protocol: list[Picture]
) -> None:
    for objects in (
        captured(a_dose_report),
        captured(a_patient_protocol, SIEMENS),
    ):
        recognition, asked = watched(objects)
        assert recognition.outcome is Outcome.RECOGNISED
        assert asked == 0


@pytest.mark.parametrize(
    "picture",
    [
        photograph(),
        np.zeros((512, 512), np.uint8),
        np.full((512, 512), 200, np.uint8),
        np.random.default_rng(1).integers(0, 256, (512, 512), np.uint8),
        note("R"),
    ],
    ids=["photograph", "black", "grey", "noise", "one letter"],
)
def test_pictures_without_text_are_set_aside_and_nobody_is_asked(picture: Picture) -> None:
    recognition, asked = watched(captured([picture], ELSEWHERE))
    assert recognition.outcome is Outcome.SET_ASIDE
    assert asked == 0
    assert recognition.record is None


def test_text_that_is_no_dose_screen_is_set_aside() -> None:
    words = note("Patient was moved twice", "Contrast agent 80 ml", "Reviewed on 12 May 2012", "OK")
    recognition = read(captured([words], ELSEWHERE))
    assert recognition.outcome is Outcome.SET_ASIDE


def test_dose_words_in_no_known_layout_are_for_a_person() -> None:
    words = note("Irradiation summary of the examination", "CTDIvol 12.30 mGy", "DLP 480.00 mGy*cm")
    recognition = read(captured([words], ELSEWHERE))
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"layout-unknown"}
    assert recognition.record is None


@pytest.mark.parametrize("console", [GE, SIEMENS])
def test_what_the_header_calls_a_dose_screen_is_never_set_aside(console: Console) -> None:
    for picture in (np.zeros((512, 512), np.uint8), note("no such table", "at all", "here")):
        recognition = read(captured([picture], console))
        assert recognition.outcome is Outcome.QUARANTINED
        assert reasons(recognition) == {"layout-unknown"}


def test_a_screen_is_known_by_what_it_shows_not_by_its_header(a_dose_report: list[Picture]) -> None:
    recognition = read(captured(a_dose_report, ELSEWHERE))
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == ["373.00"]


# Overlay and pixels of one frame are alternatives


def both(drawn: Picture, under: Picture) -> Dataset:
    """``drawn`` in an overlay plane over pixels that show ``under``."""
    (dataset,) = captured([drawn], SIEMENS, StorageForm.OVERLAY)
    dataset.PixelData = under.tobytes()
    return dataset


PROTOCOL = patient_protocol([TOPOGRAM, abdomen()])[0]


def test_the_same_screen_in_overlay_and_pixels_counts_once() -> None:
    fainter = (PROTOCOL // 255 * 200).astype(np.uint8)
    for under in (PROTOCOL, fainter):
        recognition = read([both(PROTOCOL, under)])
        assert recognition.outcome is Outcome.RECOGNISED
        assert dlps(recognition) == ["187"]
        assert len(recognition.screens) == 1


def test_a_scout_picture_below_the_text_does_not_matter() -> None:
    recognition = read([both(PROTOCOL, photograph())])
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == ["187"]


def test_a_stamp_in_the_overlay_does_not_hide_the_screen() -> None:
    recognition = read([both(note("COPY"), PROTOCOL)])
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == ["187"]


def test_frames_are_screens_of_their_own() -> None:
    pages = dose_report([SCOUT, *(helical(str(at), f"{100 + at}.20") for at in range(2, 18))])
    assert len(pages) == 2
    (dataset,) = captured(pages[:1])
    dataset.SOPClassUID = MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    dataset.NumberOfFrames = 2
    dataset.PixelData = b"".join(page.tobytes() for page in pages)
    recognition = read([dataset])
    assert recognition.outcome is Outcome.RECOGNISED
    assert len(dlps(recognition)) == 16
    assert [screen.frame for screen in recognition.screens] == [0, 1]


# Evidence


def test_every_value_says_where_it_stands_and_who_read_it(a_dose_report: list[Picture]) -> None:
    (dataset,) = captured(a_dose_report)
    recognition = read([dataset])
    assert recognition.record is not None
    (event,) = recognition.record.dose_events
    found = dict(event.sourced())
    assert found.keys() >= {"ctdi_vol_mgy", "dlp_mgy_cm", "phantom", "scan_start_mm", "series"}
    for name, value in found.items():
        box = value.origin.box
        assert value.origin.sop_instance_uid == dataset.SOPInstanceUID, name
        assert box is not None
        assert recognition.screens[0].ink[box.top : box.bottom, box.left : box.right].any()
    for name in ("ctdi_vol_mgy", "dlp_mgy_cm"):
        assert len(found[name].origin.detail.split("+")) >= 2


def test_the_same_objects_are_read_the_same() -> None:
    objects = captured(dose_report([SCOUT, helical(), helical("3", "182.72")]))
    assert values(read(objects)) == values(read(objects))
    assert read(objects).record == read(objects).record


def test_a_doubt_shows_the_cell(a_dose_report: list[Picture]) -> None:
    (page,) = a_dose_report
    font = load_font(GE_FONT)
    (clean,) = captured([page])
    record = read([clean]).record
    assert record is not None
    assert record.dose_events[0].dlp_mgy_cm is not None
    box = record.dose_events[0].dlp_mgy_cm.origin.box
    assert box is not None
    smudged = page.copy()
    rows = slice(box.top + 2, box.bottom - 2)
    noise = np.random.default_rng(Random(5).getrandbits(32)).integers(0, 2, (font.ascent, 512))
    smudged[rows, box.left : box.right] = noise[: box.height - 4, : box.width] * 255
    recognition = read(captured([smudged]))
    assert recognition.outcome is Outcome.QUARANTINED
    assert any(
        doubt.box and doubt.box.top <= box.bottom and doubt.box.bottom >= box.top
        for doubt in recognition.doubts
    )


def test_a_position_without_its_letter_waits_though_it_begins_with_a_1() -> None:
    torn = replace(helical("3"), scan_range="S100.000-1591.000")
    found = read(captured(dose_report([SCOUT, helical(), torn])))
    assert "cell-unreadable" in {str(doubt.reason) for doubt in found.doubts}


def test_a_letter_far_from_its_position_is_part_of_it() -> None:
    font = load_font("helvR14-75dpi")
    found = read(captured(dose_report([SCOUT, helical()], font=font)))
    assert found.outcome is Outcome.RECOGNISED, found.doubts


def test_a_second_look_that_lost_a_total_or_a_number_settles_nothing(
    a_dose_report: list[Picture],
) -> None:
    (sighting,) = read(captured(a_dose_report)).sightings
    page = sighting.finding
    assert isinstance(page, PageRecord)
    doubted = replace(page, doubts=(Doubt(Reason.CELL_UNREADABLE, "a cell"),))
    assert page.settles(doubted)
    assert not page.settles(page), "nothing was in doubt"
    assert not doubted.settles(doubted)
    assert not replace(page, totals=Totals()).settles(doubted)
    assert not replace(page, blocks=()).settles(doubted)
