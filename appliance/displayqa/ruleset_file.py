"""Rulesets as TOML files: the shipped ones, and a site's own in its folder.

A file may extend another ruleset: it has that one's limits and checks, and its own take the place
of those with the same identifier. One with ``base = true`` is only there to be extended.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import (
    Check,
    Interval,
    Kind,
    Limit,
    Occasion,
    Operator,
    Ruleset,
    Rulesets,
)
from appliance.displayqa.ruleset_text import Entry, one_of, top
from appliance.errors import ConfigurationError

DIGEST_LENGTH = 12
MOST_POSITIONS = 25
MOST_VERSION = 1_000_000
MOST_DAYS = 3660
GREATEST_LEVEL = 255
FIGURE = re.compile(r"(?=[0.]*[1-9])\d{1,9}(\.\d{1,9}|/[1-9]\d{0,8})?")

_TOP = ("name", "version", "title", "document", "note", "extends", "base", "source")
_LIMIT = (
    *("quantity", "operator", "value", "kind", "tests", "source", "verified"),
    *("levels", "positions", "without_ambient"),
)
_CHECK = ("name", "pattern", "text", "tests", "source", "verified")
_INTERVAL = ("test", "days", "source", "verified")
Asked = TypeVar("Asked", Limit, Check, Interval)


@cache
def shipped() -> Rulesets:
    """The shipped rulesets by name, those that are only extended as well."""
    folder = files("appliance.displayqa") / "rulesets"
    texts = [each for each in folder.iterdir() if each.name.endswith(".toml")]
    return _parsed({each.name: each.read_text("utf-8") for each in texts}, {})


def rulesets(folder: Path) -> Rulesets:
    """The shipped rulesets and the site's in ``folder``, which may not be there, by name.

    Raises ConfigurationError for a file that is no ruleset, naming file, line and key.
    """
    own = {str(file): _text_of(file) for file in sorted(folder.glob("*.toml"))}
    return _parsed(own, shipped())


def usable(known: Rulesets) -> dict[str, Ruleset]:
    """Those that a display can be judged by."""
    return {name: each for name, each in known.items() if not each.is_base}


def parse(text: str, where: str, known: Rulesets) -> Ruleset:
    """The ruleset in ``text``, which may extend one of ``known``.

    Raises ConfigurationError naming ``where``, the line and the key.
    """
    head = top(text, where)
    optional = ("note", "extends", "base", "source", "limit", "check", "interval")
    head.expect((*_TOP, "limit", "check", "interval"), optional)
    parent = _parent(head, known)
    limits = [(each, limit) for each in head.entries("limit") for limit in _limits(head, each)]
    checks = [(each, _check(head, each)) for each in head.entries("check")]
    intervals = [(each, _interval(head, each)) for each in head.entries("interval")]
    return Ruleset(
        name=head.name("name"),
        version=head.whole("version", 1, MOST_VERSION),
        title=head.pair("title"),
        document=head.text("document"),
        note=head.pair("note"),
        limits=tuple(sorted(_merged(parent.limits if parent else (), limits), key=_place)),
        checks=_merged(parent.checks if parent else (), checks),
        is_base=head.flag("base", default=False),
        digest=_digest(text, parent),
        intervals=_merged(parent.intervals if parent else (), intervals),
    )


def _parsed(texts: Mapping[str, str], known: Rulesets) -> Rulesets:
    """``known`` and those in ``texts`` by file, each after the one that it extends."""
    found, waiting = dict(known), dict(texts)
    read: dict[str, str] = {}
    while waiting:
        names = {where: top(text, where).body.get("name") for where, text in waiting.items()}
        ready = [where for where in waiting if not _waits(where, waiting[where], names)]
        for where in ready or list(waiting):  # in a circle: the first says what it lacks
            made = parse(waiting.pop(where), where, found)
            if made.name in read:
                what = f"there is another ruleset {made.name!r}, in {read[made.name]}"
                top(texts[where], where).refuse("name", what, "give each its own name")
            read[made.name] = where
            found[made.name] = made
    return dict(sorted(found.items()))


def _waits(where: str, text: str, names: Mapping[str, object]) -> bool:
    """Whether what ``text`` extends is in another file that is still to be read."""
    extended = top(text, where).body.get("extends")
    return any(name == extended for other, name in names.items() if other != where)


def _parent(head: Entry, known: Rulesets) -> Ruleset | None:
    if "extends" not in head.body:
        return None
    name = head.name("extends")
    if name not in known:
        head.refuse("extends", f"there is no ruleset {name!r}", one_of(name, known))
    return known[name]


def _limits(head: Entry, entry: Entry) -> Iterator[Limit]:
    """A limit for each of its levels, or the one without."""
    entry.expect(_LIMIT, ("kind", "levels", "positions", "without_ambient"))
    quantity = Quantity(entry.choice("quantity", Quantity))
    for key in ("levels", "positions"):
        if (key in entry.body) is not quantity.is_of_screen:
            has = "needs" if quantity.is_of_screen else "has no"
            entry.refuse(key, f"{quantity} {has} {key}")
    if not quantity.is_of_screen:
        yield _limit(head, entry, quantity, None)
        return
    for level in entry.wholes("levels", 0, GREATEST_LEVEL):
        yield _limit(head, entry, quantity, level)


def _limit(head: Entry, entry: Entry, quantity: Quantity, level: int | None) -> Limit:
    return Limit(
        quantity=quantity,
        operator=Operator(entry.choice("operator", Operator)),
        value=_figure(entry),
        kind=Kind(entry.choice("kind", Kind, Kind.REQUIRED)),
        tests=_tests(entry),
        source=_source(head, entry),
        verified=entry.flag("verified"),
        level=level,
        positions=0 if level is None else entry.whole("positions", 2, MOST_POSITIONS),
        is_without_ambient=entry.flag("without_ambient", default=False),
    )


def _check(head: Entry, entry: Entry) -> Check:
    entry.expect(_CHECK, ())
    return Check(
        identifier=entry.name("name"),
        pattern=entry.text("pattern"),
        text=entry.pair("text"),
        tests=_tests(entry),
        source=_source(head, entry),
        verified=entry.flag("verified"),
    )


def _interval(head: Entry, entry: Entry) -> Interval:
    entry.expect(_INTERVAL, ())
    return Interval(
        test=Occasion(entry.choice("test", Occasion)),
        days=entry.whole("days", 1, MOST_DAYS),
        source=_source(head, entry),
        verified=entry.flag("verified"),
    )


def _figure(entry: Entry) -> Fraction:
    """A number, or a text such as ``2/3``."""
    value = str(entry.body["value"])
    if not FIGURE.fullmatch(value):
        entry.refuse("value", f"a limit is a number above 0, or a text like 2/3, not {value!r}")
    return Fraction(value)


def _place(limit: Limit) -> tuple[int, int, bool]:
    """In the order of the quantities, a recommendation after the limit."""
    at = list(Quantity).index(limit.quantity)
    return at, limit.level or 0, limit.kind is Kind.RECOMMENDED


def _tests(entry: Entry) -> frozenset[Occasion]:
    return frozenset(map(Occasion, entry.choices("tests", Occasion)))


def _source(head: Entry, entry: Entry) -> str:
    """The text of the source that the entry names."""
    sources = head.body.get("source", {})
    if not isinstance(sources, dict):
        head.refuse("source", "write [source]")
    name = entry.choice("source", sources)
    return Entry(head.content, head.where, "", 0, sources).text(name)


def _merged(inherited: Iterable[Asked], own: list[tuple[Entry, Asked]]) -> tuple[Asked, ...]:
    """The inherited, each replaced by the own one of its identifier, then the others."""
    merged = {each.identifier: each for each in inherited}
    seen: set[str] = set()
    for entry, each in own:
        if each.identifier in seen:
            entry.refuse("", f"{each.identifier!r} is there twice")
        seen.add(each.identifier)
        merged[each.identifier] = each
    return tuple(merged.values())


def _digest(text: str, parent: Ruleset | None) -> str:
    behind = parent.digest if parent else ""
    return sha256((behind + text).encode()).hexdigest()[:DIGEST_LENGTH]


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as failure:
        raise ConfigurationError(f"cannot be read: {failure.strerror}", str(file)) from failure
    except UnicodeDecodeError as failure:
        raise ConfigurationError("not UTF-8 text", str(file)) from failure
