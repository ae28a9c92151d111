"""A report that rotted is made again, or said to be lost; never replaced by another."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.config import Configuration, Preservation, Recogniser, Report, Sources
from appliance.journal import Journal
from appliance.services.inspecting import inspecting
from tests.preservation.test_inspection import cut, flipped
from tests.services.desk import Desk
from tests.services.imaged import screens, slices

BOX = Configuration(
    recogniser=Recogniser(confirm_first=0),
    preservation=Preservation(hours="", check_mib_per_s=0, check_every_days=1),
)


def check(desk: Desk) -> list[str]:
    """A round of the check; the alarms that stand."""
    errand = inspecting(desk.configuration, desk.ledger, desk.hands.clock)
    assert errand is not None
    desk.hands.wait(2 * 86400)
    while errand.work_next():
        continue
    return [subject for code, subject in desk.alarms() if code == "kept-file-damaged"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A study whose report was replaced by a later one."""
    desk = Desk(tmp_path, BOX)
    desk.settle(*screens())
    desk.settle(*slices())
    assert len(desk.reports()) == 2
    return desk


@pytest.mark.parametrize("damage", [flipped, cut, Path.unlink])
def test_the_last_report_comes_back_byte_for_byte(
    desk: Desk, damage: Callable[[Path], None]
) -> None:
    reports = desk.reports()
    before = [each.path.read_bytes() for each in reports]
    damage(reports[-1].path)
    assert check(desk) == [f"outbox/{reports[-1].path.name}"]
    desk.work()
    assert [each.path.read_bytes() for each in reports] == before
    assert desk.reports() == reports
    assert check(desk) == []
    kinds = [each.kind for each in Journal(desk.ledger, desk.hands.clock).entries()]
    assert kinds == ["file-damaged", "file-mended"]


@pytest.mark.parametrize(
    ("change", "hindered"),
    [
        ({"report": Report(model_name="another")}, False),
        ({"sources": Sources(images=False)}, True),
    ],
)
def test_report_that_would_be_another_now_is_not_made_and_the_alarm_stands(
    desk: Desk, change: dict[str, Any], *, hindered: bool
) -> None:
    """With the same UID and other bytes, or with another UID."""
    reports = desk.reports()
    flipped(reports[-1].path)
    damaged = reports[-1].path.read_bytes()
    later = Desk(desk.folder, replace(desk.configuration, **change), desk.hands)
    standing = check(later)
    later.work()
    assert check(later) == standing != []
    assert later.reports() == reports
    assert reports[-1].path.read_bytes() == damaged
    assert (("recogniser-hindered", "") in later.alarms()) is hindered
