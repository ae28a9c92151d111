"""What is said of figures and the doses beside them (``words.toml``)."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.drl.comparison import Row
from appliance.texts import Texts


def words(language: str) -> Texts:
    """The words in ``language``; keys are ``drl.level`` and so on."""
    return Texts(language, _catalogue())


def name_of(row: Row, texts: Texts) -> str:
    """The examination, and what its figure is for."""
    parts = [texts.pick(row.exam.name), *filter(None, [texts.pick(row.level.name)])]
    ages = row.level.ages
    if ages is not None:
        parts.append(texts.say("drl.age", youngest=ages.youngest, below=ages.below or ""))
    if ages is not None and row.level.phantom is not None:
        parts.append(row.level.phantom.name)
    if row.group:
        parts.append(row.group)
    return ", ".join(parts)


def marks_of(row: Row, texts: Texts, minimum: int) -> Iterator[str]:
    """What is to be known beside the numbers; ``minimum``: fewer studies are few."""
    if row.is_above:
        yield texts.say("drl.above")
    if not row.figure.verified:
        yield texts.say("drl.unverified")
    if len(row.values) < minimum:
        yield texts.say("drl.few")
    if row.weight_unknown:
        yield texts.say("drl.weight_unknown", count=row.weight_unknown)


@cache
def _catalogue() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
