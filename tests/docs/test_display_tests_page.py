"""docs/display-tests.md has every happening, every form of JSON and every place."""

import json
from pathlib import Path

from appliance.displayqa.sessions.happening import KINDS
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.session import STEADY_PERCENT
from appliance.displays.display import Display
from appliance.services.display_tests import REOPENED_WITHIN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "display-tests.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "appliance/cli/display_tests.schema.json").read_text("utf-8"))


def test_every_happening_is_told() -> None:
    assert all(f"| `{kind}` |" in PAGE for kind in KINDS)
    kinds = SCHEMA["$defs"]["judged"]["properties"]["happenings"]["items"]["properties"]["kind"]
    assert kinds["enum"] == list(KINDS)


def test_every_form_of_json_is_named() -> None:
    forms = set(SCHEMA["$defs"]) - {"crossing", "drift"}
    assert all(f"`{form}`" in PAGE for form in forms)


def test_every_place_is_named() -> None:
    assert all(f"`{place}`" in PAGE for place in PLACES)


def test_our_own_figures_are_those_of_the_code() -> None:
    assert f"more than {STEADY_PERCENT} %" in PAGE
    assert f"For {REOPENED_WITHIN.total_seconds() / 3600:.0f} hours" in PAGE
    default = Display.__dataclass_fields__["constancy_days"]
    assert f"or else {default.default} days" in PAGE
