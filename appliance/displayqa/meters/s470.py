"""S470, S480 and S490 flexOptometers: ``REA``, then an empty line and one number a line.

They name neither model nor serial number. Source: a driver of others.
"""

import re

from appliance.displayqa.meters.dialogue import Dialogue, Request, Until, luminance, matched
from appliance.displayqa.meters.reading import Failure, Instrument, Reading

READ = Request(b"REA\r\n", Until(b"\r\n", count=2), 5.0)
READING = re.compile(r"\r\n *([+-]?[0-9]{1,7}\.[0-9]{1,6}(?:[eE][+-][0-9]{2})?) *\r\n")


def identify() -> Dialogue[Instrument]:
    """What answers as this meter does."""
    found = matched(READING, (yield READ))
    return found if isinstance(found, Failure) else Instrument("S470")


def measure(_: Instrument) -> Dialogue[Reading]:
    """One luminance."""
    found = matched(READING, (yield READ))
    return found if isinstance(found, Failure) else luminance(found[1])
