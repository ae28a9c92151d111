"""Tables of reference levels: each figure with its source, and whether anybody has verified it.

A table is a TOML file. Shipped ones lie in ``tables``; a site's own, in its folder, takes the place
of the shipped one of its edition. A figure that is not known is not there.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.dose.coded import Phantom
from appliance.drl.exam import Ages, Exams, ages, exams
from appliance.drl.site_file import text_of
from appliance.errors import ConfigurationError

LUNG_SCREENING = "lung-screening"
"""The edition of screening limits; in force besides the one that is configured."""
DIGEST_LENGTH = 12

_TABLE_KEYS = {"edition", "version", "title", "published", "source", "level"}
_LEVEL_KEYS = {
    "exam",
    "name",
    "phantom",
    "standard_weight_kg",
    "age_years",
    "ctdi_vol_mgy",
    "dlp_mgy_cm",
}
_FIGURE_KEYS = {"value", "source", "verified"}


class Quantity(StrEnum):
    """What a dose is stated in; figures of tables are of CTDIvol and DLP."""

    CTDI_VOL = "ctdi_vol_mgy"
    DLP = "dlp_mgy_cm"
    SSDE = "ssde_mgy"

    @property
    def unit(self) -> str:
        """As UCUM writes it."""
        return "mGy.cm" if self is Quantity.DLP else "mGy"

    @property
    def symbol(self) -> str:
        """As the field writes it."""
        return {"ctdi_vol_mgy": "CTDIvol", "dlp_mgy_cm": "DLP", "ssde_mgy": "SSDE"}[self]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a table, where it is from, and whether it was compared with the original."""

    value: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The figures for one examination of one kind of patient.

    Attributes:
        name: English, Japanese; what tells it from another of the same examination, else empty.
        phantom: The phantom they are stated for; None: it is not stated, any phantom is compared.
        ages: The ages they hold for; None: those of the examination.
        standard_weight_kg: Least and greatest weight, both included; None: not stated.
    """

    exam: str
    name: tuple[str, str]
    phantom: Phantom | None
    ages: Ages | None
    standard_weight_kg: tuple[Decimal, Decimal] | None
    figures: Mapping[Quantity, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One edition of reference levels; ``digest`` tells its content."""

    edition: str
    version: int
    title: tuple[str, str]
    published: str
    levels: tuple[Level, ...]
    digest: str = field(compare=False)

    @property
    def identifier(self) -> str:
        """Edition, version and content, as reports' histories keep it."""
        return f"{self.edition}/{self.version}/{self.digest}"

    @property
    def has_unverified(self) -> bool:
        """Whether a figure of it was never compared with the original."""
        return any(not each.verified for level in self.levels for each in level.figures.values())


@cache
def shipped() -> Mapping[str, Table]:
    """The shipped tables by edition."""
    folder = files(__package__) / "tables"
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
    tables = [parse(text, name) for name, text in sorted(texts.items()) if name.endswith(".toml")]
    return {table.edition: table for table in tables}


def shipped_text(edition: str) -> str:
    """The file of a shipped table. Raises KeyError."""
    if edition not in shipped():
        raise KeyError(edition)
    return (files(__package__) / "tables" / f"{edition}.toml").read_text("utf-8")


def tables(folder: Path) -> Mapping[str, Table]:
    """The shipped tables and the site's in ``folder``, which may not be there, by edition.

    Raises ConfigurationError for a file that is no table, naming file and entry.
    """
    known = dict(shipped())
    for file in sorted(folder.glob("*.toml")):
        table = parse(text_of(file), str(file))
        known[table.edition] = table
    return known


def parse(text: str, where: str) -> Table:
    """The table in ``text``. Raises ConfigurationError naming ``where`` and the entry."""
    try:
        data = tomllib.loads(text)
        _expect(data, _TABLE_KEYS, _TABLE_KEYS)
        levels = tuple(_levels(data, exams()))
        return Table(
            edition=str(data["edition"]),
            version=int(data["version"]),
            title=_pair(data["title"]),
            published=str(data["published"]),
            levels=levels,
            digest=sha256(text.encode()).hexdigest()[:DIGEST_LENGTH],
        )
    except (TypeError, ValueError, AttributeError, InvalidOperation) as fault:
        remedy = "docs/drl.md says what a table looks like"
        raise ConfigurationError(f"not a table: {fault}", where, remedy) from fault


def _levels(data: Mapping[str, Any], known: Exams) -> Iterator[Level]:
    seen: set[tuple[object, ...]] = set()
    for at, body in enumerate(data["level"], start=1):
        try:
            level = _level(body, data["source"], known)
        except (TypeError, ValueError, AttributeError, InvalidOperation) as fault:
            raise ValueError(f"level {at}: {fault}") from fault
        sources = tuple(each.source for each in level.figures.values())
        holds_for = (level.exam, level.phantom, level.ages, sources)
        if holds_for in seen:
            raise ValueError(f"level {at}: is there twice")
        seen.add(holds_for)
        yield level


def _level(body: Mapping[str, Any], sources: Mapping[str, str], known: Exams) -> Level:
    _expect(body, {"exam"}, _LEVEL_KEYS)
    if body["exam"] not in known.by_identifier:
        raise ValueError(f"there is no examination {body['exam']}")
    if body.get("phantom", "BODY32") not in Phantom.__members__:
        raise ValueError(f"there is no phantom {body['phantom']}")
    figures = {each: _figure(body[each], sources) for each in Quantity if each in body}
    if not figures:
        raise ValueError("it has no figure")
    return Level(
        exam=body["exam"],
        name=_pair(body.get("name", ("", ""))),
        phantom=Phantom[body["phantom"]] if "phantom" in body else None,
        ages=ages(body["age_years"]) if "age_years" in body else None,
        standard_weight_kg=_weights(body["standard_weight_kg"])
        if "standard_weight_kg" in body
        else None,
        figures=figures,
    )


def _pair(texts: Iterable[str]) -> tuple[str, str]:
    english, japanese = texts
    return str(english), str(japanese)


def _weights(bounds: Iterable[str]) -> tuple[Decimal, Decimal]:
    least, greatest = (Decimal(each) for each in bounds)
    if not least < greatest:
        raise ValueError(f"no weights are from {least} to {greatest}")
    return least, greatest


def _figure(body: Mapping[str, Any], sources: Mapping[str, str]) -> Figure:
    _expect(body, _FIGURE_KEYS, _FIGURE_KEYS)
    if body["source"] not in sources:
        raise ValueError(f"there is no source {body['source']}")
    value = Decimal(str(body["value"]))
    if not value.is_finite() or value <= 0:
        raise ValueError(f"{value} is no dose")
    if not isinstance(body["verified"], bool):
        raise ValueError("verified is true or false")  # noqa: TRY004 - a wrong file, no wrong call
    return Figure(value, sources[body["source"]], body["verified"])


def _expect(body: Mapping[str, Any], required: set[str], known: set[str]) -> None:
    unknown, missing = set(body) - known, required - set(body)
    if unknown or missing:
        raise ValueError(f"unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
