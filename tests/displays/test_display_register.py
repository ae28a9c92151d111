"""The register of displays: every entry stays, the last one counts."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import Clock
from appliance.displays.display import Display
from appliance.displays.register import Register, as_json, parsed
from appliance.displays.sessions import Sessions
from appliance.errors import NotFoundError, RefusedError, StateError
from appliance.ledger import Ledger, open_ledger

LEFT = Display(
    name="left",
    workstation="reading-1",
    ruleset="jesra-x0093-1a",
    width_px=2048,
    height_px=2560,
    target_cd_m2=Decimal("450.5"),
)
CLOCK = Clock(wall=lambda: 1.8e9)
names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
decimals = st.none() | st.decimals(0, 9999, allow_nan=False, allow_infinity=False)
displays = st.builds(
    Display,
    name=names,
    workstation=names,
    ruleset=names,
    width_px=st.integers(1, 9999),
    height_px=st.integers(1, 9999),
    room=st.text(max_size=9),
    serial_number=st.text(max_size=9),
    size_inch=decimals,
    is_monochrome=st.booleans(),
    target_cd_m2=decimals,
    reflection_cd_m2_lx=decimals,
    constancy_days=st.integers(1, 999),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def register(ledger: Ledger) -> Register:
    return Register(ledger, CLOCK)


def test_what_was_entered_is_there(register: Register) -> None:
    entered = register.enter(LEFT, "tanaka")

    assert register.display("left") == LEFT
    assert register.in_use() == {"left": entered}
    assert (entered.by, entered.at) == ("tanaka", 1.8e9)


def test_a_change_is_another_entry_and_nothing_is_overwritten(register: Register) -> None:
    first = register.enter(LEFT, "tanaka")
    moved = replace(LEFT, room="B2")
    second = register.change(moved, "sato")

    assert register.display("left") == moved
    assert register.history("left") == [first, second]
    assert register.entry(first.identifier).display == LEFT


def test_a_retired_display_is_not_in_use_and_its_name_is_free(register: Register) -> None:
    register.enter(LEFT, "tanaka")
    register.retire("left", "sato")

    assert register.in_use() == {}
    assert [each.by for each in register.history("left")] == ["tanaka", "sato"]
    with pytest.raises(NotFoundError, match="no display of that name"):
        register.display("left")
    register.enter(replace(LEFT, serial_number="2"), "sato")
    assert register.display("left").serial_number == "2"


def test_what_cannot_be_is_refused(register: Register) -> None:
    register.enter(LEFT, "tanaka")

    with pytest.raises(RefusedError, match="there is a display of that name"):
        register.enter(LEFT, "tanaka")
    with pytest.raises(NotFoundError):
        register.change(replace(LEFT, name="right"), "tanaka")
    with pytest.raises(NotFoundError):
        register.retire("right", "tanaka")
    with pytest.raises(NotFoundError):
        register.entry(99)


@given(displays)
def test_a_display_is_the_same_after_it_was_kept(display: Display) -> None:
    assert parsed(as_json(display)) == display


def test_what_a_newer_version_entered_is_refused() -> None:
    with pytest.raises(StateError, match="unknown curvature"):
        parsed(as_json(LEFT) | {"curvature": 1})


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"name": "Left"}, "no name"),
        ({"workstation": ""}, "no name"),
        ({"width_px": 0}, "no panel"),
        ({"constancy_days": 0}, "less than a day"),
    ],
)
def test_no_such_display(change: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        replace(LEFT, **change)  # type: ignore[arg-type]


def test_happenings_are_kept_in_order_and_of_two_at_once_one(
    register: Register, ledger: Ledger
) -> None:
    sessions = Sessions(ledger, CLOCK)
    session = sessions.begin(register.enter(LEFT, "tanaka").identifier, "daily")

    assert sessions.append(session, 0, "begun", {"operator": "山田"})
    assert sessions.append(session, 1, "placed", {})
    assert not sessions.append(session, 1, "placed", {"place": "late"})
    assert not sessions.append(session, 3, "placed", {"place": "early"})
    kept = sessions.happenings(session)
    assert [(each.number, each.kind) for each in kept] == [(0, "begun"), (1, "placed")]
    assert kept[0].body == {"operator": "山田"}


def test_tests_are_found_by_display_and_by_their_last_happening(
    register: Register, ledger: Ledger
) -> None:
    sessions = Sessions(ledger, CLOCK)
    left = sessions.begin(register.enter(LEFT, "tanaka").identifier, "daily")
    moved = sessions.begin(register.change(replace(LEFT, room="B2"), "tanaka").identifier, "daily")
    right = sessions.begin(
        register.enter(replace(LEFT, name="right"), "tanaka").identifier, "daily"
    )
    sessions.append(left, 0, "ended", {})

    daily = ("daily", "acceptance")
    assert [each.identifier for each in sessions.every(daily, "left")] == [left, moved]
    assert sessions.every(("acceptance",)) == []
    assert [each.identifier for each in sessions.without_last("ended")] == [moved, right]
    assert [each.identifier for each in sessions.every(daily)] == [left, moved, right]
    assert sessions.opened(right).display == "right"


def test_a_test_that_there_is_not(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no such test"):
        Sessions(ledger, CLOCK).opened(1)
    with pytest.raises(NotFoundError, match="no such test"):
        Sessions(ledger, CLOCK).append(1, 0, "begun", {})
