"""The phrase over a table that tells its screen from others.

Only words that dose screens are known to be headed with: whatever else stands there may be a name.
"""

from collections.abc import Sequence

from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.teaching.vocabulary import Vocabulary, strangeness
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import resembles, spelt

MOST_WORDS = 6


def title(transcript: Transcript, above: int, words: Vocabulary) -> list[str]:
    """The title among the lines over the row ``above``, or none."""
    lines = [line for line in transcript.lines if line.baseline < above]
    found = [phrase for line in reversed(lines) if (phrase := _phrase(transcript, line, words))]
    return found[:1]


def _phrase(transcript: Transcript, line: Line, words: Vocabulary) -> str:
    """The longest run of title words on a line that speaks of dose."""
    best: tuple[Word, ...] = ()
    run: tuple[Word, ...] = ()
    for word in line.words:
        is_known = _is_one_of(transcript, word, (*words.titles, *words.beside))
        run = (*run, word) if is_known else ()
        speaks = any(_is_one_of(transcript, each, words.titles) for each in run)
        if speaks and len(best) < len(run) <= MOST_WORDS:
            best = run
    return " ".join(spelt(min(transcript.texts(word), key=strangeness)) for word in best)


def _is_one_of(transcript: Transcript, word: Word, known: Sequence[str]) -> bool:
    return any(resembles(text, each) for text in transcript.texts(word) for each in known)
