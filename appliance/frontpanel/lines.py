"""Lines that carry one bit: to a light, from a button, from a UPS.

A line is asked for by the name that the kernel gives it, on whichever chip it is: the numbers of
chips differ from board to board and from kernel to kernel. Where lines have no names, chip and
number stand for one, ``gpiochip0:17``.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import gpiod
from gpiod.line import Bias, Direction, Value

from appliance.errors import MissingToolError

CONSUMER = "dose-appliance"
DEVICES = Path("/dev")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is here, its name, and at which level it is on."""

    use: str
    name: str
    active_low: bool = False


class Lines(Protocol):
    """The lines that a process has; by their use."""

    def is_on(self, use: str) -> bool:
        """Whether an input is at its active level. Raises OSError."""

    def switch(self, use: str, *, on: bool) -> None:
        """Bring an output to its active level, or away from it. Raises OSError."""

    def close(self) -> None:
        """Switch every output off, and give the lines back."""


class GpioLines:
    """Lines of this machine, held until ``close``.

    An input is pulled to its other level, where the chip can, so that one that nothing is connected
    to is off. Raises MissingToolError when a line is not there, is held by another, or may not be
    had.
    """

    def __init__(
        self, outputs: Sequence[Line], inputs: Sequence[Line], devices: Path = DEVICES
    ) -> None:
        self._outputs = tuple(outputs)
        self._requests: dict[str, tuple[gpiod.LineRequest, int]] = {}
        for line in outputs:
            self._take(line, _output(line), devices)
        for line in inputs:
            self._take(line, _input(line), devices)

    def is_on(self, use: str) -> bool:
        """As ``Lines``."""
        request, offset = self._requests[use]
        return request.get_value(offset) is Value.ACTIVE

    def switch(self, use: str, *, on: bool) -> None:
        """As ``Lines``."""
        request, offset = self._requests[use]
        request.set_value(offset, Value.ACTIVE if on else Value.INACTIVE)

    def close(self) -> None:
        """As ``Lines``."""
        for line in self._outputs:
            with suppress(OSError, KeyError):
                self.switch(line.use, on=False)
        for request, _ in self._requests.values():
            request.release()
        self._requests.clear()

    def _take(self, line: Line, settings: gpiod.LineSettings, devices: Path) -> None:
        try:
            chip, offset = found(line.name, devices)
            request = gpiod.request_lines(str(chip), {offset: settings}, consumer=CONSUMER)
        except OSError as failure:
            self.close()
            raise MissingToolError(
                f"the line of {line.use} cannot be had: {failure}", line.name, _REMEDY
            ) from failure
        self._requests[line.use] = request, offset


_REMEDY = "`gpioinfo` lists the machine's lines; set it in [front_panel], or leave it empty"


def found(name: str, devices: Path = DEVICES) -> tuple[Path, int]:
    """The chip and the number of the line that goes by ``name``. Raises OSError."""
    chip_name, colon, number = name.partition(":")
    if colon:
        return devices / chip_name, int(number)
    for path in _chips(devices):
        with suppress(OSError), gpiod.Chip(str(path)) as chip:
            return path, chip.line_offset_from_id(name)
    raise FileNotFoundError(2, "no chip has a line of that name")


def _chips(devices: Path) -> Iterator[Path]:
    """In the order of their numbers; only those that there are as devices, not as links."""
    chips = [each for each in devices.glob("gpiochip*") if not each.is_symlink()]
    yield from sorted(chips, key=lambda each: (len(each.name), each.name))


def _output(line: Line) -> gpiod.LineSettings:
    return gpiod.LineSettings(
        direction=Direction.OUTPUT, output_value=Value.INACTIVE, active_low=line.active_low
    )


def _input(line: Line) -> gpiod.LineSettings:
    bias = Bias.PULL_UP if line.active_low else Bias.PULL_DOWN
    return gpiod.LineSettings(direction=Direction.INPUT, bias=bias, active_low=line.active_low)


class FolderLines:
    """Files that stand for lines, for a desk: one a line, ``1`` in it while it is on."""

    def __init__(self, folder: Path, outputs: Sequence[Line]) -> None:
        self._folder = folder
        self._outputs = tuple(outputs)
        folder.mkdir(parents=True, exist_ok=True)
        self._shown: dict[str, bool] = {}
        self.close()

    def is_on(self, use: str) -> bool:
        """As ``Lines``; a file that is not there is off."""
        try:
            return (self._folder / use).read_text("ascii").strip() == "1"
        except (FileNotFoundError, UnicodeDecodeError):
            return False

    def switch(self, use: str, *, on: bool) -> None:
        """As ``Lines``."""
        if self._shown.get(use) is not on:
            (self._folder / use).write_text("1" if on else "0", "ascii")
            self._shown[use] = on

    def close(self) -> None:
        """As ``Lines``."""
        for line in self._outputs:
            self.switch(line.use, on=False)
