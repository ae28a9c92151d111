"""A table of the settings as questions, made from the schema itself.

Pure: from a settings object and what stands in its file to what a template shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_origin

from appliance.config.contradiction import Contradiction
from appliance.config.source import KeyPath, written
from appliance.console.sentences import Pair, pair_of
from appliance.console.settings.meanings import inner_kind, meaning_of, types_of
from appliance.errors import NotFoundError

APPLIANCE = "appliance"


class Kind(StrEnum):
    """How a value is asked for."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TICK = "tick"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One setting.

    Attributes:
        name: Its path as text, ``scanner[0].name``; of the input as well.
        value: What holds, as typed: a list has one text a line.
        default: The same of the default; None: it has none.
        bounds: The least and the greatest number; None: it is no number.
        is_written: Whether it stands in the file; else the default holds.
        faults: What cannot be meant, and what to do about it.
    """

    path: KeyPath
    name: str
    key: str
    kind: Kind
    meaning: Pair
    accepted: Pair
    value: str
    default: str | None
    choices: tuple[str, ...]
    bounds: tuple[float, float] | None
    is_written: bool
    field: Field[Any]
    faults: tuple[Pair, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether there is no default."""
        return self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A table: its own settings, those inside it, and lists of tables.

    ``header`` is as in the file, ``[receiver.tls]``; ``label`` what an entry of a list is called.
    """

    path: KeyPath
    header: str
    label: str
    meaning: Pair
    questions: tuple[Question, ...]
    blocks: tuple["Block", ...]
    listings: tuple["Listing", ...]
    faults: tuple[Pair, ...]

    def every_question(self) -> Iterator[Question]:
        """With those of the tables inside."""
        yield from self.questions
        for block in (*self.blocks, *(each for made in self.listings for each in made.entries)):
            yield from block.every_question()

    @property
    def fault_count(self) -> int:
        """Of itself and of all inside."""
        inside = (*self.blocks, *(each for made in self.listings for each in made.entries))
        own = len(self.faults) + sum(len(each.faults) for each in self.questions)
        return own + sum(each.fault_count for each in inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of tables."""

    path: KeyPath
    header: str
    meaning: Pair
    entries: tuple[Block, ...]


def path_of(text: str) -> KeyPath:
    """Of an address: ``scanner.0.rule``. Raises NotFoundError."""
    parts = text.split(".")
    if not all(part.isascii() and (part.isdigit() or part.isidentifier()) for part in parts):
        raise NotFoundError("no such table of settings", text[:40])
    return tuple(int(part) if part.isdigit() else part for part in parts)


def address_of(path: KeyPath) -> str:
    """For an address."""
    return ".".join(map(str, path))


def block_at(
    settings: Any,  # noqa: ANN401 - any settings class
    document: Mapping[str, Any],
    path: KeyPath,
    faults: Sequence[Contradiction] = (),
) -> Block | Listing:
    """The table or list of tables at ``path``. Raises NotFoundError."""
    kind: Any = type(settings)
    field: Field[Any] | None = None
    for part in path:
        settings, kind, field = _step(settings, kind, field, part)
        document = _inside(document, part)
    if field is None:
        raise NotFoundError("no such table of settings", written(path))
    if isinstance(settings, tuple):
        return _listing(settings, document, path, field, faults)
    return _block(settings, document, path, field, faults)


def top_level(
    settings: Any,  # noqa: ANN401 - any settings class
    document: Mapping[str, Any],
    faults: Sequence[Contradiction],
) -> tuple[Block, tuple[Block | Listing, ...]]:
    """What stands at the top of a file, and its tables; those of ``[appliance]`` one level down."""
    own: list[Block | Listing] = []
    inner = _inner_fields(settings)
    for each in inner:
        if each.name == APPLIANCE:
            continue
        own.append(block_at(settings, document, (each.name,), faults))
    questions = tuple(_questions(settings, document, (), faults))
    if hasattr(settings, APPLIANCE):
        own.extend(
            block_at(settings, document, (APPLIANCE, each.name), faults)
            for each in _inner_fields(settings.appliance)
        )
        inside = _inside(document, APPLIANCE)
        questions += tuple(_questions(settings.appliance, inside, (APPLIANCE,), faults))
    top = Block(
        path=(),
        header="",
        label="",
        meaning=("", ""),
        questions=questions,
        blocks=(),
        listings=(),
        faults=(),
    )
    return top, tuple(own)


def required_of(settings: Any, path: KeyPath) -> tuple[Field[Any], ...]:  # noqa: ANN401 - the same
    """The settings that a new entry of the list at ``path`` has to have. Raises NotFoundError."""
    kind: Any = type(settings)
    field: Field[Any] | None = None
    for part in path:
        settings, kind, field = _step(settings, kind, field, part)
    inner = inner_kind(kind)
    if not isinstance(settings, tuple) or inner is None:
        raise NotFoundError("no list of tables", written(path))
    return tuple(each for each in fields(inner) if _default(each) is None)


def new_question(path: KeyPath, each: Field[Any], kind: Any) -> Question:  # noqa: ANN401 - a type
    """Of an entry that is not there yet."""
    return _question(each, kind, None, path, ({}, ()))


def entry_kind(settings: Any, path: KeyPath) -> Any:  # noqa: ANN401 - the same
    """The settings class of the entries of the list at ``path``."""
    kind: Any = type(settings)
    field: Field[Any] | None = None
    for part in path:
        settings, kind, field = _step(settings, kind, field, part)
    return inner_kind(kind)


