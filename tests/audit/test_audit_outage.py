"""A repository that is away for days gets everything in order; nothing grows without end."""

import base64
import re
from pathlib import Path

import pytest

from appliance.audit import Here, Stage
from appliance.audit.events import application_activity
from appliance.journal import Journal
from tests.audit.trails import Trail

DECISIONS = 350
MOST_WAITING = 100


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path, settings={"most_waiting": MOST_WAITING})


def decide(trail: Trail, number: int) -> None:
    body = {"study_instance_uid": f"1.2.{number}", "person": "suzuki"}
    Journal(trail.desk.ledger, trail.desk.hands.clock).append("quarantine-settled", body)


def test_everything_arrives_in_order_after_a_day(trail: Trail) -> None:
    for number in range(DECISIONS):
        decide(trail, number)
        if number % 10 == 0:
            trail.work()
        assert trail.errand.queue.count() <= MOST_WAITING
    trail.desk.hands.wait(86400.0)
    trail.errand = trail.made()  # the box was restarted, too
    with trail.taker.running():
        while trail.errand.queue.mark("journal") != DECISIONS or trail.errand.queue.count():
            trail.work()
    text = "\n".join(trail.taker.lines())
    assert re.findall(r'ID="(1\.2\.\d+)"', text) == [f"1.2.{each}" for each in range(DECISIONS)]
    numbers = [int(each) for each in re.findall(r'sequenceId="(\d+)"', text)]
    assert numbers == sorted(set(numbers))


def test_what_nobody_else_knows_is_counted_when_there_is_no_room(trail: Trail) -> None:
    now, box = trail.desk.hands.now, Here("receiver")
    kept = [
        trail.errand.queue.put(application_activity(now, box, Stage.START))
        for _ in range(MOST_WAITING + 7)
    ]
    assert kept.count(False) == 7
    with trail.taker.running():
        trail.work()
        trail.work()
    assert len(trail.taker.lines()) == MOST_WAITING + 1
    assert decoded(trail.taker.lines()[-1]).endswith("not kept: 7")
    assert trail.errand.queue.mark("lost") == 0


def decoded(line: str) -> str:
    """The description in the alert of a line."""
    (value,) = re.findall(r'type="Alert Description" value="([^"]*)"', line)
    return base64.b64decode(value).decode()
