"""Training strips: text in many typefaces and conditions, with the place of each character."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.characters.alphabet import ALPHABET, SPACE
from appliance.dosescreen.characters.conditions import Specimen, conditioned
from appliance.dosescreen.characters.strips import Geometry
from appliance.dosescreen.characters.typefaces import Cut, Typeface
from appliance.dosescreen.characters.writing import a_word, japanese

Image = npt.NDArray[np.float32]
"""(rows, columns) from 0 to 1."""
Outputs = npt.NDArray[np.int64]
"""What the network is to say, frame by frame."""

IGNORED = -1
"""A frame that is not asked: beside a character's middle, and at the strip's right edge."""
CAPITALS_PX = range(5, 25)
JAPANESE_SHARE, LINES_A_FACE, WORDS_A_LINE = 0.06, 6, 12
TRACKING_PX = (0, 0, 0, 0, 0, 1, 2, -0.3, -0.5, -1)
WIDEST_SPACE = 1.2
"""Wider paper between words, in heights of a capital, is no space but nothing at all."""
CODES = {character: code for code, character in enumerate(ALPHABET, start=1)}


@dataclass(frozen=True, slots=True)
class Faces:
    """Typefaces by family, and those that have Japanese characters."""

    families: Mapping[str, Sequence[Typeface]]
    japanese: Sequence[Typeface]


def batches(
    faces: Faces, geometry: Geometry, size: int, seed: int
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]:
    """``size`` strips, (n, 1, rows, columns), and their outputs, (n, frames), without end."""
    random, noise = Random(seed), np.random.default_rng(seed)
    while True:
        strips: list[tuple[Image, Outputs]] = []
        while len(strips) < size:
            lines = _of_one_face(faces, random, noise)
            strips += [_laid(line, geometry, random) for line in lines]
        images, outputs = zip(*strips[:size], strict=True)
        yield np.stack(images)[:, None], np.stack(outputs)


def _of_one_face(faces: Faces, random: Random, noise: np.random.Generator) -> Iterator[Specimen]:
    in_japanese = bool(faces.japanese) and random.random() < JAPANESE_SHARE
    family = faces.families[random.choice(list(faces.families))]
    face = random.choice(faces.japanese if in_japanese else family)
    zero = face.cut("0")
    if zero is None or zero.grey.shape[0] not in CAPITALS_PX:
        return
    tracking, wide = random.choice(TRACKING_PX), random.random() < 0.35
    for _ in range(LINES_A_FACE):
        words = [_word(random, in_japanese=in_japanese) for _ in range(WORDS_A_LINE)]
        placed = list(_placed(face, words, tracking, random.uniform(1, 4) if wide else 1.0))
        if placed:
            line = _drawn(placed, zero.grey.shape[0])
            yield conditioned(line, random, noise)


def _word(random: Random, *, in_japanese: bool) -> str:
    return japanese(random) if in_japanese and random.random() < 0.7 else a_word(random)


def _placed(
    face: Typeface, words: Sequence[str], tracking: float, spacing: float
) -> Iterator[tuple[str, Cut, int]]:
    """Every character that the face has, and the column it begins in; a space leads a word."""
    pen = 20.0
    for word in words:
        leading = SPACE
        for character in word:
            cut = face.cut(character)
            if cut is not None:
                yield leading + character, cut, max(0, round(pen) + cut.left)
                pen += max(1.0, cut.advance + tracking)
                leading = ""
        pen += max(1.0, spacing * (face.space + tracking))


def _drawn(placed: Sequence[tuple[str, Cut, int]], capital: int) -> Specimen:
    base = 2 * capital + 4
    right = max(left + cut.grey.shape[1] for _, cut, left in placed)
    grey = np.zeros((base + capital + 4, right + capital), np.uint8)
    middles: list[tuple[str, float]] = []
    ended: int | None = None
    for text, cut, left in placed:
        rows, columns = cut.grey.shape
        top = base + cut.top
        if not 0 <= top <= grey.shape[0] - rows:
            continue
        spot = grey[top : top + rows, left : left + columns]
        np.maximum(spot, cut.grey, out=spot)
        if text[0] == SPACE and ended is not None and left - ended < WIDEST_SPACE * capital:
            middles.append((SPACE, (ended + left) / 2))
        middles.append((text[-1], left + columns / 2))
        ended = left + columns
    return Specimen(grey, float(base), float(capital), tuple(middles))


def _laid(line: Specimen, geometry: Geometry, random: Random) -> tuple[Image, Outputs]:
    """A line on a strip, not quite as tall and not quite where it should be."""
    scale = geometry.capital / (line.capital * random.uniform(0.86, 1.16))
    how = geometry.interpolation if scale >= 1 else cv2.INTER_AREA
    rows, columns = line.grey.shape
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    picture = cv2.resize(line.grey, size, interpolation=how)
    above = round(line.base * scale + random.uniform(-0.8, 0.8)) - geometry.baseline
    pen = random.randint(0, 6)
    image = np.zeros((geometry.rows, geometry.columns), np.float32)
    first, last = max(0, above), min(size[1], above + geometry.rows)
    width = min(size[0], geometry.columns - pen)
    image[first - above : last - above, pen : pen + width] = picture[first:last, :width] / 255
    return image, _outputs(line, geometry, pen, size[0] / columns)


def _outputs(line: Specimen, geometry: Geometry, pen: int, scale: float) -> Outputs:
    frames = geometry.columns // geometry.stride
    outputs = np.zeros(frames, np.int64)
    for character, middle in line.middles:
        exact = (middle * scale + pen) / geometry.stride
        frame = int(exact)
        if frame < frames:
            beside = frame + (1 if exact - frame > 0.5 else -1)
            if 0 <= beside < frames and outputs[beside] == 0:
                outputs[beside] = IGNORED
            outputs[frame] = CODES[character]
    outputs[frames - max(1, geometry.capital // geometry.stride) :] = IGNORED
    return outputs
