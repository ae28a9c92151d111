"""The report as PDF, read back by another program: every value, whole pages, its letters."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from appliance.displayqa.report.pdf import MODULE, as_pdf
from appliance.displayqa.report.sheet import Sheet, sheet
from appliance.displayqa.report.words import Language, Words
from appliance.displayqa.sessions.happening import Remarked
from appliance.errors import MissingToolError
from tests.reports.tested import (
    LONG,
    TROUBLED,
    UNCALIBRATED,
    Performance,
    performed,
    with_history,
)

PASSED = with_history(performed(), 9)
TROUBLE = performed(
    Performance(
        monitor=UNCALIBRATED,
        display=LONG,
        operator="Dr. " + "Averyveryverylongname " * 6,
        answers=lambda check: check != "five-percent",
        incidents=TROUBLED,
    )
)
CASES = {
    "pass in Japanese": (PASSED, Language.JAPANESE),
    "fail in English": (TROUBLE, Language.ENGLISH),
    "long names in both": (TROUBLE, Language.BOTH),
}
MARGIN_PT = 40
"""15 mm at the sides are 42.5 pt."""
A4_PT = (595, 842)


@cache
def pdf_of(case: str) -> bytes:
    of, language = CASES[case]
    return as_pdf(of, language)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(case: str, tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of(case))
    return path


def said(program: str, *words: object) -> str:
    ran = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)
    assert ran.stderr == ""
    return ran.stdout


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def body(file: Path) -> str:
    """All text without the running lines, which may stand between two halves of a cell."""
    margins = ("-raw", "-x", 0, "-y", 52, "-W", A4_PT[0], "-H", 742)
    return bare(said("pdftotext", *margins, file, "-"))


def texts(page: Sheet) -> Iterator[str]:
    yield from (page.title, page.verdict_word.upper(), *page.warnings, *page.left_out)
    for row in page.rows:
        yield from (row.requirement, row.result, row.conclusion, *row.marks)
    for fact in (*page.display, *page.test, *page.light):
        yield from (fact.name, fact.said)
    for reading in page.readings:
        yield from (reading.mean, reading.reads, reading.spread, reading.exchanges)
    yield from (cell for row in page.history for cell in row)
    yield from (line.said for line in page.course)
    yield from (f"{line.at:%H:%M:%S}" for line in page.course)
    yield from (text for figure in page.figures for text in (figure.title, figure.note))


def page_of(case: str) -> Sheet:
    of, language = CASES[case]
    return sheet(of, Words(language))


def test_everything_is_on_the_paper(case: str, file: Path) -> None:
    text = body(file)
    is_broken = [each for each in texts(page_of(case)) if bare(each) not in text]
    assert [each for each in is_broken if not in_pieces(each, text)] == []


def in_pieces(text: str, paper: str) -> bool:
    """A cell that a page ends in the middle of is told in two parts."""
    whole = bare(text)
    return any(whole[:at] in paper and whole[at:] in paper for at in range(8, len(whole) - 8))


def test_every_page_is_a4_and_says_which_it_is(case: str, file: Path) -> None:
    facts = said("pdfinfo", file)
    count = int(re.findall(r"Pages:\s+(\d+)", facts)[0])
    assert "A4" in facts
    of, language = CASES[case]
    for number in range(1, count + 1):
        text = bare(said("pdftotext", "-f", number, "-l", number, file, "-"))
        assert f"{number}/{count}" in text
        assert bare(f"{of.display.name} — {Words(language).say('session')} 17") in text


def test_the_head_of_a_table_is_on_each_of_its_pages(case: str, file: Path) -> None:
    words = Words(CASES[case][1])
    pages = said("pdftotext", "-raw", file, "-").split("\f")
    head, stamp = bare(words.say("reads")), re.compile(r"\d\d:\d\d:\d\d\s+jira-bn-\d\d\s+\d+\s")
    with_readings = [bare(each) for each in pages if len(stamp.findall(each)) > 2]
    assert with_readings != []
    assert [each for each in with_readings if head not in each] == []


def test_nothing_leaves_the_page(file: Path) -> None:
    words = re.findall(
        r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"',
        said("pdftotext", "-bbox", file, "-"),
    )
    assert len(words) > 500
    for left, top, right, bottom in (map(float, each) for each in words):
        assert MARGIN_PT < left < right < A4_PT[0] - MARGIN_PT
        assert 20 < top < bottom < A4_PT[1] - 15


def test_its_letters_are_in_it_and_only_those(file: Path) -> None:
    fonts = said("pdffonts", file).splitlines()[2:]
    assert fonts != []
    for font in fonts:
        embedded, subset, unicode = font.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes")
    assert file.stat().st_size < 400_000


def test_the_same_test_makes_the_same_bytes() -> None:
    again = with_history(performed(), 9)
    assert as_pdf(again, Language.JAPANESE) == pdf_of("pass in Japanese")


def test_no_letter_hinders_a_report() -> None:
    remark = Remarked(text="\x00 \x0b \u202e ☃ 😀 ﷽ \ufffe ]]> </table> {{ x }}")
    of = performed(Performance(steps=0, incidents=(remark,)))
    assert as_pdf(of, Language.ENGLISH).startswith(b"%PDF-")


def test_a_page_that_asks_for_something_is_not_made() -> None:
    page = '<p>x</p><img src="file:///etc/hostname">'
    command = [sys.executable, "-P", "-m", MODULE]
    made = subprocess.run(command, input=page.encode(), check=False, capture_output=True)
    assert made.returncode != 0
    assert made.stdout == b""


def test_what_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.displayqa.report.pdf.MODULE", "appliance.there_is_no_such")
    with pytest.raises(MissingToolError) as failure:
        as_pdf(PASSED, Language.ENGLISH)
    assert "there_is_no_such" in str(failure.value)
