"""A meter for as long as a test lasts: unplugged and plugged in again, it goes on by itself."""

from collections.abc import Callable
from contextlib import ExitStack

from appliance.displayqa.meters.conversation import Line, UnpluggedError, converse
from appliance.displayqa.meters.discovery import (
    Meter,
    Open,
    Port,
    find_again,
    identify,
)
from appliance.displayqa.meters.measuring import Measurement, Measuring
from appliance.displayqa.meters.reading import Failure, Fault, Reading
from appliance.displayqa.meters.registry import Registry


class AttachedMeter:
    """A meter that has named itself, at whichever port it is by now.

    Its line is opened when it is first asked, and stays open until ``close``; what its cable did to
    answers is remembered over all of them. ``ports`` tells what is plugged in now; ``expired``
    why it may not be used today, which is asked before each measurement.
    """

    def __init__(
        self,
        meter: Meter,
        ports: Callable[[], list[Port]],
        registry: Registry,
        opened: Open,
        expired: Callable[[], Failure | None] = lambda: None,
    ) -> None:
        self._meter = meter
        self._ports, self._registry, self._opened = ports, registry, opened
        self._expired = expired
        self._holding = ExitStack()
        self._line: Line | None = None
        self._measuring = Measuring(self._read)

    def measure(self) -> Measurement | Failure:
        """One measurement; looked for once more where it was unplugged."""
        expired = self._expired()
        if expired:
            return expired
        outcome = self._measuring.measure()
        if isinstance(outcome, Failure) and outcome.fault is Fault.UNPLUGGED:
            outcome = self._measuring.measure()
        return outcome

    def read(self) -> Reading | Failure:
        """One reading as it comes, of which nobody knows yet whether it is to be believed."""
        return self._expired() or self._read()

    def close(self) -> None:
        """Let go of its port."""
        self._line = None
        self._holding.close()

    def _read(self) -> Reading | Failure:
        line = self._line or self._found()
        if isinstance(line, Failure):
            return line
        outcome = converse(line, self._meter.kind.codec.measure(self._meter.instrument))
        if isinstance(outcome, Failure) and outcome.fault is Fault.UNPLUGGED:
            self.close()
        return outcome

    def _found(self) -> Line | Failure:
        """Its line, opened, once it has named itself."""
        at_hand = [self._meter.port, *(each for each in self._ports() if each != self._meter.port)]
        found = find_again(self._meter, at_hand, self._registry, self._opened)
        if found is None:
            return self._another() or Failure(Fault.UNPLUGGED, self._meter.port.device)
        self._meter = found
        try:
            context = self._opened(found.port.device, found.kind.line)
            self._line = self._holding.enter_context(context)
        except UnpluggedError as gone:
            return Failure(Fault.UNPLUGGED, gone.where)
        return self._line

    def _another(self) -> Failure | None:
        """That one of its kind answers at its port, which is not this one."""
        other = identify(self._meter.port, self._meter.kind, self._opened)
        if isinstance(other, Meter) and other.name != self._meter.name:
            return Failure(Fault.WRONG_MODEL, other.name)
        return None
