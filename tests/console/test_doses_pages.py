"""The pages of doses: what is told, what is too few, who may, and what becomes of an alert."""

import gc
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from csv import reader
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from appliance.accounts import Role
from appliance.drl.ranked import Ranked
from appliance.journal import Journal
from appliance.ledger import open_ledger
from tests.console.dose_history import HOSTILE, NOON, dose_pages, enter, site, study
from tests.console.served import Served

JAPANESE = {"accept-language": "ja"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    site(made)
    return made


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    with dose_pages(folder) as pages:
        yield pages


def seen(served: Served, path: str, **head: str) -> str:
    status, _, text = served.ask("GET", path, **head)
    assert status == 200, text
    return text


def test_medians_stand_beside_their_levels(served: Served) -> None:
    text = seen(served, "/doses")
    assert "Head, plain" in text
    assert "Chest, one phase" in text
    assert ">11<" in text, "the level of CTDIvol of a chest"
    assert "level unverified" in text
    assert "Japan DRLs 2025" in text
    assert "214 studies" in text


def test_in_japanese(served: Served) -> None:
    text = seen(served, "/doses", accept_language="ja")
    assert "診断参考レベル" in text
    assert "胸部1相" in text
    assert "未検証の値" in text


def test_an_examination_is_drawn(served: Served) -> None:
    text = seen(served, "/doses/exams/CHEST")
    assert text.count("<svg") >= 4
    for at in range(text.count("<svg")):
        start = [i for i in range(len(text)) if text.startswith("<svg", i)][at]
        drawn = ET.fromstring(text[start : text.index("</svg>", start) + 6])  # noqa: S314 - our own
        assert drawn.tag.endswith("svg")
    for quantity in ("CTDIvol", "DLP", "SSDE"):
        assert f"{quantity}: how many studies had which dose" in text
    assert "bb22" in text


def test_too_few_are_said_and_not_drawn(served: Served) -> None:
    text = seen(served, f"/doses/protocol?{urlencode({'label': HOSTILE})}")
    assert "<svg" not in text
    assert "3 of them: too few to be told" in text


def test_a_few_have_a_median_and_no_chart(tmp_path: Path) -> None:
    enter(tmp_path, *(study(number) for number in range(1, 13)))
    with dose_pages(tmp_path) as served:
        text = seen(served, "/doses/exams/CHEST")
    assert "<svg" not in text
    assert "a distribution needs 20" in text
    assert "figure-big" in text


def test_nothing_of_a_label_becomes_a_page(served: Served) -> None:
    for path in ("", "/protocols", "/protocol", "?label=%22%3E%3Cscript%3E"):
        text = seen(served, f"/doses{path}")
        assert "<script>alert" not in text
        assert '"><script>' not in text


@pytest.mark.parametrize("path", ["", "/exams/CHEST", "/protocols"])
def test_the_doses_of_a_page_go_back_with_it(served: Served, path: str) -> None:
    gc.collect()
    gc.disable()  # nobody else looks for garbage meanwhile
    try:
        seen(served, f"/doses{path}?first=")
        assert not [each for each in gc.get_objects() if isinstance(each, Ranked)]
    finally:
        gc.enable()


def test_filters_are_said(served: Served) -> None:
    text = seen(served, "/doses?first=2026-10-01&last=&scanner=bb22&ages=15-&weights=50-70")
    assert "from 2026-10-01 to …" in text
    assert "15 years and older" in text
    assert "50 to 70 kg" in text
    assert "not known are left out" in text
    broken = seen(served, "/doses?first=never&last=x&ages=old&weights=%00&before=-1")
    assert "from … to …" in broken


@pytest.mark.parametrize("path", ["/doses/exams/NONE", "/doses/levels.xlsx", "/doses/nothing"])
def test_what_is_not_there(served: Served, path: str) -> None:
    assert served.ask("GET", path)[0] == 404


def test_a_file_for_a_spreadsheet_of_japan(served: Served) -> None:
    status, head, text = served.ask("GET", "/doses/protocols.csv")
    assert status == 200
    assert head["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in head["content-disposition"]
    assert text[0] == "\ufeff"
    rows = list(reader(StringIO(text[1:])))
    few = [row for row in rows if row[0] == HOSTILE]
    assert few
    assert {tuple(row[4:]) for row in few} == {("",) * 5}, "three doses are not told"


def test_a_file_for_a_program(served: Served) -> None:
    body = json.loads(served.ask("GET", "/doses/levels.json")[2])
    assert {row["exam"] for row in body["rows"]} >= {"HEAD", "CHEST"}
    assert not any(row["verified"] for row in body["rows"])


def test_a_viewer_sees_doses_and_no_way_to_a_study(folder: Path) -> None:
    with dose_pages(folder, Role.VIEWER) as served:
        assert "Chest" in seen(served, "/doses")
        text = seen(served, "/doses/alerts")
        assert "CTDIvol 41.50 mGy, above 30 (body)" in text
        assert "/studies/" not in text
        assert "1.2.400" not in text
        assert "age 70" in text
        assert '<form method="post"' not in text
        body, origin = "reason=repeated", served.origin
        assert served.ask("POST", "/doses/alerts/1/acknowledge", body, origin=origin)[0] == 403


def test_an_alert_is_looked_at_with_a_reason(tmp_path: Path) -> None:
    site(tmp_path)
    form = {"origin": "", "content_type": "application/x-www-form-urlencoded"}
    with dose_pages(tmp_path) as served:
        form["origin"] = served.origin
        assert 'href="/studies/1"' in seen(served, "/doses/alerts")
        path = "/doses/alerts/1/acknowledge"
        assert served.ask("POST", path, "reason=%20", **form)[0] == 422
        reason = "reason=Large+patient+%3Cb%3E"
        assert served.ask("POST", path, reason, **form)[0] == 303
        text = seen(served, "/doses/alerts")
        assert "Looked at by m.sato" in text
        assert "Large patient &lt;b&gt;" in text
        assert served.ask("POST", path, reason, **form)[0] == 404, "it is not raised any more"
        assert served.ask("POST", "/doses/alerts/99/acknowledge", reason, **form)[0] == 404
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    (entry,) = Journal(ledger, NOON).entries()
    ledger.close()
    assert entry.kind == "dose-alert-acknowledged"
    named = {key: entry.body[key] for key in ("study_instance_uid", "person", "reason")}
    assert named == {
        "study_instance_uid": "1.2.400",
        "person": "m.sato",
        "reason": "Large patient <b>",
    }


def test_a_later_report_takes_the_place_of_the_former(tmp_path: Path) -> None:
    enter(tmp_path, *(study(number) for number in range(1, 31)))
    with dose_pages(tmp_path) as served:
        before = seen(served, "/doses/levels.csv")
        enter(tmp_path, study(31), study(32))
        assert seen(served, "/doses/levels.csv") != before
        assert "32 studies" in seen(served, "/doses")


def test_a_table_that_is_not_sound_is_said(tmp_path: Path) -> None:
    enter(tmp_path, study(1))
    (tmp_path / "drl").mkdir()
    (tmp_path / "drl" / "ours.toml").write_text("edition = 1\n", "utf-8")
    with dose_pages(tmp_path) as served:
        assert "cannot be used" in seen(served, "/doses")
        (tmp_path / "drl" / "ours.toml").unlink()
        assert "Chest, one phase" in seen(served, "/doses")


def test_many_new_studies_are_counted_beside(tmp_path: Path) -> None:
    enter(tmp_path, *(study(number) for number in range(1, 1400)))
    with dose_pages(tmp_path) as served:
        assert 'http-equiv="refresh"' in seen(served, "/doses")
        for _ in range(600):
            text = seen(served, "/doses?first=")
            if "http-equiv" not in text:
                break
        assert "1399 studies" in text
