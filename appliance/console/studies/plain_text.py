"""Text of strangers' objects, as a page may show it."""

import unicodedata

LONGEST = 1024
"""Characters; DICOM's longest text that is one line has 64 (PS3.5 6.2)."""


def visible(value: object, longest: int = LONGEST) -> str:
    """``value`` as one line that shows what is in it: nothing that moves or hides what follows."""
    text = str("" if value is None else value).strip().strip("\0")
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(map(_shown, shown))


def _shown(character: str) -> str:
    hides = unicodedata.category(character).startswith("C")
    return "\N{REPLACEMENT CHARACTER}" if hides else character
