"""OptiCAL: single bytes, answers ended by ACK or NACK; luminance is computed from the converter.

L = (counts - zero - 2^19) / 2^19 · Vref / (Rfeed · Kcal), with the constants of its EEPROM: Vref in
µV, Rfeed in Ω, Kcal in fA per cd/m². Source: a driver of others that follows the maker's guide and
its errata. Unverified: that numbers of several bytes begin with the most significant one.
"""

from collections.abc import Generator
from decimal import Decimal

from appliance.displayqa.meters.dialogue import Dialogue, Exactly, Request, garbled
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

ACK, NACK = b"\x06", b"\x15"
EEPROM = 128
SERIAL_NUMBER = range(2, 6)
CONSTANTS = (range(16, 20), range(32, 36), range(48, 52), range(96, 100))
"""Vref, zero, Rfeed, Kcal."""
MIDDLE = 524288
MICROVOLTS, FEMTOAMPERES = Decimal("1e-6"), Decimal("1e-15")
PLACES = Decimal("0.01")


def identify() -> Dialogue[Instrument]:
    """Calibrated, in current mode, with its serial number and constants."""
    for command in (b"C", b"I"):
        done = yield from _ask(command, 0)
        if isinstance(done, Failure):
            return done
    numbers = []
    for addresses in (SERIAL_NUMBER, *CONSTANTS):
        number = yield from _stored(addresses)
        if isinstance(number, Failure):
            return number
        numbers.append(number)
    serial_number, *constants = numbers
    if 0 in (constants[0], constants[2], constants[3]):
        return Failure(Fault.REFUSED, "the EEPROM is empty")
    return Instrument("OptiCAL", str(serial_number), tuple(map(Decimal, constants)))


def measure(instrument: Instrument) -> Dialogue[Reading]:
    """One luminance."""
    counts = yield from _ask(b"L", 3)
    if isinstance(counts, Failure):
        return counts
    reference, zero, resistor, sensitivity = instrument.constants
    share = (int.from_bytes(counts) - zero - MIDDLE) / MIDDLE
    value = share * reference * MICROVOLTS / (resistor * sensitivity * FEMTOAMPERES)
    if value < -1:
        return Failure(Fault.REFUSED, f"{value:.2f} cd/m²")
    return Reading(luminance_cd_m2=max(value, Decimal(0)).quantize(PLACES), resolution=PLACES)


def _stored(addresses: range) -> Generator[Request, bytes, int | Failure]:
    number = b""
    for address in addresses:
        byte = yield from _ask(bytes([EEPROM + address]), 1)
        if isinstance(byte, Failure):
            return byte
        number += byte
    return int.from_bytes(number)


def _ask(command: bytes, count: int) -> Generator[Request, bytes, bytes | Failure]:
    answer = yield Request(command, Exactly(count + 1), 5.0)
    if answer.endswith(NACK):
        return Failure(Fault.REFUSED, repr(command))
    if len(answer) != count + 1 or not answer.endswith(ACK):
        return garbled(answer)
    return answer[:-1]
