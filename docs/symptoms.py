"""The parts of the troubleshooting pages, from ``symptoms.toml``: what people see, what it is."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from appliance.alarms import AlarmCode
from appliance.destinations import Cause
from appliance.dose.doubt import Reason

FILE = Path(__file__).with_name("symptoms.toml")
NAMES = ("alarms", "reasons", "causes", "faults", "broker", "updates")
"""What leads to a symptom, by its keys in the file."""
LOOK = ("Look first", "最初に確認")
ALSO = ("Leads here", "関連")
HEADS = (("alarm", "severity", "it means", "go to"), ("アラーム", "重要度", "意味", "参照"))
SEVERITIES = {"critical": "重大", "major": "要対応", "minor": "軽度"}


def symptoms() -> list[dict[str, Any]]:
    """Every symptom, in the order of the page."""
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["symptom"]
    return found


def sections(language: int) -> str:
    """A section each."""
    return "\n".join(
        line for number, each in _numbered() for line in _section(number, each, language)
    )


def _section(number: int, each: dict[str, Any], language: int) -> Iterator[str]:
    yield from (f"### {number}. {each['title'][language]}", "")
    yield from (f"**{LOOK[language]}**: {each['look'][language]}", "")
    yield from (f"{at}. {step[language]}" for at, step in enumerate(each["do"], 1))
    yield ""
    if words := [word for name in NAMES for word in each.get(name, ())]:
        yield f"{ALSO[language]}: {', '.join(f'`{word}`' for word in dict.fromkeys(words))}"
        yield ""


def by_alarm(language: int) -> str:
    """Every alarm, and where to look."""
    head = [f"| {' | '.join(HEADS[language])} |", "|---|---|---|---|"]
    return "\n".join([*head, *(_alarm(each, language) for each in sorted(AlarmCode))]) + "\n"


def _alarm(code: AlarmCode, language: int) -> str:
    severity = SEVERITIES[code.severity] if language else str(code.severity)
    meaning = code.meaning[language]
    return f"| [`{code}`](alarms.md#{code}) | {severity} | {meaning} | {_where('alarms', code)} |"


def by_word(language: int) -> str:
    """Every reason of quarantine and every cause of a delivery, and where to look."""
    rows = [
        f"| `{each}` | {each.meaning[language]} | {_where('reasons', each)} |" for each in Reason
    ]
    rows += [
        f"| `{each}` | [destinations](destinations.md) | {_where('causes', each)} |"
        for each in Cause
    ]
    head = ("word", "it means", "go to") if not language else ("語", "意味", "参照")
    return "\n".join([f"| {' | '.join(head)} |", "|---|---|---|", *rows]) + "\n"


def _where(name: str, word: str) -> str:
    return ", ".join(str(number) for number, each in _numbered() if word in each.get(name, ()))


def _numbered() -> Iterator[tuple[int, dict[str, Any]]]:
    yield from enumerate(symptoms(), 1)


def commands(text: str) -> list[str]:
    """Every command of the appliance that stands in ``text`` as code on a line."""
    return re.findall(r"`(appliance [^`]+)`", text)


SYMPTOMS: dict[str, Callable[[], str]] = {
    "symptoms-en": lambda: sections(0),
    "symptoms-ja": lambda: sections(1),
    "alarm-index-en": lambda: by_alarm(0),
    "alarm-index-ja": lambda: by_alarm(1),
    "word-index-en": lambda: by_word(0),
    "word-index-ja": lambda: by_word(1),
}
