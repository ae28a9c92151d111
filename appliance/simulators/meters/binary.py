"""The meters that speak in bytes."""

from decimal import Decimal
from math import frexp

from appliance.simulators.meters.body import Body, Condition

ACK, NACK = b"\x06", b"\x15"


def three_bytes(value: Decimal) -> bytes:
    """±15 bits of mantissa over 65536, then a power of two."""
    fraction, exponent = frexp(value)
    mantissa = min(round(fraction * 32768), 32767)
    return mantissa.to_bytes(2) + (exponent + 1).to_bytes(1, signed=True)


class Klein(Body):
    """K-10."""

    terminator = b"\r"

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        if word == "P0":
            return b"P0K-10-A 00000K321<0>"
        if word == "D7":
            return b"Factory Cal File    ".ljust(1920, b" ") + b"D7<0>"
        if word in ("N5", "N4"):
            return self._reading(word)
        return word.encode()[:1] if word in {f"J{n}" for n in range(1, 9)} else b""

    def _reading(self, word: str) -> bytes:
        code = b"v" if self.condition is Condition.OVER_RANGE else b"0"
        numbers = b"".join(map(three_bytes, self.light().tristimulus))
        return word.encode() + numbers + b"\x00<" + code + b">"


class Optical(Body):
    """OptiCAL: answers every byte."""

    reference_uv, zero_counts, resistor_ohm, sensitivity_fa = 4_096_000, 12, 10_000_000, 500_000

    def take(self, data: bytes) -> bytes:
        """See ``Body``."""
        return b"".join(map(self._byte, data))

    def _byte(self, byte: int) -> bytes:
        if byte in b"CI":
            return ACK
        if byte == ord("L"):
            return self._counts().to_bytes(3) + ACK
        address = byte - 128
        return self._eeprom()[address : address + 1] + ACK if 0 <= address < 100 else NACK  # noqa: PLR2004

    def _eeprom(self) -> bytes:
        cells = bytearray(100)
        numbers = {
            2: 87654,
            16: self.reference_uv,
            32: self.zero_counts,
            48: self.resistor_ohm,
            96: self.sensitivity_fa,
        }
        for address, number in numbers.items():
            cells[address : address + 4] = number.to_bytes(4)
        return bytes(cells)

    def _counts(self) -> int:
        amperes = self.light().luminance_cd_m2 * self.sensitivity_fa * Decimal("1e-15")
        share = amperes * self.resistor_ohm / (self.reference_uv * Decimal("1e-6"))
        return min(int(share * 524288) + 524288 + self.zero_counts, 0xFFFFFF)
