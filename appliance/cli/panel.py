"""What stands beside an annotated screen: outcome, checks, values, doubts and a key."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from appliance.charts.colours import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, SKY, VERMILLION
from appliance.charts.typeface import Typeface
from appliance.cli.annotation import initials, numbered
from appliance.cli.drawing import Drawing
from appliance.cli.texts import Texts
from appliance.dose.checks import Check, Verdict
from appliance.dose.doubt import Doubt
from appliance.dose.record import Box
from appliance.dosescreen.explanation import Explanation
from appliance.dosescreen.picture import crop

WIDTH, MARGIN, TALLEST = 800, 28, 6000
INSIDE = WIDTH - 2 * MARGIN
MOST_DOUBTS, MOST_DETAILS = 10, 4
COLUMNS = ("series", "type", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom")
FIELDS = ("series", "acquisition_type", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom")
STOPS, COLUMN_PX = (0, 90, 260, 420, 560, 690), 160
BODY_PX, SMALL_PX, HEAD_PX, TITLE_PX = 21, 17, 24, 38
SIGN_PX = 24
HEADLINE_PX, SEAL_PX = 116, 64
TALLEST_CROP = 140


def panel(
    explanation: Explanation, outcome: str, place: str, texts: Texts, typeface: Typeface
) -> Image.Image:
    """The panel, as high as it needs; ``outcome`` is a study's, ``place`` which screen of it."""
    return _Panel(explanation, texts, typeface).drawn(outcome, place)


