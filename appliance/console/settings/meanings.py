"""What each setting means, in English and Japanese.

English stands in the schema; Japanese in ``meanings.toml``, by the path of the setting. Settings of
one meaning, as those of TLS are in many tables, are explained once.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args, get_type_hints

from appliance.provisioning import Box

APPLIANCE = "appliance"
Pair = tuple[str, str]
"""English and Japanese."""


def every_setting(kind: Any = Box, path: str = "") -> Iterator[tuple[str, Field[Any]]]:  # noqa: ANN401 - a settings class
    """Path without places in lists, and field, of every setting and table.

    ``receiver.tls.port`` is a setting, ``[receiver.tls]`` its table. Those of the appliance are
    called as in its own file.
    """
    types = types_of(kind)
    for each in fields(kind):
        name = f"{path}{each.name}"
        inner = inner_kind(types[each.name])
        if name != APPLIANCE:
            yield name if inner is None else f"[{name}]", each
        if inner is not None:
            yield from every_setting(inner, "" if name == APPLIANCE else f"{name}.")


def types_of(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a settings class
    """What its fields are annotated with, resolved once a process."""
    return _resolved(kind)


@cache
def _resolved(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the same
    return get_type_hints(kind)


def inner_kind(kind: Any) -> Any:  # noqa: ANN401 - an annotation
    """The settings class inside an annotation; None: it is a plain value."""
    inner = get_args(kind)[0] if get_args(kind) else kind
    return inner if is_dataclass(inner) else None


def meaning_of(each: Field[Any]) -> Pair:
    """What a setting is for."""
    english = str(each.metadata["meaning"])
    return english, japanese().get(english, english)


@cache
def japanese() -> Mapping[str, str]:
    """By the English of the schema."""
    told = _texts()["settings"]
    known = {str(each.metadata["meaning"]): told.get(path) for path, each in _backwards()}
    return {english: text for english, text in known.items() if text}


def _backwards() -> list[tuple[str, Field[Any]]]:
    """So that of settings of one meaning the first in the schema counts that has a text."""
    told = _texts()["settings"]
    return [(path, each) for path, each in reversed(list(every_setting())) if path in told]


@cache
def _texts() -> Mapping[str, Any]:
    file = files("appliance.console.settings") / "meanings.toml"
    return tomllib.loads(file.read_text("utf-8"))
