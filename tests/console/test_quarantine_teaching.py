"""A layout is taught from a page by the command that engineers know, with its refusals."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.accounts import Role
from appliance.journal import Journal
from appliance.services.lessons import Lessons, as_begun
from tests.console.persons import Answer, Room
from tests.console.waiting_studies import kept

LONGEST_S = 1800


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