class _Panel:
    """The panel being written, from top to bottom."""

    def __init__(self, explanation: Explanation, texts: Texts, typeface: Typeface) -> None:
        self._explanation = explanation
        self._texts = texts
        self._drawing = Drawing(Image.new("RGB", (WIDTH, TALLEST), PAPER), typeface)
        self._top = 0

    def drawn(self, outcome: str, place: str) -> Image.Image:
        self._headline(outcome, place)
        self._title("checks")
        for check in self._explanation.checks:
            self._check(check)
        if self._explanation.doubts:
            self._title("doubts")
            self._doubts()
        if self._explanation.events:
            self._title("rows")
            self._rows()
        self._title("key")
        self._key()
        bottom = min(self._top + MARGIN, TALLEST)
        return self._drawing.image.crop((0, 0, WIDTH, bottom))

    def _headline(self, outcome: str, place: str) -> None:
        accepted = outcome == "recognised"
        colour = BLUE if accepted else ORANGE
        self._drawing.bar((0, 0, WIDTH, HEADLINE_PX), colour)
        if accepted:
            self._drawing.tick(MARGIN, 26, SEAL_PX, GREEN)
        else:
            self._drawing.cross(MARGIN, 26, SEAL_PX, VERMILLION)
        ink = PAPER if accepted else INK
        self._drawing.text(
            MARGIN + SEAL_PX + 20, 18, self._texts.say(f"explain.{outcome}"), TITLE_PX, ink
        )
        layout = self._explanation.layout or self._texts.say("explain.no-layout")
        self._drawing.text(MARGIN + SEAL_PX + 20, 72, f"{layout}   {place}", BODY_PX, ink)
        self._top = HEADLINE_PX + 6

    def _title(self, name: str) -> None:
        self._top += 14
        self._drawing.text(MARGIN, self._top, self._texts.say(f"explain.{name}"), HEAD_PX, INK)
        self._top += HEAD_PX + 7
        self._drawing.line((MARGIN, self._top, WIDTH - MARGIN, self._top), GREY)
        self._top += 8

    def _check(self, check: Check) -> None:
        self._sign(check.verdict)
        subject = self._texts.say(f"explain.{check.subject}")
        verdict = self._texts.say(f"explain.{check.verdict}")
        self._paragraph(f"{subject}: {verdict}", BODY_PX, INK)
        for figures in check.figures:
            self._paragraph(figures, SMALL_PX, GREY)
        self._top += 6

    def _sign(self, verdict: Verdict) -> None:
        match verdict:
            case Verdict.PASSED:
                self._drawing.tick(MARGIN, self._top, SIGN_PX, GREEN)
            case Verdict.FAILED:
                self._drawing.cross(MARGIN, self._top, SIGN_PX, VERMILLION)
            case Verdict.NOT_POSSIBLE:
                self._drawing.ring(MARGIN, self._top, SIGN_PX, GREY)

    def _paragraph(self, text: str, px: int, colour: tuple[int, int, int]) -> None:
        left = MARGIN + SIGN_PX + 12
        for line in self._drawing.wrapped(text, px, WIDTH - MARGIN - left):
            self._drawing.text(left, self._top, line, px, colour)
            self._top += px + 5

    def _doubts(self) -> None:
        """Doubts by their place, each place once with what is cut out of the screen there."""
        places: list[tuple[int | None, Box | None]] = [*numbered(self._explanation), (None, None)]
        for number, box in places[:MOST_DOUBTS]:
            doubts = [doubt for doubt in self._explanation.doubts if doubt.box == box]
            if doubts:
                self._doubt(number, box, doubts)
        left_out = len(places) - MOST_DOUBTS
        if left_out > 0:
            self._paragraph(self._texts.say("explain.more", count=left_out), BODY_PX, INK)

    def _doubt(self, number: int | None, box: Box | None, doubts: Sequence[Doubt]) -> None:
        self._drawing.tag(MARGIN, self._top, "" if number is None else str(number), ORANGE)
        for reason in dict.fromkeys(doubt.reason for doubt in doubts):
            self._paragraph(self._texts.pick(reason.meaning), BODY_PX, INK)
        for doubt in doubts[:MOST_DETAILS]:
            said = ", ".join(f"{reader} “{text}”" for reader, text in doubt.readings)
            words = ": ".join(filter(None, (doubt.field, doubt.detail)))
            self._paragraph(f"{words} ({said})" if said else words, SMALL_PX, GREY)
        if box is not None:
            self._cut_out(box)
        self._top += 10

    def _cut_out(self, box: Box) -> None:
        part = crop(self._explanation.ink, box)
        left = MARGIN + SIGN_PX + 12
        room = (WIDTH - MARGIN - left, TALLEST_CROP)
        image = Image.fromarray(np.ascontiguousarray(part), "L").convert("RGB")
        image.thumbnail(room, Image.Resampling.LANCZOS)
        self._drawing.paste(left, self._top + 2, image)
        self._top += image.height + 6

    def _rows(self) -> None:
        """What the screen says, row by row; the letters of the readers last."""
        self._row([self._texts.say(f"read.{name}") for name in COLUMNS] + [""], GREY)
        for event in self._explanation.events:
            values = [getattr(event, name) for name in FIELDS]
            named = event.acquisition_type or event.label
            readers = sorted(
                {
                    reader
                    for value in values[2:4]
                    if value is not None
                    for reader in value.origin.detail.split("+")
                }
            )
            texts = [value.text if value else "-" for value in (values[0], named, *values[2:])]
            self._row([*texts, "+".join(initials(readers))], INK)

    def _row(self, texts: Sequence[str], colour: tuple[int, int, int]) -> None:
        for left, text in zip(STOPS, texts, strict=True):
            line = next(self._drawing.wrapped(text, SMALL_PX, COLUMN_PX), "")
            self._drawing.text(MARGIN + left, self._top, line, SMALL_PX, colour)
        self._top += SMALL_PX + 7

    def _key(self) -> None:
        """What each kind of box means."""
        drawing, left = self._drawing, MARGIN
        for name in ("sure", "unsure", "total", "heading", "hidden"):
            at = (left, self._top, left + 52, self._top + 22)
            if name == "sure":
                drawing.box(at, SKY)
            elif name == "unsure":
                drawing.hatched_box(at, ORANGE)
            elif name == "total":
                drawing.double_box((left + 4, at[1] + 3, at[2] - 4, at[3] - 3), GREEN)
            elif name == "heading":
                drawing.bracket(at, PURPLE)
            else:
                drawing.bar(at, GREY)
            text = self._texts.say(f"explain.key-{name}")
            drawing.text(left + 68, self._top, text, SMALL_PX, INK)
            self._top += 33
        readers = sorted({reader for mark in self._explanation.marks for reader in mark.readers})
        names = ", ".join(
            f"{initial}: {reader}"
            for initial, reader in zip(initials(readers), readers, strict=True)
        )
        if names:
            self._paragraph(names, SMALL_PX, GREY)
