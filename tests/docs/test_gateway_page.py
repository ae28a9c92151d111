"""The gateway's page says what the box does."""

import re
from pathlib import Path

from appliance.config import parse_configuration
from appliance.config.destination import PLACEHOLDERS, SENT

DOCS = Path(__file__).parents[2] / "docs"


def test_the_example_loads() -> None:
    page = (DOCS / "gateway.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    configuration = parse_configuration(example)
    assert [rule.keep_days for rule in configuration.rule] == [2, 14]


def test_every_word_of_send_and_every_placeholder_is_explained() -> None:
    page = (DOCS / "gateway.md").read_text("utf-8")
    assert all(f"| `{word}` |" in page for word in SENT)
    page = (DOCS / "destinations.md").read_text("utf-8")
    assert all(f"| `{{{name}}}` |" in page for name in PLACEHOLDERS)
