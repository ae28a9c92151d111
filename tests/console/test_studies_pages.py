"""Studies on pages: found, looked at, and written down that somebody looked."""

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from pydicom import dcmread

from appliance.accounts import Role
from appliance.console.studies.dose_table import dose_table
from tests.console.studied import Archive, archive
from tests.pipeline.studies import ROOT, a_ge_study, an_unreadable_study

NAME = "<script>alert(1)</script>^\x1b[31m\u202e太郎"
ARCHIVE = "archive"


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """1 is reported and waits to be sent, 2 waits for a person, 3 is of somebody hostile."""
    hostile = a_ge_study(3)
    for each in hostile:
        each.SpecificCharacterSet = "ISO_IR 192"
        each.PatientName = NAME
        each.StudyDescription = '"><img src=x onerror=alert(1)>'
        each.AccessionNumber = "../../etc"
    folder = tmp_path_factory.mktemp("studies")
    with archive(folder, a_ge_study(1), an_unreadable_study(2), hostile) as found:
        found.box.outbox.plan([ARCHIVE])
        yield found


def test_a_list_names_no_patient_until_somebody_asks(studies: Archive) -> None:
    before = len(studies.journal("patient-seen"))
    page = studies.get("/studies")
    assert page.status == 200
    assert "Study 1" in page.text
    assert "0000001" not in page.html
    assert len(studies.journal("patient-seen")) == before
    shown = studies.send("/studies/search", patients="1")
    assert "0000001" in shown.text
    looks = [each["study_instance_uid"] for each in studies.journal("patient-seen")]
    assert {f"{ROOT}.{number}" for number in (1, 2, 3)} <= set(looks)


@pytest.mark.parametrize(
    ("told", "words", "found"),
    [
        ("patient-id", "0000001", {1}),
        (
            "patient-id",
            "\uff10" * 6 + "\uff12",
            {2},
        ),  # full width, as a Japanese keyboard has it
        ("accession-number", "A000002", {2}),
        ("name", "phantom", {1, 2}),
        ("name", "太郎", {3}),
        ("name", "nobody", set()),
    ],
)
def test_a_patient_is_found_and_stands_in_no_address(
    studies: Archive, told: str, words: str, found: set[int]
) -> None:
    page = studies.send("/studies/search", told=told, words=words)
    assert {number for number in (1, 2, 3) if f'href="/studies/{number}"' in page.html} == found
    assert words not in page.path
    assert page.path.startswith("/studies?search=")


def test_a_search_is_only_of_who_made_it(studies: Archive) -> None:
    page = studies.send("/studies/search", told="patient-id", words="0000001")
    assert "0000001" in page.html
    lists = studies.get(f"{page.path}x")
    assert "not known any more" in lists.text
    assert "0000001" not in lists.html


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("outcome=quarantined", {2}),
        ("outcome=reported&sending=waiting", {1, 3}),
        ("outcome=undecided", set()),
        ("sender=CT01", {1, 2, 3}),
        ("sender=CT02", set()),
        ("from=2001-09-01&to=2001-09-30", {1, 2, 3}),
        ("from=2001-10-01", set()),
        ("to=2001-09-01", set()),
        ("before=3", {1, 2}),
        ("from=0000-99-99&outcome=%00&sending=%27&before=-1&sender=", {1, 2, 3}),
        (f"before={10**30}", {1, 2, 3}),
    ],
)
def test_the_list_is_filtered(studies: Archive, question: str, found: set[int]) -> None:
    page = studies.get(f"/studies?{question}")
    assert page.status == 200
    assert {number for number in (1, 2, 3) if f'href="/studies/{number}"' in page.html} == found


def test_a_study_is_found_by_its_uid(studies: Archive) -> None:
    page = studies.send("/studies/search", study=f"{ROOT}.2")
    assert 'href="/studies/2"' in page.html
    assert 'href="/studies/1"' not in page.html
    assert ROOT not in page.path


def test_a_study_s_way_stands_on_its_page(studies: Archive) -> None:
    page = studies.get("/studies/1")
    for words in (
        "Reported",
        "0000001",
        "screen captures came from CT01 (127.0.0.1)",
        "Report 1 was made",
        "Secondary Capture Image Storage",
        "8.47 + 219.78 = 228.25 = 228.25",
        "CT Accumulated Dose Data",
        "waiting",
    ):
        assert words in page.text, words
    assert ROOT not in page.path
    assert "0000001" not in page.html.partition("</title>")[0]


def test_every_value_of_a_screen_has_its_place_on_it(studies: Archive) -> None:
    page = studies.get("/studies/1").html
    course = studies.desk.course(1, "sato")
    table = dose_table(course.record, course.pictures)
    (sheet,) = table.sheets
    cells = [cell for row in table.rows for cell in (*row.cells.values(), *row.rest) if cell]
    assert all(cell.mark for cell in cells)
    numbers = {mark.number for mark in sheet.marks}
    assert {cell.mark for cell in (*cells, *table.totals)} == numbers
    for number in numbers:
        assert f'id="mark-{number}"' in page
        assert f'href="#mark-{number}"' in page
    for mark in sheet.marks:
        left, top, width, height = mark.at
        assert left + width <= sheet.size_px[0]
        assert top + height <= sheet.size_px[1]


