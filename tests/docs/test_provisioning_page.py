"""docs/provisioning.md has every key, role, file and message of a box."""

import re
from pathlib import Path

from appliance.cli.texts import catalogue
from appliance.config.reference import setting_names
from appliance.provisioning import Box, BoxText, parse_box
from appliance.provisioning.networkd import GROUPS
from appliance.provisioning.reset import Reset
from appliance.services import box_notes, factory_reset

PAGE = (Path(__file__).parents[2] / "docs" / "provisioning.md").read_text("utf-8")


def test_every_key_is_documented() -> None:
    sections = dict(
        part.split("\n", 1) for part in re.split(r"^##+ ", PAGE, flags=re.MULTILINE)[1:]
    )
    for name in [*setting_names(Box)]:
        table, _, key = name.rpartition(".")
        if not name.startswith("appliance."):
            titles = (f"`[{table}]`", f"`[[{table}]]`") if table else ("Keys of box.toml",)
            assert any(f"| `{key}` |" in sections.get(title, "") for title in titles), name
    reset = sections["Factory reset / 初期化"]
    assert all(f"| `{name}` |" in reset for name in setting_names(Reset))


def test_the_example_is_valid() -> None:
    (example,) = re.findall(r"## Example\n.*?```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [each.role for each in parse_box(BoxText(example)).interface] == ["modality", "service"]


def test_every_role_and_every_file_is_told() -> None:
    assert all(f"| `{role}` |" in PAGE for role in GROUPS)
    notes = (box_notes.ERRORS, box_notes.FACTS, factory_reset.REQUEST, factory_reset.CODE_NOTE)
    assert all(f"| `{name}` |" in PAGE for name in ("box.toml", "appliance.toml", *notes))


def test_the_heading_that_the_box_sends_people_to_is_there() -> None:
    for language, remedy in catalogue()["provision"]["fault_remedy"].items():
        (heading,) = re.findall(r'["「](.*?)["」]', remedy)
        assert re.search(rf"^## .*{heading}", PAGE, re.MULTILINE), language
