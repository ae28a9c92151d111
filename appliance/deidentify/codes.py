"""Codes (PS3.3 8.8): those of known schemes stay, with the meaning that the standard gives them."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pydicom import Dataset
from pydicom.sr import codedict
from pydicom.tag import Tag

from appliance.deidentify.option import Option
from appliance.deidentify.profile import rows
from appliance.deidentify.words import known_words
from appliance.deidentify.work import Work

LOCAL = ("removed", "99REMOVED", "Local code removed")
LONGEST_MEANING = 64
ATTRIBUTES = (
    "CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion",
    "CodeMeaning", "ContextIdentifier", "ContextUID", "ContextGroupVersion", "MappingResource",
    "MappingResourceUID", "MappingResourceName", "ContextGroupExtensionFlag",
    "ContextGroupLocalVersion", "ContextGroupExtensionCreatorUID", "EquivalentCodeSequence",
)  # fmt: skip
"""Those of the code sequence macros. Of them, value, scheme, version and meaning stay."""
TAGS = frozenset(Tag(keyword) for keyword in ATTRIBUTES)
_VERSION = re.compile(r"[0-9][0-9A-Za-z.]{0,9}")


def is_code(item: Dataset) -> bool:
    """Whether an item holds a code."""
    return any(keyword in item for keyword in ATTRIBUTES[:3])


def cleaned_code(item: Dataset, work: Work) -> Dataset:
    """A code as it may leave; a local one only where the institution may be known."""
    value = _text(item, "CodeValue") or _text(item, "LongCodeValue") or _text(item, "URNCodeValue")
    scheme = _text(item, "CodingSchemeDesignator")
    if _is_known(scheme, value):
        return _code(value, scheme, standard_meaning(scheme, value, item), item)
    if work.may(Option.RETAIN_INSTITUTION_IDENTITY):
        return _code(value, scheme, _text(item, "CodeMeaning"), item)
    return local_code()


def local_code() -> Dataset:
    """What stands for a code that may not stay."""
    return _code(*LOCAL, Dataset())


def concept_of(item: Dataset) -> tuple[str, str]:
    """Code Value and scheme of a content item's concept name; empty without one."""
    names = item.get("ConceptNameCodeSequence")
    if not names:
        return "", ""
    return _text(names[0], "CodeValue"), _text(names[0], "CodingSchemeDesignator")


def standard_meaning(scheme: str, value: str, item: Dataset) -> str:
    """The meaning in the dictionary; else the known words of the one given, else the value."""
    known = _meanings().get((scheme, value))
    return known or known_words(_text(item, "CodeMeaning"))[:LONGEST_MEANING] or value


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
def _meanings() -> dict[tuple[str, str], str]:
    found = dict(_dictionary())
    found |= {
        (entry["scheme"], entry["code"]): entry["meaning"] for entry in rows("content_items.csv")
    }
    return found


def _dictionary() -> Iterator[tuple[tuple[str, str], str]]:
    """Every code of the context groups that pydicom ships."""
    for scheme, concepts in codedict.CONCEPTS.items():
        for codes in concepts.values():
            for value, (meaning, _) in codes.items():
                yield (scheme, value), meaning
