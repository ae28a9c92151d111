"""A learnt atlas as JSON: the same comes back, and nothing else is taken for one."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dosescreen.learning import LearntAtlas, Lesson, Withdrawal
from appliance.dosescreen.learning.codec import (
    FORMAT,
    atlas_from_json,
    atlas_to_json,
    shape_from_text,
    shape_to_text,
)
from appliance.dosescreen.learning.drawn import Drawn
from appliance.dosescreen.scanner import Scanner

Json = dict[str, Any]

TEXTS = st.text(max_size=12)
TIMES = st.none() | st.floats(0, 4e9)
CHARACTERS = st.sampled_from([*"0123456789AIlz.()線", "mA", "cm"])


@st.composite
def shapes(draw: st.DrawFn) -> Drawn:
    columns = draw(st.integers(1, 20))
    pixels = draw(st.binary(min_size=columns, max_size=60).filter(any))
    return draw(st.integers(-9, 30)), columns, pixels, draw(st.binary(max_size=9))


LESSONS = st.builds(
    Lesson,
    shape=shapes(),
    character=CHARACTERS,
    readers=TEXTS,
    unanimous=st.booleans(),
    occurrences=st.integers(1, 999),
    layout=TEXTS,
    screen=TEXTS,
    software_versions=TEXTS,
    learnt_at=TIMES,
    imported_from=TEXTS,
)
WITHDRAWALS = st.builds(
    Withdrawal, shape=shapes(), character=CHARACTERS, why=TEXTS, withdrawn_at=TIMES
)
SCANNERS = st.builds(Scanner, TEXTS, TEXTS, st.text(min_size=1, max_size=12), TEXTS)
ATLASES = st.builds(LearntAtlas, SCANNERS, st.lists(LESSONS | WITHDRAWALS, max_size=5).map(tuple))

LESSON = Lesson(
    shape=(0, 5, bytes([0b11111_100, 0b01_000000]), b""),
    character="T",
    readers="one+other",
    unanimous=True,
    occurrences=2,
    layout="dose-report/1",
    screen="d1",
    learnt_at=1e9,
)
ATLAS = LearntAtlas(
    Scanner("MAKER", "Model", "1"),
    (LESSON, Withdrawal(shape=LESSON.shape, character="T", why="a person read 7")),
)


@settings(max_examples=30, deadline=None)
@given(ATLASES)
def test_every_atlas_comes_back_as_it_was(atlas: LearntAtlas) -> None:
    again = atlas_from_json(json.loads(json.dumps(atlas_to_json(atlas))))
    assert again.history == atlas.history
    assert again.scanner == atlas.scanner
    assert again.scanner.software_versions == atlas.scanner.software_versions
    assert again.version == atlas.version


@given(shapes())
def test_every_shape_comes_back_as_it_was(shape: Drawn) -> None:
    assert shape_from_text(shape_to_text(shape)) == shape


@pytest.mark.parametrize(
    "text",
    ["", "0:5", "0:5:", "0:5:f:", "0:5:00:", "0:0:ff:", "0:9:ff:", "0:256:ff:", "x:5:ff:",
     "0:5:FF:", "0:5:ff", "0:5:ff:f", "0:5:" + "ff" * 9000 + ":", "0:5:ff:" + "00" * 9000,
     "0:5:ff:\n"],
)  # fmt: skip
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shape"):
        shape_from_text(text)


def changed(change: Callable[[Json], object]) -> object:
    body = copy.deepcopy(atlas_to_json(ATLAS))
    result = change(body)
    return body if result is None else result


@pytest.mark.parametrize(
    "change",
    [
        lambda _: [],
        lambda _: "text",
        lambda body: body.update(format="something/1"),
        lambda body: body.update(version="0123456789abcdef"),
        lambda body: body.update(more=1),
        lambda body: body.pop("scanner"),
        lambda body: {**body, "scanner": {}},
        lambda body: body["scanner"].update(device=""),
        lambda body: body["scanner"].update(device=7),
        lambda body: body["history"].append({}),
        lambda body: body["history"].append("lesson"),
        lambda body: body["history"][0].update(kind="rumour"),
        lambda body: body["history"][0].update(character="TT"),
        lambda body: body["history"][0].update(unanimous=1),
        lambda body: body["history"][0].update(occurrences=True),
        lambda body: body["history"][0].update(occurrences=0),
        lambda body: body["history"][0].update(learnt_at="today"),
        lambda body: body["history"][0].update(learnt_at=float("nan")),
        lambda body: body["history"][0].update(shape="0:5:00:"),
        lambda body: body["history"][0].update(patient="A"),
        lambda body: body["history"][1].pop("why"),
    ],
)
def test_what_is_no_atlas_is_refused(change: Callable[[Json], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        atlas_from_json(changed(change))


def test_the_version_guards_shapes_and_characters() -> None:
    body = atlas_to_json(replace(ATLAS, history=(LESSON,)))
    body["history"][0]["character"] = "7"
    with pytest.raises(ValueError, match="version"):
        atlas_from_json(body)


def test_the_format_is_what_it_was() -> None:
    """Boxes exchange files: another layout of the file is another format."""
    assert atlas_to_json(ATLAS) == {
        "format": FORMAT,
        "version": ATLAS.version,
        "scanner": {
            "manufacturer": "MAKER",
            "model_name": "Model",
            "device": "1",
            "software_versions": "",
        },
        "history": [
            {
                "kind": "lesson",
                "shape": "0:5:fc40:",
                "character": "T",
                "readers": "one+other",
                "unanimous": True,
                "occurrences": 2,
                "layout": "dose-report/1",
                "screen": "d1",
                "software_versions": "",
                "learnt_at": 1e9,
                "imported_from": "",
            },
            {
                "kind": "withdrawal",
                "shape": "0:5:fc40:",
                "character": "T",
                "why": "a person read 7",
                "withdrawn_at": None,
                "imported_from": "",
            },
        ],
    }
    assert FORMAT == "dose-appliance/learnt-atlas/1"
