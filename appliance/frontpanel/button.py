"""What a person asks for with the one button.

While the box runs: a short press lights every lamp and forgets what was told of a stick; five
seconds shut the box down. Held from before the box has started, and for ten seconds more, it arms
the factory reset, which is asked for only by a second press of five seconds within a minute. So a
button that is stuck does nothing at the start; whatever it does later, it shuts the box down once
at most.
"""

from dataclasses import dataclass, field
from enum import StrEnum

SHORT_S = 0.05
"""A contact that closes for less than this chatters."""
SHORT_BELOW_S = 2.0
LONG_S = 5.0
ARM_S = 10.0
CONFIRM_WITHIN_S = 60.0


class Asked(StrEnum):
    """What is asked for."""

    LAMPS = "lamps"
    """Light every lamp, and forget what was told of a stick."""
    SHUTDOWN = "shutdown"
    ARM = "arm"
    """The factory reset is armed."""
    DISARM = "disarm"
    RESET = "reset"


@dataclass
class Button:
    """Follows the button; ``look`` is called many times a second with a clock that goes on.

    A press that began before the first look arms the reset and does nothing else.
    """

    _since_s: float | None = field(default=None, init=False)
    _from_start: bool = field(default=True, init=False)
    _done: bool = field(default=False, init=False)
    _armed_until_s: float | None = field(default=None, init=False)

    def look(self, at_s: float, *, is_down: bool) -> Asked | None:
        """What is asked for at this moment, once; None: nothing new."""
        if self._armed_until_s is not None and at_s >= self._armed_until_s:
            self._armed_until_s = None
            self._done = True  # what is held still was too late
            return Asked.DISARM
        if not is_down:
            return self._released(at_s)
        if self._since_s is None:
            self._since_s = at_s
        return self._held(at_s - self._since_s, at_s)

    def _released(self, at_s: float) -> Asked | None:
        held_s = 0.0 if self._since_s is None else at_s - self._since_s
        was_short = SHORT_S <= held_s < SHORT_BELOW_S and not self._done and not self._from_start
        self._since_s, self._from_start, self._done = None, False, False
        if not was_short:
            return None
        if self._armed_until_s is not None:
            self._armed_until_s = None
            return Asked.DISARM
        return Asked.LAMPS

    def _held(self, held_s: float, at_s: float) -> Asked | None:
        needed_s = ARM_S if self._from_start else LONG_S
        if self._done or held_s < needed_s:
            return None
        self._done = True
        if self._from_start:
            self._armed_until_s = at_s + CONFIRM_WITHIN_S
            return Asked.ARM
        if self._armed_until_s is not None:
            self._armed_until_s = None
            return Asked.RESET
        return Asked.SHUTDOWN
