"""One canonical log line per unit of work, as ``event key=value …`` on standard error.

**Knows:** how a line looks and that values are ids, numbers and words.
**Does not know:** any patient: callers pass UIDs, AE titles, addresses and counts, never
attributes of a person. The canary test runs the pipeline and greps for it.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

_LOGGER = logging.getLogger("appliance")


def configure(level: str = "info") -> None:
    """Send every line to standard error, where journald adds time and unit."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname).1s %(message)s"))
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(level.upper())
    _LOGGER.propagate = False


def info(event: str, **fields: Any) -> None:  # noqa: ANN401 - any printable value
    """A unit of work that ended as it should; ``event`` is in the past tense."""
    _LOGGER.info("%s", _line(event, fields))


def warning(event: str, **fields: Any) -> None:  # noqa: ANN401
    """A unit of work that ended otherwise, and was dealt with."""
    _LOGGER.warning("%s", _line(event, fields))


def error(event: str, **fields: Any) -> None:  # noqa: ANN401
    """A unit of work that failed and needs a person."""
    _LOGGER.error("%s", _line(event, fields))


def place_of(failure: BaseException) -> str:
    """Kind and place of a failure, without its message, which may quote an object."""
    frame = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _line(event: str, fields: dict[str, Any]) -> str:
    return " ".join([event, *(f"{key}={_value(value)}" for key, value in fields.items())])


def _value(value: object) -> str:
    text = str(value)
    plain = text and text.isprintable() and not any(mark in text for mark in " =\"'")
    return text if plain else json.dumps(text, ensure_ascii=False)
