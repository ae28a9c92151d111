"""The day an examination was made, as it stands on the screen, against the header's days.

Only a clear difference counts: a date whose every character is sure, and no day of the header near
it. What cannot be read is no difference.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from pydicom import Dataset

from appliance.dose.record import Box
from appliance.dosescreen.layout import PrintedDate
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import find_phrase, folded

OVER_MIDNIGHT = timedelta(days=1)
DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "AcquisitionDateTime")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
BETWEEN = "/-."
"""Between the parts of a date; what one reader takes for one of these is no letter there."""
OTHER_MONTHS = {"Mär": 3, "Mrz": 3, "Mai": 5, "Okt": 10, "Dez": 12}
"""German ones."""
_MONTH = {folded(name): at for at, name in enumerate(MONTHS.split(), start=1)}
_MONTH |= {folded(name): at for name, at in OTHER_MONTHS.items()}
_PARTS = {
    "%d": r"(?P<day>\d{1,2})",
    "%m": r"(?P<month>\d{1,2})",
    "%b": r"(?P<name>[^\W\d]{3})",
    "%Y": r"(?P<year>\d{4})",
}


def another_day(dataset: Dataset, transcript: Transcript, printed: PrintedDate) -> Box | None:
    """Where a date stands that is clearly not the header's; None where one may be the same."""
    stated = [day for keyword in DATES if (day := _stated(dataset, keyword))]
    born = _stated(dataset, "PatientBirthDate")
    found = [(day, box) for day, box in _printed(transcript, printed) if day != born]
    if not stated or any(abs(day - each) <= OVER_MIDNIGHT for day, _ in found for each in stated):
        return None
    return found[0][1] if found else None


def _stated(dataset: Dataset, keyword: str) -> date | None:
    try:
        return date.fromisoformat(str(dataset.get(keyword) or "")[:8])
    except ValueError:
        return None


def _printed(transcript: Transcript, printed: PrintedDate) -> Iterator[tuple[date, Box]]:
    """Every date on the screen that can be read, and the line it stands on."""
    patterns = [_pattern(form) for form in printed.forms]
    for line in transcript.lines:
        text = _text(transcript, line, printed)
        for pattern in patterns if text else ():
            for found in pattern.finditer(text):
                day = _day(found)
                if day is not None:
                    yield day, line.box


def _text(transcript: Transcript, line: Line, printed: PrintedDate) -> str:
    """The line behind the phrase; a digit that is not sure is no digit."""
    runs = [find_phrase(transcript, line, phrase) for phrase in printed.phrases]
    begins = [run[-1].box.right for run in runs if run]
    if printed.phrases and not begins:
        return ""
    words = [word for word in line.words if word.box.left >= max(begins, default=0)]
    return " ".join("".join(_character(transcript, g) for g in word.glyphs) for word in words)


def _character(transcript: Transcript, glyph: Glyph) -> str:
    verdict = transcript.verdict(glyph)
    if verdict.sure and verdict.digit:
        return verdict.digit
    letters = transcript.letters(glyph)
    letter = mark(glyph) or next((each for each in letters if each in BETWEEN), letters[:1])
    return "?" if letter.isdigit() else letter or "?"


def _pattern(form: str) -> re.Pattern[str]:
    """A pattern for a form of strptime; blanks may stand anywhere between its parts."""
    pieces = re.findall(r"%[dmbY]|\S", form)
    parts = [_PARTS.get(piece) or re.escape(piece) for piece in pieces]
    return re.compile(r"(?<!\d)" + r"\s*".join(parts) + r"(?!\d)")


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    month = parts.get("month") or _MONTH.get(folded(parts.get("name") or ""))
    try:
        return date(int(parts["year"]), int(month or 0), int(parts["day"]))
    except ValueError:
        return None
