"""A meter that is unplugged, plugged in elsewhere and mistaken, while a test goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from appliance.displayqa.meters.attached import AttachedMeter
from appliance.displayqa.meters.conversation import UnpluggedError
from appliance.displayqa.meters.discovery import Meter, Port, identify
from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.meters.registry import LineSettings, registry
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.cable import Cable
from tests.meters.simulated import SimulatedLine, steady

FIRST, SECOND = Port("/dev/ttyUSB0", "0403:6001"), Port("/dev/ttyUSB7", "0403:6001")
BLACK, SERIAL = "mavo-monitor", "cr"


@dataclass
class Sockets:
    """What is plugged in, by device."""

    lines: dict[str, SimulatedLine] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    def open(self, device: str, _: LineSettings) -> SimulatedLine:
        self.opened.append(device)
        if device not in self.lines:
            raise UnpluggedError(device)
        return self.lines[device]

    def ports(self) -> list[Port]:
        return [each for each in (FIRST, SECOND) if each.device in self.lines]

    def attached(
        self, expired: Callable[[], Failure | None] = lambda: None, key: str = BLACK
    ) -> AttachedMeter:
        meter = identify(FIRST, registry().kinds[key], self.open)
        assert isinstance(meter, Meter)
        self.opened.clear()
        return AttachedMeter(meter, self.ports, registry(), self.open, expired)


def line(luminance: str = "123.4", cable: Cable | None = None) -> SimulatedLine:
    return SimulatedLine(BODIES[BLACK](steady(luminance)), cable)


def value(outcome: Measurement | Failure) -> Decimal:
    assert isinstance(outcome, Measurement), outcome
    return outcome.reading.value


def fault(outcome: Measurement | Failure) -> Fault:
    assert isinstance(outcome, Failure), outcome
    return outcome.fault


@pytest.fixture
def sockets() -> Sockets:
    return Sockets({FIRST.device: line()})


def test_its_line_stays_open(sockets: Sockets) -> None:
    meter = sockets.attached()

    assert value(meter.measure()) == Decimal("123.4")
    before = len(sockets.opened)
    assert value(meter.measure()) == Decimal("123.4")
    assert len(sockets.opened) == before


def test_in_another_socket_it_is_the_same_meter(sockets: Sockets) -> None:
    meter = sockets.attached()
    meter.measure()
    sockets.lines.pop(FIRST.device).unplugged = True
    sockets.lines[SECOND.device] = line("55.5")

    assert value(meter.measure()) == Decimal("55.5")


def test_while_it_is_unplugged_it_says_so_and_then_goes_on(sockets: Sockets) -> None:
    meter = sockets.attached()
    meter.measure()
    gone = sockets.lines.pop(FIRST.device)
    gone.unplugged = True

    assert fault(meter.measure()) is Fault.UNPLUGGED
    assert fault(meter.measure()) is Fault.UNPLUGGED
    sockets.lines[FIRST.device] = line()
    assert value(meter.measure()) == Decimal("123.4")


def test_unplugged_before_it_was_ever_asked(sockets: Sockets) -> None:
    meter = sockets.attached()
    sockets.lines.clear()

    assert fault(meter.measure()) is Fault.UNPLUGGED


def test_it_remembers_what_its_cable_did(sockets: Sockets) -> None:
    """On a line that once damaged an answer, five must agree even after it was plugged in anew."""
    meter = sockets.attached()
    for _ in range(4):
        meter.measure()
    assert len(_readings(meter)) == 3
    sockets.lines[FIRST.device].cable = Cable(cut=True)
    assert fault(meter.measure()) is Fault.NO_REPLY
    sockets.lines.pop(FIRST.device).unplugged = True
    sockets.lines[FIRST.device] = line()

    assert len(_readings(meter)) > 3


def _readings(meter: AttachedMeter) -> tuple[object, ...]:
    outcome = meter.measure()
    assert isinstance(outcome, Measurement)
    return outcome.readings


def test_another_one_of_its_kind_is_not_taken_for_it(sockets: Sockets) -> None:
    meter = sockets.attached()
    other = line()
    answer = other.body.answer
    other.body.answer = lambda word: answer(word).replace(b"20387", b"99999")  # type: ignore[method-assign]
    sockets.lines[FIRST.device] = other

    assert fault(meter.measure()) is Fault.WRONG_MODEL


def test_after_its_certificate_nothing_is_asked(sockets: Sockets) -> None:
    refusals = [Failure(Fault.CALIBRATION_EXPIRED, "2026-11-20"), None]
    meter = sockets.attached(lambda: refusals.pop(0))
    sockets.lines[FIRST.device].written.clear()

    assert fault(meter.measure()) is Fault.CALIBRATION_EXPIRED
    assert sockets.lines[FIRST.device].written == []
    assert isinstance(meter.measure(), Measurement)


def test_closed_it_can_be_asked_again(sockets: Sockets) -> None:
    meter = sockets.attached()
    meter.measure()
    meter.close()

    assert value(meter.measure()) == Decimal("123.4")
