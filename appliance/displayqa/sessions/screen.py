"""Whatever shows a pattern on the display under test, as a session drives it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.sessions.step import Way


@dataclass(frozen=True, slots=True)
class Shown:
    """The pattern is on the display, and will have settled in ``settled_s`` seconds from now.

    ``lasts`` tells, whenever it is asked, whether it could be seen ever since.
    """

    settled_s: float = 0.0
    lasts: Callable[[], bool] = field(default=lambda: True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NotShown:
    """It is not: ``by`` is a word such as ``page-closed``; ``sentences`` English and Japanese."""

    by: str
    sentences: tuple[str, str]
    detail: str = ""


class Screen(Protocol):
    """One display under test."""

    @property
    def way(self) -> Way:
        """How patterns get onto it."""

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        """Show a member of a pattern, and return when it can be seen.

        ``place`` names where on the screen the meter will be (``places.PLACES``), for a mark that
        is gone before it is measured; empty for none.
        """
