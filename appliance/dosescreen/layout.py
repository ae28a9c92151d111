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
from appliance.dosescreen.tier import Tier


class CellKind(StrEnum):
    """How a column's cells are written.

    An ``ignored`` column is known and not read; a ``foreign`` one says that the screen is of
    another family.
    """

    SERIES = "series"
    TYPE = "type"
    TEXT = "text"
    RANGE = "range"
    POSITION = "position"
    NUMBER = "number"
    EXPOSURE = "exposure"
    PHANTOM = "phantom"
    IGNORED = "ignored"
    FOREIGN = "foreign"


class Holds(StrEnum):
    """What stands in a section of a screen."""

    TOTALS = "totals"
    TABLES = "tables"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    ``headers`` are the phrases it may be headed with (none: it stands left of all others),
    ``decimals`` the numbers of decimals it may print, ``uniform`` whether all its rows print as
    many, ``directions`` the sign of each letter of a scan range, ``required`` whether every row has
    a value in it, ``optional`` whether some versions lack the column, ``marked`` whether a phantom
    mark may follow, ``anchor`` whether a line with something under it is a row, ``labels`` whether
    its word is what the scan is called, ``instead_of`` the column whose place it takes on versions
    that lack that one, ``dispensable`` whether a cell that cannot be read is left out, since no
    dose and no check rests on it, ``lettered`` whether letters may follow the number of a series.
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
    uniform: bool = False
    labels: bool = False
    instead_of: str = ""
    dispensable: bool = False
    lettered: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A number that follows a phrase anywhere on the screen.

    A ``required`` one must be there; another may be absent only where the total called
    ``absent_beside`` stands on a line alone, so that a total nobody could read is not taken for
    one that is not printed. ``by_phantom`` are the words before its parts where it is printed
    phantom by phantom, ``instead_of`` is the total whose place it takes on versions that lack that
    one.
    """

    name: str
    phrases: tuple[str, ...]
    decimals: tuple[int, ...]
    required: bool = True
    absent_beside: str = ""
    by_phantom: Mapping[str, Phantom] | None = None
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """How the examination's date is printed.

    ``phrases`` stand before it on its line; where there are none it stands anywhere. ``forms`` are
    those of ``datetime.strptime``, of %d, %m, %b and %Y.
    """

    phrases: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a screen, by the phrases it is headed with."""

    phrases: tuple[str, ...]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout file.

    A layout with ``sections`` fits a screen that has one of them: totals and tables may stand on
    screens of their own, and every table under a line ``2. NAME``. In a ``stacked`` table the
    header takes several lines, and every row as many. ``identity`` are the attributes that stand
    behind a phrase, ``ends`` what a line begins with below which there are no rows.
    """

    name: str
    version: int
    tier: Tier
    title: str
    provenance: str
    phrases: tuple[str, ...]
    manufacturer: str
    hints: Mapping[str, str]
    page_foot: bool
    sections: tuple[Section, ...]
    stacked: bool
    columns: tuple[Column, ...]
    totals: tuple[Total, ...]
    unit_words: tuple[str, ...]
    types: Mapping[str, CTAcquisitionType]
    labels: Mapping[str, CTAcquisitionType]
    phantoms: Mapping[str, Phantom]
    suffixes: Mapping[str, Phantom]
    legend: Mapping[str, Phantom]
    skip: tuple[str, ...]
    ends: tuple[str, ...]
    identity: Mapping[str, str]
    date: PrintedDate | None

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
    """A layout from a parsed file.

    Raises KeyError for a key or a code that is missing, TypeError or ValueError for one that does
    not exist or has a wrong value.
    """
    _only_known(data)
    return Layout(
        name=data["name"],
        version=int(data["version"]),
        tier=Tier(data["tier"]),
        title=data["title"],
        provenance=data["provenance"].strip(),
        phrases=tuple(data["match"]["phrases"]),
        manufacturer=data["match"]["manufacturer"],
        hints=dict(data["hints"]),
        page_foot=bool(data["page"]["foot"]),
        sections=tuple(_section(entry) for entry in data.get("section", ())),
        stacked=bool(data["page"].get("stacked", False)),
        columns=tuple(_column(entry) for entry in data["column"]),
        totals=tuple(_total(entry) for entry in data["total"]),
        unit_words=tuple(data["units"]["words"]),
        types=_types(data.get("types", {})),
        labels=_types(data.get("labels", {})),
        phantoms=_phantoms(data.get("phantoms", {})),
        suffixes=_phantoms(data.get("suffixes", {})),
        legend=_phantoms(data.get("legend", {}).get("sizes", {})),
        skip=tuple(data.get("skip", {}).get("phrases", ())),
        ends=tuple(data.get("skip", {}).get("ends", ())),
        identity=dict(data.get("identity", {})),
        date=_date(data["date"]) if "date" in data else None,
    )


_TABLES = {
    "match": {"phrases", "manufacturer"},
    "page": {"foot", "stacked"},
    "units": {"words"},
    "legend": {"sizes"},
    "skip": {"phrases", "ends"},
    "date": {"phrases", "forms"},
}
"""The keys of tables; elsewhere they are words of the screen, or a dataclass names them."""
_KEYS = {"name", "version", "tier", "title", "provenance", "hints", "section", "column", "total"}
_KEYS |= {"identity", "types", "labels", "phantoms", "suffixes", *_TABLES}


def _only_known(data: Mapping[str, Any]) -> None:
    unknown = [*(data.keys() - _KEYS)]
    for table, keys in _TABLES.items():
        unknown += [f"{table}.{key}" for key in data.get(table, {}).keys() - keys]
    if unknown:
        raise ValueError(f"a layout has no {', '.join(sorted(unknown))}")


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
    parts = entry.get("by_phantom")
    return Total(
        **{
            **entry,
            "phrases": tuple(entry["phrases"]),
            "decimals": tuple(entry["decimals"]),
            "by_phantom": _phantoms(parts) if parts else None,
        }
    )


def _date(entry: Mapping[str, Any]) -> PrintedDate:
    return PrintedDate(tuple(entry["phrases"]), tuple(entry["forms"]))


def _section(entry: Mapping[str, Any]) -> Section:
    return Section(**{**entry, "phrases": tuple(entry["phrases"]), "holds": Holds(entry["holds"])})


def _types(entries: Mapping[str, str]) -> dict[str, CTAcquisitionType]:
    return {text: CTAcquisitionType.from_name(name) for text, name in entries.items()}


def _phantoms(entries: Mapping[str, str]) -> dict[str, Phantom]:
    return {text: Phantom.from_name(name) for text, name in entries.items()}
