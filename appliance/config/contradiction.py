"""What cannot be meant, as a value, and what is asked of settings in more than one place."""

import re
from collections.abc import Iterator

from appliance.config.source import KeyPath

Contradiction = tuple[KeyPath, str, str]
"""Where, what is wrong, what to do about it."""


def expression(path: KeyPath, pattern: str) -> Iterator[Contradiction]:
    """``pattern`` has to be a regular expression."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as failure:
        yield path, f"not a regular expression: {failure}", ""
