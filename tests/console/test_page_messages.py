"""What a page says of itself, and what a page may not say."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from appliance.console.rendering import catalogue
from appliance.console.screen import Caution, Condition
from appliance.console.screen.browser import CLOSED, MISFIT, SILENT
from appliance.console.screen.message import REASONS, Hello, Told, parsed
from appliance.displayqa.patterns import found
from appliance.displayqa.sessions.screen import NotShown, Shown
from tests.console.served import CONDITION, LEFT, Served, StandIn

SIZE = (900, 700)


def condition(**changed: Any) -> Condition:  # noqa: ANN401
    return Condition.parsed(CONDITION | changed)


def test_a_window_without_fault_is_not_warned_of() -> None:
    assert condition().cautions(SIZE) == ()
    assert condition(depth=30).cautions(None) == ()
    assert condition(pixel_ratio=2).cautions(SIZE) == ()


@pytest.mark.parametrize(
    ("changed", "cautions"),
    [
        ({"is_visible": False}, {Caution.TAB_HIDDEN}),
        ({"is_full_screen": False}, {Caution.NOT_FULL_SCREEN}),
        ({"width_px": 901}, {Caution.WRONG_SIZE}),
        ({"width_px": 700, "height_px": 900}, {Caution.WRONG_SIZE}),
        ({"width_px": 800, "is_full_screen": False}, {Caution.NOT_FULL_SCREEN}),
        ({"is_exact": False}, {Caution.SIZE_ESTIMATED}),
        ({"zoom": 1.1, "pixel_ratio": 1.1}, {Caution.ZOOMED}),
        ({"zoom": 1.1, "pixel_ratio": 2.2}, {Caution.ZOOMED}),
        ({"pixel_ratio": 1.25}, {Caution.SCALED}),
        ({"pixel_ratio": 0.75}, {Caution.SCALED}),
        ({"keeps_levels": False}, {Caution.LEVELS_CHANGED}),
        ({"depth": 18}, {Caution.COLOUR_DEPTH}),
        ({"gamut": "p3"}, {Caution.WIDE_GAMUT}),
        ({"gamut": "rec2020", "is_hdr": True}, {Caution.WIDE_GAMUT, Caution.HIGH_DYNAMIC_RANGE}),
        ({"is_awake": False}, {Caution.MAY_SLEEP}),
    ],
)
def test_what_a_pattern_does_not_bear_is_said(
    changed: dict[str, object], cautions: set[Caution]
) -> None:
    assert set(condition(**changed).cautions(SIZE)) == cautions


@pytest.mark.parametrize("key", CONDITION)
@pytest.mark.parametrize("value", [None, "1", [], {}, -1, 0, 10**9, float("nan"), "none"])
def test_no_window_is_invented(key: str, value: object) -> None:
    kinds = {bool: (), int: (int,), float: (), str: ()}
    if key == "depth" and isinstance(value, int):
        assert condition(depth=value).cautions(SIZE) == (Caution.COLOUR_DEPTH,)
        return
    assert kinds
    with pytest.raises(ValueError, match=r"\w"):
        condition(**{key: value})


@settings(max_examples=40)
@given(st.text() | st.lists(st.none() | st.integers()).map(json.dumps))
def test_anything_else_is_no_message(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


def test_a_deep_message_is_no_message() -> None:
    with pytest.raises(ValueError, match="deep"):
        parsed("[" * 30_000)


def test_messages_are_understood() -> None:
    hello = parsed(json.dumps({"kind": "hello", "token": "x" * 999, "condition": CONDITION}))
    assert hello == Hello("x" * 128, condition())
    assert parsed(json.dumps({"kind": "told", "condition": CONDITION})) == Told(condition())


@pytest.mark.parametrize("words", ["", "{", "[]", '{"kind":"drawn"}', "x" * 65_000])
def test_who_speaks_otherwise_is_cut_off(tmp_path: Path, words: str) -> None:
    with Served(tmp_path) as served:
        page = StandIn(served)
        page.link.send(words)
        assert page.status() == 1003
        bytes_page = StandIn(served)
        bytes_page.link.send(b"\x00")
        assert bytes_page.status() == 1003


def test_every_caution_and_reason_has_its_sentences() -> None:
    texts = catalogue()
    assert set(texts["caution"]) == set(Caution)
    reasons = {*REASONS, CLOSED, SILENT, MISFIT} - set(Caution)
    assert set(texts["not-shown"]) == reasons


def test_a_page_greets_once_and_first(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        twice = StandIn(served)
        twice.say(kind="hello", token="", condition=CONDITION)
        assert twice.status() == 1003
        address = f"ws://127.0.0.1:{served.port}/display/channel"
        rude = served.opened.enter_context(connect(address, origin=Origin(served.origin)))
        rude.send(json.dumps({"kind": "told", "condition": CONDITION}))
        with pytest.raises(ConnectionClosed) as closed:
            rude.recv(timeout=60)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1003


def test_a_display_that_no_pattern_fits_is_said_so(tmp_path: Path) -> None:
    with Served(tmp_path, replace(LEFT, width_px=320)) as served:
        outcome = served.screen().show(found("colour-white")[0])
        assert isinstance(outcome, NotShown)
        assert outcome.by == MISFIT


def test_a_page_that_answers_another_question_is_not_believed(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        page = StandIn(served)
        served.type_code(page.heard("code")["code"])
        page.heard("paired")
        page.say(kind="drawn", number=999)
        outcome = served.screen(patience_s=0.3).show(found("colour-white")[0])
        assert isinstance(outcome, NotShown)
        assert outcome.by == "no-acknowledgment"


def test_what_is_wanted_of_a_page_that_goes_is_wanted_of_the_next(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        page = StandIn(served)
        served.type_code(page.heard("code")["code"])
        token = page.heard("paired")["token"]
        screen, outcomes = served.screen(), list[Shown | NotShown]()
        asking = served.beside(lambda: outcomes.append(screen.show(found("colour-white")[0])))
        page.heard("show")
        page.close()
        again = StandIn(served, token)
        again.say(kind="drawn", number=again.heard("show")["number"])
        asking.join()
        assert isinstance(outcomes[0], Shown)
        assert outcomes[0].lasts()
        again.say(kind="told", condition=CONDITION | {"is_visible": False})
        again.heard("advice")
        assert not outcomes[0].lasts()


def test_a_page_is_told_where_it_is(tmp_path: Path) -> None:
    with Served(tmp_path, LEFT) as served:
        page = StandIn(served, is_full_screen=False)
        served.type_code(page.heard("code")["code"])
        page.heard("paired")
        state = served.pages.state(LEFT.name)
        assert state is not None
        assert state.hindrance is Caution.NOT_FULL_SCREEN
        page.close()
