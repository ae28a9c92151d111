"""What happens to text on its way: slant, weight, scale, blur, JPEG, noise, and faintness."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from appliance.dosescreen.segment import Grey

LEAST_CAPITAL_PX = 5.5
SMOOTH = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA, cv2.INTER_LANCZOS4)


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """A line of text.

    Attributes:
        grey: Its pixels, (rows, columns).
        base: The first row under the digits.
        capital: Height of the digits.
        middles: Every character and space, and the column of its middle.
    """

    grey: Grey
    base: float
    capital: float
    middles: tuple[tuple[str, float], ...]


Happening = Callable[[Specimen], Specimen]


def conditioned(specimen: Specimen, random: Random, noise: np.random.Generator) -> Specimen:
    """``specimen`` after some of what may happen to it, in the order in which it happens."""

    def noisy(grey: Grey) -> Grey:
        return _bytes(grey + noise.normal(0, random.uniform(3, 25), grey.shape))

    def damaged(grey: Grey) -> Grey:
        grey = grey.copy()
        count = random.randint(1, 6)
        rows, columns = (noise.integers(0, length, count) for length in grey.shape)
        grey[rows, columns] ^= 255
        return grey

    happenings: tuple[tuple[float, Happening], ...] = (
        (0.10, lambda each: _slanted(each, random)),
        (0.06, lambda each: replace(each, grey=np.maximum(each.grey, np.roll(each.grey, 1, 1)))),
        (0.40, lambda each: _scaled(each, random)),
        (0.12, lambda each: replace(each, grey=_blurred(each.grey, random.uniform(0.3, 0.8)))),
        (0.08, lambda each: replace(each, grey=_two_levels(each.grey, random.randint(80, 170)))),
        (0.25, lambda each: replace(each, grey=_as_jpeg(each.grey, random.randint(50, 95)))),
        (0.12, lambda each: replace(each, grey=noisy(each.grey))),
        (0.06, lambda each: replace(each, grey=damaged(each.grey))),
        (0.80, lambda each: replace(each, grey=_lit(each.grey, random))),
    )
    for share, happening in happenings:
        if random.random() < share:
            specimen = happening(specimen)
    return specimen


def _slanted(specimen: Specimen, random: Random) -> Specimen:
    slant = random.uniform(0.1, 0.3)
    shear = np.array([[1, -slant, slant * specimen.base], [0, 1, 0]], np.float32)
    size = specimen.grey.shape[::-1]
    how = cv2.INTER_LINEAR if random.random() < 0.7 else cv2.INTER_NEAREST
    return replace(specimen, grey=_bytes(cv2.warpAffine(specimen.grey, shear, size, flags=how)))


def _scaled(specimen: Specimen, random: Random) -> Specimen:
    """Narrower or wider, and larger or smaller as a whole; nothing gets too small to be read."""
    across = random.uniform(0.75, 1.15) if random.random() < 0.25 else 1.0
    scale = max(random.uniform(0.72, 1.6), LEAST_CAPITAL_PX / specimen.capital)
    enlarged = scale * min(1, across) >= 1
    how = cv2.INTER_NEAREST if enlarged and random.random() < 0.2 else random.choice(SMOOTH)
    rows, columns = specimen.grey.shape
    size = (max(8, round(columns * scale * across)), max(8, round(rows * scale)))
    across, down = size[0] / columns, size[1] / rows
    return Specimen(
        _bytes(cv2.resize(specimen.grey, size, interpolation=how)),
        specimen.base * down,
        specimen.capital * down,
        tuple((character, middle * across) for character, middle in specimen.middles),
    )


def _blurred(grey: Grey, sigma: float) -> Grey:
    return _bytes(cv2.GaussianBlur(grey, (3, 3), sigma))


def _two_levels(grey: Grey, threshold: int) -> Grey:
    return (grey > threshold).astype(np.uint8) * np.uint8(255)


def _as_jpeg(grey: Grey, quality: int) -> Grey:
    _, stream = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _bytes(cv2.imdecode(stream, cv2.IMREAD_GRAYSCALE))


def _lit(grey: Grey, random: Random) -> Grey:
    """As bright as can be, mostly; otherwise fainter."""
    if random.random() < 0.85:
        return _bytes(grey * (255.0 / max(60, int(grey.max()))))
    return _bytes(grey * random.uniform(0.6, 1.0))


def _bytes(grey: object) -> Grey:
    result: Grey = np.clip(np.asarray(grey, np.float32), 0, 255).astype(np.uint8)
    return result
