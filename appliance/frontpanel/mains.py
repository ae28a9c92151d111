"""When the mains counts as gone, and when the box has to switch itself off."""

from dataclasses import dataclass, field
from enum import StrEnum


class Turn(StrEnum):
    """What has just come to be."""

    GONE = "gone"
    """The mains is gone; work that was begun is finished, and the disk is synced."""
    BACK = "back"
    """It is there again; nothing is switched off."""
    OVER = "over"
    """It was gone for too long: the box has to go off while the battery lasts."""


@dataclass
class Mains:
    """Follows the power-fail line; ``look`` is called several times a second.

    Attributes:
        holds_s: Seconds that the mains must be gone, or back, before that counts.
        off_after_s: Seconds that it may then be gone.
    """

    holds_s: float
    off_after_s: float
    _is_gone: bool = field(default=False, init=False)
    _other_since_s: float | None = field(default=None, init=False)
    _off_at_s: float | None = field(default=None, init=False)

    @property
    def is_gone(self) -> bool:
        """Whether the mains counts as gone."""
        return self._is_gone

    def look(self, at_s: float, *, failing: bool) -> Turn | None:
        """What came to be at this moment of a clock that goes on; None: nothing new."""
        if failing == self._is_gone:
            self._other_since_s = None
        elif self._other_since_s is None:
            self._other_since_s = at_s
        if self._other_since_s is not None and at_s - self._other_since_s >= self.holds_s:
            return self._turned(at_s, gone=failing)
        if self._off_at_s is not None and at_s >= self._off_at_s:
            self._off_at_s = None
            return Turn.OVER
        return None

    def _turned(self, at_s: float, *, gone: bool) -> Turn:
        self._is_gone, self._other_since_s = gone, None
        self._off_at_s = at_s + self.off_after_s if gone else None
        return Turn.GONE if gone else Turn.BACK
