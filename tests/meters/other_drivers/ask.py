"""Measure at a port with a driver that others wrote: ``ask.py KEY PORT`` prints a luminance."""

import errno
import sys
import termios
from importlib import import_module
from typing import Any

set_attributes = termios.tcsetattr


def lenient(*arguments: Any) -> None:  # noqa: ANN401 - whatever termios takes
    """A pty refuses 7E2 after it has set the rest."""
    try:
        set_attributes(*arguments)
    except termios.error as failure:
        if failure.args[0] != errno.EINVAL:
            raise


def minolta(name: str, port: str) -> float:
    meter = getattr(import_module("psychopy_minolta.minolta"), name)(port)
    return float(meter.getLum())


def gamma(port: str) -> float:
    meter = import_module("psychopy_gammasci.gammasci").S470(port, n_repeat=3)
    return float(meter.getLum())


def photo(port: str) -> float:
    meter = import_module("psychopy_photoresearch.pr").PR655(port)
    meter.measure()
    if (meter.getDeviceSN(), meter.type) != ("65120411", "PR-655"):
        sys.exit("not the meter")
    return float(meter.getLastLum())


def klein(port: str) -> float:
    meter = import_module("klein_colorimeter").KClmtr()
    if not meter.connect(port):
        sys.exit("not connected")
    measured = float(meter.getNextMeasurement().bigy)
    meter.closePort()
    return measured


KEYS = {
    "ls-100": lambda port: minolta("LS100", port),
    "cs-100a": lambda port: minolta("CS100A", port),
    "s470": gamma,
    "pr-655": photo,
    "klein": klein,
}

if __name__ == "__main__":
    termios.tcsetattr = lenient
    sys.stdout.write(f"{KEYS[sys.argv[1]](sys.argv[2])}\n")
