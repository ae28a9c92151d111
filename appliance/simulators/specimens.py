"""One study of every console that can be drawn, in the font that its maker is known for.

**Knows:** which console goes with which font.
**Does not know:** how screens are read, and what they are compared with.
"""

from collections.abc import Callable, Iterator
from random import Random

from pydicom import Dataset

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Font, Picture
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

Draw = Callable[[Random, Identity, Font], list[Picture]]
_CONSOLES: tuple[tuple[Console, str, Draw], ...] = (
    (GE, "helvB10-100dpi", lambda r, who, font: ge.draw(ge_examination(r, 3), who, font)),
    (
        SIEMENS,
        "helvR10-75dpi",
        lambda r, who, font: siemens.draw(siemens_examination(r), who, font),
    ),
    (
        PHILIPS,
        "helvR10-75dpi",
        lambda r, who, font: philips.draw(philips_examination(r), who, font),
    ),
    (
        TOSHIBA,
        "helvR12-75dpi",
        lambda r, who, font: toshiba.draw(toshiba_examination(r), who, font),
    ),
    (
        HITACHI,
        "helvR10-75dpi",
        lambda r, who, font: hitachi.draw(hitachi_examination(r), who, font),
    ),
)


def specimens(seed: int = 1) -> Iterator[list[Dataset]]:
    """The objects of each study; the same for the same seed."""
    for console, font, draw in _CONSOLES:
        random = Random(f"{seed} {console.model}")  # noqa: S311 - reproducible, not secret
        who = Identity(derived_uid("specimen", str(seed), console.model))
        pages = draw(random, who, load_font(font))
        yield secondary_capture(pages, console, who)
