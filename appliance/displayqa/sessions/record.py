"""A happening as the words that are kept of it, and back: its kind, and a JSON object.

Numbers that were read are texts, so that none is rounded; what is as it always is, is kept too.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.sessions.happening import KINDS, Happening
from appliance.errors import StateError

NEWER = "install the version that wrote it, or a newer one"
_NAMES: Mapping[type, str] = {kind: name for name, kind in KINDS.items()}


def kind_of(happening: Happening) -> str:
    """The word for what happened."""
    return _NAMES[type(happening)]


def as_json(happening: Happening) -> dict[str, Any]:
    """Every field of it."""
    return {each.name: _said(getattr(happening, each.name)) for each in fields(happening)}


def parsed(kind: str, body: Mapping[str, Any]) -> Happening:
    """What was kept. Raises StateError for what a newer version wrote, and for what is damaged."""
    if kind not in KINDS:
        raise StateError(f"a happening that this version does not know: {kind!r}", "", NEWER)
    made = KINDS[kind]
    known = {each.name: each for each in fields(made)}
    unknown = sorted(set(body) - set(known))
    if unknown:
        what = f"a happening with what this version does not know: {', '.join(unknown)}"
        raise StateError(what, kind, NEWER)
    lacking = sorted(name for name, each in known.items() if name not in body and _must(each))
    if lacking:
        raise StateError(f"a happening without {', '.join(lacking)}", kind)
    types = _types(kind)
    try:
        values: dict[str, Any] = {name: _read(types[name], each) for name, each in body.items()}
        return made(**values)
    except (ValueError, TypeError, KeyError, ArithmeticError) as failure:
        raise StateError(f"a happening that cannot be read: {failure!r}", kind) from failure


def _must(field: Field[Any]) -> bool:
    return field.default is MISSING


@cache
def _types(kind: str) -> dict[str, Any]:
    return get_type_hints(KINDS[kind])


def _said(value: object) -> object:
    match value:
        case tuple():
            return [_said(each) for each in value]
        case Chromaticity():
            return {"u_prime": str(value.u_prime), "v_prime": str(value.v_prime)}
        case StrEnum() | Decimal():
            return str(value)
        case _:
            return value


def _read(of: Any, value: Any) -> Any:  # noqa: ANN401 - whatever a field may be
    if get_origin(of) is UnionType:  # something, or None
        return None if value is None else _read(get_args(of)[0], value)
    if get_origin(of) is tuple:
        return tuple(_read(get_args(of)[0], each) for each in _instance(list, value))
    if of is Chromaticity:
        return Chromaticity(Fraction(value["u_prime"]), Fraction(value["v_prime"]))
    if of is Decimal or issubclass(of, StrEnum):
        return of(_instance(str, value))
    return _instance(of, value)


def _instance(of: type, value: object) -> Any:  # noqa: ANN401 - of that type
    if type(value) is not of:
        raise TypeError(f"{value!r} is no {of.__name__}")
    return value
