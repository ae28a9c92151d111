"""A display card's device file: calls to the kernel, and memory that it lends."""

import os
from collections.abc import Callable
from ctypes import Structure
from errno import EACCES, EAGAIN, EPERM
from fcntl import ioctl
from mmap import mmap
from pathlib import Path
from typing import Any, Protocol

from appliance.displayqa.connectors.hindrance import Hindrance, NoPictureError

Memory = Any
"""Anything with a writable buffer."""


class Device(Protocol):
    """What a card is asked through."""

    def ask(self, request: int, argument: Structure | None = None) -> None:
        """One call; the answer is in ``argument``. Raises OSError as the kernel answers."""

    def mapped(self, offset: int, size: int) -> Memory:
        """Memory of a buffer, ``size`` bytes. Raises OSError."""

    def close(self) -> None:
        """The card shows nothing of ours any more."""


Opening = Callable[[Path], Device]


class DeviceFile:
    """Such a file; who opens it first owns the display until it is closed."""

    def __init__(self, file: Path) -> None:
        try:
            self._descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
        except OSError as failure:
            if failure.errno in {EACCES, EPERM}:
                raise NoPictureError.of(Hindrance.NO_PERMISSION, where=str(file)) from failure
            raise NoPictureError.of(
                Hindrance.REFUSED, str(failure.strerror), str(file)
            ) from failure

    def ask(self, request: int, argument: Structure | None = None) -> None:
        """As ``Device``; asked again as long as the kernel says so."""
        while True:
            try:
                ioctl(self._descriptor, request, 0 if argument is None else argument)
            except OSError as failure:
                if failure.errno != EAGAIN and not isinstance(failure, InterruptedError):
                    raise
            else:
                return

    def mapped(self, offset: int, size: int) -> Memory:
        """As ``Device``."""
        return mmap(self._descriptor, size, offset=offset)

    def close(self) -> None:
        """As ``Device``."""
        os.close(self._descriptor)
