"""One attribute that is no sequence, by the action that the table or its silence asks for."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom import DataElement

from appliance.deidentify.moment import limited_age
from appliance.deidentify.option import Option
from appliance.deidentify.profile import REQUIRED, REQUIRED_EMPTY, Action
from appliance.deidentify.terms import cleaned_term
from appliance.deidentify.value import (
    BULK,
    MOMENTS,
    NUMBERS,
    TEXTS,
    WORDS,
    dummy,
    each,
    is_as_defined,
    well_formed,
    worded,
)
from appliance.deidentify.work import Work


def without_identity(
    element: DataElement, type_: str | None, action: Action | None, work: Work
) -> DataElement | None:
    """The attribute as it may leave; None: it may not.

    Args:
        element: Any but a sequence.
        type_: Its type in the IOD; None: the IOD does not define it.
        action: What the table asks for; None: it does not list the attribute, the IOD defines it.
        work: The object it is of.
    """
    match action:
        case Action.REMOVE:
            return None
        case Action.EMPTY | Action.DUMMY:
            return _with(element, dummy(element.VR) if action is Action.DUMMY else None)
        case _ if not is_as_defined(element):
            return _values(element, [], type_)
        case Action.KEEP if element.VR in TEXTS:
            return element
        case Action.CLEAN if element.VR in WORDS:
            return _values(element, worded(element.VR, each(element.value)), None)
    return _by_form(element, type_ if action in {None, Action.UID} else None, work)


def _by_form(element: DataElement, type_: str | None, work: Work) -> DataElement | None:
    """An attribute that may stay if its value can be nothing but what its VR is for."""
    vr, values = element.VR, each(element.value)
    if vr in NUMBERS:
        return element
    kept: list[Any] = []
    if vr in MOMENTS:
        kept = [work.moments.of(vr, str(value)) for value in values]
        if any(kept):
            work.may(Option.RETAIN_FULL_DATES)
            work.may(Option.RETAIN_MODIFIED_DATES)
    elif vr == "UI":
        kept = [work.uid(str(value)) for value in values]
    elif vr == "AS":
        kept = [limited_age(str(value), work.preset.oldest_age_years) for value in values]
    elif vr == "CS":
        kept = [cleaned_term(element.keyword, str(value), work) for value in values]
    elif vr in {"DS", "IS"}:
        kept = [value if well_formed(vr, value) else "" for value in values]
    elif element.keyword in _kept()["bulk" if vr in BULK else "keywords"].split():
        return element
    elif element.keyword in _kept()["forms"]:
        form = _kept()["forms"][element.keyword]
        kept = [value for value in values if re.fullmatch(form, str(value).strip())]
    return _values(element, kept, type_)


def _values(element: DataElement, values: list[Any], type_: str | None) -> DataElement | None:
    """The attribute with these values; without any, what its type asks for."""
    while values and values[-1] == "":
        values = values[:-1]
    if any(value != "" for value in values):
        return _with(element, values if len(values) > 1 else values[0])
    if type_ in REQUIRED and not element.is_empty:
        return _with(element, dummy(element.VR))
    return _with(element, None) if type_ in (*REQUIRED, *REQUIRED_EMPTY) else None


def _with(element: DataElement, value: object) -> DataElement:
    return DataElement(element.tag, element.VR, value)


@cache
def _kept() -> dict[str, Any]:
    return tomllib.loads((files("appliance.deidentify") / "kept_texts.toml").read_text("utf-8"))
