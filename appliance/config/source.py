"""The text of a configuration file: what it holds, and on which line.

**Knows:** TOML, and where each key stands.
**Does not know:** which keys there should be (``schema``).
"""

import re
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from appliance.errors import ConfigurationError

KeyPath = tuple[str | int, ...]
"""From the top of the file to one value: ``("scanner", 0, "rule", 1, "label")``."""


def written(path: KeyPath) -> str:
    """``scanner[0].rule[1].label``; lists count from 0."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Source:
    """TOML text and the name that messages give it."""

    text: str
    name: str

    def document(self) -> dict[str, Any]:
        """What the text holds. Raises ConfigurationError naming the line."""
        try:
            return tomllib.loads(self.text)
        except ValueError as failure:
            raise self._broken(str(failure)) from failure
        except RecursionError as failure:
            raise self._broken("nested too deeply") from failure

    def fault(self, path: KeyPath, what: str, remedy: str = "") -> ConfigurationError:
        """The error to raise for the value at ``path``, or for where it should stand."""
        where = " ".join(filter(None, [self._at(self.line_of(path)), written(path)]))
        return ConfigurationError(what, where, remedy)

    def _broken(self, message: str) -> ConfigurationError:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
        if found is None:
            return ConfigurationError(f"not valid TOML: {message}", self.name)
        line = int(found[2]) if found[2] else self.text.count("\n") + 1
        return ConfigurationError(f"not valid TOML: {found[1]}", self._at(line))

    def _at(self, line: int | None) -> str:
        return self.name if line is None else f"{self.name}:{line}"

    def line_of(self, path: KeyPath) -> int | None:
        """The line, from 1, on which ``path`` or the nearest table around it begins."""
        lines = self.text.replace("\r\n", "\n").split("\n")
        while path:
            if _holds(self.document(), path):
                return _first_line(lines, path)
            path = path[:-1]
        return None


def _first_line(lines: Sequence[str], path: KeyPath) -> int:
    """The line on which the statement begins that makes the document hold ``path``.

    A prefix of whole lines that is valid TOML ends with a whole statement, so no second grammar is
    needed to find one; and once it holds the path, every longer one does.
    """
    without, within, untried = 0, len(lines), len(lines)
    while untried - without > 1:
        tried = (without + untried) // 2
        count, document = _whole(lines, tried)
        if count < within and not _holds(document, path):
            without = count
        else:
            within, untried = min(count, within), tried
    return without + 1


def _whole(lines: Sequence[str], least: int) -> tuple[int, dict[str, Any]]:
    """The shortest prefix of at least so many lines that is valid TOML; all of them are."""
    for count in range(least, len(lines)):
        with suppress(tomllib.TOMLDecodeError):
            return count, tomllib.loads("\n".join(lines[:count]))
    return len(lines), tomllib.loads("\n".join(lines))


def _holds(document: Any, path: KeyPath) -> bool:  # noqa: ANN401 - any TOML value
    for part in path:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
