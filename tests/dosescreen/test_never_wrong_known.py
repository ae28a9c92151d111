"""The safety case of a known scanner: what was learnt reads a screen as printed, or it waits."""

from functools import cache
from random import Random

import pytest
from pydicom import Dataset

from appliance.dosescreen import Outcome, Recogniser, Recognition
from appliance.dosescreen.atlas import Atlas
from appliance.dosescreen.learning import LearntAtlas
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.simulators import secondary_capture
from appliance.simulators.secondary_capture import Console
from tests.dosescreen.schools import taught, unknown_font
from tests.dosescreen.test_never_wrong import Verdict, trial
from tests.dosescreen.world import recogniser

IN_EVERY_RUN = 12
AT_LENGTH = 300
CONSOLES = [each for each in vars(secondary_capture).values() if isinstance(each, Console)]
FONTS = (
    "6x12-misc", "6x13-misc", "7x13-misc", "8x13-misc", "clR6x12-misc", "clR8x12-misc",
    "helvR10-75dpi", "luRS12-75dpi", "lutRS12-75dpi",
)  # fmt: skip
"""Fonts whose characters stand apart, so that one who knows them needs nobody else."""


@cache
def known(seed: int) -> Verdict:
    """A trial in a font that nobody has but the scanner's atlas, with nobody else to ask."""
    font = Random(seed).choice(FONTS)
    alone = Recogniser(GlyphReader(Atlas("empty", {})), (), recogniser().layouts)

    def recognise(objects: list[Dataset]) -> Recognition:
        return alone.recognise(objects, atlases(font))

    return trial(seed, (font, unknown_font(font)), recognise)


@cache
def atlases(font: str) -> dict[str, LearntAtlas]:
    found = (taught(console, unknown_font(font)) for console in CONSOLES)
    return {atlas.scanner.identifier: atlas for atlas in found}


@pytest.mark.parametrize("seed", range(IN_EVERY_RUN))
def test_a_known_scanners_screen_is_read_as_it_is_printed_or_waits(seed: int) -> None:
    verdict = known(seed)
    assert not verdict.wrong, verdict.story


def test_some_of_them_are_read() -> None:
    outcomes = [known(seed).outcome for seed in range(IN_EVERY_RUN)]
    assert Outcome.RECOGNISED in outcomes
    assert Outcome.QUARANTINED in outcomes


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(IN_EVERY_RUN, AT_LENGTH))
def test_a_known_scanners_screen_is_read_as_it_is_printed_or_waits_at_length(seed: int) -> None:
    verdict = known(seed)
    assert not verdict.wrong, verdict.story
