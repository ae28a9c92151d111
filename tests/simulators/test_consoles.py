"""What a console draws is what it was told to print, and all of it."""

from itertools import pairwise, product
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dosescreen.fonts import BitmapFont, load_font
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.canvas import Align, Canvas, Column, Picture, arrange
from appliance.simulators.consoles.examination import Examination, Identity, dlp_sum, truth
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.siemens import PhantomMark, SiemensStyle, TotalLine

GE_FONT = load_font("helvB10-100dpi")
SIEMENS_FONT = load_font("helvR10-75dpi")
WHO = Identity("1.2.3")
ALMOST_NONE = 0.5  # pixels; the sum comes out of floating point


def shows(picture: Picture, font: BitmapFont, text: str) -> bool:
    """Whether ``text`` stands somewhere on the picture, pixel for pixel."""
    ink = font.draw(text)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    trimmed = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8)
    differing = cv2.matchTemplate((picture > 0).astype(np.uint8), trimmed, cv2.TM_SQDIFF)
    return bool(differing.min() < ALMOST_NONE)


def printed(examination: Examination) -> set[str]:
    return {
        text
        for scan in examination.scans
        for text in (scan.series, scan.label, scan.scan_range, scan.ctdi_vol_mgy, scan.dlp_mgy_cm)
        if text is not None
    }


def test_a_dose_report_shows_everything() -> None:
    examination = ge_examination(Random(5), 6)
    (page,) = ge.draw(examination, WHO, GE_FONT)
    headings = {"Dose Report", "Scan Range", "(mGy-cm)", "Patient Name: PHANTOM CT", "04 Jan 2012"}
    total = {f"{examination.total_dlp_mgy_cm}", "Total Exam DLP:", "1/1"}
    for text in headings | total | printed(examination):
        assert shows(page, GE_FONT, text), text
    assert set(np.unique(page)) == {0, 255}
    assert page.shape == (512, 512)


def test_what_is_not_printed_is_not_found() -> None:
    (page,) = ge.draw(ge_examination(Random(5), 3), WHO, GE_FONT)
    assert not shows(page, GE_FONT, "31415.92")


def test_pages_are_numbered_and_only_the_last_has_the_total() -> None:
    examination = ge_examination(Random(1), 30)
    pages = ge.draw(examination, WHO, GE_FONT)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert shows(page, GE_FONT, f"{number}/3")
        assert shows(page, GE_FONT, "Total Exam DLP:") == (number == 3)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_every_row_of_a_dose_report_is_on_one_of_its_pages(seed: int) -> None:
    examination = ge_examination(Random(seed))
    pages = ge.draw(examination, WHO, GE_FONT)
    for text in printed(examination):
        assert any(shows(page, GE_FONT, text) for page in pages), text


STYLES = [
    SiemensStyle(
        dlp_unit=unit, total_line=line, kv_heading=kv, reference_mas=reference, phantom_mark=mark
    )
    for (unit, line), (kv, reference), mark in zip(
        product(("mGy*cm", "mGycm", "mGy cm", ""), TotalLine),
        [("kV", True), ("KV", False)] * 8,
        list(PhantomMark) * 4,
        strict=True,
    )
]


@pytest.mark.parametrize("style", STYLES)
def test_a_patient_protocol_shows_everything(style: SiemensStyle) -> None:
    random = Random(3)
    total = style.total_line != TotalLine.NO_DLP
    examination = siemens_examination(random, 5, topogram_dose=True, dlp_places=2, total=total)
    (page,) = siemens.draw(examination, WHO, SIEMENS_FONT, style)
    texts = {scan.series for scan in examination.scans} | {"Operator:", style.kv_heading}
    for scan in examination.scans:
        assert scan.ctdi_vol_mgy is not None
        texts |= {scan.label, scan.ctdi_vol_mgy + style.phantom_mark.behind(scan.phantom)}
        texts |= {scan.dlp_mgy_cm or "", f"{scan.kv}"}
    if total:
        texts |= {f"{examination.total_dlp_mgy_cm} {style.dlp_unit}".strip()}
    for text in texts - {""} | ({style.phantom_mark.legend} - {""}):
        assert shows(page, SIEMENS_FONT, text), text
    assert shows(page, SIEMENS_FONT, "/ ref.") == style.reference_mas


def test_a_total_is_the_plain_sum_on_the_one_and_rounded_once_on_the_other() -> None:
    for seed in range(50):
        examination = ge_examination(Random(seed))
        assert examination.total_dlp_mgy_cm == dlp_sum(examination.scans)
        protocol = siemens_examination(Random(seed))
        doses = sum(scan.dlp_mgy_cm is not None for scan in protocol.scans)
        assert protocol.total_dlp_mgy_cm is not None
        off = int(protocol.total_dlp_mgy_cm) - int(dlp_sum(protocol.scans))
        assert abs(off) <= doses / 2 + 0.5


def test_truth_names_what_belongs_into_a_report() -> None:
    examination = siemens_examination(Random(3), 2)
    told = truth(examination, phantom_printed=False)
    events = told["events"]
    assert isinstance(events, list)
    assert [event["label"] for event in events] == [s.label for s in examination.scans[1:]]
    assert {event["phantom"] for event in events} == {None}
    assert told["total_dlp_mgy_cm"] == examination.total_dlp_mgy_cm


def test_a_table_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        ge.draw(ge_examination(Random(1)), WHO, load_font("helvB24-75dpi"))
    with pytest.raises(ValueError, match="does not fit"):
        siemens.draw(siemens_examination(Random(1), 40), WHO, SIEMENS_FONT)


@given(st.lists(st.text("0123456789.", max_size=12), min_size=2, max_size=6))
def test_columns_are_in_order_and_apart(texts: list[str]) -> None:
    columns = [Column(("",), Align.LEFT) for _ in texts]
    spans = arrange(columns, [texts], SIEMENS_FONT, 10, 2000)
    assert spans[0].left == 10
    for before, after in pairwise(spans):
        assert before.left + before.width + SIEMENS_FONT.space <= after.left
    assert spans[-1].left + spans[-1].width <= 2000


@pytest.mark.parametrize(("align", "left"), [(Align.LEFT, 50), (Align.RIGHT, 30)])
def test_text_is_aligned_to_the_pixel(align: Align, left: int) -> None:
    class Block:
        height, space = 10, 3

        def width(self, text: str) -> int:
            return 10 * len(text)

        def draw(self, text: str) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
            return np.ones((10, self.width(text)), bool)

    canvas = Canvas(100, 100, Block())
    canvas.text("ab", 5, 50, align)
    assert np.argwhere(canvas.picture).min(axis=0).tolist() == [5, left]
    assert np.argwhere(canvas.picture).max(axis=0).tolist() == [14, left + 19]
