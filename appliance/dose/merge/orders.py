"""The orders of sources and the rules of matching (``orders.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.dose.merge.source import SourceKind

Facets = frozenset[str]


@dataclass(frozen=True, slots=True)
class Order:
    """How one value is taken.

    Attributes:
        sources: Whose word counts, the first that says anything.
        doubted: The sources whose different value is a doubt.
        is_dose: Whether a person signs it as it is; else it is technique.
        shared: Whether it may be taken from scans of which any may be meant, if all agree.
        reason: Why so, for people.
    """

    sources: tuple[SourceKind, ...]
    doubted: frozenset[SourceKind]
    is_dose: bool
    shared: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Matching:
    """When two events are the same; sets of facets' names (``likeness.Facet``)."""

    sufficient: tuple[Facets, ...]
    near: tuple[Facets, ...]
    least_digits_alone: int
    range_tolerance_mm: Decimal
    ctdi_vol_tolerance: Decimal = Decimal(0)
    """Share by which two CTDIvol of one scan may differ; the site's setting."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The whole file; ``parts`` are the fields that hold several things, taken whole."""

    version: int
    values: Mapping[str, Order]
    parts: Mapping[str, Order]
    matching: Matching


@cache
def orders() -> Orders:
    """The shipped orders."""
    data = tomllib.loads((files(__package__) / "orders.toml").read_text("utf-8"))
    values = {name: _order(body) for body in data["value"] for name in body["names"]}
    parts = {body["name"]: _order(body) for body in data["part"]}
    return Orders(data["version"], values, parts, _matching(data["matching"]))


def _order(body: Mapping[str, Any]) -> Order:
    return Order(
        sources=tuple(map(SourceKind, body["order"])),
        doubted=frozenset(map(SourceKind, body.get("doubted", ()))),
        is_dose=body.get("kind") == "dose",
        shared=body.get("shared", False),
        reason=body["reason"],
    )


def _matching(body: Mapping[str, Any]) -> Matching:
    return Matching(
        sufficient=tuple(map(frozenset, body["sufficient"])),
        near=tuple(map(frozenset, body["near"])),
        least_digits_alone=body["least_digits_alone"],
        range_tolerance_mm=Decimal(body["range_tolerance_mm"]),
    )
