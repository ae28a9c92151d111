"""Words of a screen whose every character is known, glyph by glyph.

A layout says which words its screens print, so where one stands with as many glyphs as it has
characters, each glyph is that character, unless readers took it for others. Of other words, two
readers must spell each alike. Letters that touch are one piece of ink, a ligature.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby, product

from appliance.dosescreen.layout import Layout
from appliance.dosescreen.learning.learnt import are_letters
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Glyph, Word
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import folded, joined, runs

BY_LAYOUT = "layout"
"""Who vouches for a character of one of the layout's own words."""
_DOUBLES = str.maketrans("I|1!][0Q5$8¥", "llllllOOSSBV")
"""Characters that readers take for each other though their case is right."""

Spelling = tuple[Glyph, str, str]
"""A glyph, its character or the letters that touch in it, and who vouches for it."""


def of_the_layout(transcript: Transcript, layout: Layout) -> Iterator[Spelling]:
    """Every glyph of a word that the layout prints, where a reader spells it as the layout does."""
    for phrase in _phrases(layout):
        text = phrase.replace(" ", "")
        for line in transcript.lines:
            for run in runs(transcript, line, phrase):
                words = line.words[run.start : run.end]
                glyphs = [glyph for word in words for glyph in word.glyphs]
                pairs = list(zip(glyphs, text, strict=False))
                aligned = len(glyphs) == len(text) and _agree(transcript, pairs)
                if aligned and _is_spelt(transcript, words, text):
                    yield from ((*pair, BY_LAYOUT) for pair in pairs)


def of_two_readers(readings: Sequence[Readings]) -> Iterator[Spelling]:
    """What two readers take for the same letters in a word they spell alike, in one way only.

    A word is spelt alike, too, where they take for each other what looks alike.
    """
    for one, other in combinations(readings, 2):
        for word in one.words.keys() & other.words.keys():
            spelt = _alike(one.words[word], other.words[word], len(word.glyphs))
            if len(spelt) == 1:
                vouch = "+".join(sorted((one.reader, other.reader)))
                yield from ((*pair, vouch) for pair in _same(word.glyphs, *spelt[0]))


def _alike(texts: Iterable[str], others: Iterable[str], length: int) -> list[tuple[str, str]]:
    """The pairs of texts of so many characters that are the same but for what looks alike."""
    return [
        (one, other)
        for one, other in product(dict.fromkeys(texts), dict.fromkeys(others))
        if len(one) == len(other) == length and folded(one) == folded(other)
    ]


def _same(glyphs: Sequence[Glyph], one: str, other: str) -> Iterator[tuple[Glyph, str]]:
    """The ink that two texts, a character a glyph, have the same letters for."""
    characters = zip(glyphs, one, other, strict=True)
    for ink, run in groupby(characters, key=lambda each: each[0].whole or each[0]):
        pieces, *texts = zip(*run, strict=True)
        text = "".join(texts[0])
        edges = pieces[0].box.left, pieces[-1].box.right
        if texts[0] == texts[1] and are_letters(text) and edges == (ink.box.left, ink.box.right):
            yield ink, text


def _agree(transcript: Transcript, pairs: Sequence[tuple[Glyph, str]]) -> bool:
    """Whether nobody took a glyph for something else alone: ink that touches shifts the rest."""
    return all(
        not (seen := transcript.letters(glyph)) or folded(character) in map(folded, seen)
        for glyph, character in pairs
    )


def _is_spelt(transcript: Transcript, words: Sequence[Word], text: str) -> bool:
    """Whether a reader has the words in the layout's own letters, capital for capital."""
    wanted = text.translate(_DOUBLES)
    found = (each.replace(" ", "") for each in joined(transcript, words))
    return any(each.translate(_DOUBLES) == wanted for each in found)


def _phrases(layout: Layout) -> set[str]:
    """Everything the layout says that its screens print, words for words."""
    phrases = {*layout.phrases, *layout.unit_words, *layout.skip, *layout.identity}
    for words in (layout.types, layout.labels, layout.phantoms, layout.legend):
        phrases |= words.keys()
    phrases |= {header for column in layout.columns for header in column.headers}
    phrases |= {phrase for total in layout.totals for phrase in total.phrases}
    phrases |= {phrase for section in layout.sections for phrase in section.phrases}
    return phrases
