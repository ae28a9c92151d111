"""The box's own video output as the screen of a test; the panel itself is tried in its own room."""

from dataclasses import dataclass, field

from appliance.displayqa.connectors import NoPictureError
from appliance.displayqa.connectors.hindrance import Hindrance
from appliance.displayqa.patterns import Panel, Raster, found
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way
from appliance.services.display_panel import PanelScreen


@dataclass
class Held:
    """A panel that takes rasters, or cannot."""

    panel: Panel = field(default_factory=lambda: Panel(800, 600))
    failure: NoPictureError | None = None
    taken: list[Raster] = field(default_factory=list)

    def show(self, raster: Raster) -> None:
        if self.failure:
            raise self.failure
        self.taken.append(raster)


def test_a_pattern_is_drawn_at_the_panel_s_size() -> None:
    held = Held()
    screen = PanelScreen(held, 1.5)  # type: ignore[arg-type]

    assert screen.show(found("tg18-un80")[0]) == Shown(1.5)
    assert screen.way is Way.PANEL
    assert held.taken[0].shape == (600, 800)
    assert held.taken[0].max() == held.taken[0].min() == 204


def test_what_hinders_is_told_in_words_of_its_own() -> None:
    failure = NoPictureError.of(Hindrance.UNPLUGGED, "gone", "card0-HDMI-A-1")
    shown = PanelScreen(Held(failure=failure), 1.5).show(found("tg18-un80")[0])  # type: ignore[arg-type]

    assert shown == NotShown("panel-unplugged", Hindrance.UNPLUGGED.sentences, "gone")
