"""What holds an object back, one reason at a time; each alone is enough."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from appliance.config.commitment import DestinationCommitment
from appliance.journal import Journal
from appliance.services.keeping import GRACE_S
from appliance.spool import Outcome
from tests.retention.shelf_life import BOX, DAY_S, IMAGE, SCREEN, STUDIES, Kept
from tests.retention.test_retention_machine import RetentionMachine

STUDY = STUDIES[0]


class Always:
    """Draws the first object."""

    def draw(self, _: object) -> Any:  # noqa: ANN401 - whatever is drawn
        return 1


FIRST: Any = Always()


@pytest.fixture
def box() -> Iterator[RetentionMachine]:
    box = RetentionMachine()
    box.arrives(STUDY, IMAGE)
    box.arrives(STUDY, SCREEN)
    box.keeper_works(fails_after=None, restarts=False)
    yield box
    box.teardown()


def route(box: RetentionMachine, *destinations: str, keep_days: float | None = None) -> None:
    for number in box.objects:
        draw: Any = type("", (), {"draw": lambda _, __, number=number: number})()
        if not box.objects[number].routed:
            box.is_routed(set(destinations), keep_days, draw)


def work(box: RetentionMachine) -> None:
    for _ in range(30):
        box.keeper.work_next()
        box.passed += GRACE_S / 10


def state(each: Kept) -> str:
    if not each.path.exists():
        return "nothing"
    return "whole" if each.path.read_bytes() == each.whole else "header"


def states(box: RetentionMachine) -> list[str]:
    return [state(each) for each in box.objects.values()]


def later(box: RetentionMachine, days: float) -> None:
    """In steps that a clock may take."""
    for _ in range(round(days)):
        box.now += DAY_S
        box.passed += DAY_S
        box.keeper.work_next()
    work(box)


def test_pixels_go_then_headers_then_screens_each_after_its_days(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    for days, expected in (
        (9, ["whole", "whole"]),
        (2, ["header", "whole"]),
        (18, ["header", "whole"]),
        (2, ["nothing", "whole"]),
        (30, ["nothing", "nothing"]),
    ):
        later(box, days)
        assert states(box) == expected
    kinds = [entry.kind for entry in Journal(box.ledger, box.clock).entries()]
    assert kinds == ["pixels-dropped", "objects-removed", "objects-removed"]


def unrouted(_: RetentionMachine) -> None:
    """The forwarder has not looked at it yet."""


def undelivered(box: RetentionMachine) -> None:
    route(box, "pacs")


def refused(box: RetentionMachine) -> None:
    route(box, "pacs")
    box.execute("UPDATE delivery SET state = 'refused'")


def half_delivered(box: RetentionMachine) -> None:
    route(box, "pacs", "dose")
    box.execute("UPDATE delivery SET state = 'delivered' WHERE destination = 'pacs'")


def uncommitted(box: RetentionMachine) -> None:
    route(box, "pacs")
    box.everything_is_delivered()
    for number in box.objects:
        box.execute(
            "INSERT INTO commitment (destination, kept_uid, sop_class_uid, sop_instance_uid,"
            " state, delivered_at, due_at) VALUES ('pacs', ?1, '1', ?1, 'failed', 1.0, 1.0)",
            f"1.2.{number}",
        )


def promised(box: RetentionMachine, *, routes: bool = True) -> None:
    if routes:
        route(box)
    for number in box.objects:
        request = box.execute(
            "INSERT INTO commitment_request (transaction_uid, calling_ae, called_ae, address,"
            " digest, duplicate, state, requested_at, due_at)"
            " VALUES (?, '', '', '', '', 0, 'reported', 1.0, 1.0)",
            f"1.3.{number}",
        )
        box.execute(
            "INSERT INTO commitment_reference VALUES (?, 0, '1', ?, 0)", request, f"1.2.{number}"
        )


def another_content(box: RetentionMachine) -> None:
    """Each UID came once more, with other bytes."""
    for number in box.objects:
        box.execute(
            "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid, sha256,"
            " size_bytes, path, calling_ae, called_ae, address, received_at, conflict)"
            " VALUES (?1, '1', '1', 'another', 1, ?1, '', '', '', 1.0, 1)",
            f"1.2.{number}",
        )


def promised_and_delivered_under_a_uid_of_two_contents(box: RetentionMachine) -> None:
    route(box, "pacs")
    box.everything_is_delivered()
    promised(box, routes=False)
    another_content(box)


def committed_under_a_uid_of_two_contents(box: RetentionMachine) -> None:
    uncommitted(box)
    box.execute("UPDATE commitment SET state = 'committed'")
    another_content(box)


def quarantined(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.QUARANTINED)


def being_read(box: RetentionMachine) -> None:
    route(box)
    box.is_worked_on(STUDY, begins=True)


def held_by_a_backfill(box: RetentionMachine) -> None:
    route(box)
    box.execute(
        "INSERT INTO backfill_study (study_instance_uid, archive, modality, day, state)"
        " VALUES (?, 'A', 'CT', '2026-01-01', 'held')",
        STUDY,
    )


def reopened(box: RetentionMachine) -> None:
    route(box)
    box.arrives(STUDY, IMAGE)
    route(box)


HOLDS: list[Callable[[RetentionMachine], None]] = [
    unrouted,
    undelivered,
    refused,
    half_delivered,
    uncommitted,
    promised,
    promised_and_delivered_under_a_uid_of_two_contents,
    committed_under_a_uid_of_two_contents,
    quarantined,
    being_read,
    held_by_a_backfill,
    reopened,
]


@pytest.mark.parametrize("hold", HOLDS)
def test_each_hold_keeps_everything_whole_for_years_and_on_a_full_disk(
    box: RetentionMachine, hold: Callable[[RetentionMachine], None]
) -> None:
    box.is_decided(STUDY, Outcome.REPORTED)
    hold(box)
    box.keeper = replace(box.keeper, mark_bytes=1 << 60)
    later(box, 400)
    assert set(states(box)) == {"whole"}
    raised = {row[0] for row in box.ledger.rows("SELECT code FROM alarm WHERE cleared_at IS NULL")}
    assert raised == {"disk-filling"}


def test_image_whose_pixels_nobody_read_is_kept_as_a_screen(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    box.execute("DELETE FROM image_reading")
    later(box, 45)
    assert states(box) == ["whole", "whole"]


def test_under_the_mark_pixels_alone_go_early_and_the_alarm_clears_with_room(
    box: RetentionMachine,
) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    box.keeper.mark_bytes = 1 << 60
    work(box)
    assert states(box) == ["header", "whole"]
    codes = "SELECT count(*) FROM alarm WHERE code = 'disk-filling' AND cleared_at IS NULL"
    assert box.ledger.rows(codes)[0][0] == 1
    box.keeper.mark_bytes = 1
    work(box)
    assert box.ledger.rows(codes)[0][0] == 0


def test_pixels_that_a_rule_keeps_do_not_go_early(box: RetentionMachine) -> None:
    route(box, keep_days=50.0)
    box.is_decided(STUDY, Outcome.REPORTED)
    box.keeper.mark_bytes = 1 << 60
    later(box, 20)
    assert states(box) == ["whole", "whole"]
    later(box, 31)
    assert states(box)[0] != "whole"


def test_rule_without_days_drops_pixels_as_soon_as_nobody_needs_them(box: RetentionMachine) -> None:
    route(box, "pacs", keep_days=0.0)
    box.is_decided(STUDY, Outcome.REPORTED)
    work(box)
    assert states(box) == ["whole", "whole"]
    box.everything_is_delivered()
    later(box, 1)
    assert states(box) == ["header", "whole"]


def test_clock_that_jumps_is_not_believed_at_once(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    work(box)
    box.now += 3000 * DAY_S
    for _ in range(5):
        box.keeper.work_next()
    assert states(box) == ["whole", "whole"]
    box.now -= 2999 * DAY_S
    later(box, 2)
    assert states(box) == ["whole", "whole"]


def test_clock_that_jumped_is_not_believed_after_a_restart_either(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    work(box)
    box.now += 3000 * DAY_S
    for _ in range(5):
        box.keeper.work_next()
        box.ledger.close()
        box.open()
    assert states(box) == ["whole", "whole"]
    box.now += DAY_S
    box.keeper.work_next()
    box.passed += GRACE_S
    box.keeper.work_next()
    assert states(box) != ["whole", "whole"]


def test_clock_that_was_put_right_is_believed_at_once(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    work(box)
    box.now += 3000 * DAY_S
    box.keeper.work_next()
    box.now -= 2999 * DAY_S
    box.keeper.mark_bytes = 0
    box.execute("UPDATE kept_study SET look_at = 0")
    looks = "SELECT look_at FROM kept_study"
    box.keeper.work_next()
    assert box.ledger.rows(looks)[0][0] > 0


def test_what_came_back_is_looked_at_once(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    box.spool.reductions.recall(box.objects, box.now)
    box.comes_again(FIRST)
    looks = 0
    for _ in range(50):
        box.now += 1
        looks += box.keeper.work_next()
    assert looks < 10


def test_what_was_promised_and_left_without_its_identity_is_the_only_copy(
    box: RetentionMachine,
) -> None:
    box.destinations(replace(BOX.destination[0], deidentify="registry"))
    route(box, "pacs")
    box.is_decided(STUDY, Outcome.REPORTED)
    promised(box, routes=False)
    box.everything_is_delivered()
    later(box, 400)
    assert states(box) == ["whole", "whole"]
    box.destinations(BOX.destination[0])
    later(box, 1)
    assert states(box) == ["nothing", "nothing"]


def test_a_destination_that_is_not_asked_any_more_holds_nothing_back(box: RetentionMachine) -> None:
    box.is_decided(STUDY, Outcome.REPORTED)
    uncommitted(box)
    box.destinations(replace(BOX.destination[0], commitment=DestinationCommitment()))
    later(box, 400)
    assert states(box) == ["nothing", "nothing"]


def test_what_is_wanted_again_is_waited_for_a_month(box: RetentionMachine) -> None:
    route(box)
    box.is_decided(STUDY, Outcome.REPORTED)
    box.spool.reductions.recall(box.objects, box.now)
    later(box, 28)
    assert states(box) == ["whole", "whole"]
    later(box, 4)
    assert states(box) == ["nothing", "whole"]
