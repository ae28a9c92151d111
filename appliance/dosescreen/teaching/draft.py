"""A layout drafted from one screen: columns from the words over typed values, words from cells.

Nothing is invented: a column is drafted where typed values stand under a heading, a word stands for
a code where its cells and the typed codes go together without exception. Words that are not on
this screen are those that every shipped layout knows alike.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset

from appliance.dosescreen.page_number import page_of
from appliance.dosescreen.segment import Word
from appliance.dosescreen.teaching.columns import drafted_columns
from appliance.dosescreen.teaching.placement import TotalPlace, Typed, rows, totals
from appliance.dosescreen.teaching.title import title
from appliance.dosescreen.teaching.vocabulary import Vocabulary, strangeness, vocabulary
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import folded, resembles, runs, spelt
from appliance.errors import RefusedError

Draft = dict[str, Any]
"""A layout file's content, as ``parse_layout`` takes it."""
MOST_PHRASE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a draft is called, and when and by what it was taught.

    Attributes:
        name: The layout's name.
        version: Its version.
        date: The day, as YYYY-MM-DD.
        software: Name and version of what drafts.
    """

    name: str
    version: int
    date: str
    software: str


def drafted(transcript: Transcript, typed: Typed, header: Dataset, occasion: Occasion) -> Draft:
    """A layout that should read a screen as ``typed``.

    ``transcript`` is what all readers saw on it, ``header`` its object's attributes. Raises
    RefusedError naming the value that was not found, or the words that are not understood.
    """
    words = vocabulary()
    placed = rows(transcript, typed)
    sums = totals(transcript, typed, [row.line for row in placed])
    columns = drafted_columns(transcript, placed, words)
    phrases = title(transcript, columns.top, words)
    return {
        "name": occasion.name,
        "version": occasion.version,
        "tier": "bronze",
        "title": " ".join(phrases) or occasion.name,
        "provenance": _provenance(header, occasion),
        "match": {"phrases": phrases, "manufacturer": _manufacturer(header)},
        "hints": dict(_hints(header, words)),
        "identity": dict(_identity(transcript, header, words)),
        "page": {"foot": any(page_of(transcript, line) for line in transcript.lines)},
        "units": {"words": list(columns.units)},
        "types": _coded(columns.types, words.types),
        "phantoms": _coded(columns.phantoms, words.phantoms),
        "suffixes": {word: phantom.name for word, phantom in columns.suffixes.items()},
        "legend": {"sizes": {"32": "BODY32", "16": "HEAD16"}} if columns.marked else {},
        "skip": {"phrases": []},
        "column": [dict(column) for column in columns.columns],
        "total": [_total(transcript, place, words) for place in sums],
    }


def _provenance(header: Dataset, occasion: Occasion) -> str:
    """Which console it was taught on, never whose screen it was."""
    model, versions = (
        _text(header, keyword) for keyword in ("ManufacturerModelName", "SoftwareVersions")
    )
    console = f"{model or 'a console without a name'}, software {versions or 'not stated'}"
    return (
        f"Taught on site on {occasion.date} from one screen of {console}, and what a person typed "
        f"of it; drafted by {occasion.software}. Words for types and phantoms that were not on "
        "that screen are those every shipped layout knows alike."
    )


def _manufacturer(header: Dataset) -> str:
    maker = _text(header, "Manufacturer")
    return f"(?i)^{_escaped(maker)}$" if maker else "(?!)"


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _hints(header: Dataset, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """What in the header says that an object is a dose screen, where it speaks of dose."""
    for keyword in ("SeriesDescription", "ImageType"):
        text = _text(header, keyword)
        spoken = re.split(r"[\W_]+", text)
        if any(resembles(each, title) for each in spoken if each for title in words.titles):
            yield keyword, f"(?i)^{_escaped(text)}$"


def _identity(
    transcript: Transcript, header: Dataset, words: Vocabulary
) -> Iterator[tuple[str, str]]:
    """Known phrases before an identifier that is the header's; on each line the one that fits."""
    for line in transcript.lines:
        found = [
            (run.rank, phrase, keyword)
            for phrase, keyword in words.identity.items()
            for run in runs(transcript, line, phrase)
            if _reads(transcript, line.words[run.end :], _text(header, keyword))
        ]
        if found:
            _, phrase, keyword = min(found)
            yield phrase, keyword


def _reads(transcript: Transcript, words: Sequence[Word], stated: str) -> bool:
    """Whether the first of ``words`` is what the header states."""
    texts = {folded(text) for word in words[:1] for text in transcript.texts(word)}
    return bool(stated) and folded(re.sub(r"\W", "", stated)) in texts


def _coded(seen: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, str]:
    """Words seen on the screen, and where there are any, the known ones beside them.

    Of words that are read alike one is enough, and more would not be told apart.
    """
    plainest = sorted(known, key=lambda word: (-len(word), word))
    forms = {folded(word): word for word in (*plainest, *seen)} if seen else {}
    codes = {**known, **seen}
    return {word: codes[word].name for word in sorted(forms.values(), key=lambda w: w not in seen)}


def _total(transcript: Transcript, place: TotalPlace, words: Vocabulary) -> dict[str, Any]:
    decimals = len(place.text.partition(".")[2])
    phrase = _phrase(transcript, place, words)
    found = {"name": place.name, "phrases": [phrase], "decimals": [decimals], "required": True}
    if place.name != "total_dlp_mgy_cm":
        found |= {"required": False, "absent_beside": "total_dlp_mgy_cm"}
    return found


def _phrase(transcript: Transcript, place: TotalPlace, words: Vocabulary) -> str:
    """The words before a total, from the first that such a phrase begins with."""
    before = [_said(transcript, word) for word in place.before]
    start = len(before)
    for at in range(len(before) - 1, max(-1, len(before) - MOST_PHRASE_WORDS - 1), -1):
        if any(character.isdigit() for character in before[at]):
            break
        if any(_begins_with(before[at], known) for known in words.totals):
            start = at
    phrase = " ".join(before[start:]).rstrip(" :=")
    if not phrase:
        what = f"the words before {place.text} are none that a total begins with"
        known = ", ".join(words.totals[:5])
        raise RefusedError(what, place.name, f"known are {known} and others")
    return phrase


def _begins_with(word: str, known: str) -> bool:
    """Whether a word reads like a known one, or like several run together that begin so."""
    return resembles(word.strip(":="), known) or folded(word).startswith(folded(known))


def _said(transcript: Transcript, word: Word) -> str:
    """What the word reads, of several readings the plainest."""
    return spelt(min(transcript.texts(word) or ("",), key=strangeness))


def _text(header: Dataset, keyword: str) -> str:
    value = header.get(keyword)
    if value is None:
        return ""
    return value if isinstance(value, str) else "\\".join(map(str, value))
