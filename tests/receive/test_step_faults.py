"""Steps while the power goes, while the disk is full, and from several senders at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.simulators.ct import SendingError
from appliance.simulators.performed_step import StepAnswer, StepSCU
from tests.receive.box import ON_A_SMALL_DISK, Box, wait_for
from tests.receive.conftest import MakeBox
from tests.receive.steps import begun, said, scu, steps
from tests.receive.test_full_disk import SmallDiskBox

SUCCESS, PROCESSING_FAILURE, DUPLICATE, RESOURCE_LIMITATION = 0x0000, 0x0110, 0x0111, 0x0213
CHANGES = 4
"""Messages that set each step, the last of which ends it."""


def say(port: int, name: str, acknowledged: list[tuple[str, int]], cut: threading.Event) -> None:
    """Steps one after the other, until nobody answers; ``cut`` is set when it is under way."""
    number = 0
    try:
        with scu(port) as sender:
            while True:
                number += 1
                uid = f"1.2.{name}.{number}"
                assert sender.create(begun(), uid).status == SUCCESS
                acknowledged.append((uid, 0))
                for change in range(1, CHANGES + 1):
                    state = "COMPLETED" if change == CHANGES else None
                    assert sender.set(said(state, str(change)), uid).status == SUCCESS
                    acknowledged.append((uid, change))
                if number == 3:
                    cut.set()
    except SendingError:
        cut.set()


def a_power_cut(box: Box, name: str, delay_s: float) -> None:
    acknowledged: list[tuple[str, int]] = []
    under_way = threading.Event()
    sender = threading.Thread(target=say, args=(box.port, name, acknowledged, under_way))
    sender.start()
    assert under_way.wait(20)
    threading.Event().wait(delay_s)
    box.kill()
    sender.join(60)
    box.start()
    found, stored = steps(box), box.stored()
    newest = {uid: change for uid, change in acknowledged}  # noqa: C416 - the last one counts
    assert len(newest) >= 3
    for uid, change in newest.items():
        # One message more may have been kept without its answer having been heard.
        assert len(stored[uid]) - 1 in (change, change + 1)
        assert (found[uid][1] == "COMPLETED") == (len(stored[uid]) == CHANGES + 1)
        comments = [content[-2:].strip() for content in stored[uid][1:]]
        assert comments == [str(at + 1).encode() for at in range(len(comments))]


def test_power_cuts_lose_nothing_that_was_acknowledged(box: Box) -> None:
    for number, delay_s in enumerate((0.0, 0.013, 0.031), start=1):
        a_power_cut(box, str(number), delay_s)


def test_a_message_whose_row_was_cut_off_is_entered_at_the_next_start(box: Box) -> None:
    with scu(box.port) as sender:
        sender.create(begun(), "1.2.1")
        sender.set(said("COMPLETED"), "1.2.1")
    box.stop()
    box.execute("DELETE FROM instance")
    box.execute("DELETE FROM performed_step")
    box.start()
    assert steps(box)["1.2.1"][1] == "COMPLETED"
    assert len(box.stored()["1.2.1"]) == 2
    with scu(box.port) as sender:
        assert sender.set(said("COMPLETED"), "1.2.1").status == SUCCESS  # a repeat


@pytest.fixture
def small_box(make_box: MakeBox, tmp_path: Path) -> Box:
    data = str(tmp_path / "box0" / "data")
    return make_box(kind=SmallDiskBox, receiver="min_free_mib = 4", prefix=(*ON_A_SMALL_DISK, data))


def test_a_full_disk_takes_no_step_loses_none_and_goes_on(small_box: Box) -> None:
    filler = small_box.data_dir / "filler"
    with scu(small_box.port) as sender:
        assert sender.create(begun(), "1.2.1").status == SUCCESS
        filler.write_bytes(bytes(21 << 20))
        assert sender.set(said("COMPLETED"), "1.2.1").status == RESOURCE_LIMITATION
        assert sender.create(begun(), "1.2.2").status == RESOURCE_LIMITATION
        assert sender.create(begun(), "1.2.1").status == SUCCESS  # a repeat needs no room
        wait_for(small_box, "step_refused status=0x0213")
        assert {uid: state for uid, (_, state) in steps(small_box).items()} == {
            "1.2.1": "IN PROGRESS"
        }
        filler.unlink()
        assert sender.set(said("COMPLETED"), "1.2.1").status == SUCCESS
    assert steps(small_box)["1.2.1"][1] == "COMPLETED"


def at_once(box: Box, calls: Sequence[Callable[[StepSCU], StepAnswer]]) -> list[int]:
    """Each call in an association of its own, all at the same moment; the statuses."""
    together = threading.Barrier(len(calls))

    def call(what: Callable[[StepSCU], StepAnswer]) -> int:
        with scu(box.port) as sender:
            together.wait(20)
            return what(sender).status

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def test_of_two_that_speak_at_once_one_is_heard(box: Box) -> None:
    def creates(name: str) -> Callable[[StepSCU], StepAnswer]:
        return lambda sender: sender.create(begun(PerformedProcedureStepID=name), "1.2.1")

    def ends(state: str) -> Callable[[StepSCU], StepAnswer]:
        return lambda sender: sender.set(said(state), "1.2.1")

    assert sorted(at_once(box, [creates(name) for name in "abcdef"])) == [SUCCESS, *[DUPLICATE] * 5]
    states = ("COMPLETED", "DISCONTINUED")
    statuses = at_once(box, [ends(state) for state in states])
    assert sorted(statuses) == [SUCCESS, PROCESSING_FAILURE]
    assert steps(box)["1.2.1"][1] == states[statuses.index(SUCCESS)]
    assert len(box.stored()["1.2.1"]) == 2
