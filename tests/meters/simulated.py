"""A line without a kernel: a simulated meter, a cable, and a clock that only waiting moves."""

from collections.abc import Callable
from decimal import Decimal
from itertools import cycle
from typing import Self

from appliance.displayqa.meters.conversation import UnpluggedError, converse
from appliance.displayqa.meters.discovery import Meter, Port, identify
from appliance.displayqa.meters.measuring import Measuring, Policy
from appliance.displayqa.meters.reading import Failure
from appliance.displayqa.meters.registry import LineSettings, registry
from appliance.simulators.meters import BODIES, Body, Condition, Light
from appliance.simulators.meters.cable import Cable

KEYS = sorted(BODIES)
PORT = Port("/dev/ttyUSB0", "0403:6001", "A10ABC")


class SimulatedLine:
    def __init__(self, body: Body, cable: Cable | None = None, *, piecewise: bool = False) -> None:
        self.body, self.cable, self.piecewise = body, cable or Cable(), piecewise
        self.unplugged = False
        self.written: list[bytes] = []
        self._clock, self._waiting = 0.0, b""
        self._noise: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting = b""

    def write(self, data: bytes) -> None:
        self._must_be_there()
        self.written.append(data)
        answer = self.cable.carry(self.body.take(self.cable.carry(data)))
        self._waiting += answer if self._noise is None else self._noise

    def answer_with(self, noise: bytes) -> None:
        self._noise = noise

    def read(self, deadline_s: float) -> bytes:
        self._must_be_there()
        count = 1 if self.piecewise else len(self._waiting)
        came, self._waiting = self._waiting[:count], self._waiting[count:]
        if not came:
            self._clock = max(self._clock, deadline_s)
        return came

    def now(self) -> float:
        return self._clock

    def _must_be_there(self) -> None:
        if self.unplugged:
            raise UnpluggedError("/dev/ttyUSB0")


def steady(luminance: str) -> Callable[[], Light]:
    return lambda: Light(Decimal(luminance))


def noisy(luminance: str, share: str) -> Callable[[], Light]:
    """By turns above, at and below."""
    factors = cycle([1 + Decimal(share), Decimal(1), 1 - Decimal(share)])
    return lambda: Light(Decimal(luminance) * next(factors))


def line_of(
    key: str,
    luminance: str = "123.45",
    condition: Condition = Condition.GOOD,
    cable: Cable | None = None,
    *,
    piecewise: bool = False,
) -> SimulatedLine:
    return SimulatedLine(BODIES[key](steady(luminance), condition), cable, piecewise=piecewise)


def identified(key: str, line: SimulatedLine, tries: int = 1) -> Meter | Failure:
    def opened(_: str, __: LineSettings) -> SimulatedLine:
        return line

    return identify(PORT, registry().kinds[key], opened, tries)


def measuring(
    key: str, line: SimulatedLine, tries: int = 1, policy: Policy | None = None
) -> Measuring:
    meter = identified(key, line, tries)
    assert isinstance(meter, Meter), meter
    codec, instrument = meter.kind.codec, meter.instrument
    return Measuring(lambda: converse(line, codec.measure(instrument)), policy)
