"""Every layout file is whole, strict, and documented."""

import re
import tomllib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from pydicom.datadict import tag_for_keyword

import appliance.dosescreen.layout
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dosescreen.layout import (
    CellKind,
    Column,
    Layout,
    Section,
    Total,
    layouts,
    parse_layout,
)
from appliance.dosescreen.soundness import faults
from appliance.dosescreen.wording import closest, folded

FOLDER = Path(appliance.dosescreen.layout.__file__).with_name("layouts")
FILES = sorted(FOLDER.glob("*.toml"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "layouts.md"
EVENT_FIELDS = {each.name for each in fields(IrradiationEvent)} | {"scan_range"}
TOTALS = {"total_dlp_mgy_cm", "total_mas"}

Data = dict[str, Any]
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
every_layout = pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)


def data_of(file: Path) -> Data:
    return tomllib.loads(file.read_text("utf-8"))


@every_file
def test_a_file_is_the_layout_it_is_named_for(file: Path) -> None:
    layout = parse_layout(data_of(file))
    assert layout.name == file.stem
    assert layout.identifier == f"{file.stem}/{layout.version}"
    assert layout.version >= 1
    assert layout.provenance
    assert layout.tier in {"gold", "silver", "bronze"}


def test_names_are_unique() -> None:
    names = [layout.name for layout in layouts()]
    assert len(names) == len(set(names)) == len(FILES)


SPOILT: dict[str, Callable[[Data], object]] = {
    "a key nobody knows": lambda data: data.update(colour="black"),
    "a key of match": lambda data: data["match"].update(phrase=["Dose"]),
    "a key of page": lambda data: data["page"].update(head=True),
    "a key of a column": lambda data: data["column"][0].update(decimal=[2]),
    "a key of a total": lambda data: data["total"][0].update(phrase="Total"),
    "a key of units": lambda data: data["units"].update(word=["mGy"]),
    "a key of skip": lambda data: data.setdefault("skip", {}).update(lines=["x"]),
    "a kind of cell": lambda data: data["column"][0].update(kind="roman"),
    "an acquisition type": lambda data: data.setdefault("types", {}).update(Loop="LOOP"),
    "a phantom": lambda data: data.setdefault("phantoms", {}).update({"Foot 8": "FOOT8"}),
    "no name": lambda data: data.pop("name"),
    "no columns": lambda data: data.pop("column"),
    "no phrases": lambda data: data["match"].pop("phrases"),
    "no provenance": lambda data: data.pop("provenance"),
}


@every_file
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_file_with_a_mistake_is_refused(file: Path, spoil: Callable[[Data], object]) -> None:
    data = deepcopy(data_of(file))
    spoil(data)
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_layout(data)


def test_a_refused_key_is_named() -> None:
    data = data_of(FILES[0])
    data["page"]["head"] = True
    with pytest.raises(ValueError, match=r"page\.head"):
        parse_layout(data)


@every_layout
def test_patterns_compile_and_look_at_attributes_that_exist(layout: Layout) -> None:
    assert re.compile(layout.manufacturer).search("ANOTHER MAKER") is None
    for keyword, pattern in layout.hints.items():
        assert tag_for_keyword(keyword) is not None, keyword
        assert re.compile(pattern).search("MPR 3.0 B30f") is None, pattern


@every_layout
def test_a_table_is_found_by_its_doses(layout: Layout) -> None:
    names = [column.name for column in layout.columns]
    assert len(names) == len(set(names))
    anchors = {column.name for column in layout.columns if column.anchor}
    assert anchors >= {"ctdi_vol_mgy", "dlp_mgy_cm"}
    assert sum(not column.headers for column in layout.columns) <= 1
    assert all(layout.phrases) or layout.sections or layout.phrases == ()


@every_layout
def test_what_is_read_is_a_field_of_the_record(layout: Layout) -> None:
    unread = {CellKind.IGNORED, CellKind.FOREIGN}
    named = {
        column.instead_of or column.name for column in layout.columns if column.kind not in unread
    }
    assert named <= EVENT_FIELDS
    totals = {total.instead_of or total.name for total in layout.totals}
    assert totals <= {each.name for each in fields(CTRadiationDose)} & TOTALS
    assert "total_dlp_mgy_cm" in totals


@every_layout
def test_nothing_a_check_rests_on_is_dispensable(layout: Layout) -> None:
    columns = tuple(replace(column, dispensable=True) for column in layout.columns)
    (fault,) = faults(replace(layout, columns=columns), layout.name)
    assert "dlp_mgy_cm" in fault


@every_layout
def test_a_total_must_be_there_or_may_be_absent_beside_another(layout: Layout) -> None:
    names = {total.name for total in layout.totals}
    for total in layout.totals:
        assert total.required or total.instead_of in names or total.absent_beside in names
        assert total.phrases
        assert total.decimals


@every_layout
def test_words_that_stand_for_codes_are_told_apart(layout: Layout) -> None:
    """Each word is nearest to itself, however it is folded."""
    for words in (layout.types, layout.labels, layout.phantoms):
        for word, code in words.items():
            nearest = closest([word], words)
            assert nearest is None or words[nearest] is code, word
            same = [other for other in words if folded(other) == folded(word)]
            assert {words[other] for other in same} == {code}, word


@every_layout
def test_numbers_have_decimals_and_ranges_have_directions(layout: Layout) -> None:
    for column in layout.columns:
        assert all(0 <= places <= 4 for places in column.decimals)
        assert column.directions is None or column.kind is CellKind.RANGE
        assert set((column.directions or {}).values()) <= {1, -1}


# The document


@every_layout
def test_the_document_says_what_each_layout_is_and_stands_on(layout: Layout) -> None:
    text = " ".join(DOCUMENT.read_text("utf-8").split())
    assert f"| `{layout.name}` | {layout.version} | {layout.tier} |" in text
    assert " ".join(layout.provenance.split()) in text


def test_the_document_names_every_key() -> None:
    text = DOCUMENT.read_text("utf-8")
    keys = {key for file in FILES for key in data_of(file)}
    keys |= {each.name for kind in (Column, Total, Section) for each in fields(kind)}
    keys |= {"phrases", "manufacturer", "foot", "stacked", "words", "sizes", "ends"}
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_the_document_names_every_kind_of_cell() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert {kind for kind in CellKind if f"`{kind}`" not in text} == set()
