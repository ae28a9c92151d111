"""A layout: how one family of consoles prints its dose report, as data.

**A layout file** (``layouts/*.toml``) names anchors, columns and their cells, totals, words that
stand for codes, and what the arithmetic must satisfy. ``docs/layouts.md`` describes every key.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.dose.coded import CTAcquisitionType, Phantom


class CellKind(StrEnum):
    """How a column's cells are written."""

    SERIES = "series"
    TYPE = "type"
    TEXT = "text"
    RANGE = "range"
    NUMBER = "number"
    EXPOSURE = "exposure"
    PHANTOM = "phantom"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    ``headers`` are the phrases it may be headed with (none: it stands left of all others),
    ``decimals`` the numbers of decimals it may print, ``directions`` the sign of each letter of a
    scan range, ``required`` whether every row has a value in it, ``optional`` whether some versions
    lack the column, ``marked`` whether a phantom mark may follow, ``anchor`` whether a line with
    something under it is a row.
    """

    name: str
    kind: CellKind
    headers: tuple[str, ...]
    decimals: tuple[int, ...] = (0,)
    directions: Mapping[str, int] | None = None
    required: bool = False
    optional: bool = False
    marked: bool = False
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A number that follows a phrase anywhere on the screen.

    A ``required`` one must be there; another may be absent only where the total called
    ``absent_beside`` stands on a line alone, so that a total nobody could read is not taken for
    one that is not printed.
    """

    name: str
    phrases: tuple[str, ...]
    decimals: tuple[int, ...]
    required: bool = True
    absent_beside: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout file."""

    name: str
    version: int
    tier: str
    title: str
    provenance: str
    phrases: tuple[str, ...]
    manufacturer: str
    hints: Mapping[str, str]
    page_foot: bool
    columns: tuple[Column, ...]
    totals: tuple[Total, ...]
    unit_words: tuple[str, ...]
    types: Mapping[str, CTAcquisitionType]
    labels: Mapping[str, CTAcquisitionType]
    phantoms: Mapping[str, Phantom]
    legend: Mapping[str, Phantom]
    skip: tuple[str, ...]

    @property
    def identifier(self) -> str:
        """``dose-report/1``: what reports and evidence name."""
        return f"{self.name}/{self.version}"


@cache
def layouts() -> tuple[Layout, ...]:
    """Every shipped layout, by name."""
    folder = files("appliance.dosescreen") / "layouts"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(
        parse_layout(tomllib.loads(entry.read_text("utf-8")))
        for entry in sorted(found, key=lambda entry: entry.name)
    )


def parse_layout(data: Mapping[str, Any]) -> Layout:
    """A layout from a parsed file; raises KeyError, TypeError or ValueError for a wrong one."""
    return Layout(
        name=data["name"],
        version=int(data["version"]),
        tier=data["tier"],
        title=data["title"],
        provenance=data["provenance"].strip(),
        phrases=tuple(data["match"]["phrases"]),
        manufacturer=data["match"]["manufacturer"],
        hints=dict(data["hints"]),
        page_foot=bool(data["page"]["foot"]),
        columns=tuple(_column(entry) for entry in data["column"]),
        totals=tuple(_total(entry) for entry in data["total"]),
        unit_words=tuple(data["units"]["words"]),
        types=_types(data.get("types", {})),
        labels=_types(data.get("labels", {})),
        phantoms={text: Phantom.from_name(name) for text, name in data.get("phantoms", {}).items()},
        legend=_legend(data),
        skip=tuple(data.get("skip", {}).get("phrases", ())),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        **{
            **entry,
            "kind": CellKind(entry["kind"]),
            "headers": tuple(entry["headers"]),
            "decimals": tuple(entry.get("decimals", (0,))),
        }
    )


def _total(entry: Mapping[str, Any]) -> Total:
    return Total(
        **{**entry, "phrases": tuple(entry["phrases"]), "decimals": tuple(entry["decimals"])}
    )


def _types(entries: Mapping[str, str]) -> dict[str, CTAcquisitionType]:
    return {text: CTAcquisitionType.from_name(name) for text, name in entries.items()}


def _legend(data: Mapping[str, Any]) -> dict[str, Phantom]:
    sizes = data.get("legend", {}).get("sizes", {})
    return {size: Phantom.from_name(name) for size, name in sizes.items()}
