"""A number that lost a digit, and a table that lost an edge, wait for a person.

No total is printed here, so no arithmetic helps.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.dosescreen import Outcome
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.outline import OutlineFont
from appliance.simulators.consoles.siemens import SiemensStyle, TotalLine
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen.printed import Placed, recording
from tests.dosescreen.world import (
    SIEMENS_FONT,
    TOPOGRAM,
    abdomen,
    captured,
    dlps,
    patient_protocol,
    read,
    reasons,
    values,
)

NO_TOTAL = SiemensStyle(total_line=TotalLine.NO_DLP)
ROBOTO_LIGHT = Path("/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Light.ttf")
FONTS = ["helvR10-75dpi", "helvB12-75dpi", "7x14-misc"]
in_each_font = pytest.mark.parametrize("name", FONTS)


def drawn(name: str) -> tuple[Picture, dict[str, Placed]]:
    scans = [TOPOGRAM, abdomen("2", "12.43", "437"), abdomen("3", "15.27", "621")]
    with recording() as texts:
        (page,) = patient_protocol(scans, None, load_font(name), NO_TOTAL)
    return page, {place.text: place for _, place in texts}


def without(page: Picture, place: Placed, at: int, name: str) -> Picture:
    """``page`` with one character gone."""
    font, blanked = load_font(name), page.copy()
    columns = [place.left + font.width(place.text[:end]) for end in (at, at + 1)]
    blanked[place.top : place.top + font.height, slice(*columns)] = 0
    return blanked


@in_each_font
def test_the_whole_screen_is_read(name: str) -> None:
    recognition = read(captured([drawn(name)[0]], SIEMENS))
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == ["437", "621"]


@in_each_font
@pytest.mark.parametrize(
    ("text", "at"), [("437", 1), ("621", 1), ("12.43", 1), ("12.43", 2), ("12.43", 3), ("15.27", 4)]
)
def test_a_digit_gone_from_a_number_is_missed(name: str, text: str, at: int) -> None:
    page, places = drawn(name)
    recognition = read(captured([without(page, places[text], at, name)], SIEMENS))
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) <= {"cell-unreadable", "readers-disagree"}


@in_each_font
@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_picture_cut_between_two_digits_is_not_read(name: str, after: int) -> None:
    page, places = drawn(name)
    edge = places["437"].left + load_font(name).width("437"[:after])
    assert read(captured([page[:, :edge]], SIEMENS)).outcome is Outcome.QUARANTINED


@in_each_font
def test_a_picture_cut_through_its_last_row_is_not_read(name: str) -> None:
    page, places = drawn(name)
    top = places["621"].top
    rows = np.flatnonzero(page[top : top + load_font(name).height].any(axis=1))
    for visible in (2, len(rows) - 2):
        cut = page[: top + rows[0] + visible]
        recognition = read(captured([cut], SIEMENS))
        assert recognition.outcome is Outcome.QUARANTINED, visible


def test_a_frame_around_the_screen_is_no_cut(a_dose_report: list[Picture]) -> None:
    (page,) = a_dose_report
    framed = page.copy()
    framed[0] = framed[-1] = framed[:, 0] = framed[:, -1] = 255
    recognition = read(captured([framed], GE))
    assert recognition.outcome is Outcome.RECOGNISED


def test_faint_noise_at_the_edges_is_no_cut(a_dose_report: list[Picture]) -> None:
    (page,) = a_dose_report
    noise = np.random.default_rng(2).integers(0, 30, page.shape, np.uint8)
    recognition = read(captured([np.maximum(page, noise)], GE))
    assert "rows-not-found" not in reasons(recognition)


@pytest.mark.parametrize("name", ["helvR12-75dpi", "helvR10-75dpi", "7x14-misc"])
def test_a_leading_one_stays_with_its_number(name: str) -> None:
    """It has so much paper around it that it looks like a word, the last of the label."""
    scans = [TOPOGRAM, abdomen("11-21"), abdomen("17-18", "11.12", "411"), abdomen("111")]
    recognition = read(captured(patient_protocol(scans, font=load_font(name)), SIEMENS))
    assert recognition.outcome is Outcome.RECOGNISED
    events = values(recognition)["events"]
    assert [event["series"] for event in events] == ["1", "11-21", "17-18", "111"]
    assert [event["label"] for event in events[1:]] == ["Abdomen"] * 3
    assert [event["ctdi_vol_mgy"] for event in events[1:]] == ["5.29", "11.12", "5.29"]


def test_a_leading_one_that_cannot_be_read_is_no_part_of_the_label() -> None:
    font = load_font("helvR12-75dpi")
    with recording() as texts:
        scans = [TOPOGRAM, abdomen("17-18"), abdomen("19")]
        (page,) = patient_protocol(scans, font=font)
    (place,) = (place for _, place in texts if place.text == "17-18")
    rows = slice(place.top, place.top + font.height)
    one = page[rows, place.left : place.left + font.width("1")]
    one[2:11, :-2] = 255  # blackened
    recognition = read(captured([page], SIEMENS))
    assert recognition.outcome is Outcome.QUARANTINED


# What stands no longer below the others, and rows of which nothing or little is left

FIVE = [
    TOPOGRAM,
    abdomen("2", "12.43", "437"),
    abdomen("3", "15.27", "621"),
    abdomen("4", "3.08", "92"),
    abdomen("5", "10.66", "1204"),
]


def five(name: str) -> tuple[Picture, dict[str, Placed]]:
    with recording() as texts:
        (page,) = patient_protocol(FIVE, None, load_font(name), NO_TOTAL)
    return page, {place.text: place for _, place in texts}


@pytest.mark.parametrize(
    ("name", "text", "at"), [(FONTS[0], "437", 2), (FONTS[1], "1204", 3), (FONTS[2], "92", 1)]
)
def test_the_last_digit_gone_leaves_a_number_out_of_line(name: str, text: str, at: int) -> None:
    page, places = five(name)
    assert read(captured([page], SIEMENS)).outcome is Outcome.RECOGNISED
    recognition = read(captured([without(page, places[text], at, name)], SIEMENS))
    assert recognition.outcome is Outcome.QUARANTINED
    assert "cell-unreadable" in reasons(recognition)


def blanked(page: Picture, place: Placed, left: int, right: int) -> Picture:
    """``page`` with columns of the line of a text gone."""
    gone = page.copy()
    gone[place.top : place.top + load_font(SIEMENS_FONT).height, left:right] = 0
    return gone


@pytest.mark.parametrize("row", ["437", "92", "1204"])
@pytest.mark.parametrize("what", ["all but the label", "the doses and the number", "everything"])
def test_a_row_gone_where_no_total_is_printed_is_missed(row: str, what: str) -> None:
    page, places = five(SIEMENS_FONT)
    number = places[{"437": "2", "92": "4", "1204": "5"}[row]]
    left, right = {
        "all but the label": (number.left - 8, 512),
        "the doses and the number": (number.left - 8, number.left + 12),
        "everything": (0, 512),
    }[what]
    gone = blanked(page, places[row], left, right)
    if what == "the doses and the number":
        gone = blanked(gone, places[row], 280, 512)
    recognition = read(captured([gone], SIEMENS))
    if (row, what) == ("1204", "everything"):  # the last one leaves no trace
        assert dlps(recognition) == ["437", "621", "92"]
        return
    assert recognition.outcome is Outcome.QUARANTINED
    assert "rows-not-found" in reasons(recognition)


def test_remarks_among_the_rows_are_no_lost_rows() -> None:
    style = SiemensStyle(total_line=TotalLine.NO_DLP, new_position="F-SP")
    recognition = read(captured(patient_protocol(FIVE, None, style=style), SIEMENS))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert dlps(recognition) == ["437", "621", "92", "1204"]


def test_a_scan_called_like_the_end_of_the_table_does_not_end_it() -> None:
    scans = [TOPOGRAM, abdomen(), replace(abdomen("3", "9.10", "333"), label="Contrast"), FIVE[-1]]
    with recording() as texts:
        (page,) = patient_protocol(scans, None, style=NO_TOTAL)
    recognition = read(captured([page], SIEMENS))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert dlps(recognition) == ["187", "333", "1204"]
    place = next(place for _, place in texts if place.text == "333")
    number = next(place for _, place in texts if place.text == "3")
    gone = blanked(page, place, number.left - 8, 512)  # only the label is left
    assert read(captured([gone], SIEMENS)).outcome is Outcome.QUARANTINED


def test_a_dash_that_touches_a_digit_is_no_part_of_it() -> None:
    font = OutlineFont(ROBOTO_LIGHT, 15, antialiased=True)
    scans = [
        abdomen("2-4", "20.68", "819"),
        abdomen("5", "9.89", "443"),
        abdomen("6", "11.19", "451"),
    ]
    recognition = read(captured(patient_protocol(scans, None, font, NO_TOTAL), SIEMENS))
    assert recognition.record is not None
    series = [event.series for event in recognition.record.events]
    assert [each.text for each in series if each] == ["2-4", "5", "6"]
