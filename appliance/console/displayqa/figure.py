"""Figures as people type them: wide digits, a unit behind, a decimal point that an IME made."""

import re
import unicodedata
from decimal import Decimal

UNIT = re.compile(r"(?:cd ?/ ?m2|nits?|lx|lux|ルクス|インチ|inch|px|日|days?)$", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,6})?")
MADE_BY_IME = str.maketrans("。・", "..")


def figure(text: str) -> Decimal | None:
    """The number; None when nothing was typed.

    A comma is no decimal point and no separator of thousands, for it could be either. Raises
    ValueError for what is no number that is at least 0.
    """
    plain = plain_text(text).replace("²", "2").translate(MADE_BY_IME)
    plain = UNIT.sub("", plain).strip()
    if not plain:
        return None
    if not NUMBER.fullmatch(plain):
        raise ValueError(f"no number: {text[:40]!r}")
    return Decimal(plain)


def plain_text(text: str) -> str:
    """One line without wide letters, digits and spaces of an IME."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
