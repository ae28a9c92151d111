"""Asking a time server what time it is (SNTP, RFC 5905 14), without believing it.

**Knows:** the question, and how far the answer is from the box's clock.
**Does not know:** how the clock is set: systemd-timesyncd does that.
"""

import struct

from appliance.clock import Clock
from appliance.connection import exchange

PORT = 123
ASK = 0x23
"""Version 4, mode 3: a client (RFC 5905 7.3)."""
SERVER = 4
LENGTH = 48
SINCE_1900_S = 2208988800
"""From the era of NTP to that of the wall clock, in seconds (RFC 5905 6)."""
FRACTION = 2.0**32


def offset_s(host: str, clock: Clock, timeout_s: float, port: int = PORT) -> float:
    """Seconds that the server's clock is ahead of the box's; half the way there is taken off.

    Raises OSError when it does not answer, or not as a time server does.
    """
    asked = clock.wall()
    answer = exchange(host, port, bytes([ASK]) + bytes(LENGTH - 1), timeout_s=timeout_s)
    heard = clock.wall()
    if len(answer) < LENGTH or answer[0] & 0x7 != SERVER or not answer[1]:
        raise OSError(None, "no answer of a time server")
    received, sent = (_seconds(answer[at : at + 8]) for at in (32, 40))
    return ((received - asked) + (sent - heard)) / 2


def _seconds(stamp: bytes) -> float:
    whole, fraction = struct.unpack(">II", stamp)
    return float(whole - SINCE_1900_S + fraction / FRACTION)
