"""Which words and codes mean the same (``spellings.toml``)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from appliance.dose.region import REGIONS, Region
from appliance.rdsr.concepts import CodedEntry, Concept
from appliance.units import Unit

_SPELLINGS: dict[str, Any] = tomllib.loads(
    files(__package__).joinpath("spellings.toml").read_text("utf-8")
)
_SCHEMES = {"DCM": "DCM", "SCT": "SCT", "SRT": "SRT", "SNM3": "SRT", "99SDM": "SRT"}
"""Coding schemes that are compared; the SNOMED ones with each other."""


@lru_cache(maxsize=1 << 12)
def letters(text: str) -> str:
    """``text`` as what counts of it: its letters and digits, in one case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def is_code_of(value: str, scheme: str, wanted: CodedEntry) -> bool:
    """Whether a code is that of ``wanted``, SNOMED-RT taken for the SNOMED CT that replaced it."""
    return _is_same(value, scheme, wanted.code_value, wanted.coding_scheme)


def is_meaning_of(meaning: str, concept: Concept) -> bool:
    """Whether a code meaning is that of ``concept``, or another spelling of it."""
    return letters(meaning) in _MEANINGS[concept]


@lru_cache(maxsize=1 << 14)
def is_another(value: str, scheme: str, concept: Concept) -> bool:
    """Whether a code is that of a concept other than ``concept``, whatever its meaning says."""
    return any(is_code_of(value, scheme, each) for each in Concept if each is not concept)


def multiples(unit: Unit) -> Mapping[str, Decimal]:
    """Each spelling of a unit with its size in ``unit``."""
    return _UNITS[unit]


def unit_letters(text: str) -> str:
    """A unit as what counts of it."""
    folded = unicodedata.normalize("NFKC", text).replace("\N{GREEK SMALL LETTER MU}", "u")
    return re.sub(r"[^a-z0-9/%]", "", folded.casefold())


def words_for(kind: str, name: str) -> frozenset[str]:
    """What else a coded value is called; ``kind`` is a table of ``spellings.toml``."""
    return frozenset(map(letters, _SPELLINGS[kind].get(name, ())))


def former_region(value: str, scheme: str) -> Region | None:
    """The region that a code meant when it was in use."""
    codes: dict[str, str] = _SPELLINGS["former_regions"]
    names = (name for code, name in codes.items() if _is_same(value, scheme, code, "SCT"))
    return next((REGIONS[name] for name in names), None)


@lru_cache(maxsize=1 << 14)
def _is_same(value: str, scheme: str, other: str, other_scheme: str) -> bool:
    """The tables that know it take 15 MiB: only who reads a report by another pays."""
    from pydicom.sr.coding import Code  # noqa: PLC0415

    known = _SCHEMES.get(scheme)
    return known is not None and bool(Code(value, known, "") == Code(other, other_scheme, ""))


def _meanings() -> dict[Concept, frozenset[str]]:
    other: dict[str, Iterable[str]] = _SPELLINGS["concepts"]
    return {
        each: frozenset(map(letters, (each.code_meaning, *other.get(each.name, ()))))
        for each in Concept
    }


def _units() -> dict[Unit, dict[str, Decimal]]:
    return {
        Unit[name]: {unit_letters(text): Decimal(size) for text, size in sizes.items()}
        for name, sizes in _SPELLINGS["units"].items()
    }


_MEANINGS = _meanings()
_UNITS = _units()
