"""A serial line as the kernel has it, and which ones are plugged in: the one place of pyserial."""

import termios
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import serial
from serial.tools import list_ports

from appliance.displayqa.meters.conversation import UnpluggedError
from appliance.displayqa.meters.discovery import Port
from appliance.displayqa.meters.registry import LineSettings

Opener = Callable[..., Any]
BY_ID = Path("/dev/serial/by-id")


class SerialLine:
    """An open port as a ``Line``. Raises UnpluggedError when it cannot be opened.

    ``opener`` is ``serial.Serial``, or what a test puts in its place.
    """

    def __init__(self, device: str, settings: LineSettings, opener: Opener = serial.Serial) -> None:
        self._device = device
        try:
            self._port = opener(
                device,
                baudrate=settings.baud_rate,
                bytesize=settings.data_bits,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                timeout=0,
                write_timeout=5,
                exclusive=True,
            )
        except (OSError, termios.error) as failure:
            raise UnpluggedError(f"{device}: {failure}") from failure

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def write(self, data: bytes) -> None:
        """See ``Line``."""
        try:
            self._port.write(data)
        except (OSError, termios.error) as failure:
            raise UnpluggedError(f"{self._device}: {failure}") from failure

    def read(self, deadline_s: float) -> bytes:
        """See ``Line``."""
        try:
            waiting = bytes(self._port.read(1024))
            if waiting or deadline_s <= self.now():
                return waiting
            self._port.timeout = deadline_s - self.now()
            first = bytes(self._port.read(1))
            self._port.timeout = 0
            return first + bytes(self._port.read(1024)) if first else b""
        except (OSError, TypeError, termios.error) as failure:  # TypeError: closed while it read
            raise UnpluggedError(f"{self._device}: {failure}") from failure

    def now(self) -> float:
        """The machine's monotonic clock."""
        return time.monotonic()


def accepted(device: str, settings: LineSettings) -> LineSettings:
    """The settings as the device takes them: a pseudo-terminal has no wire, and may refuse 7E2."""
    if Path(device).resolve().parent == Path("/dev/pts"):
        return LineSettings(settings.baud_rate, 8, "N", 1)
    return settings


def opened(device: str, settings: LineSettings) -> "closing[SerialLine]":
    """A port, open while its block runs. Raises UnpluggedError."""
    return closing(SerialLine(device, accepted(device, settings)))


def plugged_in(by_id: Path = BY_ID, found: Iterable[Any] | None = None) -> list[Port]:
    """Every USB serial port, by the name that stays the same whichever socket it is in."""
    names = {str(each.resolve()): str(each) for each in sorted(by_id.glob("*"))}
    return [
        Port(
            device=names.get(each.device, each.device),
            usb=f"{each.vid:04x}:{each.pid:04x}",
            serial_number=each.serial_number or "",
        )
        for each in (list_ports.comports() if found is None else found)
        if each.vid is not None
    ]
