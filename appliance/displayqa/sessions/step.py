"""What is to be done in a test of a display, one thing at a time."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.displayqa.ruleset import Check


class Way(StrEnum):
    """How a pattern gets onto the display; it decides what the result is of."""

    BROWSER = "browser"
    ARCHIVE = "archive"
    PANEL = "panel"
    ELSEWHERE = "elsewhere"
    SIMULATED = "simulated"

    @property
    def meaning(self) -> tuple[str, str]:
        """What was tested, for people: English and Japanese."""
        return _MEANINGS[self]


_MEANINGS = {
    Way.BROWSER: (
        "a page in a browser on the workstation, colour-managed as that is; not the viewer",
        "ワークステーションのブラウザ表示(モニタ・グラフィックス・OSの色管理を含み、ビューアは含まない)",
    ),
    Way.ARCHIVE: (
        "images from the archive in the workstation's viewer: the whole chain",
        "PACS画像をビューアで表示(ビューアを含む表示系全体)",
    ),
    Way.PANEL: (
        "the box's own video output: the panel alone, not the workstation",
        "本装置の映像出力(パネル単体。ワークステーションは含まない)",
    ),
    Way.ELSEWHERE: (
        "readings taken elsewhere and typed or read from a file",
        "他で測定した値の入力(表示経路は不明)",
    ),
    Way.SIMULATED: ("a simulated display: no real one", "模擬モニタ(実機ではない)"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """Tell the illuminance at the screen or the luminance that it reflects, display off."""


@dataclass(frozen=True, slots=True)
class Look:
    """Look at a pattern and say whether the check is fulfilled."""

    check: Check


@dataclass(frozen=True, slots=True)
class Place:
    """Put the meter at a place of the screen: ``name`` as in ``places.PLACES``."""

    name: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Show a member of a pattern and read the meter.

    Attributes:
        pattern: Name of the member, as ``patterns.catalogue.found`` knows it.
        ddl: The level that is measured, at the panel's depth.
        place: Where on the screen; empty for the grey scale, which is measured in the middle.
    """

    pattern: str
    ddl: int
    place: str = ""


Step = Light | Look | Place | Measure
