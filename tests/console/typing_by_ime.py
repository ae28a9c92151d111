"""What an input method makes of what is typed while it is on."""

WIDER = 0xFEE0
"""From an ASCII character to its wide form (U+FF01 on)."""


def wide(text: str) -> str:
    return "".join(chr(ord(each) + WIDER) if "!" <= each <= "~" else each for each in text)
