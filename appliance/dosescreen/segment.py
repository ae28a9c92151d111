"""From ink to lines, words and glyphs, by geometry alone.

Nothing here knows a letter. A glyph is the ink of one character where characters do not touch;
touching characters come out as one wide glyph, which no reader then knows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dose.record import Box
from appliance.dosescreen.pitch import pitch_px

Ink = npt.NDArray[np.bool_]
Grey = npt.NDArray[np.uint8]

THRESHOLD, FULL = 127, 255
PAPER, BRIGHT, MOST_GAIN = 40, 0.75, 2.0
"""Levels below the first are paper; that share of the rest is to be at full brightness."""
MAX_COMPONENTS = 8_000
"""More connected components than any text screen has: noise or a photograph."""
MAX_GLYPH_PX = 80
MIN_CAPITAL_PX = 5
SMALL = 0.55
"""Ink lower than this share of the screen's usual height is a dot, a dash or an accent."""
SAME_LINE = 0.55
SAME_GLYPH = 0.6
REACH, ABOVE = 0.5, 3
"""Accents stand no farther from their line, in usual heights; a row counts as so many columns."""
POINT, ROUND = 0.4, 2.0
WORD_GAP = 0.42
"""A gap wider than this share of the capital height usually parts two words."""
HIGH = 1.6
"""Usual heights that no character standing on the line is higher than, an accented one neither."""
USUAL = (0.65, 1.25)
"""A line whose highest characters are between so many usual capitals is of the usual size."""
INSIDE_PITCH = 0.6
"""In a monospaced font a gap inside a word is narrower than the pitch by at least this, in px."""


@dataclass(frozen=True, eq=False)
class Glyph:
    """The ink of one character.

    Attributes:
        box: Where it stands on the screen.
        grey: Its pixels with grey levels, (rows, columns), cut to the box; faint text brightened.
        rise_px: Rows from its last row up to the baseline; negative below it.
        capital_px: Height of the line's capitals and digits.
        parted: Whether it was cut out of ink in which characters touch, so that its edges are not
            those of its font.
        whole: That ink, of which this is one piece; None for any other.
    """

    box: Box
    grey: Grey
    rise_px: int
    capital_px: int
    parted: bool = False
    whole: "Glyph | None" = None

    @cached_property
    def ink(self) -> Ink:
        """The pixels without grey levels."""
        mask: Ink = self.grey > THRESHOLD
        return mask

    @cached_property
    def is_antialiased(self) -> bool:
        """Whether any of its pixels is neither paper nor full ink."""
        return bool(((self.grey > 0) & (self.grey < FULL)).any())

    @cached_property
    def pixels(self) -> tuple[int, bytes]:
        """Equal for glyphs with the same pixels."""
        return self.box.width, np.packbits(self.ink).tobytes()

    @cached_property
    def shape_key(self) -> tuple[int, int, bytes]:
        """Equal for glyphs with the same pixels at the same height above the baseline."""
        return self.rise_px, *self.pixels


@dataclass(frozen=True, eq=False)
class Word:
    """Glyphs that stand together on one line, from left to right."""

    glyphs: tuple[Glyph, ...]

    @cached_property
    def box(self) -> Box:
        """The smallest box around the glyphs."""
        return around(glyph.box for glyph in self.glyphs)


@dataclass(frozen=True, eq=False)
class Line:
    """Words on one baseline, from left to right.

    Attributes:
        words: The words.
        baseline: The first row under the digits.
        capital_px: The digits' height.
        picture: The screen that the line is on, (rows, columns), as it came.
    """

    words: tuple[Word, ...]
    baseline: int
    capital_px: int
    picture: Grey

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The glyphs of all words, from left to right."""
        return tuple(glyph for word in self.words for glyph in word.glyphs)

    @cached_property
    def box(self) -> Box:
        """The smallest box around the words."""
        return around(word.box for word in self.words)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of ``boxes``; raises ValueError for none."""
    every = list(boxes)
    return Box(
        min(box.left for box in every),
        min(box.top for box in every),
        max(box.right for box in every),
        max(box.bottom for box in every),
    )


