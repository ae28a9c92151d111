"""What a person typed of a dose screen: in a file, or at a terminal."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from appliance.cli.texts import Texts
from appliance.dose.correction import NONE
from appliance.errors import RefusedError

ASKED = (
    "series", "label", "acquisition_type", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom", "kvp",
    "exposure_mas",
)  # fmt: skip
"""What is asked of each row."""


def typed_in(file: Path) -> dict[str, str]:
    """Field → text from a JSON file, or a TOML file by its name.

    Fields are those that ``quarantine settle --set`` takes; ``events`` may also be a list with a
    table a row. Raises RefusedError, and OSError when the file cannot be read.
    """
    text = file.read_text("utf-8")
    try:
        content = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except ValueError as fault:  # TOML's and JSON's errors are ValueErrors
        raise RefusedError(str(fault), str(file)) from fault
    if not isinstance(content, Mapping):
        raise RefusedError("a table of fields and texts is expected", str(file))
    content = content.get("typed", content)
    found = dict(_flat(content))
    for field, value in found.items():
        if not isinstance(value, str):
            raise RefusedError("write values in quotes, as they are printed", field)
    return found


def _flat(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if key == "events" and isinstance(value, list):
            for at, event in enumerate(value):
                yield from ((f"events[{at}].{name}", text) for name, text in event.items())
        else:
            yield key, value


def asked(texts: Texts, ask: Callable[[str], str] = input) -> dict[str, str]:
    """Field → text as a person answers; nothing for what is not printed.

    A row without CTDIvol and DLP ends the rows.
    """
    found: dict[str, str] = {}
    at = 0
    while True:
        row = {name: ask(_question(texts, at, name)).strip() for name in ASKED}
        if not (row["ctdi_vol_mgy"] or row["dlp_mgy_cm"]):
            break
        found |= {f"events[{at}].{name}": text for name, text in row.items() if text}
        at += 1
    total = ask(f"{texts.say('teach.ask-total_dlp_mgy_cm')}: ").strip()
    return {**found, "total_dlp_mgy_cm": total or NONE}


def _question(texts: Texts, at: int, name: str) -> str:
    return f"{texts.say('teach.row', number=at + 1)} {texts.say(f'teach.ask-{name}')}: "
