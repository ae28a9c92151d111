"""docs/conformance.md has the parts of PS3.2 and names everything that is negotiated."""

import re
from pathlib import Path

import pytest
from pydicom.uid import UID

from appliance.cli.services import SERVICES
from appliance.receive.contexts import supported_contexts
from appliance.retrieve.contexts import FIND, RETRIEVAL_MODELS
from appliance.sop_classes import TRANSFER_SYNTAXES

PAGE = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text("utf-8")
PARTS = (
    "Overview",
    "Introduction",
    "Networking",
    "Media interchange",
    "Support of character sets",
    "Security",
    "Annexes",
)
CLASSES = [UID(str(each.abstract_syntax)) for each in supported_contexts()]


def test_the_parts_are_those_of_the_standard() -> None:
    assert re.findall(r"^## \d (.*)$", PAGE, re.MULTILINE) == list(PARTS)


@pytest.mark.parametrize("uid", [*CLASSES, FIND, *RETRIEVAL_MODELS.values(), *TRANSFER_SYNTAXES])
def test_what_is_negotiated_is_named(uid: UID) -> None:
    assert uid in PAGE
    assert uid.name in PAGE


@pytest.mark.parametrize("process", SERVICES)
def test_every_process_is_part_of_the_model(process: str) -> None:
    assert f"`{process}`" in PAGE


def test_every_generated_part_has_a_table() -> None:
    parts = re.findall(r"<!-- generated: conformance-([a-z-]+) -->\n\| (.*)", PAGE)
    assert len(parts) == PAGE.count("<!-- generated: conformance-")