def test_a_picture_is_that_of_the_screen(studies: Archive) -> None:
    status, kind, content = studies.content("/studies/1/pictures/1/0")
    assert (status, kind) == (200, "image/png")
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (512, 512)
    again = studies.content("/studies/1/pictures/1/0")
    assert again == (status, kind, content)


@pytest.mark.parametrize(
    "path",
    [
        "/studies/4",
        f"/studies/{2**63}",
        f"/studies/{10**40}",
        "/studies/..%2f..%2fetc%2fpasswd",
        "/studies/1/pictures/2/0",
        f"/studies/1/pictures/{2**63}/0",
        f"/studies/1/pictures/1/{2**70}",
        "/studies/1/pictures/1/..%2f..%2f0",
        "/studies/1/reports/2/report.dcm",
        f"/studies/1/reports/{10**40}/report.dcm",
        "/studies/1/reports/1/..%2f..%2f..%2fledger.sqlite",
        "/studies/1/reports/1/send-again?destination=..%2f",
        "/static/studies/..%2f..%2f..%2fledger.sqlite",
    ],
)
def test_what_there_is_not_is_not_found(studies: Archive, path: str) -> None:
    assert studies.get(path).status == 404


def test_no_picture_of_one_study_is_given_for_another(studies: Archive) -> None:
    assert studies.content("/studies/1/pictures/1/0")[0] == 200
    assert studies.get("/studies/3/pictures/1/0").status == 404


def test_the_place_of_a_doubt_is_marked(studies: Archive) -> None:
    page = studies.get("/studies/2").html
    assert page.count('class="doubted"') == 1
    assert studies.get("/studies/1").html.count('class="doubted"') == 0


def test_what_strangers_wrote_stays_text(studies: Archive) -> None:
    for page in (studies.get("/studies/3"), studies.send("/studies/search", patients="1")):
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert not set(page.html) & {"\x1b", "\u202e", "\0"}
        assert "太郎" in page.text


def test_downloads_are_the_report_and_name_nobody(studies: Archive) -> None:
    status, kind, content = studies.content("/studies/1/reports/1/report.dcm")
    assert (status, kind) == (200, "application/dicom")
    assert str(dcmread(BytesIO(content)).PatientID) == "0000001"
    _, _, clean = studies.content("/studies/1/reports/1/deidentified.dcm")
    assert b"0000001" not in clean
    assert str(dcmread(BytesIO(clean)).PatientIdentityRemoved) == "YES"
    values = json.loads(studies.content("/studies/1/study.json")[2])
    assert values["decisions"][0]["outcome"] == "reported"
    assert values["record"]["total_dlp_mgy_cm"]["text"] == "228.25"
    assert values["sources"]["sources"] == ["dose-screen"]
    assert "0000001" not in json.dumps(values)


def test_reading_again_is_asked_once_and_journalled(studies: Archive) -> None:
    assert "Read again" in studies.get("/studies/1/read-again").text
    assert studies.journal("rereading-asked") == []
    page = studies.send("/studies/1/read-again")
    assert "is to be read again" in page.text
    assert studies.send("/studies/1/read-again").status == 409
    (entry,) = studies.journal("rereading-asked")
    assert (entry["study_instance_uid"], entry["by"]) == (f"{ROOT}.1", "sato")
    before = len(studies.box.spool.decisions(f"{ROOT}.1"))
    studies.box.work()
    assert len(studies.box.spool.decisions(f"{ROOT}.1")) == before + 1
    assert len(studies.box.outbox.reports(f"{ROOT}.1")) == 1
    assert "It was read again" in studies.get("/studies/1").text
    assert studies.send("/studies/1/read-again").status == 200
    studies.box.work()


def test_sending_again_is_asked_once_and_journalled(studies: Archive) -> None:
    address = "/studies/1/reports/1/send-again"
    lease = studies.box.outbox.lease(ARCHIVE, 60)
    assert lease is not None
    studies.box.outbox.refused(lease, "not-authorised (0124H). Ask them. 確認。")
    assert "Refused" in studies.get("/studies/1").text
    assert f"Send this report to {ARCHIVE}?" in studies.get(f"{address}?destination={ARCHIVE}").text
    page = studies.send(address, destination=ARCHIVE)
    assert "is to be sent again" in page.text
    (entry,) = studies.journal("sending-asked")
    assert (entry["destination"], entry["by"]) == (ARCHIVE, "sato")
    assert studies.send(address, destination="elsewhere").status == 404
    assert len(studies.journal("sending-asked")) == 1


def test_who_may_not_see_patients_sees_none(studies: Archive) -> None:
    studies.somebody.role = Role.VIEWER
    try:
        for path in ("/studies", "/studies/1", "/studies/1/pictures/1/0", "/studies/1/study.json"):
            assert studies.get(path).status == 403
        assert studies.send("/studies/search", words="x").status == 403
        assert studies.send("/studies/1/read-again").status == 403
    finally:
        studies.somebody.role = Role.TECHNOLOGIST


def test_pages_are_japanese_for_who_reads_it(studies: Archive) -> None:
    studies.language = "ja"
    try:
        page = studies.get("/studies/1")
        for words in ("線量と画面", "CT01(127.0.0.1)からDOSEBOXへ画面キャプチャを1件受信", "経過"):
            assert words in page.text
    finally:
        studies.language = "en"
