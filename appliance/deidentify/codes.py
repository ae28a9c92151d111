"""Codes (PS3.3 8.8): those of known schemes stay, with the meaning that the standard gives them."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom import Dataset
from pydicom.tag import Tag

from appliance.deidentify.option import Option
from appliance.deidentify.profile import rows
from appliance.deidentify.words import known_words
from appliance.deidentify.work import Work
from appliance.dose.coded import CTAcquisitionType, ProcedureContext
from appliance.dose.region import REGIONS

LOCAL = ("removed", "99REMOVED", "Local code removed")
LOCAL_MEANING = "Local code"
LONGEST_MEANING = 64
ATTRIBUTES = (
    "CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion",
    "CodeMeaning", "ContextIdentifier", "ContextUID", "ContextGroupVersion", "MappingResource",
    "MappingResourceUID", "MappingResourceName", "ContextGroupExtensionFlag",
    "ContextGroupLocalVersion", "ContextGroupExtensionCreatorUID", "EquivalentCodeSequence",
)  # fmt: skip
"""Those of the code sequence macros. Of them, value, scheme, version and meaning stay."""
TAGS = frozenset(Tag(keyword) for keyword in ATTRIBUTES)
_LOCAL_SCHEME = re.compile(r"L|99[A-Z0-9_.-]{1,14}", re.ASCII)
"""Designators that PS3.16 chapter 8 leaves to whoever makes codes of their own."""
_LOCAL_VALUE = re.compile(r"(?!.*[A-Za-z]{4})(?=.*[0-9])[A-Za-z0-9._-]{1,16}", re.ASCII)
"""Of a code, not of words: with a digit, and never four letters in a row."""
_VERSION = re.compile(r"[0-9][0-9.]{0,14}[a-z]?", re.ASCII)


def is_code(item: Dataset) -> bool:
    """Whether an item holds a code."""
    return any(keyword in item for keyword in ATTRIBUTES[:3])


def cleaned_code(item: Dataset, work: Work) -> Dataset:
    """A code as it may leave; a local one only where the institution may be known.

    Of a local one the meaning was written by persons: it is the one that the site lists for the
    code, else what it has of known words.
    """
    value = _text(item, "CodeValue") or _text(item, "LongCodeValue") or _text(item, "URNCodeValue")
    scheme = _text(item, "CodingSchemeDesignator")
    if _is_known(scheme, value):
        return _code(value, scheme, standard_meaning(scheme, value, item), item)
    listed = work.local_codes.get((scheme, value))
    is_code_of_the_house = listed is not None or _is_local(scheme, value)
    if not is_code_of_the_house or not work.may(Option.RETAIN_INSTITUTION_IDENTITY):
        return local_code()
    meaning = listed or known_words(_text(item, "CodeMeaning")) or LOCAL_MEANING
    return _code(value, scheme, meaning[:LONGEST_MEANING], item)


def cleaned_unit(item: Dataset) -> Dataset | None:
    """A unit as it may leave; None for one that nobody knows: no number leaves without its unit.

    Scanners name the scheme of units in more than one way; what has the form of a unit is one.
    """
    value, scheme = _text(item, "CodeValue"), _text(item, "CodingSchemeDesignator")
    if not _is_known("UCUM", value):
        return None
    known = scheme if scheme in _schemes() else "UCUM"
    return _code(value, known, standard_meaning("UCUM", value, item), item)


def local_code() -> Dataset:
    """What stands for a code that may not stay."""
    return _code(*LOCAL, Dataset())


def concept_of(item: Dataset) -> tuple[str, str]:
    """Code Value and scheme of a content item's concept name; empty without one."""
    names = item.get("ConceptNameCodeSequence")
    if not names:
        return "", ""
    return _text(names[0], "CodeValue"), _text(names[0], "CodingSchemeDesignator")


def known_concept(item: Dataset) -> str:
    """The concept's code, for people; empty for one of the house, which may name anybody."""
    value, scheme = concept_of(item)
    return f"{value} {scheme}" if _is_known(scheme, value) else ""


def standard_meaning(scheme: str, value: str, item: Dataset) -> str:
    """The meaning given, if it is a known one of this code; else the known one; else safe words.

    A code in whose meaning nothing is safe has its value for a meaning.
    """
    given = _text(item, "CodeMeaning")
    known = _meanings().get((scheme, value), ())
    if given in {*known, value}:
        return given
    return next(iter(known), known_words(given)[:LONGEST_MEANING] or value[:LONGEST_MEANING])


def _code(value: str, scheme: str, meaning: str, item: Dataset) -> Dataset:
    code = Dataset()
    if len(value) <= 16:  # noqa: PLR2004 - SH
        code.CodeValue = value
    else:
        code.LongCodeValue = value
    code.CodingSchemeDesignator = scheme
    version = _text(item, "CodingSchemeVersion")
    if _VERSION.fullmatch(version):
        code.CodingSchemeVersion = version
    code.CodeMeaning = meaning
    return code


def _is_local(scheme: str, value: str) -> bool:
    return bool(_LOCAL_SCHEME.fullmatch(scheme) and _LOCAL_VALUE.fullmatch(value))


def _is_known(scheme: str, value: str) -> bool:
    form = _schemes().get(scheme)
    fits = form is not None and form.fullmatch(value) is not None
    return fits or (scheme, value) in _meanings()


def _text(item: Dataset, keyword: str) -> str:
    return str(item.get(keyword) or "").strip()


@cache
def _schemes() -> dict[str, re.Pattern[str]]:
    text = (files("appliance.deidentify") / "schemes.toml").read_text("utf-8")
    return {scheme: re.compile(form, re.ASCII) for scheme, form in tomllib.loads(text).items()}


@cache
def _meanings() -> dict[tuple[str, str], list[str]]:
    """Code Meanings by scheme and value, the one to prefer first."""
    found: dict[tuple[str, str], list[str]] = {}
    for scheme, value, meaning in _dictionary():
        found.setdefault((scheme, value), []).append(meaning)
    return found


def _dictionary() -> Iterator[tuple[str, str, str]]:
    """The box's own codes, those readers know, and every code of pydicom's context groups.

    Those take 15 MiB: only who takes identity out of something pays.
    """
    from pydicom.sr import _concepts_dict  # noqa: PLC0415

    for code in (*REGIONS.values(), *CTAcquisitionType, *ProcedureContext):
        yield code.coding_scheme, code.code_value, code.code_meaning
    for entry in (*rows("meanings.csv"), *rows("content_items.csv")):
        yield entry["scheme"], entry["code"], entry["meaning"]
    for scheme, concepts in _concepts_dict.concepts.items():
        codes: Any  # pydicom gives no type
        for codes in concepts.values():
            for value, (meaning, _) in codes.items():
                yield scheme, value, meaning
