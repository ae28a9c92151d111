"""Numbers that a person gives about a display, as an argument or at the terminal."""

import argparse
from decimal import Decimal, InvalidOperation

MOST = 100_000


def number(text: str) -> Decimal:
    """A decimal number from 0. Raises ArgumentTypeError."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not value.is_finite() or not 0 <= value <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 0 to {MOST}")
    return value


def whole(text: str, most: int = MOST) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 1 to {most}")
    return int(text)
