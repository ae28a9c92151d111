"""PR-655, PR-670 and, in its own letters, PR-650: spectroradiometers that are asked for parts.

One measurement is asked for twice, as Y u' v' and as X Y Z, and believed when both say the same Y.
Commands go character by character: these meters lose what comes without a pause.
Source: a driver of others. That unit 0 is cd/m² is unverified.
"""

import re
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal

from appliance.displayqa.meters.dialogue import Dialogue, Request, Until, luminance_uv, matched
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\r\n")
NUMBER = r" *(-?[0-9]{1,6}\.[0-9]{2,6}(?:[eE][+-][0-9]{2,3})?)"
STATUS = r"(?P<status>[0-9]{1,5})"
MEASURED = re.compile(rf" *{STATUS}(?:,[^\r\n]*)?\r\n")
THREE = re.compile(rf" *{STATUS}, *0*(?P<unit>[0-9]),{NUMBER},{NUMBER},{NUMBER}\r\n")
NAME = re.compile(r" *0{1,5}, *(?P<name>[A-Za-z0-9][A-Za-z0-9 .-]{1,30}?) *\r\n")
MODEL = re.compile(r"PR-?6[5-9][05]")
LOW_LIGHT = (10, 18)
CANDELAS = "0"
EXPOSURE_S = 60.0


@dataclass(frozen=True, slots=True)
class Letters:
    """The same questions in the letters of one model."""

    measure: bytes
    uv: bytes
    xyz: bytes
    end: bytes


NEW = Letters(b"M0", b"D3", b"D2", b"\n")
OLD = Letters(b"m0", b"d3", b"d2", b"\n")


def identify() -> Dialogue[Instrument]:
    """A PR-655 or PR-670 in remote mode, with its serial number."""
    entered = yield _request(b"PHOTO\n", 10.0)
    if not entered.strip():
        return Failure(Fault.GARBLED, "no remote mode")
    model = yield from _name(b"D111\n")
    if isinstance(model, Failure):
        return model
    if MODEL.fullmatch(model) is None:
        return Failure(Fault.WRONG_MODEL, model)
    serial_number = yield from _name(b"D110\n")
    return serial_number if isinstance(serial_number, Failure) else Instrument(model, serial_number)


def identify_650() -> Dialogue[Instrument]:
    """A PR-650, which listens only in its first seconds; it says no serial number."""
    for command in (b"b1\n", b"s01,,,,,,01,1\n"):
        answer = yield _request(command, 3.0)
        found = _measured(answer)
        if isinstance(found, Failure):
            return found
    return Instrument("PR-650")


def measure(_: Instrument) -> Dialogue[Reading]:
    """One exposure by a PR-655 or PR-670."""
    return (yield from _measure(NEW))


def measure_650(_: Instrument) -> Dialogue[Reading]:
    """One exposure by a PR-650."""
    return (yield from _measure(OLD))


def _measure(letters: Letters) -> Dialogue[Reading]:
    answer = yield _request(letters.measure + letters.end, EXPOSURE_S)
    done = _measured(answer)
    if isinstance(done, Failure):
        return done
    uv = yield from _three(letters.uv + letters.end)
    if isinstance(uv, Failure):
        return uv
    xyz = yield from _three(letters.xyz + letters.end)
    if isinstance(xyz, Failure):
        return xyz
    if Decimal(uv[0]) != Decimal(xyz[1]):
        return Failure(Fault.GARBLED, f"Y {uv[0]} and {xyz[1]}")
    return luminance_uv(*uv)


def _measured(answer: bytes) -> Failure | None:
    found = matched(MEASURED, answer)
    return found if isinstance(found, Failure) else _quality(found["status"])


def _quality(status: str) -> Failure | None:
    number = int(status)
    if number == 0:
        return None
    return Failure(Fault.UNDER_RANGE if number in LOW_LIGHT else Fault.REFUSED, status)


def _three(command: bytes) -> Generator[Request, bytes, tuple[str, str, str] | Failure]:
    answer = yield _request(command, 5.0)
    found = matched(THREE, answer)
    if isinstance(found, Failure):
        return found
    if found["unit"] != CANDELAS:
        return Failure(Fault.REFUSED, f"unit {found['unit']}")
    first, second, third = found.groups()[-3:]
    return _quality(found["status"]) or (first, second, third)


def _name(command: bytes) -> Generator[Request, bytes, str | Failure]:
    answer = yield _request(command, 3.0)
    found = matched(NAME, answer)
    return found if isinstance(found, Failure) else str(found["name"])


def _request(command: bytes, patience_s: float) -> Request:
    return Request(command, LINE, patience_s, one_by_one=True)
