"""Nothing the box can say or be told is missing from its documents."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode
from appliance.config import parse_configuration
from appliance.config.reference import setting_names
from appliance.dose.doubt import Reason

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LAYOUTS = ROOT / "appliance" / "dosescreen" / "layouts"


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_the_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "")


def test_every_setting_is_documented() -> None:
    sections = dict(
        part.split("\n", 1)
        for part in re.split(r"^##+ ", page("configuration.md"), flags=re.MULTILINE)[1:]
    )
    for name in setting_names():
        table, _, key = name.rpartition(".")
        titles = (f"`[{table}]`", f"`[[{table}]]`") if table else ("Settings",)
        assert any(f"| `{key}` |" in sections.get(title, "") for title in titles), name


def test_the_documented_example_loads() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page("configuration.md"), re.DOTALL)
    assert parse_configuration(example).scanner[0].rule[0].phantom == "HEAD16"


def test_every_key_of_a_reading_is_documented() -> None:
    text = page("commands.md")
    schema = json.loads((ROOT / "appliance" / "cli" / "read.schema.json").read_text("utf-8"))
    events = schema["$defs"]["event"]["properties"]
    for key in [*schema["properties"], *events]:
        assert f"`{key}`" in text, key


@pytest.mark.parametrize("reason", Reason)
def test_every_quarantine_reason_is_documented(reason: Reason) -> None:
    text = page("quarantine.md")
    assert f"`{reason}`" in text
    assert all(sentence in text for sentence in reason.meaning)


@pytest.mark.parametrize("code", AlarmCode)
def test_every_alarm_is_documented(code: AlarmCode) -> None:
    assert f"\n## `{code}`\nSeverity: {code.severity}." in page("alarms.md")


def test_every_layout_is_documented() -> None:
    text = page("layouts.md")
    names = [file.stem for file in LAYOUTS.glob("*.toml")]
    assert names
    assert all(f"`{name}`" in text for name in names)


@pytest.mark.parametrize("file", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]))
def test_links_lead_somewhere(file: Path) -> None:
    text = file.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (file.parent / target).exists(), target
    for target in re.findall(r"\bdocs/[\w-]+(?:\.\w+)+", text):
        assert (ROOT / target).exists(), target
