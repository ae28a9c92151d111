"""K-1, K-8, K-10 and their kin: two-character commands, answers of a known length.

A reading is 15 bytes: the command, X Y Z of three bytes each (sign and 15 bits of mantissa, then a
power of two), the ranges, and ``<`` code ``>``. A lost byte makes it too short, so it is seen.
Source: the maker's SDK in the port of others.
"""

import re
from decimal import Decimal

from appliance.displayqa.meters.dialogue import Dialogue, Exactly, Request, garbled
from appliance.displayqa.meters.reading import (
    Failure,
    Fault,
    Instrument,
    Reading,
    chromaticity_of_xyz,
)

IDENTITY = re.compile(
    rb"P0(?P<model>KV?-[\x20-\x7e]{4,5})(?P<serial>[\x20-\x7e]{9}).{3}", re.DOTALL
)
READING = re.compile(rb"N5(?P<xyz>.{9}).<(?P<code>.)>", re.DOTALL)
GOOD = b"0"
FAULTS = {
    b"L": Fault.REFUSED,
    b"u": Fault.UNDER_RANGE,
    b"v": Fault.OVER_RANGE,
    b"w": Fault.OVER_RANGE,
    b"t": Fault.ZERO,
    b"s": Fault.ZERO,
    b"b": Fault.ZERO,
    b"X": Fault.REFUSED,
    b"B": Fault.REFUSED,
}
"""By the letter between the brackets; another one is garbled."""
PLACES = Decimal("0.00001")


def identify() -> Dialogue[Instrument]:
    """Model and serial number; the aiming lights out, which would add to the reading."""
    answer = yield Request(b"P0\r", Exactly(21))
    found = IDENTITY.fullmatch(answer)
    if found is None:
        return garbled(answer)
    yield Request(b"L0\r", Exactly(0))
    return Instrument(found["model"].decode().strip(), found["serial"].decode().strip())


def measure(_: Instrument) -> Dialogue[Reading]:
    """One reading, of about an eighth of a second."""
    answer = yield Request(b"N5\r", Exactly(15))
    found = READING.fullmatch(answer)
    if found is None or found["code"] not in (GOOD, *FAULTS):
        return garbled(answer)
    if found["code"] != GOOD:
        return Failure(FAULTS[found["code"]], repr(found["code"]))
    x, y, z = (_number(found["xyz"][at : at + 3]) for at in (0, 3, 6))
    u_prime, v_prime = chromaticity_of_xyz(x, y, z) or (None, None)
    return Reading(
        luminance_cd_m2=max(y, Decimal(0)), u_prime=u_prime, v_prime=v_prime, resolution=PLACES
    )


def _number(three: bytes) -> Decimal:
    """The value of three bytes: ±15 bits / 65536 · 2^(signed third byte)."""
    mantissa = (three[0] & 0x7F) << 8 | three[1]
    exponent = int.from_bytes(three[2:], signed=True) - 16
    value = Decimal(-mantissa if three[0] & 0x80 else mantissa) * Decimal(2) ** exponent
    return value.quantize(PLACES)
