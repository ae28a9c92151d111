"""CR-100, CR-250 and CR-300: words ended by LF, answered ``OK:0:`` words ``:`` values.

Source: drivers of others. Unverified are the numbers of its refusals.
"""

import re
from collections.abc import Generator

from appliance.displayqa.meters.dialogue import (
    Dialogue,
    Request,
    Until,
    luminance_xyz,
    matched,
)
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\n")
NUMBER = r"(-?[0-9]{1,6}(?:\.[0-9]{1,9})?(?:[eE][+-][0-9]{2})?)"
REFUSAL = re.compile(r"ER:(?P<number>-?[0-9]{1,4}):[^\r\n]*\r?\n")


def identify() -> Dialogue[Instrument]:
    """Model and serial number."""
    model = yield from _ask("RC Model", r"(CR-[0-9]{3}[A-Z-]*)")
    if isinstance(model, Failure):
        return model
    serial_number = yield from _ask("RC ID", r"([A-Z][0-9]{5,6})")
    if isinstance(serial_number, Failure):
        return serial_number
    return Instrument(model[1], serial_number[1])


def measure(_: Instrument) -> Dialogue[Reading]:
    """One measurement, and then its X, Y, Z."""
    done = yield from _ask("M", r"[^\r\n]*", patience_s=60.0)
    if isinstance(done, Failure):
        return done
    found = yield from _ask("RM XYZ", f"{NUMBER}, ?{NUMBER}, ?{NUMBER}")
    return found if isinstance(found, Failure) else luminance_xyz(found[1], found[2], found[3])


def _ask(
    words: str, values: str, patience_s: float = 3.0
) -> Generator[Request, bytes, "re.Match[str] | Failure"]:
    answer = yield Request(f"{words}\n".encode(), LINE, patience_s)
    refused = matched(REFUSAL, answer)
    if not isinstance(refused, Failure):
        return Failure(Fault.REFUSED, refused["number"])
    return matched(re.compile(rf"OK:0:{words}:{values}\r?\n"), answer)
