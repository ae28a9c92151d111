"""A bare panel as a session drives it."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.displayqa.connectors import BarePanel, Hindrance, PanelScreen, chosen
from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.screen import NotShown, Screen, Shown
from appliance.displayqa.sessions.step import Way
from tests.connectors.simulated_card import SimulatedCard

PANEL = Panel(2048, 1536)
UNIFORM, SERIES = found("tg18-un80")[0], found("jira-bn-05")[0]


def screen(card: SimulatedCard, surround: int | None = None) -> Screen:
    return PanelScreen(BarePanel(chosen([card.card])), surround)


def greys(card: SimulatedCard) -> NDArray[Any]:
    return card.picture() & 0xFF


def test_a_result_is_of_the_panel_alone() -> None:
    assert screen(SimulatedCard()).way is Way.PANEL


def test_a_member_is_shown_with_the_surround_of_the_display() -> None:
    card = SimulatedCard()
    shown = screen(card, surround=157)
    assert shown.show(SERIES) == Shown()
    assert np.array_equal(greys(card), drawn(SERIES, PANEL, 157))
    assert shown.show(UNIFORM) == Shown()
    assert np.array_equal(greys(card), drawn(UNIFORM, PANEL))


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_marked_and_the_mark_goes(place: str) -> None:
    card = SimulatedCard()
    shown = screen(card)
    shown.show(UNIFORM, place)
    rows, columns = np.nonzero(greys(card) != 204)
    middle = (columns.mean() + 0.5) / PANEL.width_px, (rows.mean() + 0.5) / PANEL.height_px
    assert middle == pytest.approx(tuple(map(float, PLACES[place])), abs=1e-3)
    assert set(np.unique(greys(card))) == {0, 204, 255}
    shown.show(UNIFORM)
    assert set(np.unique(greys(card))) == {204}


def test_a_panel_that_comes_back_goes_on() -> None:
    card = SimulatedCard()
    shown = PanelScreen(BarePanel(chosen([card.card])))
    assert shown.show(UNIFORM) == Shown()
    assert shown.is_undisturbed()
    card.is_connected = False
    assert not shown.is_undisturbed()
    assert shown.show(UNIFORM) == NotShown("unplugged", Hindrance.UNPLUGGED.sentences)
    card.is_connected = True
    assert shown.show(SERIES) == Shown()
    assert shown.is_undisturbed()
    assert np.array_equal(greys(card), drawn(SERIES, PANEL))
