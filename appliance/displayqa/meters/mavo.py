"""MAVO-MONITOR and MAVO-SPOT 2 USB: SCPI-like lines of at most 32 characters, ended by LF.

The meter repeats each command in capitals before it answers, unless ECHO is off. Readings come as
``1234E-01 CD_M2``; drivers of others have seen a blank before E, and ``CD/M2``.
Source: the maker's interface description; those drivers.
"""

import re
from collections.abc import Generator
from decimal import Decimal

from appliance.displayqa.meters.dialogue import Dialogue, Request, Until, digits_of, matched
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\n")
IDENTITY = re.compile(
    r"(?:\*IDN )?GOSSEN, ?M ?(?P<model>[0-9A-Z]{3,4}), ?(?P<serial>[0-9]{3,8}), ?[0-9]{2}, ?"
    r"V ?[0-9]+\.[0-9]{2}\n"
)
READING = re.compile(
    r"(?P<mantissa>-?[0-9]{1,5}) ?(?P<exponent>E[+-][0-9]{2}) (?P<unit>CD[_/]M2|LX|FL|FC)\n",
    re.IGNORECASE,
)
ERROR = re.compile(r"ERROR ?= ?(?P<number>[0-9]{1,3})\n", re.IGNORECASE)
OVER_RANGE = 19
FEET = ("FL", "FC")


def identify() -> Dialogue[Instrument]:
    """Model and serial number."""
    answer = yield from _ask("*IDN?")
    found = _no_error(answer) or matched(IDENTITY, answer)
    if isinstance(found, Failure):
        return found
    return Instrument(f"M {found['model']}", found["serial"])


def measure(_: Instrument) -> Dialogue[Reading]:
    """One luminance in cd/m², or illuminance in lx when the meter has that adapter on."""
    answer = yield from _ask("PHOT?", patience_s=6.0)
    found = _no_error(answer) or matched(READING, answer)
    if isinstance(found, Failure):
        return found
    unit = found["unit"].upper()
    if unit in FEET:
        return Failure(Fault.REFUSED, f"the meter is set to {unit}")
    value = max(Decimal(found["mantissa"] + found["exponent"]), Decimal(0))
    resolution, digits = Decimal("1" + found["exponent"]), digits_of(found["mantissa"])
    if unit == "LX":
        return Reading(illuminance_lx=value, resolution=resolution, digits=digits)
    return Reading(luminance_cd_m2=value, resolution=resolution, digits=digits)


def _ask(command: str, patience_s: float = 2.0) -> Generator[Request, bytes, bytes]:
    """The answer behind the echo; an echo that differs is the answer, and garbled as such."""
    echo = f"{command}\n".encode()
    answer = yield Request(echo, LINE, patience_s)
    if answer.replace(b"\r", b"") == echo:
        answer += yield Request(b"", LINE, patience_s)
    return answer.replace(b"\r", b"").removeprefix(echo)


def _no_error(answer: bytes) -> Failure | None:
    found = matched(ERROR, answer)
    if isinstance(found, Failure):
        return None
    number = int(found["number"])
    fault = Fault.OVER_RANGE if number == OVER_RANGE else Fault.REFUSED
    return Failure(fault, f"error {number}")