def _step(
    settings: Any,  # noqa: ANN401 - the same
    kind: Any,  # noqa: ANN401 - an annotation
    field: Field[Any] | None,
    part: str | int,
) -> tuple[Any, Any, Field[Any] | None]:
    if isinstance(part, int):
        if not isinstance(settings, tuple) or part >= len(settings) or inner_kind(kind) is None:
            raise NotFoundError("no such table of settings", str(part))
        return settings[part], inner_kind(kind), field
    known = {each.name: each for each in fields(settings)} if is_dataclass(settings) else {}
    if part not in known or inner_kind(types_of(type(settings))[part]) is None:
        raise NotFoundError("no such table of settings", part)
    return getattr(settings, part), types_of(type(settings))[part], known[part]


def _inner_fields(settings: Any) -> list[Field[Any]]:  # noqa: ANN401 - the same
    types = types_of(type(settings))
    return [each for each in fields(settings) if inner_kind(types[each.name]) is not None]


def _block(
    settings: Any,  # noqa: ANN401 - the same
    document: Any,  # noqa: ANN401 - what stands there
    path: KeyPath,
    field: Field[Any],
    faults: Sequence[Contradiction],
) -> Block:
    blocks: list[Block] = []
    listings: list[Listing] = []
    for each in _inner_fields(settings):
        value, inside = getattr(settings, each.name), _inside(document, each.name)
        if isinstance(value, tuple):
            listings.append(_listing(value, inside, (*path, each.name), each, faults))
        else:
            blocks.append(_block(value, inside, (*path, each.name), each, faults))
    return Block(
        path=path,
        header=_header(path, many=isinstance(path[-1], int)),
        label=str(getattr(settings, "name", "") or ""),
        meaning=meaning_of(field),
        questions=tuple(_questions(settings, document, path, faults)),
        blocks=tuple(blocks),
        listings=tuple(listings),
        faults=_faults_at(faults, path),
    )


def _listing(
    settings: tuple[Any, ...],
    document: Any,  # noqa: ANN401 - the same
    path: KeyPath,
    field: Field[Any],
    faults: Sequence[Contradiction],
) -> Listing:
    entries = (
        _block(each, _inside(document, at), (*path, at), field, faults)
        for at, each in enumerate(settings)
    )
    header, meaning = _header(path, many=True), meaning_of(field)
    return Listing(path=path, header=header, meaning=meaning, entries=tuple(entries))


def _header(path: KeyPath, *, many: bool) -> str:
    name = ".".join(part for part in path if isinstance(part, str))
    return f"[[{name}]]" if many else f"[{name}]"


def _questions(
    settings: Any,  # noqa: ANN401 - the same
    document: Any,  # noqa: ANN401 - the same
    path: KeyPath,
    faults: Sequence[Contradiction],
) -> Iterator[Question]:
    types = types_of(type(settings))
    for each in fields(settings):
        if inner_kind(types[each.name]) is None and path[:1] != ("secret",):
            value = getattr(settings, each.name)
            yield _question(each, types[each.name], value, (*path, each.name), (document, faults))


def _question(
    each: Field[Any],
    kind: Any,  # noqa: ANN401 - an annotation
    value: Any,  # noqa: ANN401 - a setting's
    path: KeyPath,
    where: tuple[Any, Sequence[Contradiction]],
) -> Question:
    document, faults = where
    bounds = each.metadata
    limits = None if bounds["minimum"] is None else (bounds["minimum"], bounds["maximum"])
    return Question(
        path=path,
        name=written(path),
        key=each.name,
        kind=_kind(kind, each),
        meaning=meaning_of(each),
        accepted=pair_of(str(bounds["form"].words)),
        value=typed(value),
        default=_default(each),
        choices=tuple(bounds["choices"]),
        bounds=limits,
        is_written=isinstance(document, Mapping) and each.name in document,
        field=each,
        faults=_faults_at(faults, path),
    )


def _kind(kind: Any, each: Field[Any]) -> Kind:  # noqa: ANN401 - an annotation
    if get_origin(kind) is tuple:
        return Kind.LIST
    if each.metadata["choices"]:
        return Kind.CHOICE
    return {bool: Kind.TICK, int: Kind.WHOLE, float: Kind.NUMBER}.get(kind, Kind.TEXT)


def typed(value: Any) -> str:  # noqa: ANN401 - a setting's
    """A value as a person would type it; None is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.15g}"
        case tuple() | list():
            return "\n".join(map(str, value))
        case Path():
            return str(value)
        case _:
            return str(value)


def _default(each: Field[Any]) -> str | None:
    if each.default is not MISSING:
        return typed(each.default)
    return None if each.default_factory is MISSING else ""


def _faults_at(faults: Sequence[Contradiction], path: KeyPath) -> tuple[Pair, ...]:
    """Those of that place; of an entry of a list of words, of the list."""
    found = (
        said(what, remedy)
        for where, what, remedy in faults
        if where == path or (where[:-1] == path and isinstance(where[-1], int) and path)
    )
    return tuple(dict.fromkeys(found))


def said(what: str, remedy: str) -> Pair:
    """A contradiction as a sentence."""
    english, japanese = zip(*map(pair_of, filter(None, (what, remedy))), strict=True)
    return "; ".join(english), "。".join(japanese)


def _inside(document: Any, part: str | int) -> Any:  # noqa: ANN401 - any TOML value
    try:
        return document[part]
    except (KeyError, IndexError, TypeError):
        return {}
