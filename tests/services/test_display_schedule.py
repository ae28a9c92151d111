"""The box says when a display is to be tested, and how its figures go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Occasion
from appliance.services.display_schedule import DisplaySchedule, display_watch
from appliance.simulators.monitor import Gamma, Gsdf
from tests.services.ward import LEFT, Ward, ward

DAY = 86_400
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def a_ward(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def alarms(a_ward: Ward, code: AlarmCode = AlarmCode.DISPLAY_TEST_DUE) -> dict[str, str]:
    """What the errand raises or leaves raised, by display."""
    display_watch(a_ward.configuration, a_ward.ledger, a_ward.clock).work_next()
    raised = Alarms(a_ward.ledger, a_ward.clock).raised()
    return {each.subject: each.detail for each in raised if each.code is code}


def test_a_display_that_was_never_accepted_is_told_of_after_a_while(a_ward: Ward) -> None:
    assert alarms(a_ward) == {}
    a_ward.now += 15 * DAY
    assert alarms(a_ward) == {"left": "acceptance test: never done"}
    a_ward.tested()
    assert alarms(a_ward) == {}


def test_a_test_that_is_due_is_told_of_until_it_is_done(a_ward: Ward) -> None:
    a_ward.tested()
    a_ward.now += 170 * DAY
    due = alarms(a_ward)["left"]
    assert due.startswith("constancy test: due by 20")
    a_ward.now += 20 * DAY
    assert alarms(a_ward)["left"].startswith("constancy test: overdue since 20")
    a_ward.tested(occasion=Occasion.CONSTANCY)
    assert alarms(a_ward) == {}


def test_a_display_in_use_no_more_is_not_told_of(a_ward: Ward) -> None:
    a_ward.now += 15 * DAY
    assert alarms(a_ward)
    a_ward.tests.register.retire("left", "tanaka")
    assert alarms(a_ward) == {}


def test_another_panel_is_to_be_accepted_anew(a_ward: Ward) -> None:
    a_ward.tested()
    a_ward.tests.register.change(replace(LEFT, serial_number="2"), "tanaka")
    a_ward.now += 15 * DAY

    assert alarms(a_ward) == {"left": "acceptance test: never done"}


def test_a_display_that_failed_is_told_of_until_it_passes(a_ward: Ward) -> None:
    failed = a_ward.tested(curve=Gamma(0.8, 450))
    day = failed.entries[0].at.date()
    said = {"left": f"acceptance test {failed.identifier} of {day}"}
    assert alarms(a_ward, AlarmCode.DISPLAY_FAILED) == said
    a_ward.tests.give_up(a_ward.begin().identifier, "sato")
    assert alarms(a_ward, AlarmCode.DISPLAY_FAILED) == said
    a_ward.tested()
    assert alarms(a_ward, AlarmCode.DISPLAY_FAILED) == {}


def test_daily_checks_are_watched_only_where_the_site_wants_it(
    tmp_path: Path,
) -> None:
    for by, said in (("", {}), ("13:00", {}), ("11:00", {"left": "daily check of today"})):
        folder = tmp_path / by.replace(":", "-") / "data"
        folder.mkdir(parents=True)
        with ward(folder, f'[displayqa]\ndaily_by = "{by}"\n') as a_ward:
            a_ward.tested()
            a_ward.now = NOON
            local = datetime.fromtimestamp(NOON, UTC).astimezone()
            a_ward.now -= (local.hour - 12) * 3600
            a_ward.tested()
            assert alarms(a_ward) == said
            a_ward.tested(occasion=Occasion.DAILY)
            assert alarms(a_ward) == {}


def test_trends_of_a_display_that_fades(a_ward: Ward) -> None:
    a_ward.tested()
    for loss in (10, 20, 30):
        a_ward.now += 182 * DAY
        a_ward.tested(occasion=Occasion.CONSTANCY, curve=Gsdf(0.8, 450 - loss))

    trends = DisplaySchedule(a_ward.tests).trends("left")
    by = {each.limit.quantity: each for each in trends}
    brightest = by[Quantity.MAX_LUMINANCE]
    assert [round(float(each.value)) for each in brightest.points] == [450, 440, 430, 420]
    assert round(float(brightest.baseline or 0)) == 450
    assert brightest.drift is not None
    assert brightest.drift.is_certain
    assert brightest.drift.crossing is not None
    assert brightest.drift.crossing.earliest is not None
    assert len(by[Quantity.MAX_LUMINANCE_DRIFT].points) == 3
    assert len(by[Quantity.UNIFORMITY].points) == 1
    assert by[Quantity.DISPLAYS_LUMINANCE].points == ()
