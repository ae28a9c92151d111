"""The list of studies, and the forms that find some of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from appliance.console.asking import Asked
from appliance.console.studies import words
from appliance.console.studies.desk import Desk, Told, Wanted
from appliance.console.studies.searches import Searches, Sought
from appliance.spool import Outcome
from appliance.studies import LARGEST_NUMBER, UNDECIDED, Criteria, Sending

HOME = "/studies"
FILTERS = ("from", "to", "sender", "outcome", "sending")
OUTCOMES = (*map(str, Outcome), UNDECIDED)
SEARCH, BEFORE = "search", "before"
LONGEST = 200
"""Characters of what is looked for."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The pages; ``searches`` are those of every person."""

    searches: Searches

    def home(self, asked: Asked[Desk]) -> Response:
        """The list, as the address filters it."""
        sought = self._sought(asked)
        wanted = _wanted(asked.answers, sought)
        return asked.page(
            "studies/list.html",
            found=asked.desk.found(wanted, asked.person.name),
            wanted=wanted,
            sought=sought,
            search=asked.answers.get(SEARCH, ""),
            is_lost=SEARCH in asked.answers and sought is None,
            senders=asked.desk.senders(),
            outcomes=OUTCOMES,
            sendings=tuple(Sending),
            told=tuple(Told),
            filters={name: asked.answers.get(name, "") for name in FILTERS},
            words=words,
            address=partial(_address, asked.answers),
        )

    def search(self, asked: Asked[Desk]) -> Response:
        """A form that names a patient or a study; the address of what it finds does not."""
        told, typed = asked.answers.get("told", ""), asked.answers.get("words", "").strip()
        sought = Sought(
            person=asked.person.name,
            told=Told(told) if told in set(Told) else None,
            words=typed[:LONGEST],
            study_instance_uid=asked.answers.get("study", "").strip()[:LONGEST],
        )
        kept = {name: asked.answers.get(name, "") for name in FILTERS}
        name = self.searches.keep(sought)
        return asked.leading_to(_address(kept, search=name))

    def _sought(self, asked: Asked[Desk]) -> Sought | None:
        return self.searches.get(asked.answers.get(SEARCH, ""), asked.person.name)


def _wanted(answers: Mapping[str, str], sought: Sought | None) -> Wanted:
    criteria = Criteria(
        received_from=_midnight(answers.get("from", "")),
        received_before=_midnight(answers.get("to", ""), days=1),
        sender=answers.get("sender", ""),
        outcome=_known(answers.get("outcome", ""), OUTCOMES),
        sending=_known(answers.get("sending", ""), tuple(Sending)),
        study_instance_uid=sought.study_instance_uid if sought else "",
    )
    return Wanted(
        criteria=criteria,
        before=_number(answers.get(BEFORE, "")),
        shows_patients=sought is not None,
        told=sought.told if sought and sought.is_of_patient else None,
        words=sought.words if sought else "",
    )


def _address(answers: Mapping[str, str], **changes: object) -> str:
    """The list's address with what ``answers`` filter by, and ``changes``; None leaves one out."""
    named = {name: answers.get(name, "") for name in (*FILTERS, SEARCH)} | changes
    kept = {name: value for name, value in named.items() if value not in {"", None}}
    return f"{HOME}?{urlencode(kept)}" if kept else HOME


def _known(text: str, words: tuple[str, ...]) -> str:
    return text if text in words else ""


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_NUMBER))
    return min(int(text), LARGEST_NUMBER) if is_number else None


def _midnight(text: str, days: int = 0) -> float | None:
    """When a day begins by the box's zone, seconds since the epoch; None for no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time()).astimezone().timestamp()
    except (ValueError, OverflowError):
        return None
