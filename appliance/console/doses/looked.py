"""Which doses somebody looks at: an address as a selection, and back."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from appliance.drl.selection import AGES, WEIGHTS, Selection

DAYS_A_MONTH = 30.44
LONGEST = 200
FIRST, LAST = "first", "last"


def selection_of(answers: Mapping[str, str], today: date, months: int) -> Selection:
    """Without a period in the address, the last ``months``; what cannot be read leaves nothing out.

    The page says what it shows, so that nobody takes it for what was asked.
    """
    back = today - timedelta(days=round(months * DAYS_A_MONTH))
    ages, weights = answers.get("ages", ""), answers.get("weights", "")
    return Selection(
        first=_day(answers[FIRST]) if FIRST in answers else back,
        last=_day(answers.get(LAST, "")),
        scanner=answers.get("scanner", "")[:LONGEST],
        label=answers.get("label", "")[:LONGEST],
        ages=ages if ages in AGES else "",
        weights=weights if weights in WEIGHTS else "",
    )


def address(path: str, selection: Selection, **other: str) -> str:
    """A page that shows the same doses; ``other`` takes the place of what the selection has."""
    terms = {FIRST: "", **dict(selection.terms()), **other}
    return f"{path}?{urlencode({name: terms[name] for name in sorted(terms)})}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
