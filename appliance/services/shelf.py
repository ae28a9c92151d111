"""Where learnt atlases stand between studies: in the box's ledger, or in a folder of files.

**Knows:** how an atlas is found, changed and kept; the one file format of both and of exports.
**Does not know:** what is learnt and when (``dosescreen.learning``, ``services.learning``).
"""

import json
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from appliance.atlases import LESSON, WITHDRAWAL, AtlasEntry, Atlases
from appliance.dosescreen.learning import Entry, LearntAtlas, Lesson
from appliance.dosescreen.learning.codec import (
    atlas_from_json,
    atlas_to_json,
    entry_from_json,
    entry_to_json,
    scanner_from_json,
    shape_to_text,
)
from appliance.dosescreen.scanner import Scanner
from appliance.errors import StateError
from appliance.ledger import Ledger
from appliance.ledger.durable import write_file

SUFFIX = ".json"
MOVE_AWAY = "move the file away, and the scanner is learnt anew"
Change: TypeAlias = Callable[[LearntAtlas], LearntAtlas]


class Shelf(Mapping[str, LearntAtlas]):
    """The learnt atlases by scanner identifier."""

    @abstractmethod
    def update(self, scanner: Scanner, change: Change) -> LearntAtlas:
        """Keep what ``change`` makes of a scanner's atlas, an empty one at first; return it."""


class LedgerShelf(Shelf):
    """The atlases in a ledger."""

    def __init__(self, ledger: Ledger, atlases: Atlases) -> None:
        self._ledger = ledger
        self._atlases = atlases
        self._loaded: dict[str, tuple[int, LearntAtlas]] = {}

    def __getitem__(self, scanner: str) -> LearntAtlas:
        last = self._atlases.last_entry_id(scanner)
        known, atlas = self._loaded.get(scanner, (0, None))
        if atlas is None or known != last:
            described = self._atlases.scanners()[scanner]
            history = tuple(map(entry_from_json, self._atlases.entries(scanner, last)))
            atlas = LearntAtlas(scanner_from_json(described), history)
            self._loaded[scanner] = last, atlas
        return atlas

    def __iter__(self) -> Iterator[str]:
        return iter(self._atlases.scanners())

    def __len__(self) -> int:
        return len(self._atlases.scanners())

    def update(self, scanner: Scanner, change: Change) -> LearntAtlas:
        """One transaction: nobody appends between what was read and what is added."""
        with self._ledger.transaction():
            before = self.get(scanner.identifier) or LearntAtlas(scanner)
            after = change(before)
            new = after.history[len(before.history) :]
            if new:
                self._atlases.append(scanner.identifier, asdict(scanner), map(_entry, new))
        return after


class FolderShelf(Shelf):
    """The atlases in a folder, a file a scanner: ``<identifier>.json``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, scanner: str) -> LearntAtlas:
        file = self._folder / f"{scanner}{SUFFIX}"
        if not file.exists():
            raise KeyError(scanner)
        atlas = read_atlas(file, MOVE_AWAY)
        if atlas.scanner.identifier != scanner:
            raise StateError("is the atlas of another scanner", str(file), MOVE_AWAY)
        return atlas

    def __iter__(self) -> Iterator[str]:
        return (file.stem for file in sorted(self._folder.glob(f"*{SUFFIX}")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def update(self, scanner: Scanner, change: Change) -> LearntAtlas:
        """The file is written whole or not at all."""
        before = self.get(scanner.identifier) or LearntAtlas(scanner)
        after = change(before)
        if after.history != before.history:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(self._folder / f"{scanner.identifier}{SUFFIX}", as_file(after))
        return after


def read_atlas(file: Path, remedy: str) -> LearntAtlas:
    """The atlas in a file. Raises StateError when it is none, OSError when it cannot be read."""
    try:
        return atlas_from_json(json.loads(file.read_text("utf-8")))
    except (ValueError, RecursionError) as failure:  # UnicodeDecodeError and JSON's are ValueErrors
        reason = f"is no learnt atlas: {failure}"
        raise StateError(reason, str(file), remedy) from failure


def as_file(atlas: LearntAtlas) -> bytes:
    """What a file holds: JSON with an entry a line, for people who compare."""
    body = atlas_to_json(atlas)
    entries = [json.dumps(entry, ensure_ascii=False) for entry in body.pop("history")]
    head = json.dumps(body, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n  ".join(entries)
    return f'{head},\n "history": [\n  {lines}\n ]\n}}\n'.encode()


def _entry(entry: Entry) -> AtlasEntry:
    kind = LESSON if isinstance(entry, Lesson) else WITHDRAWAL
    return AtlasEntry(kind, shape_to_text(entry.shape), entry.character, entry_to_json(entry))
