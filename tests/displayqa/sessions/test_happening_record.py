"""Happenings as JSON and back; what a newer version wrote is never guessed at."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given

from appliance.displayqa.sessions.happening import KINDS, Happening
from appliance.displayqa.sessions.record import as_json, kind_of, parsed
from appliance.errors import StateError
from tests.displayqa.sessions.tests_of_displays import any_happening


def test_every_happening_has_a_kind() -> None:
    assert set(KINDS.values()) == set(get_args(Happening))


@given(any_happening)
def test_a_happening_is_the_same_after_it_was_kept(happening: Happening) -> None:
    text = json.dumps(as_json(happening), allow_nan=False)

    assert parsed(kind_of(happening), json.loads(text)) == happening


def test_a_kind_of_a_newer_version_is_refused() -> None:
    with pytest.raises(StateError, match="does not know: 'polished'; install the version"):
        parsed("polished", {})


def test_a_field_of_a_newer_version_is_refused() -> None:
    with pytest.raises(StateError, match="does not know: angle"):
        parsed("placed", {"place": "middle", "angle": 10})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("placed", {}),
        ("placed", {"place": 5}),
        ("seen", {"check": "flicker", "is_fulfilled": 1}),
        ("begun", {"occasion": "party", "way": "browser", "method": "contact"}),
        ("measured", {"pattern": "x", "ddl": 0, "luminances_cd_m2": []}),
        ("measured", {"pattern": "x", "ddl": 0, "luminances_cd_m2": ["-1"]}),
        ("measured", {"pattern": "x", "ddl": 0, "luminances_cd_m2": ["NaN"]}),
        ("measured", {"pattern": "x", "ddl": 0, "luminances_cd_m2": ["twelve"]}),
        ("measured", {"pattern": "x", "ddl": 0, "luminances_cd_m2": [12.5]}),
        (
            "measured",
            {"pattern": "x", "ddl": 0, "luminances_cd_m2": ["1"], "chromaticities": [{}]},
        ),
    ],
)
def test_what_is_damaged_is_refused(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="a happening"):
        parsed(kind, body)
