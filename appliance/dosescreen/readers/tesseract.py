"""Tesseract, shown the words of a screen on a page of its own.

Measured on bitmap fonts: as they are it reads 62 % of cells; redrawn line by line with even gaps,
dark on light, three and four times as large, nearly all of them. It runs once a scale.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from subprocess import CalledProcessError

import cv2
import numpy as np
import pytesseract

from appliance.dosescreen.marks import mark
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Grey, Line, Word
from appliance.errors import ApplianceError, MissingToolError

SCALES = (3, 4)
TRUST = 0.7
"""Its errors are systematic for a font: how certain a character is because Tesseract says so."""
MARGIN_PX = 12
LINE_GAP_PX = 12
WORD_GAP = 1.3
MOST_SIDE_PX, MOST_PX = 32_767 // max(SCALES), 8 << 20
"""Of the page before it is enlarged: Tesseract takes no longer side, and no screen has more."""
PUNCTUATION = ".,-:=/()'"
PAGE_OF_LINES = "--psm 6"
_CANNOT_BE_RUN = (
    pytesseract.TesseractNotFoundError,
    PermissionError,
    CalledProcessError,
    SystemExit,  # pytesseract's answer to a version it does not understand
)


def _nothing() -> None:
    """There is room."""


@dataclass(frozen=True, slots=True)
class TesseractReader:
    """Reads words, and through them glyphs.

    ``command`` is the program, ``timeout_s`` the longest one run may take; ``make_room`` is called
    before it runs, because it takes as much memory as all that is idle meanwhile.
    """

    command: str = "tesseract"
    timeout_s: float = 30.0
    make_room: Callable[[], None] = _nothing
    name: str = "tesseract"

    def read(self, lines: Sequence[Line]) -> Readings:
        """Every word it finds text for, and every glyph of words whose length fits.

        Nothing where the words take more room than a screen's.

        Raises MissingToolError when the program cannot be run at all, ApplianceError when it
        crashed or took too long over these words.
        """
        page = _Page(lines) if lines else None
        if page is None or not page.fits:
            return Readings(self.name)
        self.make_room()
        words: dict[Word, list[str]] = defaultdict(list)
        for scale in SCALES:
            for word, text in page.assign(self._run(page.enlarged(scale)), scale):
                words[word].append(text)
        glyphs: dict[Glyph, str] = defaultdict(str)
        for word, texts in words.items():
            for text in texts:
                for glyph, character in _aligned(word, text):
                    glyphs[glyph] += character
        read = {word: tuple(texts) for word, texts in words.items()}
        return Readings(self.name, glyphs, read, trust=TRUST)

    def _run(self, image: Grey) -> Mapping[str, Sequence[object]]:
        pytesseract.pytesseract.tesseract_cmd = self.command
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        try:
            data: Mapping[str, Sequence[object]] = pytesseract.image_to_data(
                image,
                config=PAGE_OF_LINES,
                timeout=self.timeout_s,
                output_type=pytesseract.Output.DICT,
            )
        except _CANNOT_BE_RUN as failure:
            raise MissingToolError(
                "cannot be run", self.command, "install tesseract-ocr"
            ) from failure
        except RuntimeError as failure:
            if getattr(failure, "status", 0) > 0:  # it says itself that it cannot read at all
                raise MissingToolError(
                    "cannot read", self.command, "install tesseract-ocr-eng"
                ) from failure
            raise ApplianceError(
                "gave no answer", self.command, "raise recogniser.tesseract_timeout_s"
            ) from failure
        return data


def _aligned(word: Word, text: str) -> Iterator[tuple[Glyph, str]]:
    """Which character is which glyph, when there are as many; points and dashes get lost."""
    if len(text) == len(word.glyphs):
        return zip(word.glyphs, text, strict=True)
    glyphs = [glyph for glyph in word.glyphs if mark(glyph) is None]
    characters = [character for character in text if character not in PUNCTUATION]
    return zip(glyphs, characters, strict=True) if len(glyphs) == len(characters) else iter(())


def _draw(word: Word, picture: Grey, right: int, down: int) -> None:
    for glyph in word.glyphs:
        box = glyph.box
        spot = picture[box.top + down : box.bottom + down, box.left + right : box.right + right]
        np.maximum(spot, glyph.grey, out=spot)


class _Page:
    """Words redrawn with even gaps, and where each went."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._places: list[tuple[Word, int, int, int, int]] = []
        top = MARGIN_PX
        for line in lines:
            left = MARGIN_PX
            for word in line.words:
                height = line.box.height
                self._places.append((word, left, top, left + word.box.width, top + height))
                left += word.box.width + round(WORD_GAP * line.capital_px)
            top += line.box.height + LINE_GAP_PX
        self._lines = lines
        self._shape = top + MARGIN_PX, max(right for *_, right, _ in self._places) + MARGIN_PX

    @property
    def fits(self) -> bool:
        """Whether Tesseract takes it when it is enlarged."""
        rows, columns = self._shape
        return max(rows, columns) <= MOST_SIDE_PX and rows * columns <= MOST_PX

    def _drawn(self) -> Grey:
        picture = np.zeros(self._shape, np.uint8)
        places = iter(self._places)
        for line in self._lines:
            for word in line.words:
                _, left, top, *_ = next(places)
                _draw(word, picture, left - word.box.left, top - line.box.top)
        return picture

    def enlarged(self, scale: int) -> Grey:
        """The page dark on light, ``scale`` times as large."""
        grey: Grey = cv2.resize(
            255 - self._drawn(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC
        ).astype(np.uint8)
        return grey

    def assign(
        self, data: Mapping[str, Sequence[object]], scale: int
    ) -> Iterator[tuple[Word, str]]:
        """Which text stands where which word was drawn, its parts joined."""
        columns = ("text", "left", "top", "width", "height")
        parts: dict[int, str] = defaultdict(str)
        for text, left, top, width, height in zip(*(data[name] for name in columns), strict=True):
            stripped = str(text).strip()
            if stripped:
                x = (float(str(left)) + float(str(width)) / 2) / scale
                y = (float(str(top)) + float(str(height)) / 2) / scale
                for index, (_, start, above, end, below) in enumerate(self._places):
                    if start - 2 <= x <= end + 2 and above - 3 <= y <= below + 3:
                        parts[index] += stripped
                        break
        for index, text in parts.items():
            yield self._places[index][0], text
