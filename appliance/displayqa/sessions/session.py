"""What the happenings of a test amount to: what is done, what is next, what was measured."""

from dataclasses import dataclass
from functools import cached_property

from appliance.displayqa.measurement import Measurements
from appliance.displayqa.sessions.happening import Begun, Ended, Entry, MeterUsed
from appliance.displayqa.sessions.step import Step


@dataclass(frozen=True)
class Session:
    """A test of a display so far.

    Attributes:
        identifier: Of the ledger.
        display: Name of the display, as it was entered when the test began.
        steps: Its plan.
        entries: What happened, in order.
        bits: Depth of the display's levels.

    Raises ValueError when it does not begin with its beginning.
    """

    identifier: int
    display: str
    steps: tuple[Step, ...]
    entries: tuple[Entry, ...]
    bits: int = 8

    @cached_property
    def begun(self) -> Begun:
        """How it began."""
        raise NotImplementedError

    @cached_property
    def meter(self) -> MeterUsed | None:
        """The meter in use; None before one was chosen."""
        raise NotImplementedError

    @cached_property
    def ended(self) -> Ended | None:
        """How it ended; None while it goes on."""
        raise NotImplementedError

    @cached_property
    def remaining(self) -> tuple[Step, ...]:
        """Steps still to be done, the next one first; none when it has ended."""
        raise NotImplementedError

    @cached_property
    def measured(self) -> Measurements:
        """What was measured and seen, without baseline and without other displays."""
        raise NotImplementedError
