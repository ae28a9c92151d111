"""A ruleset's TOML text: its tables and keys, and on which line one of them is wrong."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NoReturn

from appliance.errors import ConfigurationError

REMEDY = "docs/displayqa.md says what a ruleset looks like"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LANGUAGES = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a ruleset: ``[[limit]]`` or ``[[check]]`` by its number from 1, or the top.

    Every method that takes a key raises ConfigurationError naming file, line and key when the
    value is not what its summary says.
    """

    content: str
    where: str
    kind: str
    number: int
    body: Mapping[str, Any]

    def entries(self, kind: str) -> Iterator["Entry"]:
        """The tables of a kind."""
        found = self.body.get(kind, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.refuse(kind, f"write [[{kind}]]")
        for number, body in enumerate(found, start=1):
            yield Entry(self.content, self.where, kind, number, body)

    def expect(self, known: Sequence[str], optional: Iterable[str]) -> None:
        """No key but the ``known``, and each that is not ``optional``."""
        for key in self.body:
            if key not in known:
                self.refuse(key, f"unknown key {key!r}", one_of(key, known))
        for key in known:
            if key not in self.body and key not in optional:
                self.refuse("", f"the key {key!r} is missing")

    def text(self, key: str) -> str:
        """One line that is not empty."""
        value = self.body[key]
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.refuse(key, f"{key} is one line of text")
        return value

    def name(self, key: str) -> str:
        """A name as it may stand on the command line."""
        value = self.text(key)
        if not NAME.fullmatch(value):
            self.refuse(key, f"{key} is of small letters, digits and hyphens, not {value!r}")
        return value

    def pair(self, key: str) -> tuple[str, str]:
        """English and Japanese."""
        value = self.body.get(key, ["", ""])
        if (
            not isinstance(value, list)
            or len(value) != LANGUAGES
            or not all(isinstance(each, str) and each.isprintable() for each in value)
        ):
            self.refuse(key, f"{key} is two texts, English and Japanese")
        return value[0], value[1]

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        value = self.body.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, f"{key} is true or false")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        return self._within(key, self.body[key], least, most)

    def wholes(self, key: str, least: int, most: int) -> list[int]:
        """A list of different whole numbers within bounds."""
        return [self._within(key, each, least, most) for each in self._different(key)]

    def choice(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """One of ``known``."""
        return self._chosen(key, self.body.get(key, default), known)

    def choices(self, key: str, known: Iterable[str]) -> list[str]:
        """Some of ``known``, each once."""
        return [self._chosen(key, each, known) for each in self._different(key)]

    def refuse(self, key: str, what: str, remedy: str = "") -> NoReturn:
        """Say what is wrong with a key, or with the table when it is empty."""
        said = f"[[{self.kind}]] {self.number}: {what}" if self.kind else what
        raise ConfigurationError(said, f"{self.where}:{self._line(key)}", remedy or REMEDY)

    def _chosen(self, key: str, value: object, known: Iterable[str]) -> str:
        names = [str(each) for each in known]
        if not isinstance(value, str) or value not in names:
            self.refuse(key, f"{value!r} is no {key}", one_of(str(value), names))
        return value

    def _within(self, key: str, value: object, least: int, most: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(key, f"{key} is from {least} to {most}, not {value!r}")
        return value

    def _different(self, key: str) -> list[Any]:
        values = self.body[key]
        if not isinstance(values, list) or not values:
            self.refuse(key, f"{key} is a list")
        if any(each in values[:at] for at, each in enumerate(values)):
            self.refuse(key, f"{key} has something twice")
        return values

    def _line(self, key: str) -> int:
        """Where the key stands, or else its table; the first line if neither is found."""
        lines = self.content.splitlines()
        start = self._head(lines)
        for number in range(start, len(lines)):
            if self.kind and number > start and lines[number].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*\[*[\"']?{re.escape(key)}[\"']?\s*[=\]]", lines[number]):
                return number + 1
        return start + 1

    def _head(self, lines: Sequence[str]) -> int:
        head = re.compile(rf"\s*\[\[\s*{self.kind}\s*]]")
        heads = [number for number, line in enumerate(lines) if head.match(line)]
        return heads[self.number - 1] if self.kind and self.number <= len(heads) else 0


def top(content: str, where: str) -> Entry:
    """All of a ruleset, numbers as decimals. Raises ConfigurationError when it is no TOML."""
    try:
        body = tomllib.loads(content, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigurationError(f"not TOML: {fault}", where, REMEDY) from fault
    return Entry(content, where, "", 0, body)


def one_of(word: str, known: Iterable[str]) -> str:
    """What ``word`` may have been meant to be."""
    names = list(known)
    close = get_close_matches(word, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
