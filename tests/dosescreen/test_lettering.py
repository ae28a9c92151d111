"""Text is told from pictures before anything is looked for on them."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.dosescreen import Outcome
from appliance.dosescreen.atlas import atlas_of
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.lettering import is_lettered
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.segment import Line
from appliance.simulators.consoles.canvas import shades
from tests.dosescreen.pictures import DRAWN, stored
from tests.dosescreen.printed import printed
from tests.dosescreen.world import dose_report, helical, recogniser

SIZES = (
    512,
    768,
    pytest.param(1024, marks=pytest.mark.slow),
    pytest.param(2048, marks=pytest.mark.slow),
)
Picture = NDArray[np.uint8]


class NobodyIsAsked:
    """A reader that must not be needed."""

    name = "nobody"

    def read(self, lines: tuple[Line, ...]) -> None:
        raise AssertionError(f"was asked for {len(lines)} lines")


@pytest.mark.parametrize("px", SIZES)
@pytest.mark.parametrize("kind", DRAWN)
def test_a_picture_is_set_aside_and_no_reader_is_asked(kind: str, px: int) -> None:
    picture = DRAWN[kind](np.random.default_rng(px), px)
    alone = replace(recogniser(), tiers=((NobodyIsAsked(),),))  # type: ignore[arg-type]
    found = alone.recognise([stored(picture)])
    assert (found.outcome, found.doubts) == (Outcome.SET_ASIDE, ())


class Reads:
    """A reader that takes the first words of a screen for some, and reads no others."""

    name = "reads"

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def read(self, lines: Sequence[Line]) -> Readings:
        words = [word for line in lines for word in line.words]
        return Readings(
            self.name, words={w: (t,) for w, t in zip(words, self._texts, strict=False)}
        )


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        (("-ip,", "LUNG"), Outcome.SET_ASIDE),
        (("DLP", "LUNG"), Outcome.QUARANTINED),
        (("CTD1vo1", "LUNG"), Outcome.QUARANTINED),
        (("OLP", "mGv"), Outcome.QUARANTINED),
    ],
)
def test_text_is_about_dose_by_a_word_to_the_letter_or_by_two(
    read: tuple[str, ...], outcome: Outcome
) -> None:
    page = np.zeros((512, 512), np.uint8)
    drawn = shades(load_font("helvR10-75dpi"), "LUNG WINDOW W 400 L 40") // 255 * np.uint8(255)
    for top in range(20, 200, 20):
        page[top : top + drawn.shape[0], 20 : 20 + drawn.shape[1]] = drawn
    reader = replace(recogniser(), fonts=GlyphReader(atlas_of([])), tiers=((Reads(*read),),))
    assert reader.recognise([stored(page)]).outcome is outcome


def _page(seed: int) -> Picture:
    random = Random(seed)
    while True:
        try:
            return random.choice(printed(random, load_font(random.choice(font_names()))).pages)
        except ValueError:  # the font is too large for the screen
            continue


@pytest.mark.parametrize("seed", range(40))
def test_any_consoles_screen_is_text_however_it_was_stored(seed: int) -> None:
    page, random = _page(seed), Random(seed)
    scale = random.choice((0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2))
    resampled = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    compressed = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    noise = np.random.default_rng(seed).normal(0, 40, page.shape)
    assert is_lettered(page)
    assert is_lettered((resampled * (255 / resampled.max())).astype(np.uint8))
    assert is_lettered(np.asarray(cv2.imdecode(compressed, cv2.IMREAD_GRAYSCALE), np.uint8))
    assert is_lettered(np.clip(page + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("degrees", [-1.5, -0.5, 0.5, 1.5])
def test_a_scan_of_paper_may_lie_askew(degrees: float) -> None:
    (page,) = dose_report([helical(str(number)) for number in range(2, 8)])
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((256, 256), degrees, 1), (512, 512))
    assert is_lettered(np.asarray(turned, np.uint8))


def test_text_over_a_picture_is_text() -> None:
    (page,) = dose_report([helical(str(number)) for number in range(2, 8)])
    behind = DRAWN["scout"](np.random.default_rng(1), 512) // 2
    assert is_lettered(np.maximum(page, behind))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (512, 512)])
def test_an_empty_picture_is_no_text(shape: tuple[int, int]) -> None:
    assert not is_lettered(np.zeros(shape, np.uint8))
    assert not is_lettered(np.full(shape, 255, np.uint8))


def test_faint_text_is_text() -> None:
    (page,) = dose_report([helical(), helical("3")])
    faint = (page // 255 * 100).astype(np.uint8)
    assert is_lettered(faint)
