"""A pattern as an array of levels."""

from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.patterns.ink import Ink
from appliance.displayqa.patterns.panel import Panel, Raster


def drawn(member: Member, panel: Panel, surround: int | None = None) -> Raster:
    """Levels, (height, width), or (height, width, 3) for colour; uint8 at 8 bits, else uint16.

    ``surround`` is a level of the panel, for patterns that have one; None: as the data says.
    Raises ValueError for one that the panel or the pattern has not.
    """
    pattern = member.pattern
    if surround is not None and (pattern.surround is None or not 0 <= surround <= panel.white):
        raise ValueError(f"no surround {surround} in {member.name} at {panel.bits} bits")
    ink = Ink(panel, level(member, panel), _surround(member, panel, surround))
    raster = panel.blank(pattern.channels)
    for element in pattern.elements:
        element.draw(raster, ink)
    return raster


def level(member: Member, panel: Panel) -> int:
    """The panel's level that a member of a series is there for; 0 where there is no series."""
    return (panel.shifted if member.pattern.is_shifted else panel.level)(member.level)


def _surround(member: Member, panel: Panel, given: int | None) -> int:
    return panel.level(member.pattern.surround or 0) if given is None else given
