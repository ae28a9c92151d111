"""docs/displayqa.md has every ruleset, quantity, reason and key."""

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.displayqa.certainty import Certainty
from appliance.displayqa.finding import Absence
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.readings import COLUMNS
from appliance.displayqa.ruleset_file import shipped, usable
from appliance.errors import EXIT_DISPLAY_FAILED, EXIT_DISPLAY_INCOMPLETE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "displayqa.md").read_text("utf-8")


@pytest.mark.parametrize("name", usable(shipped()))
def test_every_ruleset_is_documented_with_its_figures(name: str) -> None:
    _, _, section = PAGE.partition(f"\n### `{name}`\n")
    section = section.partition("\n### ")[0]
    by = shipped()[name]
    assert by.document in section
    for limit in by.limits:
        (row,) = [line for line in section.splitlines() if f"| `{limit.identifier}` |" in line]
        assert limit.source in row
        assert limit.verified or "**unverified**" in row
    assert all(f"`{check.identifier}`" in section for check in by.checks)


@pytest.mark.parametrize("each", [*Quantity, *Absence, *Certainty])
def test_every_name_is_explained_in_both_languages(each: Quantity | Absence | Certainty) -> None:
    assert f"| `{each}` |" in PAGE
    assert all(text in PAGE for text in each.meaning)


def test_every_column_and_every_exit_code_is_documented() -> None:
    assert all(f"`{name}`" in PAGE for name in COLUMNS)
    for code in (EXIT_DISPLAY_FAILED, EXIT_DISPLAY_INCOMPLETE):
        assert f"| {code} |" in PAGE


def keys(schema: dict[str, Any]) -> set[str]:
    """Every property of an object, at any depth."""
    found = set(schema.get("properties", {}))
    for value in schema.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict):
                found |= keys(part) if part is not schema.get("properties") else set()
    for value in schema.get("properties", {}).values():
        found |= keys(value)
    for value in schema.get("$defs", {}).values():
        found |= keys(value)
    return found


def test_every_key_of_the_json_is_documented() -> None:
    schema = json.loads((ROOT / "appliance/cli/evaluate.schema.json").read_text("utf-8"))
    assert len(keys(schema)) > 40
    assert [key for key in sorted(keys(schema)) if f"`{key}`" not in PAGE] == []
