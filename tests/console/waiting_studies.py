"""Studies of five consoles in quarantine: what a box kept of them when it had read their screens.

Reading takes a minute a study where the machine is busy, so what came of it is kept in
``tests/golden/cases``; ``python -m tests.console.waiting_studies`` makes it anew, and a test behind
``slow`` compares.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from pydicom import Dataset

from appliance.config import parse_configuration
from appliance.dose.codec import doubt_from_json, doubt_to_json, record_from_json, record_to_json
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.picture import png
from appliance.quarantine import Case, Quarantine
from appliance.services.screen_sights import seen_on
from appliance.services.understanding import understander
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.hitachi import hitachi_examination
from appliance.simulators.consoles.philips import philips_examination
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    Console,
    secondary_capture,
)
from appliance.uids import derived_uid

FOLDER = Path(__file__).parents[1] / "golden" / "cases"
FONT = "6x12-misc"
TO_CONFIRM = Doubt(Reason.CONFIRMATION_NEEDED, "0 of 3 studies of this scanner are confirmed")
MARKED = siemens.SiemensStyle(phantom_mark=siemens.PhantomMark.PARENTHESES)
CONSOLES: dict[str, tuple[Console, Any]] = {
    "ge": (GE, lambda r, who, font: ge.draw(ge_examination(r, 3), who, font)),
    "siemens": (
        SIEMENS,
        lambda r, who, font: siemens.draw(siemens_examination(r, 2), who, font, MARKED),
    ),
    "philips": (PHILIPS, lambda r, who, font: philips.draw(philips_examination(r), who, font)),
    "toshiba": (TOSHIBA, lambda r, who, font: toshiba.draw(toshiba_examination(r), who, font)),
    "hitachi": (HITACHI, lambda r, who, font: hitachi.draw(hitachi_examination(r), who, font)),
}


@dataclass(frozen=True)
class Kept:
    """What the recogniser kept of a study: evidence with the record, doubts, and pictures."""

    evidence: dict[str, Any]
    doubts: tuple[Doubt, ...]
    pictures: dict[str, bytes]

    @property
    def record(self) -> CTRadiationDose:
        return record_from_json(self.evidence["record"])

    def opened(self, quarantine: Quarantine, study: str, *more: Doubt, **changes: Any) -> Case:  # noqa: ANN401
        """A case of it; ``changes`` are to its evidence."""
        doubts = (*self.doubts, *more) or (TO_CONFIRM,)
        with quarantine.pictures(self.pictures) as folder:
            return quarantine.open(study, doubts, self.evidence | changes, folder)


def objects(name: str, seed: int = 2) -> list[Dataset]:
    console, draw = CONSOLES[name]
    who = Identity(derived_uid("waiting", name, str(seed)))
    return secondary_capture(draw(Random(f"{seed} {name}"), who, load_font(FONT)), console, who)


def read(name: str) -> Kept:
    """What the box reads now."""
    box = understander(parse_configuration(""))
    reading = box.understand("1.2.3", objects(name))
    assert reading.record is not None
    evidence = json.loads(json.dumps(seen_on(reading)))
    facts = {"layout": reading.record.layout, "scanner": name, "record": None}
    record = json.loads(json.dumps(record_to_json(reading.record)))
    pictures = {f"page-{at}": png(each.ink) for at, each in enumerate(reading.screens, start=1)}
    return Kept(evidence | facts | {"record": record}, reading.doubts, pictures)


def kept(name: str) -> Kept:
    """What it read when the file was made."""
    body = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    pictures = {each: base64.b64decode(text) for each, text in body["pictures"].items()}
    return Kept(body["evidence"], tuple(map(doubt_from_json, body["doubts"])), pictures)


def write(names: Sequence[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        found = read(name)
        body = {
            "doubts": [doubt_to_json(each) for each in found.doubts],
            "evidence": found.evidence,
            "pictures": {n: base64.b64encode(c).decode() for n, c in found.pictures.items()},
        }
        text = json.dumps(body, ensure_ascii=False, indent=0, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    write(list(CONSOLES))
