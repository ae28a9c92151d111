"""No time of the ledger is told to be worth more than the clock was that it was read from."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import Clock, ClockState
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.timeline import BY_WORTH, RENEWED_S, Sighting, Timeline, stretches, worst

NOON = 1_800_000_000.0


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as opened:
        yield opened


def sighting(wall: float, state: ClockState, boot: str = "first", since: float = 10.0) -> Sighting:
    return Sighting(boot_id=boot, since_boot_s=since, wall=wall, state=state)


def test_what_was_never_looked_at_is_not_told(ledger: Ledger) -> None:
    timeline = Timeline(ledger)
    assert timeline.state_at(NOON) is None
    timeline.note(sighting(NOON, ClockState.RTC))
    assert timeline.last() == sighting(NOON, ClockState.RTC)
    assert timeline.state_at(NOON + 5) is ClockState.RTC
    assert timeline.state_at(NOON - 3600) is None
    assert timeline.state_at(NOON + 86400) is None


def test_before_a_server_was_first_seen_to_set_it_the_clock_was_only_restored(
    ledger: Ledger,
) -> None:
    timeline = Timeline(ledger)
    timeline.note(sighting(NOON, ClockState.NTP, since=60.0))
    assert timeline.state_at(NOON - 30) is ClockState.RESTORED
    assert timeline.state_at(NOON + 30) is ClockState.NTP


def test_where_the_clock_was_set_back_the_worst_word_counts(ledger: Ledger) -> None:
    timeline = Timeline(ledger)
    timeline.note(sighting(NOON, ClockState.RESTORED))
    timeline.note(sighting(NOON - 1000, ClockState.NTP, since=2010.0))
    assert timeline.state_at(NOON - 500) is ClockState.NTP
    assert timeline.state_at(NOON + 500) is ClockState.RESTORED


def test_sightings_are_append_only(ledger: Ledger) -> None:
    Timeline(ledger).note(sighting(NOON, ClockState.RTC))
    for statement in ("DELETE FROM clock_sighting", "UPDATE clock_sighting SET wall = 0"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger.execute(statement)


@pytest.mark.parametrize(
    ("later", "step_s"),
    [
        (sighting(NOON + 100, ClockState.RTC, since=110.0), 0.0),
        (sighting(NOON + 400, ClockState.NTP, since=110.0), 300.0),
        (sighting(NOON - 200, ClockState.NTP, since=110.0), -300.0),
        (sighting(NOON + 86400, ClockState.RTC, boot="second"), 0.0),
        (sighting(NOON - 86400, ClockState.RTC, boot="second"), -86400.0),
    ],
)
def test_a_step_is_what_the_wall_clock_did_beside_the_other(later: Sighting, step_s: float) -> None:
    assert later.step_s(sighting(NOON, ClockState.RTC)) == step_s


def test_the_latest_time_is_that_of_the_newest_record_or_sighting(ledger: Ledger) -> None:
    timeline = Timeline(ledger)
    assert timeline.latest() is None
    Journal(ledger, Clock(wall=lambda: NOON)).append("media-imported", {})
    assert timeline.latest() == NOON
    timeline.note(sighting(NOON - 50, ClockState.RTC))
    assert timeline.latest() == NOON
    timeline.note(sighting(NOON + 50, ClockState.RTC, since=110.0))
    assert timeline.latest() == NOON + 50


def test_a_future_that_a_server_took_back_never_was(ledger: Ledger) -> None:
    timeline = Timeline(ledger)
    future = NOON + 10 * 365 * 86400
    timeline.note(sighting(future, ClockState.RTC))
    Journal(ledger, Clock(wall=lambda: future)).append("media-imported", {})
    assert timeline.latest() == future
    timeline.note(sighting(NOON, ClockState.NTP, since=60.0))
    assert timeline.latest() == NOON
    timeline.note(sighting(NOON + 5, ClockState.RTC, boot="second"))
    assert timeline.latest() == NOON + 5


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["boot", "state", "step", "none"]),
        st.floats(1.0, RENEWED_S),
        st.sampled_from(list(ClockState)),
        st.floats(-1e6, 1e6),
    ),
    min_size=1,
    max_size=12,
)


@given(EVENTS, st.floats(0.0, 1.0))
def test_no_record_is_told_better_than_its_clock_was(
    events: list[tuple[str, float, ClockState, float]], share: float
) -> None:
    wall, since, boot, state = NOON, 5.0, 0, ClockState.RTC
    seen = [sighting(wall, state, str(boot), since)]
    records: list[tuple[float, ClockState]] = []
    for event, lasts_s, new_state, step_s in events:
        records.append((wall + share * lasts_s, state))
        wall, since = wall + lasts_s, since + lasts_s
        match event:
            case "boot":
                boot, since, wall, state = boot + 1, 5.0, wall + abs(step_s), new_state
            case "state":
                state = new_state
            case "step":
                wall += step_s
        seen.append(sighting(wall, state, str(boot), since))
    spoken = list(stretches(seen))
    for at, truly in records:
        told = worst(each for each in spoken if each.begins_at <= at <= each.ends_at)
        assert told is not None
        assert BY_WORTH.index(told) >= BY_WORTH.index(truly)
