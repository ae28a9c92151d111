"""docs/mqtt.md says everything that is told, and nothing that is not."""

import re
from pathlib import Path

import pytest

from appliance.config import parse_configuration
from appliance.status.event import EventKind
from appliance.status.schemas import names, schema

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mqtt.md").read_text("utf-8")


@pytest.mark.parametrize("name", names())
def test_every_key_of_every_document_is_there(name: str) -> None:
    part = TEXT.split(f"### `{name}`\n")[1].split("\n### ")[0]
    for key in schema(name)["properties"]:
        assert f"`{key}`" in part, key


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_is_there(kind: EventKind) -> None:
    assert f"`{kind}`" in TEXT


def test_the_example_is_valid() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert parse_configuration(example).mqtt.device == "ct1-box"
