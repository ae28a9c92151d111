"""The box's own video output as the screen of a test: the panel alone, without a workstation."""

from dataclasses import dataclass

from appliance.displayqa.connectors import BarePanel, NoPictureError
from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.patterns.picture import drawn
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way


@dataclass(frozen=True)
class PanelScreen:
    """A panel that is held; ``settle_s`` until a picture on its way to it can be measured."""

    panel: BarePanel
    settle_s: float
    way: Way = Way.PANEL

    def show(self, member: Member, place: str = "") -> Shown | NotShown:  # noqa: ARG002 - no marks
        """See ``Screen``; it shows no mark, for nothing takes one away again."""
        try:
            self.panel.show(drawn(member, self.panel.panel))
        except NoPictureError as failure:
            hindrance = failure.hindrance
            word = f"panel-{hindrance}".replace(" ", "-")
            return NotShown(word, hindrance.sentences, failure.detail)
        return Shown(self.settle_s)
