"""One screen as it was read."""

from dataclasses import dataclass

from appliance.dose.doubt import Doubt
from appliance.dosescreen.learning.contradiction import Contradiction
from appliance.dosescreen.learning.learnt import LearntAtlas
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.scanner import Scanner
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.transcript import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One screen as it was read.

    Attributes:
        screen: The picture.
        transcript: What every reader saw on it.
        finding: What it says, or why nothing is said about it.
        scanner: Who drew it, or None when its header does not tell.
        atlas: What had been learnt of that scanner; None without one.
        contradictions: What the screen says against that atlas; it is then read without it.
        asked: How many readers saw all of it, besides those who know the font.
    """

    screen: Screen
    transcript: Transcript
    finding: PageRecord | Doubt
    scanner: Scanner | None = None
    atlas: LearntAtlas | None = None
    contradictions: tuple[Contradiction, ...] = ()
    asked: int = 0
