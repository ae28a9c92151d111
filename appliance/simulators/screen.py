"""A display under test that is not there, and the light of it that falls into a meter."""

from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.patterns.panel import Panel
from appliance.displayqa.patterns.picture import drawn
from appliance.displayqa.sessions.places import MIDDLE, PLACES
from appliance.displayqa.sessions.screen import Shown
from appliance.displayqa.sessions.step import Way
from appliance.simulators.meters import Light
from appliance.simulators.monitor import Detector, Monitor


class SimulatedScreen:
    """Patterns drawn at a panel's native size, on a monitor model; dark until one is shown.

    ``place`` is where the meter is, a name of ``places.PLACES``.
    """

    way = Way.SIMULATED

    def __init__(self, monitor: Monitor, panel: Panel, detector: Detector) -> None:
        self._monitor, self._panel, self._detector = monitor, panel, detector
        self._levels = panel.blank(1)
        self.place = MIDDLE

    def show(self, member: Member, place: str = "") -> Shown:  # noqa: ARG002 - a screen has it
        """At once; a mark for the meter would be gone before it measures."""
        self._levels = drawn(member, self._panel)
        return Shown()

    def light(self) -> Light:
        """What falls into the meter now."""
        return self._detector.light(self._monitor, self._levels, PLACES[self.place])
