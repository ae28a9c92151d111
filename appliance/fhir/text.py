"""JSON text of a resource; a number keeps the digits that it was given (FHIR R4 decimal)."""

import json
from decimal import Decimal

Value = str | int | bool | Decimal | list["Value"] | dict[str, "Value"]


def as_json(value: Value) -> str:
    """``value`` as JSON; ``Decimal("512.30")`` is ``512.30``."""
    match value:
        case dict():
            return "{" + ",".join(f"{_text(k)}:{as_json(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ",".join(map(as_json, value)) + "]"
        case Decimal():
            return format(value, "f")
        case bool() | int() | str():
            return _text(value)


def _text(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)
