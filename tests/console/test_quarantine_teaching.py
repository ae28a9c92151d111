"""A layout is taught from a page by the command that engineers know, with its refusals."""

import io
import re
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pydicom import dcmread

from appliance.accounts import Role
from appliance.config import Configuration
from appliance.dosescreen import Outcome
from appliance.dosescreen.teaching.golden import identity
from appliance.journal import Journal
from appliance.services.lessons import Lessons, as_begun
from appliance.services.site_layouts import known_layouts
from appliance.simulators.consoles.examination import Identity
from tests.console.persons import Answer, Room
from tests.console.waiting_studies import kept
from tests.dosescreen.fictional import ORION, typed
from tests.dosescreen.world import recogniser
from tests.services.desk import STUDY, Desk

LONGEST_S = 1800
SCANS = ORION.examination(Random(8))
TYPED = typed(ORION, SCANS)
WHO = Identity(STUDY, patient_name="MUSTERMANN^ERIKA", patient_id="7654321", birth_date="19530417")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    file = tmp_path / "box.toml"
    file.write_text(f'data_dir = "{tmp_path}"\n', "utf-8")
    command = as_begun(["appliance", "--config", str(file), "console"], "console")
    with Room(tmp_path, lessons=Lessons(command)) as room:
        room.staff.role = Role.ENGINEER
        yield room


def ended(room: Room, path: str) -> Answer:
    until = time.monotonic() + LONGEST_S
    while "is drafted and tried" in (page := room.get(path)).text:
        assert time.monotonic() < until
        time.sleep(0.5)
    return page


def test_what_began_this_process_begins_another() -> None:
    given = ["/usr/bin/appliance", "--config", "a.toml", "--data-dir", "/data", "console"]
    assert as_begun(given, "console") == [sys.executable, "-m", "appliance", *given[1:5]]


def test_a_screen_that_is_not_here_teaches_nothing_and_the_page_says_why(room: Room) -> None:
    case = kept("ge").opened(room.quarantine, "1.2.3")
    path = f"/quarantine/{case.id}/teach"
    begun = room.send(path, {"name": "site-dose", "value:events[1].dlp_mgy_cm": "1.00"})
    assert "is drafted and tried" in begun.text
    other = kept("philips").opened(room.quarantine, "1.2.4")
    refused = room.send(f"/quarantine/{other.id}/teach", {})
    assert (refused.status, "another layout is being taught" in refused.text) == (409, True)
    page = ended(room, path)
    assert "Nothing was kept" in page.text
    assert "screen" in page.html.partition("<pre")[2].partition("</pre>")[0]
    assert room.get(f"/quarantine/{case.id}/taught.zip").status == 404
    kinds = [each.kind for each in Journal(room.ledger, room.clock).entries()]
    assert "layout-lesson" in kinds


def offered(page: Answer) -> set[str]:
    """The fields that the page's form has, as the box names them."""
    return set(re.findall(r'name="value:([^"]+)"', page.html))


def sent(values: Mapping[str, str], rows: int, **more: str) -> dict[str, str]:
    return {f"value:{name}": text for name, text in values.items()} | {"rows": str(rows)} | more


def test_a_console_that_no_layout_knows_is_taught_from_the_page(room: Room) -> None:
    """A number that the screen does not print is refused; as it prints them, a layout comes."""
    screen = ORION.screen(SCANS, WHO)
    desk = Desk(room.folder, Configuration())
    desk.settle(screen)
    path = f"/quarantine/{desk.case().id}/teach"
    desk.ledger.close()
    page = room.get(path)
    for rows in range(1, len(SCANS)):
        page = room.send(path, sent({}, rows, add="1"))
    assert offered(page) >= TYPED.keys()

    wrong = TYPED | {"events[0].dlp_mgy_cm": "437.09"}
    room.send(path, sent(wrong, len(SCANS)))
    refused = ended(room, path)
    assert "Nothing was kept" in refused.text
    assert "437.09" in refused.text
    assert room.get(path.replace("teach", "taught.zip")).status == 404
    assert not room.configuration.layouts_dir.exists()

    room.send(path, sent(TYPED, len(SCANS), name="orion-dose"))
    taught = ended(room, path)
    assert "The layout was kept" in taught.text
    assert f"all {len(TYPED)} typed values came back" in taught.text
    assert str(room.folder / "layouts") in taught.text
    content = room.download(path.replace("teach", "taught.zip"))
    is_sound_and_nobodys(content, room.folder / "unpacked")
    assert known_layouts(room.configuration.layouts_dir) == known_layouts(room.folder / "unpacked")


def is_sound_and_nobodys(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        bundle.extractall(folder)
    (golden,) = (folder / "goldens").glob("*.dcm")
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert sorted(each.suffix for each in files) == [".dcm", ".json", ".toml"]
    hidden = {value for _, value in identity(ORION.screen(SCANS, WHO))}
    assert {"mustermann", "7654321"} <= hidden
    for file in files:
        held = file.read_bytes().lower()
        assert not [each for each in hidden if each.encode() in held]
    box = replace(recogniser(), layouts=known_layouts(folder))
    found = box.recognise([dcmread(golden)])
    assert found.outcome is Outcome.RECOGNISED
    assert found.record is not None
    assert found.record.layout == "orion-dose/1"


@pytest.mark.parametrize("text", [HOSTILE, "12,5,3", "1e400", "\0", "\uff11\uff0e\uff0e\uff15"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_no_number_is_refused_beside_its_field(
    room: Room, text: str, language: str
) -> None:
    room.language = language
    case = kept("ge").opened(room.quarantine, "1.2.3")
    page = room.send(f"/quarantine/{case.id}/teach", {"value:events[1].dlp_mgy_cm": text})
    assert page.status == 422
    said = {"en": "This is no value of this field", "ja": "この項目の値として正しくありません"}
    assert said[language] in page.text
    assert HOSTILE not in page.html
    assert room.desk.lesson(case.id).state == "idle"


@pytest.mark.parametrize("field", ["nonsense", "events[0].dose", "events[x].kvp", HOSTILE])
def test_a_field_that_no_form_has_is_refused_in_words(room: Room, field: str) -> None:
    case = kept("ge").opened(room.quarantine, "1.2.3")
    page = room.send(f"/quarantine/{case.id}/teach", {f"value:{field}": "1.00"})
    assert (page.status, "holds no value that it may have" in page.text) == (422, True)
    assert HOSTILE not in page.html


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "-x", "Orion", HOSTILE, "a\0b", "日本", "a" * 65, "a\nb"]
)
def test_a_name_that_no_layout_may_have_is_refused_in_words(room: Room, name: str) -> None:
    case = kept("ge").opened(room.quarantine, "1.2.3")
    page = room.send(f"/quarantine/{case.id}/teach", {"name": name})
    assert (page.status, "A name has small letters" in page.text) == (422, True)
    assert HOSTILE not in page.html
    assert room.desk.lesson(case.id).state == "idle"


def test_a_lesson_that_cannot_be_begun_hinders_no_other(tmp_path: Path) -> None:
    with Room(tmp_path, lessons=Lessons([str(tmp_path / "nothing")])) as room:
        room.staff.role = Role.ENGINEER
        path = f"/quarantine/{kept('ge').opened(room.quarantine, '1.2.3').id}/teach"
        for _ in range(2):
            assert room.send(path, {}).status == 200
            assert "No such file" in ended(room, path).text
