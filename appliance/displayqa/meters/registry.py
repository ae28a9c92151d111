"""Every meter that speaks on a serial line: its row of ``meters.toml`` and its dialogue."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.displayqa.meters import (
    ca310,
    ca410,
    colorcal,
    cr100,
    klein,
    ls100,
    mavo,
    optical,
    pr655,
    s470,
)
from appliance.displayqa.meters.dialogue import Dialogue
from appliance.displayqa.meters.reading import Instrument, Reading

SETTINGS = re.compile(r"(?P<baud>[0-9]+) (?P<bits>[78])(?P<parity>[NEO])(?P<stop>1|1\.5|2)")


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial line is set: ``baud_rate`` in bit/s, ``parity`` N, E or O, ``stop_bits``."""

    baud_rate: int
    data_bits: int
    parity: str
    stop_bits: float

    @classmethod
    def parse(cls, text: str) -> "LineSettings":
        """Of ``4800 7E2``. Raises ValueError."""
        found = SETTINGS.fullmatch(text)
        if found is None:
            raise ValueError(f"no line settings: {text}")
        return cls(int(found["baud"]), int(found["bits"]), found["parity"], float(found["stop"]))


@dataclass(frozen=True, slots=True)
class Codec:
    """A dialogue to know a meter by, and one for a reading."""

    identify: Callable[[], Dialogue[Instrument]]
    measure: Callable[[Instrument], Dialogue[Reading]]


CODECS = {
    "mavo": Codec(mavo.identify, mavo.measure),
    "ls100": Codec(ls100.identify_luminance, ls100.measure_luminance),
    "cs100a": Codec(ls100.identify_colour, ls100.measure_colour),
    "ca310": Codec(ca310.identify, ca310.measure),
    "ca410": Codec(ca410.identify, ca410.measure),
    "pr655": Codec(pr655.identify, pr655.measure),
    "pr650": Codec(pr655.identify_650, pr655.measure_650),
    "s470": Codec(s470.identify, s470.measure),
    "klein": Codec(klein.identify, klein.measure),
    "cr100": Codec(cr100.identify, cr100.measure),
    "colorcal": Codec(colorcal.identify, colorcal.measure),
    "optical": Codec(optical.identify, optical.measure),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: a kind of meter. ``usb`` are its own ids, ``vid:pid`` in lower case.

    ``age_s``: an answer may be of so many seconds ago; who changes the light waits as long.
    """

    key: str
    models: str
    link: str
    usb: frozenset[str]
    line: LineSettings
    measures: tuple[str, ...]
    source: str
    age_s: float
    cross_checked: str
    verified: bool
    codec: Codec


@dataclass(frozen=True, slots=True)
class Registry:
    """All kinds, by key, and the ids of adapters behind which a meter may be."""

    kinds: dict[str, Kind]
    adapters: frozenset[str]


@cache
def registry() -> Registry:
    """As shipped."""
    table = tomllib.loads((files("appliance.displayqa.meters") / "meters.toml").read_text("utf-8"))
    kinds = {row["key"]: _kind(row) for row in table["meter"]}
    return Registry(kinds, frozenset(table["adapters"]["usb"]))


def _kind(row: dict[str, Any]) -> Kind:
    return Kind(
        key=row["key"],
        models=row["models"],
        link=row["link"],
        usb=frozenset(row["usb"]),
        line=LineSettings.parse(row["line"]),
        measures=tuple(row["measures"]),
        source=row["source"],
        age_s=row["age_s"],
        cross_checked=row["cross_checked"],
        verified=row["verified"],
        codec=CODECS[row["dialogue"]],
    )
