"""Changing single values of a TOML text, so that what a person wrote around them stays.

**Knows:** how a value is put at its place, and what comments cost where that cannot be done.
**Does not know:** which settings there are; whoever reads the text tells what is wrong with it.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from appliance.config.source import KeyPath

Value = bool | int | float | str | list[Any] | dict[str, Any]
"""What TOML holds, as far as settings do."""
_ABSENT = object()
_DELETE = "\x7f"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """``keeps_comments``: what stood around the changed values still does."""

    text: str
    keeps_comments: bool


def rewritten(text: str, changes: Mapping[KeyPath, Value | None]) -> Rewritten:
    """``text`` with each value of ``changes`` at its path; None takes it away, with its table.

    In lists the path of an entry that is not there yet, the next one, adds it. The result holds
    what it should, proven by reading it; where that takes it, all is written anew, without the
    comments. Raises ValueError (tomllib.TOMLDecodeError) for what is no TOML, LookupError for a
    path that cannot be.
    """
    wanted = tomllib.loads(text)
    for path, value in changes.items():
        _put(wanted, path, value)
    if wanted == tomllib.loads(text):
        return Rewritten(text, keeps_comments=True)
    anew = _with_comments(text, changes)
    if anew is not None and tomllib.loads(anew) == wanted:
        return Rewritten(anew, keeps_comments=True)
    return Rewritten(as_toml_text(wanted), keeps_comments="#" not in text)


def _with_comments(text: str, changes: Mapping[KeyPath, Value | None]) -> str | None:
    """None where the library that keeps them stumbles, as over tables in unusual orders."""
    try:
        document = tomlkit.parse(text)
        for path, value in changes.items():
            _put(document, path, value)
        anew = tomlkit.dumps(document)
        tomllib.loads(anew)
    except (TOMLKitError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return anew


def as_toml_text(document: Mapping[str, Any]) -> str:
    """A TOML text that holds ``document``."""
    return "\n".join(_lines(document, "")).strip() + "\n"


def _put(document: Any, path: KeyPath, value: Value | None) -> None:  # noqa: ANN401 - TOML of either library
    *above, last = path
    for at, part in enumerate(above):
        inner = _inside(document, part)
        if inner is _ABSENT:
            if value is None:
                return
            document[part] = [] if isinstance(path[at + 1], int) else {}
            inner = document[part]
        document = inner
    if value is None:
        if _inside(document, last) is not _ABSENT:
            del document[last]
    elif isinstance(last, int) and last == len(document):
        document.append(value)
    else:
        document[last] = value


def _inside(document: Any, part: str | int) -> Any:  # noqa: ANN401 - the same
    try:
        return document[part]
    except (KeyError, IndexError):
        return _ABSENT


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_below(value):
            yield f"{_key(key)} = {_literal(value)}"
    for key, value in table.items():
        header = f"{path}{_key(key)}"
        if isinstance(value, Mapping):
            yield from ("", f"[{header}]", *_lines(value, f"{header}."))
        elif _is_below(value):
            for entry in value:
                yield from ("", f"[[{header}]]", *_lines(entry, f"{header}."))


def _is_below(value: object) -> bool:
    """Whether it stands below a header of its own."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "_").isidentifier() and not key.startswith("-")
    return key if bare else _literal(key)


def _literal(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_literal(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bool | int):
        return json.dumps(value)
    return str(value)  # dates, which TOML writes as they are printed
