"""A learnt atlas as JSON, and back: what is kept, exported and imported.

``{"format": …, "version": …, "scanner": {…}, "history": [{"kind": "lesson", …}, …]}``. A shape is
``rise:columns:bits:levels``: rows up to the baseline, width in pixels, the ink's bits row by row
and, where it is antialiased, its grey levels divided by 32, both in hexadecimal. Reading is strict:
a ValueError says what is wrong.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from appliance.dosescreen.learning.drawn import Drawn
from appliance.dosescreen.learning.learnt import Entry, LearntAtlas, Lesson, Withdrawal
from appliance.dosescreen.scanner import Scanner

FORMAT = "dose-appliance/learnt-atlas/1"
MOST_COLUMNS, MOST_BYTES = 255, 8192
_SHAPE = re.compile(r"(-?[0-9]{1,3}):([0-9]{1,3}):((?:[0-9a-f]{2})+):((?:[0-9a-f]{2})*)")
Json = dict[str, Any]

_ATLAS = {"format": str, "version": str, "scanner": dict, "history": list}
_SCANNER = {"manufacturer": str, "model_name": str, "device": str, "software_versions": str}
_BOTH = {"shape": str, "character": str, "imported_from": str}
_KINDS: Mapping[str, tuple[type[Lesson | Withdrawal], Mapping[str, type | tuple[type, ...]]]] = {
    "lesson": (
        Lesson,
        {
            **_BOTH,
            "readers": str,
            "unanimous": bool,
            "occurrences": int,
            "layout": str,
            "screen": str,
            "software_versions": str,
            "learnt_at": (int, float, type(None)),
        },
    ),
    "withdrawal": (
        Withdrawal,
        {**_BOTH, "why": str, "withdrawn_at": (int, float, type(None))},
    ),
}


def atlas_to_json(atlas: LearntAtlas) -> Json:
    """The atlas with its whole history; ``atlas_from_json`` gives it back."""
    return {
        "format": FORMAT,
        "version": atlas.version,
        "scanner": asdict(atlas.scanner),
        "history": [entry_to_json(entry) for entry in atlas.history],
    }


def atlas_from_json(body: object) -> LearntAtlas:
    """The atlas that ``atlas_to_json`` wrote.

    Raises ValueError when it is not one, or when its version is not that of its content.
    """
    found = _expected(body, _ATLAS, "an atlas")
    if found["format"] != FORMAT:
        raise ValueError(f"the format is {found['format']!r}, not {FORMAT!r}")
    atlas = LearntAtlas(
        scanner_from_json(found["scanner"]), tuple(map(entry_from_json, found["history"]))
    )
    if atlas.version != found["version"]:
        raise ValueError(f"says version {found['version']!r}, its content is {atlas.version!r}")
    return atlas


def scanner_from_json(body: object) -> Scanner:
    """A scanner from its fields. Raises ValueError."""
    return Scanner(**_expected(body, _SCANNER, "a scanner"))


def entry_to_json(entry: Entry) -> Json:
    """One lesson or withdrawal."""
    kind = "lesson" if isinstance(entry, Lesson) else "withdrawal"
    return {"kind": kind} | asdict(entry) | {"shape": shape_to_text(entry.shape)}


def entry_from_json(body: object) -> Entry:
    """The lesson or withdrawal that ``entry_to_json`` wrote. Raises ValueError."""
    kind = str(body.get("kind")) if isinstance(body, dict) else ""
    if kind not in _KINDS or not isinstance(body, dict):
        raise ValueError(f"an entry is a lesson or a withdrawal, not {kind!r}")
    made, types = _KINDS[kind]
    found = _expected({key: body[key] for key in body if key != "kind"}, types, f"a {kind}")
    return made(**found | {"shape": shape_from_text(found["shape"])})


def shape_to_text(shape: Drawn) -> str:
    """``0:5:f8…:``."""
    rise, columns, bits, levels = shape
    return f"{rise}:{columns}:{bits.hex()}:{levels.hex()}"


def shape_from_text(text: str) -> Drawn:
    """The shape that ``shape_to_text`` wrote. Raises ValueError for one without ink."""
    found = _SHAPE.fullmatch(text)
    bits = bytes.fromhex(found[3]) if found else b""
    levels = bytes.fromhex(found[4]) if found else b""
    columns = int(found[2]) if found else 0
    whole_rows = 8 * len(bits) // columns if columns else 0
    too_large = columns > MOST_COLUMNS or max(len(bits), len(levels)) > MOST_BYTES
    if not found or too_large or not whole_rows:
        raise ValueError(f"not a shape: {text[:40]!r}")
    if not any(bits):
        raise ValueError(f"a shape without ink: {text[:40]!r}")
    return int(found[1]), columns, bits, levels


def _expected(
    body: object, types: Mapping[str, type | tuple[type, ...]], what: str
) -> dict[str, Any]:
    """``body`` when it has exactly the keys of ``types``, each of its type."""
    if not isinstance(body, dict) or body.keys() != types.keys():
        raise ValueError(f"{what} has the keys {', '.join(types)}")
    for key, kind in types.items():
        if not _is(body[key], kind):
            raise ValueError(f"{what} has no such {key}: {str(body[key])[:40]!r}")
    return body


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    """Whether a JSON value is of a kind; True and False are no numbers, and NaN is none."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind) and not (isinstance(value, float) and not isfinite(value))
