"""A drafted layout as the TOML file it is kept in."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from appliance.dosescreen.teaching.draft import Draft

SCALARS = ("name", "version", "tier", "title", "provenance")


def as_toml(draft: Draft) -> str:
    """The file, which parses as ``draft``; the same for the same draft."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield "# Drafted by `appliance teach`; see docs/teaching.md."
    for key in SCALARS:
        yield f"{key} = {_literal(draft[key])}"
    yield from (f"{key} = []" for key, value in draft.items() if value == [])
    for key, value in draft.items():
        if isinstance(value, Mapping) and value:
            yield from ("", f"[{key}]", *_pairs(value))
        elif isinstance(value, list):
            for entry in value:
                yield from ("", f"[[{key}]]", *_pairs(entry))
        elif isinstance(value, Mapping) and key in {"hints", "units"}:
            yield from ("", f"[{key}]")


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{_key(key)} = {_literal(value)}"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else _literal(key)


def _literal(value: object) -> str:
    """A TOML literal; JSON's are valid TOML for texts, numbers, truths and lists of them."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_literal(key)} = {_literal(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
