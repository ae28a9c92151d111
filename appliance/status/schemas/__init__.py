"""The JSON Schema of every document, in every version that was ever published.

**Knows:** the schemas, as data beside this file; docs/mqtt.md is made from them.
**Does not know:** how a document is made, and which version is published now.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

SUFFIX = ".schema.json"


def names() -> list[str]:
    """Every schema, such as ``state/1``."""
    found = (each.name for each in files(__name__).iterdir() if each.name.endswith(SUFFIX))
    return sorted(each.removesuffix(SUFFIX).replace("-", "/") for each in found)


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of that name. Raises FileNotFoundError where there is none."""
    file = files(__name__) / f"{name.replace('/', '-')}{SUFFIX}"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
