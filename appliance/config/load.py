"""Reading the file, strictly: one clear message for whatever is wrong first."""

import difflib
import math
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from appliance.config.consistency import contradictions
from appliance.config.destination import Destination
from appliance.config.preset import completed
from appliance.config.schema import Configuration
from appliance.config.source import KeyPath, Source
from appliance.errors import ConfigurationError

T = TypeVar("T")
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Or half of a character, a surrogate alone, which no file could hold."""


def load_configuration(path: Path | None) -> Configuration:
    """The configuration in the TOML file at ``path``; the defaults when it is None.

    A relative ``data_dir`` is taken from the file's folder. Raises ConfigurationError naming the
    file, the line and the key.
    """
    if path is None:
        return Configuration()
    configuration = parse_configuration(_text(path), str(path))
    return replace(configuration, data_dir=path.absolute().parent / configuration.data_dir)


def parse_configuration(text: str, where: str = "configuration") -> Configuration:
    """The configuration in TOML ``text``; ``where`` names it in messages.

    Raises ConfigurationError naming the line and the key.
    """
    source = Source(text, where)
    configuration = _table(Configuration, source.document(), source, ())
    for path, what, remedy in contradictions(configuration):
        raise source.fault(path, what, remedy)
    return configuration


def read_settings(kind: type[T], content: Any, source: Source, path: KeyPath = ()) -> T:  # noqa: ANN401
    """An instance of the settings class ``kind`` from ``content``, the table at ``path``.

    Raises ConfigurationError naming the line and the key.
    """
    return _table(kind, content, source, path)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as failure:
        raise ConfigurationError(f"cannot be read: {failure.strerror}", str(path)) from failure
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise ConfigurationError("not UTF-8 text", f"{path}:{line}") from failure


def _table(kind: type[T], content: Any, source: Source, path: KeyPath) -> T:  # noqa: ANN401
    """An instance of the settings class ``kind`` from a TOML table."""
    if not isinstance(content, dict):
        raise source.fault(path, f"must be a table, not {_kind_of(content)}", _as_table(path))
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type] # a dataclass
    for key in content:
        if key not in known:
            raise source.fault((*path, key), "unknown setting", _nearest(key, list(known)))
    for name, each in known.items():
        if name not in content and each.default is each.default_factory is MISSING:
            raise source.fault(path, f"`{name}` is missing", f"it is {each.metadata['meaning']}")
    types = get_type_hints(kind)
    values = {
        key: _value(types[key], known[key], value, source, (*path, key))
        for key, value in content.items()
    }
    return kind(**completed(values) if kind is Destination else values)


def _value(kind: Any, each: Field[Any], value: Any, source: Source, path: KeyPath) -> Any:  # noqa: ANN401
    """One setting's value, of the type its field is annotated with."""
    if is_dataclass(kind):
        return _table(kind, value, source, path)  # type: ignore[arg-type] # a class, not a value
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if is_dataclass(inner):
            return _tables(inner, value, source, path)  # type: ignore[arg-type] # a class as well
        return _words(each, value, source, path)
    accepts, wanted, convert = SCALARS[kind]
    if type(value) not in accepts:
        raise source.fault(path, f"must be {wanted}, not {_kind_of(value)}")
    if fault := _out_of_bounds(value, each.metadata):
        raise source.fault(path, fault)
    if isinstance(value, str) and (fault := _malformed(value, each.metadata)):
        choices = each.metadata["choices"]
        raise source.fault(path, fault, _nearest(value, choices) if choices else "")
    return convert(value)


def _tables(kind: type[T], value: Any, source: Source, path: KeyPath) -> tuple[T, ...]:  # noqa: ANN401
    if not isinstance(value, list):
        what = f"must be a list of tables, not {_kind_of(value)}"
        raise source.fault(path, what, f"write [[{'.'.join(p for p in path if type(p) is str)}]]")
    return tuple(_table(kind, entry, source, (*path, at)) for at, entry in enumerate(value))


def _words(each: Field[Any], value: Any, source: Source, path: KeyPath) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(value, list):
        raise source.fault(path, f"must be a list of texts, not {_kind_of(value)}", 'write ["…"]')
    words = tuple(_value(str, each, word, source, (*path, at)) for at, word in enumerate(value))
    for at, word in enumerate(words):
        if word in words[:at]:
            raise source.fault((*path, at), f"{_quoted(word)} is there already")
    return words


SCALARS: dict[type, tuple[tuple[type, ...], str, Callable[[Any], Any]]] = {
    bool: ((bool,), "true or false", bool),
    int: ((int,), "a whole number", int),
    float: ((int, float), "a number", float),
    str: ((str,), "text in quotes", str),
    Path: ((str,), "a path in quotes", Path),
}
"""By the field's type: the TOML types accepted, what to call them, the conversion."""


def _out_of_bounds(value: Any, bounds: MappingProxyType[Any, Any]) -> str:  # noqa: ANN401
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a finite number"
    minimum, maximum = bounds["minimum"], bounds["maximum"]
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        return f"must be from {minimum} to {maximum}"
    return ""


def _malformed(value: str, bounds: MappingProxyType[Any, Any]) -> str:
    if CONTROL_CHARACTER.search(value):
        return "must not hold line breaks or control characters"
    choices, form = bounds["choices"], bounds["form"]
    if choices and value not in choices:
        return f"must be one of {', '.join(map(_quoted, choices))}"
    return "" if re.fullmatch(form.pattern, value) else f"must be {form.words}"


def _nearest(word: str, names: list[str] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known are {', '.join(name for name in names if name)}"


def _as_table(path: KeyPath) -> str:
    return f"write [{path[-1]}]" if path and isinstance(path[-1], str) else ""


def _quoted(text: str) -> str:
    return f'"{text}"'


def _kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    names |= {dict: "a table", list: "a list"}
    return names.get(type(value), "a date or time")
