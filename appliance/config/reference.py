"""The settings, written out for people: as a TOML file and as Markdown tables.

**Knows:** how a configuration reads as TOML, with each setting's meaning beside it.
**Does not know:** which settings there are; it asks ``schema``.
"""

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any, get_args, get_type_hints

from appliance.config.destination import Destination
from appliance.config.schema import Configuration, Rule, Scanner

LINE_LENGTH = 96

EXAMPLE_SITE = Configuration(
    scanner=(
        Scanner(
            name="ct1",
            ae_title="CT1",
            address="192.0.2.10",
            rule=(Rule(label="head.*", phantom="HEAD16"), Rule(phantom="BODY32")),
        ),
    ),
    destination=(Destination(name="archive", host="192.0.2.20"),),
)
"""One scanner whose screens print no phantom, one archive, and the defaults."""


def as_toml(configuration: Configuration) -> str:
    """A file that loads as ``configuration``, every setting in it with its meaning."""
    return "\n".join(_toml(configuration, "")).strip() + "\n"


def as_markdown(kind: Any = Configuration, elsewhere: tuple[str, ...] = ()) -> str:  # noqa: ANN401
    """A section a table of the file, with a row a setting; without the tables ``elsewhere``."""
    return "\n".join(_markdown(kind, "", elsewhere)).strip() + "\n"


def setting_names(kind: Any = Configuration, prefix: str = "") -> Iterator[str]:  # noqa: ANN401
    """Every setting's path: ``data_dir``, ``receiver.port``, ``scanner.rule.label``."""
    for each, inner, _ in _settings(kind):
        if inner is None:
            yield prefix + each.name
        else:
            yield from setting_names(inner, f"{prefix}{each.name}.")


def _settings(kind: Any) -> Iterator[tuple[Field[Any], Any, bool]]:  # noqa: ANN401
    """Each field, the settings class inside it or None, and whether it is a list of them."""
    types = get_type_hints(kind)
    for each in sorted(fields(kind), key=lambda each: bool(_inner(types[each.name]))):
        inner = _inner(types[each.name])
        yield each, inner, inner is not None and not is_dataclass(types[each.name])


def _inner(kind: Any) -> Any:  # noqa: ANN401
    inner = get_args(kind)[0] if get_args(kind) else kind
    return inner if is_dataclass(inner) else None


def _toml(settings: Any, path: str) -> Iterator[str]:  # noqa: ANN401
    for each, inner, many in _settings(type(settings)):
        value = getattr(settings, each.name)
        if inner is None:
            yield from (f"# {line}" for line in wrap(each.metadata["meaning"], LINE_LENGTH))
            yield f"{each.name} = {_literal(value)}"
            continue
        header = f"{path}{each.name}"
        for entry in value if many else [value]:
            yield from ("", f"[[{header}]]" if many else f"[{header}]")
            yield from _toml(entry, f"{header}.")


def _markdown(kind: Any, path: str, elsewhere: tuple[str, ...] = ()) -> Iterator[str]:  # noqa: ANN401
    yield "| setting | default | accepted | meaning |"
    yield "|---|---|---|---|"
    types = get_type_hints(kind)
    tables = []
    for each, inner, many in _settings(kind):
        if inner is not None:
            tables += [] if each.name in elsewhere else [(each, inner, many)]
            continue
        columns = (f"`{each.name}`", _default(each), _accepted(types[each.name], each))
        yield f"| {' | '.join(columns)} | {each.metadata['meaning']} |"
    for each, inner, many in tables:
        header = f"[[{path}{each.name}]]" if many else f"[{path}{each.name}]"
        yield from ("", f"### `{header}`", "", each.metadata["meaning"], "")
        yield from _markdown(inner, f"{path}{each.name}.")


def _default(each: Field[Any]) -> str:
    return "required" if each.default is MISSING else f"`{_literal(each.default)}`"


def _accepted(kind: Any, each: Field[Any]) -> str:  # noqa: ANN401
    bounds = each.metadata
    if get_args(kind):
        return f"a list; each {_accepted(str, each)}"
    if bounds["choices"]:
        return ", ".join(f"`{_literal(choice)}`" for choice in bounds["choices"])
    if bounds["minimum"] is not None:
        return f"{bounds['minimum']} to {bounds['maximum']}"
    return "`true`, `false`" if kind is bool else str(bounds["form"].words)


def _literal(value: object) -> str:
    """A TOML literal; JSON's are valid TOML for the types that settings have."""
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
