"""What the levels of a pattern's data are on one panel, for one member of a series."""

from dataclasses import dataclass

from appliance.displayqa.patterns.panel import Panel

Level = int | str | tuple[int, int, int]
"""8-bit level; red, green and blue of one; or ``member`` or ``surround``."""
MEMBER, SURROUND = "member", "surround"


@dataclass(frozen=True, slots=True)
class Ink:
    """The panel, and the panel's levels that stand for ``member`` and ``surround``."""

    panel: Panel
    member: int
    surround: int

    def level(self, level: Level) -> int | tuple[int, ...]:
        """On the panel."""
        if isinstance(level, str):
            return {MEMBER: self.member, SURROUND: self.surround}[level]
        if isinstance(level, int):
            return self.panel.level(level)
        return tuple(map(self.panel.level, level))
