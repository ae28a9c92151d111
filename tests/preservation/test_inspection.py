"""The digest check: what it finds, how it goes on, and what is mended."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from pydicom.uid import ExplicitVRLittleEndian

from appliance.clock import Clock
from appliance.config import Configuration, Preservation
from appliance.journal import Journal
from appliance.outbox import Outbox
from appliance.preservation import Checked, Condition, Round
from appliance.services.inspecting import Inspecting, inspecting
from appliance.spool import Verdict
from tests.retention.shelf_life import DAY_S
from tests.spool.test_reductions import World, an_image, arriving

SETTINGS = Preservation(hours="", check_mib_per_s=0, check_every_days=30)


class Box(World):
    """A spool with some objects and reports, and the errand that checks them."""

    def __init__(self, root: Path, settings: Preservation = SETTINGS) -> None:
        super().__init__(root)
        self.now, self.passed = 1e9, 0.0
        self.clock = Clock(wall=lambda: self.now, monotonic=lambda: self.passed)
        self.settings = Configuration(data_dir=root, preservation=settings)
        self.outbox = Outbox(self.settings.outbox_dir, self.ledger, self.clock)
        self.errand = self.made()

    def made(self) -> Inspecting:
        errand = inspecting(self.settings, self.ledger, self.clock)
        assert errand is not None
        return errand

    def check(self) -> None:
        """A whole round."""
        self.now += 31 * DAY_S
        while self.errand.work_next():
            continue

    def put(self, number: int, received_as: int | None = None) -> Path:
        content = self.file(0).read_bytes() if received_as else bytes([number]) * 5000
        uid = f"1.7.{number}"
        self.outbox.put(content, "1.2", uid, "1.9", received_as=received_as)
        return self.settings.outbox_dir / f"{uid}.dcm"

    def found(self) -> dict[str, str]:
        rows = self.ledger.rows("SELECT path, kind FROM damage WHERE mended_at IS NULL")
        return {str(row[0]): str(row[1]) for row in rows}

    def alarms(self) -> dict[str, str]:
        rows = self.ledger.rows("SELECT subject, detail FROM alarm WHERE cleared_at IS NULL")
        return {str(row[0]): str(row[1]) for row in rows}

    def journalled(self) -> list[str]:
        return [entry.kind for entry in Journal(self.ledger, self.clock).entries()]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    for number in (1, 2, 3):
        box.keep(number)
    return box


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 0x10
    path.write_bytes(content)


def of_another(path: Path) -> None:
    """The file meta information alone is wrong."""
    path.write_bytes(path.read_bytes().replace(b"1.2.1", b"1.2.2", 1))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: list[tuple[Callable[[Path], None], Condition]] = [
    (Path.unlink, Condition.MISSING),
    (cut, Condition.TRUNCATED),
    (emptied, Condition.TRUNCATED),
    (flipped, Condition.ALTERED),
    (of_another, Condition.ALTERED),
    (made_a_folder, Condition.UNREADABLE),
]


@pytest.mark.parametrize(("damage", "condition"), DAMAGES)
def test_each_damage_is_told_apart_and_raises_its_alarm(
    box: Box, damage: Callable[[Path], None], condition: Condition
) -> None:
    box.check()
    assert box.found() == {}
    file = box.file()
    damage(file)
    box.check()
    name = str(file.relative_to(box.root))
    assert box.found() == {name: condition}
    assert box.alarms() == {name: condition}
    assert box.journalled() == ["file-damaged"]
    box.check()
    assert box.journalled() == ["file-damaged"]


def test_damaged_object_is_mended_by_whoever_sends_it_again(box: Box) -> None:
    whole = box.file().read_bytes()
    flipped(box.file())
    box.check()
    assert [uid for _, _, uid in box.reductions.recalled()] == ["1.2.1"]
    assert box.keep(1) is Verdict.REPEAT
    assert box.file().read_bytes() == whole
    box.check()
    assert (box.found(), box.alarms()) == ({}, {})
    assert box.journalled() == ["file-damaged", "file-mended"]


def test_header_that_rotted_is_found_and_the_whole_object_taken(box: Box) -> None:
    whole = box.file().read_bytes()
    box.drop_pixels()
    box.check()
    assert box.found() == {}
    flipped(box.file())
    box.check()
    assert set(box.found().values()) == {"altered"}
    box.keep(1)
    assert box.file().read_bytes() == whole


def test_what_retention_removed_is_not_missed(box: Box) -> None:
    box.file().unlink()
    box.check()
    with box.ledger.transaction():
        box.ledger.execute(
            "INSERT INTO reduction (instance_id, remains, why, decided_at, finished)"
            " VALUES (1, 'nothing', 'age', 1.0, 1)"
        )
    box.check()
    assert (box.found(), box.alarms()) == ({}, {})


def test_native_report_is_written_again_from_the_spool_and_another_is_not(box: Box) -> None:
    native, made = box.put(1, received_as=1), box.put(2)
    content = native.read_bytes()
    flipped(native)
    flipped(made)
    box.check()
    assert native.read_bytes() == content
    assert box.found() == {"outbox/1.7.2.dcm": "altered"}
    assert box.journalled() == ["file-mended", "file-damaged"]


def test_round_goes_on_where_a_killed_one_stopped(tmp_path: Path) -> None:
    box = Box(tmp_path, replace(SETTINGS, check_mib_per_s=1e-6))
    for number in range(1, 121):
        arrival, content = arriving(an_image(number), ExplicitVRLittleEndian)
        box.spool.keep(arrival, [content])
    for _ in range(3):
        box.errand.work_next()
        box.passed += 1e12
        box.errand = box.made()
    (row,) = box.ledger.rows("SELECT files, last_instance_id, ended_at FROM inspection")
    assert tuple(row) == (120, 120, None)
    box.passed += 1e12
    box.errand.work_next()
    (row,) = box.ledger.rows("SELECT files, ended_at FROM inspection")
    assert row["files"] == 120
    assert row["ended_at"] is not None


def test_rate_is_kept(tmp_path: Path) -> None:
    box = Box(tmp_path, replace(SETTINGS, check_mib_per_s=0.001))
    box.keep(1)
    box.errand.work_next()
    (row,) = box.ledger.rows("SELECT size_bytes, ended_at FROM inspection")
    seconds = row["size_bytes"] / 1048.576
    box.passed += 0.9 * seconds
    box.errand.work_next()
    assert box.ledger.rows("SELECT ended_at FROM inspection")[0][0] is None
    box.passed += 0.2 * seconds
    box.errand.work_next()
    assert box.ledger.rows("SELECT ended_at FROM inspection")[0][0] is not None


def test_nothing_is_read_outside_of_the_hours(tmp_path: Path) -> None:
    box = Box(tmp_path, replace(SETTINGS, hours="01:00-01:01"))
    box.keep(1)
    rounds = "SELECT count(*) FROM inspection"
    for _ in range(24 * 60):
        box.now += 60
        box.errand.work_next()
        if box.ledger.rows(rounds)[0][0]:
            break
    local = datetime.fromtimestamp(box.now).astimezone()
    assert (local.hour, local.minute) == (1, 0)


def test_pixels_that_go_while_files_are_checked_are_no_damage(box: Box) -> None:
    inspection = box.errand.inspection
    real = inspection.check

    def meanwhile(under_way: Round) -> Iterator[Checked]:
        objects = real(under_way)
        for each in objects:  # the rows of all others are read by then
            if not box.finished():
                box.drop_pixels()
            yield each

    with patch.object(inspection, "check", meanwhile):
        box.check()
    assert box.finished() == 3
    assert (box.found(), box.journalled()) == ({}, [])
