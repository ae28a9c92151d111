"""The pages of the machine say every state, alarm, light and press."""

from pathlib import Path

import pytest

from appliance.clock import ClockState
from appliance.frontpanel.button import Asked
from appliance.frontpanel.patterns import Message, table
from appliance.frontpanel.telling import WORDS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("state", ClockState)
def test_every_state_of_the_clock_is_documented(state: ClockState) -> None:
    assert f"\n| `{state}` | " in (DOCS / "clock.md").read_text("utf-8")


@pytest.mark.parametrize("message", table().messages, ids=lambda each: each.when)
def test_every_message_of_the_lights_is_documented(message: Message) -> None:
    page = (DOCS / "front-panel.md").read_text("utf-8")
    assert all(meaning in page for meaning in message.meaning)


def test_all_that_can_be_told_and_pressed_is_documented() -> None:
    page = (DOCS / "front-panel.md").read_text("utf-8")
    for subject, words in WORDS.items():
        assert all(f"{subject}: {word}" in page for word in words)
    assert len(Asked) == 5
    assert page.count("\n| short") + page.count("\n| 5 s") + page.count("\n| held") == 3
