"""A form of a case as a browser sends it: ``value:FIELD``, ``confirm:FIELD``, ``remove:N``."""

from collections.abc import Mapping

from appliance.console.quarantine.desk import Filled
from appliance.dose.doubt import Reason

VALUE, CONFIRM, REMOVE, ACCEPT = "value:", "confirm:", "remove:", "accept:"
ROWS = "rows"
"""How many rows the form shows beyond those that were read."""
MOST_ROWS = 60


def filled(answers: Mapping[str, str]) -> Filled:
    """What was sent; what nobody's form sends is left out."""
    known = {str(each): each for each in Reason}
    accepted = {known[name] for name in _under(ACCEPT, answers) if name in known}
    numbers = (at for at in _under(REMOVE, answers) if at.isdecimal() and len(at) <= len("999"))
    removed = map(int, numbers)
    return Filled(
        _under(VALUE, answers), _under(CONFIRM, answers), frozenset(removed), frozenset(accepted)
    )


def more_rows(answers: Mapping[str, str], *, is_empty: bool) -> int:
    """How many rows the form shows for what was not read; one where nothing was."""
    given = answers.get(ROWS, "")
    count = int(given) if given.isdecimal() and len(given) <= len("99") else int(is_empty)
    return min(count + ("add" in answers), MOST_ROWS)


def as_sent(answers: Mapping[str, str]) -> dict[str, str]:
    """Of ``answers`` what is the form's own, to be sent once more."""
    prefixes = (VALUE, CONFIRM, REMOVE, ACCEPT)
    return {name: text for name, text in answers.items() if name.startswith(prefixes)}


def _under(prefix: str, answers: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text for name, text in answers.items() if name.startswith(prefix)
    }