def lines(grey: Grey) -> tuple[Line, ...]:
    """Every line of text on a screen, from top to bottom; none when it is not text."""
    bright = brightened(grey)
    boxes = _components(bright)
    if not boxes:
        return ()
    rows = [list(_characters(sorted(band, key=lambda box: box.left))) for band in _bands(boxes)]
    usual = _most_common(box.height for box in boxes if box.height >= MIN_CAPITAL_PX)
    pitch = (pitch_px(rows, usual) or 0.0) - INSIDE_PITCH
    feet = [_feet(row) for row in rows]
    capital = _most_common(high for row, (_, high) in zip(rows, feet, strict=True) for _ in row)
    feet = [_usually(*_feet(_low(row, capital) or row), capital) for row in rows]
    found = [
        Line(
            _words(_glyphs(row, baseline, high, bright), max(WORD_GAP * high, pitch)),
            baseline,
            high,
            grey,
        )
        for row, (baseline, high) in zip(rows, feet, strict=True)
    ]
    readable = [line for line in found if line.capital_px >= MIN_CAPITAL_PX]
    return tuple(sorted(readable, key=lambda line: (line.baseline, line.box.left)))


def brightened(grey: Grey, share: float = BRIGHT) -> Grey:
    """Thin antialiased text made brighter, so that no stroke falls below the threshold.

    All but ``share`` of the ink comes to full brightness, where that takes no more than MOST_GAIN.
    """
    levels = np.bincount(grey[grey >= PAPER], minlength=256).cumsum()
    usual = max(PAPER, int(np.searchsorted(levels, share * levels[-1])))
    if usual / 2 >= THRESHOLD:
        return grey
    gain = min(2 * THRESHOLD / usual, MOST_GAIN)
    return cv2.convertScaleAbs(grey, alpha=gain).astype(np.uint8, copy=False)


def _components(grey: Grey) -> list[Box]:
    pieces = connected(grey)
    if len(pieces) >= MAX_COMPONENTS:
        return []
    low = pieces[(pieces[:, 2:4] <= MAX_GLYPH_PX).all(axis=1)].tolist()
    return [Box(x, y, x + width, y + height) for x, y, width, height, _ in low]


def connected(grey: Grey) -> npt.NDArray[np.int32]:
    """Left, top, width, height and pixels of every piece of connected ink, (pieces, 5)."""
    mask = (grey > THRESHOLD).view(np.uint8)
    # of OpenCV's algorithms the fastest for text, by half
    _, _, found, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_32S, cv2.CCL_GRANA
    )
    return np.asarray(found[1:], np.int32)


def _bands(boxes: Sequence[Box]) -> list[list[Box]]:
    """Components line by line: tall ones make the lines, small ones join the nearest."""
    usual = _most_common(box.height for box in boxes if box.height >= MIN_CAPITAL_PX)
    tall = [box for box in boxes if box.height >= SMALL * usual]
    bands: list[list[Box]] = []
    for box in sorted(tall, key=lambda box: (box.bottom, box.left)):
        home = next((band for band in reversed(bands) if _on_line(box, band)), None)
        if home is None:
            bands.append(home := [])
        home.append(box)
    spans, rows = [around(band) for band in bands], [_rows(band, usual) for band in bands]
    for box in sorted(set(boxes) - set(tall), key=lambda box: box.left):
        near = [at for at, span in enumerate(spans) if _above(box, span) <= REACH * usual]
        near = [
            at for at in near if box.top < rows[at].stop and box.bottom > rows[at].start
        ] or near
        if near:
            nearest = _nearest(box, near, bands, spans)
            bands[nearest].append(box)
            spans[nearest] = around((spans[nearest], box))
    return bands


