"""Pairing: one page a display, by a code that cannot be guessed, for a day."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import Clock
from appliance.console import Attempts
from appliance.console.screen.message import REPLACED, TOO_MANY, UNPAIRED
from appliance.console.screen.pages import CODE_S, MOST_WAITING
from appliance.displays.pairings import LONGEST_S, Pairings
from appliance.ledger import open_ledger
from tests.console.served import LEFT, Served, StandIn


class Now:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0
        self.clock = Clock(wall=lambda: self.at, monotonic=lambda: self.at)


def test_a_code_pairs_the_page_that_shows_it(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        one, other = StandIn(served), StandIn(served)
        codes = [each.heard("code")["code"] for each in (one, other)]
        assert all(len(each) == 8 and each.isdecimal() for each in codes)
        assert served.type_code(f"{codes[1][:4]} {codes[1][4:]}") == 303
        paired = other.heard("paired")
        assert (paired["display"], paired["place"]) == (LEFT.name, "reading-1 · left · CT 1")
        assert served.type_code(codes[1]) == 409, "a code is good for once"
        assert served.type_code(codes[0], "no-such-display") == 409


def test_a_page_with_its_secret_is_known_again(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        first = StandIn(served)
        served.type_code(first.heard("code")["code"])
        token = first.heard("paired")["token"]
        served.stop()
        assert first.status() in {1001, 1012}
        served.start()
        second = StandIn(served, token)
        assert second.heard("paired")["token"] == ""
        third = StandIn(served, token)
        third.heard("paired")
        assert second.status() == REPLACED
        served.pages.unpair(LEFT.name)
        assert third.status() == UNPAIRED
        assert StandIn(served, token).heard("code")
        assert StandIn(served, "invented").heard("code")


def test_the_ledger_holds_no_secret(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    token = Pairings(ledger, Now().clock).pair("left")
    kept = [str(tuple(row)) for row in ledger.rows("SELECT * FROM display_pairing")]
    assert len(kept) == 1
    assert token not in kept[0]
    ledger.close()


def test_a_pairing_holds_for_a_day_and_until_the_next(tmp_path: Path) -> None:
    now, ledger = Now(), open_ledger(tmp_path / "ledger.sqlite")
    pairings = Pairings(ledger, now.clock)
    first, right = pairings.pair("left"), pairings.pair("right")
    assert pairings.display(first) == "left"
    second = pairings.pair("left")
    assert pairings.display(first) is None
    assert pairings.display(second) == "left"
    now.at += LONGEST_S + 1
    assert (pairings.display(second), pairings.display(right)) == (None, None)
    ledger.close()


def test_a_code_typed_in_wide_digits_is_understood(tmp_path: Path) -> None:
    wide = str.maketrans("0123456789", "0123456789")
    with Served(tmp_path) as served:
        page = StandIn(served)
        assert served.type_code(page.heard("code")["code"].translate(wide)) == 303
        assert page.heard("paired")["display"] == LEFT.name


def test_codes_are_renewed(tmp_path: Path) -> None:
    now = Now()
    with Served(tmp_path, clock=now.clock) as served:
        page = StandIn(served)
        code = page.heard("code")["code"]
        now.at += CODE_S + 1
        page.say(kind="told", condition=page.condition)
        assert page.heard("code")["code"] != code
        assert served.type_code(code) == 409


def test_codes_cannot_be_tried_through(tmp_path: Path) -> None:
    now = Now()
    with Served(tmp_path, clock=now.clock) as served:
        page = StandIn(served)
        code = page.heard("code")["code"]
        wrong = str((int(code) + 1) % 10**8).zfill(8)
        answers = [served.type_code(wrong, source="127.0.0.2") for _ in range(12)]
        assert answers == [409] * 10 + [429] * 2
        assert served.type_code(code, source="127.0.0.2") == 429, "the right one does not help"
        others = [served.type_code(wrong, source=f"127.0.1.{at}") for at in range(21)]
        assert others == [409] * 20 + [429], "nor do many addresses"
        assert served.type_code(code, source="127.0.3.1") == 429
        now.at += 601
        assert served.type_code(code, source="127.0.0.2") == 303


def test_pages_that_wait_are_limited(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        waiting = [StandIn(served) for _ in range(MOST_WAITING)]
        codes = {each.heard("code")["code"] for each in waiting}
        assert len(codes) == MOST_WAITING
        assert StandIn(served).status() == TOO_MANY
        waiting[0].close()
        assert served.type_code(codes.pop()) in {303, 409}


@given(st.lists(st.tuples(st.floats(0, 120), st.sampled_from("ab")), max_size=60))
def test_nobody_has_more_attempts_than_allowed_in_any_window(
    tried: list[tuple[float, str]],
) -> None:
    now = Now()
    attempts = Attempts(now.clock, most=3, most_in_all=5, window_s=100.0)
    made: list[tuple[float, str]] = []
    for pause_s, who in tried:
        now.at += pause_s
        if not attempts.wait_s(who):
            attempts.fail(who)
            made.append((now.at, who))
    for at, who in made:
        within = [each for moment, each in made if at <= moment < at + 100.0]
        assert within.count(who) <= 3
        assert len(within) <= 5


def test_who_waited_as_long_as_told_may_try_again() -> None:
    now = Now()
    attempts = Attempts(now.clock, most=1)
    attempts.fail("a")
    assert attempts.wait_s("b") == 0
    assert attempts.wait_s("a") == pytest.approx(600)
    now.at += attempts.wait_s("a")
    assert attempts.wait_s("a") == 0
