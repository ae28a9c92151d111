"""docs/display-report.md has every key of a test's JSON."""

import json
from pathlib import Path

from appliance.displayqa.report.forms import Form

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "display-report.md").read_text("utf-8")


def test_every_key_of_the_json_is_documented() -> None:
    file = ROOT / "appliance" / "displayqa" / "report" / "session.schema.json"
    schema = json.loads(file.read_text("utf-8"))["properties"]
    inner = [schema[name]["properties"] for name in ("path",)]
    inner += [schema[name]["items"]["properties"] for name in ("happenings", "history")]
    keys = {key for each in (schema, *inner) for key in each}
    assert len(keys) > 20
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []


def test_every_form_is_named() -> None:
    assert all(f" {each.upper()}" in PAGE for each in Form)


def test_the_picture_is_small() -> None:
    assert (ROOT / "docs" / "display-report.png").stat().st_size < 150_000
