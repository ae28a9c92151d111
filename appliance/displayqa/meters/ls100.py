"""LS-100, LS-110 and CS-100A: three-letter commands, ``OK00`` or ``ERnn``, lines ended by CR LF.

They name neither model nor serial number: what tells them apart is how many numbers a reading has.
The meter listens only when it was switched on with F held down.
Source: drivers of others, which agree.
"""

import re
from collections.abc import Generator

from appliance.displayqa.meters.dialogue import (
    Dialogue,
    Request,
    Until,
    luminance,
    luminance_xy,
    matched,
)
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\r\n")
ABSOLUTE = b"MDS,04\r\n"
DONE = re.compile(r"OK00\r\n")
NUMBER = r" *(-?[0-9]{1,6}(?:\.[0-9]{1,4})?)"
CHROMATICITY = r", *(0?\.[0-9]{3,4})"
LUMINANCE = re.compile(rf"OK00,{NUMBER}\r\n")
COLOUR = re.compile(rf"OK00,{NUMBER}{CHROMATICITY}{CHROMATICITY}\r\n")
REFUSAL = re.compile(r"(?P<code>ER[0-9]{2}|OK1[123])(?:,[^\r\n]*)?\r\n")
FAULTS = {
    "ER10": Fault.OVER_RANGE,
    "ER19": Fault.OVER_RANGE,
    "ER30": Fault.BATTERY,
    "OK11": Fault.OVER_RANGE,
    "OK12": Fault.OVER_RANGE,
    "OK13": Fault.UNDER_RANGE,
}
"""Everything else is refused: an unknown command, a setting, the memory, the EEPROM."""


def identify_luminance() -> Dialogue[Instrument]:
    """An LS-100 or LS-110, from now on in absolute mode."""
    return (yield from _identify("LS-100/LS-110", LUMINANCE, COLOUR))


def identify_colour() -> Dialogue[Instrument]:
    """A CS-100A, from now on in absolute mode."""
    return (yield from _identify("CS-100A", COLOUR, LUMINANCE))


def measure_luminance(_: Instrument) -> Dialogue[Reading]:
    """One luminance."""
    found = yield from _ask(b"MES\r\n", LUMINANCE)
    return found if isinstance(found, Failure) else luminance(found[1])


def measure_colour(_: Instrument) -> Dialogue[Reading]:
    """One luminance with its chromaticity."""
    found = yield from _ask(b"MES\r\n", COLOUR)
    return found if isinstance(found, Failure) else luminance_xy(found[1], found[2], found[3])


def _identify(
    model: str, own: "re.Pattern[str]", others: "re.Pattern[str]"
) -> Dialogue[Instrument]:
    done = yield from _ask(ABSOLUTE, DONE, 2.0)
    if isinstance(done, Failure):
        return done
    answer = yield Request(b"MES\r\n", LINE, 10.0)
    if not isinstance(matched(others, answer), Failure):
        return Failure(Fault.WRONG_MODEL, f"not {model}")
    found = _refusal(answer) or matched(own, answer)
    light = isinstance(found, Failure) and found.fault in (Fault.OVER_RANGE, Fault.UNDER_RANGE)
    return found if isinstance(found, Failure) and not light else Instrument(model)


def _ask(
    command: bytes, form: "re.Pattern[str]", patience_s: float = 10.0
) -> Generator[Request, bytes, "re.Match[str] | Failure"]:
    answer = yield Request(command, LINE, patience_s)
    return _refusal(answer) or matched(form, answer)


def _refusal(answer: bytes) -> Failure | None:
    found = matched(REFUSAL, answer)
    if isinstance(found, Failure):
        return None
    return Failure(FAULTS.get(found["code"], Fault.REFUSED), found["code"])
