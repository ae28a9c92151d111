"""The serial line: its settings, a real pty, and which ports are asked."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial

from appliance.displayqa.meters.conversation import UnpluggedError, converse
from appliance.displayqa.meters.discovery import Meter, Port, candidates, find, find_again, identify
from appliance.displayqa.meters.measuring import Measurement, Measuring
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.meters.registry import LineSettings, registry
from appliance.displayqa.meters.serial_line import SerialLine, accepted, opened, plugged_in
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from tests.meters.simulated import KEYS, SimulatedLine, line_of, steady

SETTINGS = {
    "mavo-monitor": (9600, 7, "E", 2),
    "ls-100": (4800, 7, "E", 2),
    "cs-100a": (4800, 7, "E", 2),
    "ca-310": (38400, 7, "E", 2),
    "ca-410": (921600, 7, "E", 1.5),
    "pr-650": (9600, 8, "N", 1),
    "pr-655": (9600, 8, "N", 1),
    "s470": (38400, 8, "N", 1),
    "klein": (9600, 8, "N", 1),
    "cr": (115200, 8, "N", 1),
    "colorcal": (115200, 8, "N", 1),
    "optical": (9600, 8, "N", 1),
}
MAVO, KLEIN = Port("/dev/ttyUSB0", "0403:6001", "A1"), Port("/dev/ttyUSB1", "0403:6001", "A2")


@pytest.mark.parametrize("key", KEYS)
def test_a_port_is_opened_as_its_meter_wants(key: str) -> None:
    """A pty takes any settings or refuses 7E2, so what is asked of pyserial is looked at."""
    asked: dict[str, object] = {}

    def opener(device: str, **settings: object) -> SimpleNamespace:
        asked.update(settings, device=device)
        return SimpleNamespace(close=lambda: None)

    SerialLine("/dev/ttyUSB0", registry().kinds[key].line, opener).close()
    said = tuple(asked[name] for name in ("baudrate", "bytesize", "parity", "stopbits"))
    assert said == SETTINGS[key]
    serial.Serial(None, *said)  # pyserial knows these values
    assert asked["exclusive"] is True
    assert asked["device"] == "/dev/ttyUSB0"


def test_only_a_pseudo_terminal_is_opened_otherwise() -> None:
    wanted = LineSettings.parse("4800 7E2")
    assert accepted("/dev/ttyUSB0", wanted) == wanted
    assert accepted("/dev/pts/3", wanted) == LineSettings(4800, 8, "N", 1)


def test_what_are_no_settings_is_refused() -> None:
    with pytest.raises(ValueError, match="no line settings"):
        LineSettings.parse("4800 9E2")


@pytest.mark.parametrize("key", KEYS)
def test_a_meter_at_a_pty_is_known_and_read(key: str) -> None:
    with plugged(BODIES[key](steady("123.4"))) as path:
        meter = identify(Port(path, ""), registry().kinds[key], opened)
        assert isinstance(meter, Meter), meter
        with opened(path, meter.kind.line) as line:
            codec, instrument = meter.kind.codec, meter.instrument
            measurement = Measuring(lambda: converse(line, codec.measure(instrument))).measure()
    assert isinstance(measurement, Measurement), measurement
    assert measurement.reading.value == pytest.approx(Decimal("123.4"), rel=Decimal("0.0002"))


def test_an_answer_byte_by_byte_is_one_answer() -> None:
    with plugged(BODIES["ls-100"](steady("5.43")), pause_s=0.001) as path:
        meter = identify(Port(path, ""), registry().kinds["ls-100"], opened)
    assert isinstance(meter, Meter)


def test_unplugged_while_it_is_waited_for() -> None:
    """The pty goes away in the middle of a wait of 10 s, and the wait ends."""
    master, slave = os.openpty()
    line = SerialLine(os.ttyname(slave), LineSettings.parse("9600 8N1"))
    os.close(slave)
    timer = threading.Timer(0.2, os.close, [master])
    timer.start()
    with pytest.raises(UnpluggedError):
        line.read(line.now() + 10)
    with pytest.raises(UnpluggedError):
        line.write(b"MES\r\n")
    timer.join()
    line.close()


def test_a_port_that_is_not_there_is_unplugged() -> None:
    outcome = identify(Port("/dev/no-such-port", ""), registry().kinds["klein"], opened)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.UNPLUGGED


def test_ports_are_named_by_what_does_not_change(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB3").touch()
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    stable = by_id / "usb-FTDI_A10ABC-if00-port0"
    stable.symlink_to(tmp_path / "ttyUSB3")
    found = [
        SimpleNamespace(device=str(tmp_path / "ttyUSB3"), vid=0x403, pid=0x6001, serial_number="A"),
        SimpleNamespace(device="/dev/ttyACM0", vid=0x132B, pid=0x210D, serial_number=None),
        SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, serial_number=None),
    ]
    assert plugged_in(by_id, found) == [
        Port(str(stable), "0403:6001", "A"),
        Port("/dev/ttyACM0", "132b:210d"),
    ]
    assert isinstance(plugged_in(), list)


def world(lines: dict[str, SimulatedLine]) -> "_Opened":
    return _Opened(lines)


class _Opened:
    def __init__(self, lines: dict[str, SimulatedLine]) -> None:
        self.lines = lines

    @contextmanager
    def __call__(self, device: str, _: LineSettings) -> Iterator[SimulatedLine]:
        yield self.lines[device]


def test_two_meters_behind_the_same_chip_are_told_apart() -> None:
    here = world({MAVO.device: line_of("mavo-monitor"), KLEIN.device: line_of("klein")})
    meters = find([MAVO, KLEIN], registry(), here)
    assert [(each.kind.key, each.name) for each in meters] == [
        ("mavo-monitor", "m-502-20387"),
        ("klein", "k-10-a-00000k321"),
    ]
    swapped = world({KLEIN.device: line_of("mavo-monitor"), MAVO.device: line_of("klein")})
    assert {each.name for each in find([MAVO, KLEIN], registry(), swapped)} == {
        each.name for each in meters
    }


def test_a_meter_is_found_again_at_another_port_and_no_other_for_it() -> None:
    (meter,) = find([MAVO], registry(), world({MAVO.device: line_of("mavo-monitor")}))
    here = world({MAVO.device: line_of("klein"), KLEIN.device: line_of("mavo-monitor")})
    again = find_again(meter, [MAVO, KLEIN], registry(), here)
    assert again is not None
    assert (again.name, again.port) == (meter.name, KLEIN)
    assert find_again(meter, [MAVO], registry(), here) is None


@pytest.mark.parametrize("key", [key for key in KEYS if registry().kinds[key].link == "RS-232"])
def test_every_rs_232_meter_is_found_behind_an_adapter(key: str) -> None:
    meters = find([MAVO], registry(), world({MAVO.device: line_of(key)}))
    assert [each.kind.key for each in meters] == [key]


def test_a_port_that_is_no_meters_is_not_spoken_to() -> None:
    ups = Port("/dev/ttyACM0", "051d:0002")
    line = line_of("klein")
    assert list(candidates(ups, registry())) == []
    assert find([ups], registry(), world({ups.device: line})) == []
    assert line.written == []


def test_no_port_no_meter() -> None:
    assert find([], registry(), world({})) == []


def test_a_meter_that_measures_at_its_own_pace_is_known() -> None:
    assert {key: kind.age_s for key, kind in registry().kinds.items() if kind.age_s} == {
        "mavo-monitor": 2
    }
