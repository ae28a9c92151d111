"""The pages: every dose as the report states it, and nothing that a browser would run."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydicom import dcmread

from appliance.media.notice import Notice, label
from tests.media.reports import REGISTRY, ROOT, Box
from tests.rdsr.cases import case

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
SAFE = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "dl", "dt", "dd"} | {
    "section",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "nav",
    "a",
    "br",
}


class Reader(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.rows: list[list[str]] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    return Box(tmp_path, f"{REGISTRY}[destination.medium]\npages = true\n")


def pages_of(box: Box) -> list[Path]:
    assert box.run("export", "--output", box.folder / "out") == 0
    return sorted((box.folder / "out").rglob("*.HTM"))


def test_every_dose_stands_as_the_report_states_it(a_box: Box) -> None:
    a_box.put(1)
    page = next(each for each in pages_of(a_box) if each.name == "PAGE0001.HTM")
    rows = Reader(page).rows
    record = case("two_phantoms").record
    assert len(rows[1:-1]) == len(record.events)
    for row, event in zip(rows[1:-1], record.events, strict=True):
        assert row[4] == (str(event.ctdi_vol_mgy.value) if event.ctdi_vol_mgy else "-")
        assert row[5] == (str(event.dlp_mgy_cm.value) if event.dlp_mgy_cm else "-")
    assert record.total_dlp_mgy_cm is not None
    assert str(record.total_dlp_mgy_cm.value) in rows[-1]


@pytest.mark.parametrize(
    "keyword", ["PatientName", "PatientID", "StudyDescription", "AccessionNumber", "Manufacturer"]
)
def test_what_an_object_says_is_text_and_never_markup(a_box: Box, keyword: str) -> None:
    a_box.put(1, **{keyword: EVIL[:60] if keyword != "AccessionNumber" else "<script>x</s"})
    for page in pages_of(a_box):
        tags = Reader(page).tags
        assert {tag for tag, _ in tags} <= SAFE
        assert not any(name.startswith("on") for _, attributes in tags for name in attributes)


def test_nothing_is_loaded_from_elsewhere(a_box: Box) -> None:
    a_box.put(1)
    for page in pages_of(a_box):
        for tag, attributes in Reader(page).tags:
            assert "src" not in attributes, tag
            assert ":" not in (attributes.get("href") or ""), tag


def test_every_link_leads_somewhere(a_box: Box) -> None:
    a_box.put(*range(1, 4))
    found = pages_of(a_box)
    for page in found:
        for _, attributes in Reader(page).tags:
            if target := attributes.get("href"):
                assert (page.parent / target).resolve().is_file(), target
    assert len(found) == 2


def test_many_reports_make_several_pages(a_box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.media.page.STUDIES_A_PAGE", 2)
    a_box.put(1, 2, 3)
    names = [page.name for page in pages_of(a_box)]
    assert names == ["PAGE0001.HTM", "PAGE0002.HTM", "INDEX.HTM"]


def test_without_pages_there_is_still_an_index(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.put(1)
    (index,) = pages_of(box)
    assert "Yamada" not in index.read_text("utf-8")
    assert "線量データ提供用媒体" in Reader(index).words


def test_a_label_says_who_and_whom_to_ask(tmp_path: Path) -> None:
    notice = Notice(
        use="patient", institution="H", contact="C", made_on="2026-11-21", software="S", objects=3
    )
    page = tmp_path / "label.htm"
    page.write_text(label(notice, EVIL, "PID", ["2026-11-20"]), "utf-8")
    read = Reader(page)
    assert {tag for tag, _ in read.tags} <= SAFE
    for word in (EVIL, "PID", "2026-11-20", "H", "C", "2026-11-21", "not DICOM", "DICOM 以外"):
        assert word in read.words


def test_a_page_shows_the_report_that_it_links_to(a_box: Box) -> None:
    a_box.put(1, AccessionNumber="A-1")
    a_box.put(2, AccessionNumber="A-2")
    page = next(each for each in pages_of(a_box) if each.name.startswith("PAGE"))
    for section in page.read_text("utf-8").split("<section>")[1:]:
        target = section.split('href="')[1].split('"')[0]
        report = dcmread((page.parent / target).resolve())
        assert str(report.AccessionNumber) in section
        assert report.StudyInstanceUID.startswith(ROOT)
