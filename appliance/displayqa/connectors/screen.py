"""A display under test that is a bare panel, as a session drives it."""

from appliance.displayqa.connectors.bare_panel import BarePanel
from appliance.displayqa.connectors.hindrance import NoPictureError
from appliance.displayqa.patterns import Member, Panel, Raster, drawn
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way

ARM, LINE = 20, 400
"""A mark is a cross: its arms are a 20th of the panel's side, its lines a 400th, dark and light."""


class PanelScreen:
    """Shows patterns on ``panel``; ``surround`` is the level around the square of a series."""

    def __init__(self, panel: BarePanel, surround: int | None = None) -> None:
        self._panel, self._surround = panel, surround

    @property
    def way(self) -> Way:
        """By the box's own connector: the panel alone."""
        return Way.PANEL

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        """Show ``member``; with ``place``, and a mark there."""
        surround = None if member.pattern.surround is None else self._surround
        raster = drawn(member, self._panel.panel, surround)
        if place:
            _mark(raster, self._panel.panel, place)
        try:
            self._panel.show(raster)
        except NoPictureError as failure:
            return NotShown(str(failure.hindrance), failure.hindrance.sentences, failure.detail)
        return Shown(lasts=self.is_undisturbed)

    def is_undisturbed(self) -> bool:
        """Whether what was shown last still is, as far as the kernel knows."""
        try:
            self._panel.confirm()
        except NoPictureError:
            return False
        return True


def _mark(raster: Raster, panel: Panel, place: str) -> None:
    across, down = PLACES[place]
    column, row = int(across * panel.width_px), int(down * panel.height_px)
    arm, line = panel.side_px // ARM, max(1, panel.side_px // LINE)
    for half, level in ((2 * line, 0), (line, panel.white)):
        raster[row - half : row + half, column - arm : column + arm] = level
        raster[row - arm : row + arm, column - half : column + half] = level
