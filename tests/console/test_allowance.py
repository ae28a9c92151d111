"""How much somebody may ask for: never more than said, never less, whoever else asks."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import Clock
from appliance.console.allowance import Allowances, Pace

PACE = Pace(per_s=2.0, most=10.0)
MOST_CLIENTS = 3
WAITS_S = st.floats(0, 20, allow_nan=False)
COSTS = st.sampled_from((0.125, 1.0, 3.0))
ASKED = st.lists(st.tuples(WAITS_S, st.sampled_from("abc"), COSTS), max_size=80)


@dataclass
class Hand:
    """A clock that is moved by hand."""

    now: float = 1000.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(monotonic=lambda: self.now)


def test_so_much_at_once_and_so_much_each_second() -> None:
    hand = Hand()
    kept = Allowances(PACE, hand.clock, MOST_CLIENTS)
    assert [kept.take("a") for _ in range(11)] == [0.0] * 10 + [0.5]
    hand.now += 0.5
    assert kept.take("a") == 0
    assert kept.take("a") == 0.5
    hand.now += 1000
    assert [kept.take("a") for _ in range(11)] == [0.0] * 10 + [0.5]


def test_what_is_dear_counts_for_more_and_what_costs_more_than_all_can_be_had() -> None:
    hand = Hand()
    kept = Allowances(PACE, hand.clock, MOST_CLIENTS)
    assert kept.take("a", 0.1) == 0
    assert kept.take("a", 100.0) == pytest.approx(0.05)
    hand.now += 0.1
    assert kept.take("a", 100.0) == 0


def test_one_who_asks_too_much_takes_nothing_from_another() -> None:
    kept = Allowances(PACE, Hand().clock, MOST_CLIENTS)
    assert any(kept.take("a") for _ in range(20))
    assert not any(kept.take("b") for _ in range(10))


@pytest.mark.parametrize(("per_s", "most"), [(0, 10), (-1, 10), (1, 0.5)])
def test_a_pace_at_which_nobody_gets_anything_is_none(per_s: float, most: float) -> None:
    with pytest.raises(ValueError, match="nobody"):
        Pace(per_s=per_s, most=most)


@given(ASKED)
def test_never_more_than_said_and_what_is_promised_is_kept(
    asked: list[tuple[float, str, float]],
) -> None:
    hand = Hand()
    kept = Allowances(PACE, hand.clock, MOST_CLIENTS)
    had: dict[str, list[tuple[float, float]]] = {}
    for after_s, who, cost in asked:
        hand.now += after_s
        wait_s = kept.take(who, cost)
        if wait_s > 0:
            hand.now += wait_s + 1e-6
            assert kept.take(who, cost) == 0, "it waited as long as it was told to"
        had.setdefault(who, []).append((hand.now, cost))
    for times in had.values():
        for at, (began, _) in enumerate(times):
            for upto in range(at + 1, len(times) + 1):
                until = times[upto - 1][0]
                given_out = sum(cost for _, cost in times[at:upto])
                assert given_out <= PACE.most + PACE.per_s * (until - began) + 1e-6


@given(ASKED)
def test_a_client_is_treated_alike_whether_others_ask_or_not(
    asked: list[tuple[float, str, float]],
) -> None:
    hand = Hand()
    together = Allowances(PACE, hand.clock, MOST_CLIENTS)
    alone = {who: Allowances(PACE, hand.clock, MOST_CLIENTS) for who in "abc"}
    for after_s, who, cost in asked:
        hand.now += after_s
        assert together.take(who, cost) == alone[who].take(who, cost)


@given(st.lists(st.tuples(WAITS_S, st.integers(0, 10_000)), max_size=200))
def test_what_is_kept_is_bounded(asked: list[tuple[float, int]]) -> None:
    hand = Hand()
    kept = Allowances(PACE, hand.clock, MOST_CLIENTS)
    for after_s, who in asked:
        hand.now += after_s
        kept.take(f"client {who}")
        assert len(kept) <= MOST_CLIENTS + 1


def test_who_asked_too_much_is_not_forgotten_for_newcomers() -> None:
    hand = Hand()
    kept = Allowances(PACE, hand.clock, MOST_CLIENTS)
    assert any(kept.take("a") for _ in range(11))
    for each in range(100):
        kept.take(f"newcomer {each}")
    assert kept.take("a") > 0
    assert kept.take("newcomer 1000") > 0, "newcomers share what one has"
    assert kept.take("newcomer 0") == 0, "who was there before has their own"
    hand.now += 1000
    assert all(kept.take(f"later {each}") == 0 for each in range(MOST_CLIENTS))
    assert not any(kept.take("later 0") for _ in range(9)), "there is room for their own again"
