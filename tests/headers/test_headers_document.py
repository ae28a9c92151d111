"""docs/headers.md says everything that this room takes, refuses and believes."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from appliance.dose.record import IrradiationEvent
from appliance.headers import Grouping, SetAside, Why
from appliance.headers.attributes import KEYWORDS
from appliance.headers.element import tag_of
from appliance.headers.private import blocks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "headers.md").read_text("utf-8")
FUNCTIONAL_GROUPS = {"SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"}
NAMES = {"SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"}
NOTED = {"ConvolutionKernel", "TotalNumberOfExposures"}
"""They sort, or support another value."""


def test_every_field_of_an_event_says_where_it_comes_from() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert {each.name for each in fields(IrradiationEvent)} <= {
        name.strip(" `") for row in rows for name in row.split(",")
    }


@pytest.mark.parametrize("keyword", sorted(set(KEYWORDS) - FUNCTIONAL_GROUPS - NAMES - NOTED))
def test_every_attribute_that_is_asked_for_is_explained(keyword: str) -> None:
    tag = tag_of(keyword)
    assert f"({tag.group:04X},{tag.element:04X})" in PAGE


@pytest.mark.parametrize("word", [*Why, *Grouping, *(each.value for each in SetAside)])
def test_every_reason_is_explained(word: str) -> None:
    assert word in PAGE


def test_every_word_is_listed_with_how_sure_it_is() -> None:
    data = tomllib.loads((ROOT / "appliance" / "headers" / "words.toml").read_text("utf-8"))
    for entry in data["acquisition_type"]:
        sure = "yes" if entry["verified"] else "no"
        words, means = (", ".join(entry[key]) for key in ("words", "means"))
        assert f"| `{entry['attribute']}` | {words} | {means} | {sure} |" in PAGE
    assert f"`{data['source']['pattern']}`" in PAGE


def test_every_private_element_is_listed() -> None:
    for block in blocks():
        for element in block.elements.values():
            assert f"({block.group:04X},xx{element:02X})" in PAGE
