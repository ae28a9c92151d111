"""Which meter is at which port: asked only where one may be, known only by its own dialogue."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from appliance.displayqa.meters.conversation import Line, UnpluggedError, converse
from appliance.displayqa.meters.reading import TRANSIENT, Failure, Fault, Instrument
from appliance.displayqa.meters.registry import Kind, LineSettings, Registry

RS_232 = "RS-232"
TRIES = 2
"""A meter may still hold what was meant for another; the first request then clears it."""
Open = Callable[[str, LineSettings], AbstractContextManager[Line]]


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port: its device, USB id ``vid:pid`` and the serial number of its USB side."""

    device: str
    usb: str
    serial_number: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter that has named itself at a port."""

    kind: Kind
    port: Port
    instrument: Instrument

    @property
    def name(self) -> str:
        """Model and serial number, the same at any port; the adapter's number if it says none."""
        number = self.instrument.serial_number or self.port.serial_number or self.port.device
        return re.sub("[^a-z0-9]+", "-", f"{self.instrument.model} {number}".lower()).strip("-")


def candidates(port: Port, registry: Registry) -> Iterator[Kind]:
    """What may be at a port: a kind with its id, or any with RS-232 behind an adapter.

    A port of neither is asked by nobody: what is there is somebody else's, and may act on a word.
    """
    for kind in registry.kinds.values():
        if port.usb in kind.usb or (kind.link == RS_232 and port.usb in registry.adapters):
            yield kind


def identify(port: Port, kind: Kind, opened: Open, tries: int = 1) -> Meter | Failure:
    """The meter of that kind at a port; asked again for what a lost byte may have spoilt."""
    try:
        with opened(port.device, kind.line) as line:
            outcome = converse(line, kind.codec.identify())
            for _ in range(1, tries):
                if not isinstance(outcome, Failure) or outcome.fault not in TRANSIENT:
                    break
                outcome = converse(line, kind.codec.identify())
    except UnpluggedError as gone:
        return Failure(Fault.UNPLUGGED, gone.where)
    return outcome if isinstance(outcome, Failure) else Meter(kind, port, outcome)


def find(ports: list[Port], registry: Registry, opened: Open) -> list[Meter]:
    """Every meter at these ports, each port asked until one names itself."""
    meters = []
    for port in ports:
        for kind in candidates(port, registry):
            meter = identify(port, kind, opened, TRIES)
            if isinstance(meter, Meter):
                meters.append(meter)
                break
    return meters


def find_again(meter: Meter, ports: list[Port], registry: Registry, opened: Open) -> Meter | None:
    """The same meter by its name, at whichever port it is now; None while it is not there."""
    for port in ports:
        if port.device == meter.port.device or meter.kind in candidates(port, registry):
            found = identify(port, meter.kind, opened, TRIES)
            if isinstance(found, Meter) and found.name == meter.name:
                return found
    return None
