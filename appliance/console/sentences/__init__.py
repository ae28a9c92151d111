"""What the box says of itself in English, said in Japanese on pages.

An error, a contradiction or the detail of a doubt is an English sentence with values in it; that
sentence is what it is known by, in journals, logs and commands. ``*.toml`` beside this has the
Japanese for each. What comes from elsewhere (an operating system, a peer) stays as it is, inside a
sentence or alone.

**Knows:** the sentences, and how the values are found in one and put into the other.
**Does not know:** who says which, and what a value means. Whoever shows the result escapes it.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from appliance.texts import Texts
from appliance.updates.rules import Objection

Pair = tuple[str, str]
"""English and Japanese."""
PLACE = re.compile(r"\{(\w*)(:said|:word)?\}")
"""Where a value stands: ``{}`` or ``{name}``; in Japanese also ``{name:said}`` for one that may be
a sentence itself, and ``{name:word}`` for one that has to be."""
MAY_BE = ":said"
LONGEST = 4000
"""Characters of what is looked through for sentences."""
NEXT, HEAD = "; ", ": "
"""What stands between a sentence and the next, and between a place and what is wrong there."""
MOST_SENTENCES, MOST_TOGETHER, MOST_HEADS = 40, 4, 6


def told(words: str, texts: Texts) -> str:
    """``words`` in the language of ``texts``, as far as that is known."""
    return japanese(words) if texts.language == "ja" else words


def pair_of(words: str) -> Pair:
    """English and Japanese, for those who carry both."""
    return words, japanese(words)


def japanese(words: str) -> str:
    """One or several sentences, ``where: what; remedy``; what is not known stays as it is."""
    parts = words.split(NEXT)
    if len(words) > LONGEST or len(parts) > MOST_SENTENCES:
        return words
    said, left = [], parts
    while left:
        count, sentence = _first(left)
        said.append(sentence)
        left = left[count:]
    return words if said == parts else "。".join(said)


def _first(parts: list[str]) -> tuple[int, str]:
    """Of how many parts the first sentence is, some have a semicolon, and what it says."""
    for count in range(1, min(MOST_TOGETHER, len(parts)) + 1):
        known = _headed(NEXT.join(parts[:count]))
        if known is not None:
            return count, known
    return 1, parts[0]


def _headed(words: str) -> str | None:
    """A sentence behind any number of places such as ``box.toml:3 receiver.port``; None: none."""
    known = _known(words)
    heads: list[str] = []
    rest = words
    while known is None and HEAD in rest and len(heads) < MOST_HEADS:
        head, _, rest = rest.partition(HEAD)
        heads.append(_known(head) or head)
        known = _known(rest)
    return None if known is None else HEAD.join([*heads, known])


def _known(words: str) -> str | None:
    """One sentence and nothing else; None where it is none that is known."""
    exact, patterns = _sentences()
    if words in exact:
        return exact[words]
    found = (each.said(words) for each in patterns)
    return next((each for each in found if each is not None), None)


@dataclass(frozen=True, slots=True)
class Sentence:
    """With places: what stands between them in English, what they are called, and the Japanese."""

    between: tuple[str, ...]
    places: tuple[str, ...]
    japanese: str

    def said(self, words: str) -> str | None:
        """``words`` in Japanese; None where it is another sentence."""
        values = self._values(words)
        if values is None:
            return None
        for place in PLACE.finditer(self.japanese):
            if place[2] and (put := _put(values[place[1]], place[2])) is not None:
                values[place[1]] = put
            elif place[2]:
                return None
        unnamed = iter(values.values())
        return PLACE.sub(lambda at: values[at[1]] if at[1] else next(unnamed), self.japanese)

    def _values(self, words: str) -> dict[str, str] | None:
        """What stands at each place: the least that fits, found without going back."""
        head, *inner, tail = self.between
        end = len(words) - len(tail)
        if not (words.startswith(head) and words.endswith(tail) and len(head) <= end):
            return None
        values, at = [], len(head)
        for each in inner:
            found = words.find(each, at, end)
            if found < 0:
                return None
            values.append(words[at:found])
            at = found + len(each)
        return dict(zip(self.places, [*values, words[at:end]], strict=True))


def _put(value: str, how: str) -> str | None:
    """A value that is a sentence itself, or may be one."""
    return japanese(value) if how == MAY_BE else _known(value)


def sentence_of(english: str, japanese_words: str) -> Sentence:
    """Of two texts with the same places."""
    places = [found[1] or str(at) for at, found in enumerate(PLACE.finditer(english))]
    return Sentence(tuple(PLACE.sub("\0", english).split("\0")), tuple(places), japanese_words)


@cache
def every_sentence() -> dict[str, str]:
    """Japanese by English, of every file."""
    return {english: said for _, english, said in entries()}


def entries() -> Iterator[tuple[str, str, str]]:
    """File, English and Japanese of every sentence."""
    folder = files("appliance.console.sentences")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for english, said in tomllib.loads(file.read_text("utf-8")).items():
                yield file.name, english, said


@cache
def _sentences() -> tuple[dict[str, str], tuple[Sentence, ...]]:
    """Those without places, and those with, the most telling first."""
    from appliance.console.settings.meanings import japanese as meanings  # noqa: PLC0415 - it is made of these

    exact = {text: said for text, said in every_sentence().items() if not PLACE.search(text)}
    others = [(text, said) for text, said in every_sentence().items() if text not in exact]
    others.sort(key=lambda each: (-len(PLACE.sub("", each[0])), each[0]))
    objections = dict(each.meaning for each in Objection)
    return objections | dict(meanings()) | exact, tuple(sentence_of(*each) for each in others)
