"""What everybody sees on a screen that no layout fits."""

from collections.abc import Sequence
from itertools import chain

from pydicom import Dataset

from appliance.dosescreen.jury import Jury
from appliance.dosescreen.native import native
from appliance.dosescreen.recognise import Recogniser
from appliance.dosescreen.screen import render
from appliance.dosescreen.segment import Line, lines
from appliance.dosescreen.transcript import Transcript, words_of


def seen(recogniser: Recogniser, dataset: Dataset) -> Transcript:
    """What every reader of ``recogniser`` makes of the object's one picture with most text.

    Raises UnreadableObjectError when there is nothing to see.
    """
    pictures = [lines(native(screen).ink) for screen in render(dataset)]
    text = recogniser.fonts.apart(max(pictures, key=_glyphs))
    every = chain((recogniser.fonts,), *recogniser.tiers)
    return Transcript(tuple(text), Jury(tuple(reader.read(text) for reader in every))).apart()


def _glyphs(text: Sequence[Line]) -> int:
    return sum(len(word.glyphs) for word in words_of(text))