def _on_line(box: Box, band: Sequence[Box]) -> bool:
    last = band[-8:]
    top = sorted(other.top for other in last)[len(last) // 2]
    bottom = sorted(other.bottom for other in last)[len(last) // 2]
    shared = min(box.bottom, bottom) - max(box.top, top)
    return shared > SAME_LINE * min(box.height, bottom - top)


def _rows(band: Sequence[Box], usual: int) -> range:
    """The rows of a line's highest characters; brackets and what touches another line are none."""
    baseline = _most_common(box.bottom for box in band)
    high = [baseline - box.top for box in band if box.bottom == baseline]
    usually = [rows for rows in high if rows <= HIGH * usual]
    return range(baseline - max(usually, default=min(high)), baseline)


def _above(box: Box, other: Box) -> int:
    """Rows between two boxes, one above the other; 0 where they share rows."""
    return max(other.top - box.bottom, box.top - other.bottom, 0)


def _nearest(
    box: Box, near: Sequence[int], bands: Sequence[Sequence[Box]], spans: Sequence[Box]
) -> int:
    """The line among those ``near`` that a dot or an accent is nearest to."""
    if len(near) == 1:
        return near[0]
    return min(near, key=lambda at: _distance(box, bands[at], spans[at]))


def _distance(box: Box, band: Sequence[Box], span: Box) -> int:
    """How far a dot or an accent is from a line: beside a character is nearer than above one."""
    beside = min(max(other.left - box.right, box.left - other.right, 0) for other in band)
    return beside + ABOVE * _above(box, span)


def _feet(boxes: Sequence[Box]) -> tuple[int, int]:
    """The first row under a line's characters, and their height; one alone may have an accent."""
    tallest = max(box.height for box in boxes)
    tall = [box for box in boxes if box.height >= SMALL * tallest]
    baseline = _most_common(box.bottom for box in tall)
    high = sorted(baseline - box.top for box in tall if 0 <= baseline - box.bottom <= 1)
    accented = len(high) > 1 and high[-1] - high[-2] > 1
    return baseline, high[-2] if accented else high[-1]


def _low(row: Sequence[Box], capital: int) -> list[Box]:
    """The characters of a line that are no higher than usual, if most are: no brackets."""
    low = [box for box in row if box.height <= USUAL[1] * capital]
    return low if 2 * len(low) > len(row) else []


def _usually(baseline: int, high: int, capital: int) -> tuple[int, int]:
    """A line's baseline and height: the usual one unless it is clearly another."""
    is_usual = USUAL[0] * capital <= high <= USUAL[1] * capital
    return baseline, capital if is_usual else high


def _glyphs(boxes: Sequence[Box], baseline: int, capital: int, grey: Grey) -> list[Glyph]:
    leaning = {box for pair in pairwise(boxes) if pair[1].left < pair[0].right for box in pair}
    return [
        Glyph(
            box,
            _own(grey, box) if box in leaning else _cut(grey, box),
            baseline - box.bottom,
            capital,
        )
        for box in boxes
    ]


def _cut(grey: Grey, box: Box) -> Grey:
    return grey[box.top : box.bottom, box.left : box.right].copy()


def _own(grey: Grey, box: Box) -> Grey:
    """The pixels in a box without ink that goes on outside it: a slanted neighbour's."""
    top, left = max(0, box.top - 1), max(0, box.left - 1)
    around_it = grey[top : box.bottom + 1, left : box.right + 1]
    _, labels = cv2.connectedComponents((around_it > THRESHOLD).astype(np.uint8), connectivity=8)
    rows = slice(box.top - top, box.bottom - top)
    columns = slice(box.left - left, box.right - left)
    outside = np.ones(labels.shape, bool)
    outside[rows, columns] = False
    strange = np.setdiff1d(labels[outside], 0)
    own = _cut(grey, box)
    own[np.isin(labels[rows, columns], strange)] = 0
    return own


def _characters(boxes: Sequence[Box]) -> Iterator[Box]:
    """Ink above other ink (i, :, =, %) is one character."""
    current: Box | None = None
    for box in boxes:
        if current is None:
            current = box
        elif _is_one_character(current, box):
            current = around((current, box))
        else:
            yield current
            current = box
    if current is not None:
        yield current


def _is_one_character(one: Box, other: Box) -> bool:
    """Whether two pieces of ink that stand above each other belong together.

    A point that a slanted character leans over does not: it is low, small, round and at the foot.
    """
    if _are_two_dots(one, other):
        return True
    if one.right - other.left < SAME_GLYPH * min(one.width, other.width):
        return False
    upper, lower = sorted((one, other), key=lambda box: box.top)
    low = lower.height < POINT * upper.height and lower.bottom >= upper.bottom - 1
    return not (low and lower.width <= ROUND * lower.height)


def _are_two_dots(lower: Box, upper: Box) -> bool:
    """Whether two dots are a slanted colon: as large, one above and a little right of the other."""
    if abs(lower.width - upper.width) > 1 or abs(lower.height - upper.height) > 1:
        return False
    apart = lower.top - upper.bottom
    round_ = max(lower.width, upper.width) <= lower.height + 1
    return round_ and apart >= 1 and upper.left - lower.right <= min(1, apart // 2)


def _words(glyphs: Sequence[Glyph], gap: float) -> tuple[Word, ...]:
    return tuple(_parted(glyphs, gap))


def _parted(glyphs: Sequence[Glyph], gap: float) -> Iterator[Word]:
    start = 0
    for index in range(1, len(glyphs)):
        if glyphs[index].box.left - glyphs[index - 1].box.right > gap:
            yield Word(tuple(glyphs[start:index]))
            start = index
    yield Word(tuple(glyphs[start:]))


def _most_common(values: Iterable[int]) -> int:
    """The most frequent value, the larger of equals; 0 for none."""
    counts = Counter(values)
    return max(counts, key=lambda value: (counts[value], value), default=0)
