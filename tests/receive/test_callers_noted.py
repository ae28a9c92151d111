"""Who calls the box is written down: let in, turned away, by echo; bounded and never in the way."""

import json
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import Clock
from appliance.commissioning import Caller
from appliance.commissioning.negotiated import Negotiated
from appliance.receive import Called
from appliance.services.callers import EVERY_S, MOST_CALLERS, Callers
from tests.receive.box import Box, wait_until

LISTED = """
[[scanner]]
name = "ct-1"
ae_title = "CT_1"
"""


def echo(box: Box, title: str) -> int:
    command = ["echoscu", "-aet", title, "-aec", "DOSEBOX", "127.0.0.1", str(box.port)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_the_waiting_room_knows_who_was_let_in_and_who_was_not(tmp_path: Path) -> None:
    box = Box(tmp_path, LISTED, 'min_free_mib = 1\ncallers = "listed"')
    box.start()
    try:
        assert echo(box, "CT_1") == 0
        assert echo(box, "STRANGER<b>") != 0
        wait_until(lambda: len(box.rows("SELECT 1 FROM caller")) == 2)
        rows = {str(row["calling_ae"]): row for row in box.rows("SELECT * FROM caller")}
        known, stranger = rows["CT_1"], rows["STRANGER<b>"]
        assert (known["refused"], known["calls"]) == ("", 1)
        assert known["verified_at"] is not None
        agreed = Negotiated.from_json(json.loads(str(known["negotiated"])))
        assert agreed.implementation_version.startswith("OFFIS_DCMTK")
        assert [each.refused for each in agreed.contexts] == [""]
        assert stranger["refused"] == "caller-not-listed"
        assert stranger["verified_at"] is None
        assert echo(box, "STRANGER<b>") != 0
        counted = "SELECT 1 FROM caller WHERE calling_ae LIKE 'STRANGER%' AND calls = 2"
        wait_until(lambda: len(box.rows(counted)) == 1)
    finally:
        assert box.stop() == 0


def called(number: int, refused: str = "caller-not-listed") -> Called:
    return Called(
        address="192.0.2.9", calling_ae=f"A{number}", called_ae="DOSEBOX", refused=refused
    )


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(0.0, 3.0)), max_size=300))
def test_a_flood_of_callers_is_bounded_and_no_call_is_counted_twice(
    calls: list[tuple[int, float]],
) -> None:
    now, written = [0.0], list[list[Caller]]()
    clock = Clock(wall=lambda: now[0], monotonic=lambda: now[0])
    callers = Callers(written.append, clock)
    for number, pause_s in calls:
        callers.note(called(number))
        now[0] += pause_s
        callers.tell()
    now[0] += EVERY_S
    callers.tell()
    assert all(len(batch) <= MOST_CALLERS for batch in written)
    assert sum(each.calls for batch in written for each in batch) <= len(calls)
    few = len({number for number, _ in calls}) <= MOST_CALLERS
    assert not few or sum(each.calls for batch in written for each in batch) == len(calls)


def test_who_says_nothing_new_is_written_seldom() -> None:
    now, written = [0.0], list[list[Caller]]()
    clock = Clock(wall=lambda: now[0], monotonic=lambda: now[0])
    callers = Callers(written.append, clock)
    for _ in range(60):
        callers.note(called(1))
        callers.tell()
        now[0] += 1.0
    assert len(written) == 60 / EVERY_S
    callers.note(called(1, refused=""))
    callers.tell()
    assert written[-1][0].refused == ""
