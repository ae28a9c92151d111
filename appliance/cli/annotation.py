"""One dose screen, enlarged, with what was read on it drawn around it."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from PIL import Image

from appliance.charts.colours import GREEN, ORANGE, PURPLE, SKY
from appliance.charts.typeface import Typeface
from appliance.cli.drawing import Drawing, Rectangle
from appliance.cli.texts import Texts
from appliance.dose.record import Box
from appliance.dosescreen.explanation import Explanation, Mark, Role
from appliance.dosescreen.segment import Grey

LARGEST_PX, MOST_TIMES = 2100, 3
GROUND = (10, 12, 16)
DIMMED = 0.8
VEIL, VEIL_STRIPE = (38, 42, 48), (58, 63, 70)
PAD_PX, CAPTION_PX, LINE_PX = 4, 13, 15
LEAST_BELOW = 24
"""Rows of a screen that are kept below the last text."""
REACH = 20
"""Columns beside a value that its caption may take."""
UNITS = {
    "ctdi_vol_mgy": ("CTDIvol", "mGy"),
    "dlp_mgy_cm": ("DLP", "mGy.cm"),
    "total_dlp_mgy_cm": ("DLP", "mGy.cm"),
    "total_dlp_head_mgy_cm": ("DLP", "mGy.cm"),
    "total_dlp_body_mgy_cm": ("DLP", "mGy.cm"),
    "kvp": ("", "kV"),
    "exposure_mas": ("", "mAs"),
    "total_mas": ("", "mAs"),
    "tube_current_ma": ("", "mA"),
    "exposure_time_s": ("", "s"),
    "rotation_time_s": ("", "s"),
    "single_collimation_mm": ("", "mm"),
    "total_collimation_mm": ("", "mm"),
    "scan_start_mm": ("", ""),
    "scan_end_mm": ("", "mm"),
}
"""Symbol and unit of a field; the same in every language."""


def annotated(explanation: Explanation, texts: Texts, typeface: Typeface) -> Image.Image:
    """The screen with a box round everything that was understood or doubted."""
    times = magnification(explanation.ink.shape[1])
    drawing = Drawing(_dimmed(_used(explanation), times), typeface)
    for box in explanation.hidden:
        _veil(drawing, _scaled(box, times))
    for mark in explanation.marks:
        _frame(drawing, mark, _scaled(mark.box, times))
    for number, box in numbered(explanation):
        left, top, right, bottom = _scaled(box, times)
        drawing.hatched_box((left, top, right, bottom), ORANGE)
        drawing.tag(max(0, left - 9), max(0, top - 13), str(number), ORANGE)
    _Captions(drawing, explanation, texts, times).write()
    return drawing.image


def magnification(columns: int) -> int:
    """How many times as large a screen of so many columns is shown."""
    return max(1, min(MOST_TIMES, LARGEST_PX // columns))


def numbered(explanation: Explanation) -> Iterator[tuple[int, Box]]:
    """The places of doubts, each with the number it is spoken of by."""
    boxes = dict.fromkeys(doubt.box for doubt in explanation.doubts if doubt.box is not None)
    yield from enumerate(boxes, start=1)


def _used(explanation: Explanation) -> Grey:
    """The picture without the empty part at its foot."""
    inked = np.flatnonzero(explanation.ink.any(axis=1))
    bottoms = [box.bottom for box in explanation.hidden]
    last = max([*bottoms, *(int(row) + 1 for row in inked[-1:])], default=0)
    return explanation.ink[: last + LEAST_BELOW]


def _dimmed(used: Grey, times: int) -> Image.Image:
    ink = used.repeat(times, axis=0).repeat(times, axis=1)
    share = (ink.astype(np.float32) * (DIMMED / 255))[..., np.newaxis]
    ground = np.array(GROUND, np.float32)
    return Image.fromarray((ground + share * (255 - ground)).astype(np.uint8), "RGB")


def _veil(drawing: Drawing, at: Rectangle) -> None:
    """Where something was taken from the picture."""
    drawing.bar(at, VEIL)
    left, top, right, bottom = at
    drawing.line((left, (top + bottom) // 2, right, (top + bottom) // 2), VEIL_STRIPE)


def _frame(drawing: Drawing, mark: Mark, at: Rectangle) -> None:
    if mark.role is Role.TITLE:
        drawing.underline(at, PURPLE)
    elif mark.role is Role.HEADING:
        drawing.bracket(at, PURPLE)
    elif not mark.sure:
        drawing.hatched_box(at, ORANGE)
    elif mark.role is Role.TOTAL:
        drawing.double_box(at, GREEN)
    else:
        drawing.box(at, SKY)


class _Captions:
    """Words below the boxes of values, as many as there is room for."""

    def __init__(
        self, drawing: Drawing, explanation: Explanation, texts: Texts, times: int
    ) -> None:
        self._drawing = drawing
        self._texts = texts
        self._times = times
        self._ink = explanation.ink
        self._values = [
            (mark, _scaled(mark.box, times))
            for mark in explanation.marks
            if mark.role in {Role.VALUE, Role.TOTAL}
        ]

    def write(self) -> None:
        for mark, at in self._values:
            colour = GREEN if mark.role is Role.TOTAL else SKY if mark.sure else ORANGE
            lines = self._lines(mark, self._across(at), self._down(at) // LINE_PX)
            top = at[3] + (5 if mark.role is Role.TOTAL else 2)
            for number, line in enumerate(lines):
                self._drawing.text(at[0], top + number * LINE_PX, line, CAPTION_PX, colour)

    def _lines(self, mark: Mark, across: int, down: int) -> list[str]:
        readers, short = " + ".join(mark.readers), "+".join(initials(mark.readers))
        whats = [self._what(mark), self._bare(mark)]
        if down <= 0:
            return []
        if down == 1:
            return self._fitting([f"{what} {short}" for what in whats] + whats, across)
        first = self._fitting(whats, across)
        return first and first + self._fitting([readers, short], across)

    def _fitting(self, candidates: Iterable[str], across: int) -> list[str]:
        """The longest of the candidates that there is room for; none if there is none."""
        fits = (each for each in candidates if self._drawing.width(each, CAPTION_PX) <= across)
        return [each for each in [next(fits, "")] if each]

    def _across(self, at: Rectangle) -> int:
        """Pixels to the next value on the line."""
        rights = [
            other[0] for _, other in self._values if other[0] > at[0] and _overlap(at, other, 1)
        ]
        return min([*rights, self._drawing.image.width]) - at[0] - PAD_PX

    def _down(self, at: Rectangle) -> int:
        """Pixels to whatever is printed below."""
        left, _, right, bottom = (edge // self._times for edge in at)
        below = self._ink[bottom + 1 :, max(0, left - REACH) : right + REACH]
        inked = np.flatnonzero(below.any(axis=1))
        return (int(inked[0]) if inked.size else len(below)) * self._times

    def _what(self, mark: Mark) -> str:
        return " ".join(self._named(name, text) for name, text in _told_apart(mark.values))

    def _named(self, name: str, text: str) -> str:
        if name in UNITS:
            symbol, unit = UNITS[name]
            return " ".join(filter(None, (symbol, text, unit)))
        return f"{self._texts.say(f'explain.{name}')} {text}"

    def _bare(self, mark: Mark) -> str:
        return " ".join(text for _, text in _told_apart(mark.values))


def initials(readers: Iterable[str]) -> list[str]:
    """The first letters that readers are spoken of by where there is little room."""
    return [reader[:1].upper() for reader in readers]


def _told_apart(values: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without the name of a scan that is also its type."""
    texts = {text for name, text in values if name == "acquisition_type"}
    return [(name, text) for name, text in values if name != "label" or text not in texts]


def _overlap(one: Rectangle, other: Rectangle, axis: int) -> bool:
    return one[axis] < other[axis + 2] and other[axis] < one[axis + 2]


def _scaled(box: Box, times: int) -> Rectangle:
    return (
        max(0, box.left * times - PAD_PX),
        max(0, box.top * times - PAD_PX),
        box.right * times + PAD_PX,
        box.bottom * times + PAD_PX,
    )
