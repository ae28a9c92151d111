"""A viewer as the screen of a test: a person shows picture by picture what is asked for.

The patterns are in the archive, so the viewer's own grey scale is in the path. Nothing can see what
the viewer shows; whoever reads levels that do not rise will notice that another picture was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.displayqa.level import COUNT
from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way


@dataclass(frozen=True, slots=True)
class Picture:
    """What a person is to show: the ``number``-th of ``count`` pictures of a series, from 1."""

    series: str
    number: int
    count: int


@dataclass
class ArchiveScreen:
    """``ask`` returns when the picture is shown; a hindrance when it cannot be."""

    ask: Callable[[Picture], NotShown | None]
    way: Way = Way.ARCHIVE
    _shown: str = field(default="", init=False)

    def show(self, member: Member, place: str = "") -> Shown | NotShown:  # noqa: ARG002 - no marks
        """See ``Screen``; what is there already is not asked for again, and no mark is shown."""
        if member.name == self._shown:
            return Shown()
        hindrance = self.ask(picture(member))
        self._shown = "" if hindrance else member.name
        return hindrance or Shown()


def picture(member: Member) -> Picture:
    """Where a pattern is in what ``appliance displayqa pattern --send`` sent of it."""
    return Picture(member.pattern.name, member.number or 1, COUNT if member.number else 1)
