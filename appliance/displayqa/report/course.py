"""What happened in a test, in the order in which it happened; nothing is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.report.figures import as_read
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Words
from appliance.displayqa.sessions.happening import (
    Begun,
    Ended,
    Happening,
    Hindered,
    LightTold,
    Measured,
    MeterUsed,
    Placed,
    Remarked,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.places import NAMES

PAUSE = timedelta(minutes=10)
"""A silence of so long is told as an interruption: our figure."""


@dataclass(frozen=True, slots=True)
class Line:
    """When, and what; ``is_hindrance``: a failure, an interruption or a repeat."""

    at: datetime
    said: str
    is_hindrance: bool = False


def course(of: Subject, words: Words) -> Iterator[Line]:
    """One line a happening; readings one after the other are one line, the table has each."""
    run: list[Measured] = []
    run_at = before = of.began
    for entry in of.session.entries:
        if entry.at - before >= PAUSE:
            yield from _run(run, run_at, words)
            run = []
            yield Line(before, _pause(entry.at - before, words), is_hindrance=True)
        before = entry.at
        if isinstance(entry.happening, Measured):
            run_at = run_at if run else entry.at
            run.append(entry.happening)
            continue
        yield from _run(run, run_at, words)
        run = []
        hindered = isinstance(entry.happening, Hindered | Repeated)
        yield Line(entry.at, _said(entry.happening, words), hindered)
    yield from _run(run, run_at, words)


def place_name(place: str, words: Words) -> str:
    """For people; as it was kept where it is none of ours."""
    return words.pick(NAMES.get(place, (place, place)))


def verdict_word(verdict: str, words: Words) -> str:
    """For people; as it was kept where it is none of ours."""
    return words.pick(Verdict(verdict).meaning) if verdict in set(Verdict) else verdict


def _run(run: list[Measured], at: datetime, words: Words) -> Iterator[Line]:
    if run:
        first, last = (_pattern(each, words) for each in (run[0], run[-1]))
        key = "happened_measured" if len(run) > 1 else "happened_measured_one"
        yield Line(at, words.say(key, first=first, last=last, count=len(run)))


def _pattern(measured: Measured, words: Words) -> str:
    place = place_name(measured.place, words) if measured.place else ""
    return " ".join(filter(None, (measured.pattern, place)))


def _pause(gap: timedelta, words: Words) -> str:
    minutes = int(gap.total_seconds()) // 60
    duration = words.say("hours_minutes", hours=minutes // 60, minutes=minutes % 60)
    return words.say("happened_pause", duration=duration)


def _said(happening: Happening, words: Words) -> str:  # noqa: C901, PLR0911 - one a kind
    match happening:
        case Begun():
            occasion = words.say(happening.occasion)
            return words.say("happened_begun", operator=happening.operator, occasion=occasion)
        case MeterUsed():
            return words.say("happened_meter", name=happening.name)
        case Tried():
            return _tried(happening, words)
        case Measured():
            return _pattern(happening, words)
        case Seen():
            answer = words.say("fulfilled" if happening.is_fulfilled else "not_fulfilled")
            return words.say("happened_seen", check=happening.check, answer=answer)
        case LightTold():
            return _light(happening, words)
        case Placed():
            return words.say("happened_placed", place=place_name(happening.place, words))
        case Hindered():
            return _hindered(happening, words)
        case Repeated():
            named = (happening.pattern, place_name(happening.place, words), happening.check)
            what = " ".join(filter(None, named)) or words.say("everything")
            return words.say("happened_repeated", what=what)
        case Remarked():
            return words.say("happened_remarked", text=happening.text)
        case Ended():
            return _ended(happening, words)
    assert_never(happening)


def _tried(tried: Tried, words: Words) -> str:
    return words.say(
        "happened_tried",
        darkest=as_read(tried.darkest_cd_m2),
        middle=as_read(tried.middle_cd_m2),
        brightest=as_read(tried.brightest_cd_m2),
    )


def _light(light: LightTold, words: Words) -> str:
    told = []
    if light.illuminance_lx is not None:
        told.append(f"{as_read(light.illuminance_lx)} lx")
    if light.ambient_cd_m2 is not None:
        told.append(f"{as_read(light.ambient_cd_m2)} cd/m²")
    key = "happened_light" if told else "happened_no_light"
    return words.say(key, light=", ".join(told))


def _hindered(hindered: Hindered, words: Words) -> str:
    english, japanese = (*hindered.sentences, "", "")[:2]
    said = words.pick((english, japanese or english)) or hindered.detail
    return words.say("happened_hindered", by=hindered.by, said=said)


def _ended(ended: Ended, words: Words) -> str:
    if ended.is_given_up:
        return words.say("happened_given_up", by=ended.by or words.say("not_known"))
    return words.say("happened_ended", verdict=verdict_word(ended.verdict, words))
