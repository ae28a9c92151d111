"""A report in one language: every text, figure and chart of it, in its order."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.report.course import Line, course, verdict_word
from appliance.displayqa.report.curves import Figure, curves, max_luminance_cd_m2
from appliance.displayqa.report.facts import (
    Fact,
    for_the_records,
    of_display,
    of_light,
    of_test,
    zone,
)
from appliance.displayqa.report.figures import plain
from appliance.displayqa.report.reading_table import ReadingRow, reading_rows
from appliance.displayqa.report.results import Row, check_name, item_name, results
from appliance.displayqa.report.subject import Past, Subject
from appliance.displayqa.report.words import Language, Words
from appliance.displayqa.ruleset import Check, Kind, Limit, Occasion
from appliance.displayqa.sessions.happening import Remarked
from appliance.displayqa.sessions.step import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What ``report.html`` prints, section by section."""

    words: Words
    title: str
    running: str
    software: str
    created: str
    verdict: Verdict
    verdict_word: str
    state: str
    warnings: tuple[str, ...]
    display: tuple[Fact, ...]
    test: tuple[Fact, ...]
    light: tuple[Fact, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...]
    remarks_on_response: tuple[str, ...]
    figures: tuple[Figure, ...]
    history: tuple[tuple[str, ...], ...]
    readings: tuple[ReadingRow, ...]
    remarks: tuple[str, ...]
    course: tuple[Line, ...]
    zone: str
    sources: tuple[tuple[str, str, str], ...]
    form: tuple[Fact, ...]


def sheet(of: Subject, words: Words) -> Sheet:
    """The report of a test; in both languages each text is a Japanese and an English one."""
    if words.language is not Language.BOTH:
        return _sheet(of, words)
    japanese, english = (_sheet(of, Words(each)) for each in (Language.JAPANESE, Language.ENGLISH))
    both: Sheet = _beside(japanese, english)
    return replace(both, words=words, running=_running(of, words), figures=tuple(curves(of, words)))


def _beside(japanese: Any, english: Any) -> Any:  # noqa: ANN401 - of a sheet, whatever it has
    """Every text of one beside that of the other, where they differ."""
    if isinstance(japanese, str):
        return japanese if japanese == english else f"{japanese} / {english}"
    if isinstance(japanese, tuple):
        made = getattr(type(japanese), "_make", tuple)
        return made(_beside(*pair) for pair in zip(japanese, english, strict=True))
    if not is_dataclass(japanese) or isinstance(japanese, type | Words):
        return japanese
    names = [each.name for each in fields(japanese)]
    pairs = {name: (getattr(japanese, name), getattr(english, name)) for name in names}
    return replace(japanese, **{name: _beside(*pair) for name, pair in pairs.items()})


def _sheet(of: Subject, words: Words) -> Sheet:
    return Sheet(
        words=words,
        title=words.say("title"),
        running=_running(of, words),
        software=of.software,
        created=of.last.isoformat(timespec="seconds"),
        verdict=of.evaluation.verdict,
        verdict_word=words.pick(of.evaluation.verdict.meaning),
        state=_state(of, words),
        warnings=tuple(_warnings(of, words)),
        display=tuple(of_display(of, words)),
        test=tuple(of_test(of, words)),
        light=tuple(of_light(of, words)),
        rows=tuple(results(of, words)),
        left_out=tuple(_left_out(of, words)),
        remarks_on_response=tuple(_on_response(of, words)),
        figures=tuple(curves(of, words)),
        history=tuple(_history(of, words)),
        readings=tuple(reading_rows(of, words)),
        remarks=tuple(_remarks(of)),
        course=tuple(course(of, words)),
        zone=zone(of.last),
        sources=tuple(_sources(of, words)),
        form=tuple(for_the_records(of, words)),
    )


def _running(of: Subject, words: Words) -> str:
    return f"{of.display.name} — {words.say('session')} {of.session.identifier}"


def _state(of: Subject, words: Words) -> str:
    """Empty for a test that ended as it should."""
    ended = of.session.ended
    if ended is None:
        return words.say("interim")
    return words.say("given_up") if ended.is_given_up else ""


def _warnings(of: Subject, words: Words) -> Iterator[str]:
    """What a reader must know before trusting the verdict."""
    found, begun = of.evaluation, of.session.begun
    if begun.way is Way.SIMULATED:
        yield words.say("simulated_note")
    if found.verdict is Verdict.INCOMPLETE:
        yield words.say("incomplete_note")
    if found.uncertain:
        names = ", ".join(item_name(each.limit, words) for each in found.uncertain)
        yield words.say("uncertain_note", names=names)
    if found.unverified:
        yield words.say("unverified_note", count=len(found.unverified))
    if any(each.limit.kind is Kind.EXAMPLE for each in found.items):
        yield words.say("example_note")
    if not of.session.is_steady and of.session.drift_percent is not None:
        yield words.say("drift_note", percent=f"{of.session.drift_percent:+.1f}")
    if of.measured.scale and of.measured.ambient_cd_m2 is None:
        yield words.say("no_ambient_note")
    if any(not each.calibrated_until for each in of.meters):
        yield words.say("no_meter_note")
    if any("" < each.calibrated_until < f"{of.began:%Y-%m-%d}" for each in of.meters):
        yield words.say("expired_note")
    yield from _differences(of, words)


def _differences(of: Subject, words: Words) -> Iterator[str]:
    """From what was kept when the test ran."""
    found, begun, ended = of.evaluation, of.session.begun, of.session.ended
    if ended and not ended.is_given_up and ended.verdict != found.verdict:
        yield words.say("other_verdict_note", verdict=verdict_word(ended.verdict, words))
    if begun.ruleset != found.ruleset.identifier:
        yield words.say("other_ruleset_note", ruleset=begun.ruleset)
    if begun.occasion is Occasion.ACCEPTANCE and found.verdict is Verdict.PASS and ended:
        yield words.say("accepted_note")


def _left_out(of: Subject, words: Words) -> Iterator[str]:
    yield from (item_name(each, words) for each in of.evaluation.not_judged)
    yield from (check_name(each, words) for each in of.evaluation.not_seen)


def _on_response(of: Subject, words: Words) -> Iterator[str]:
    response, conformance = of.evaluation.response, of.evaluation.conformance
    if response and not response.is_monotone:
        yield words.say("not_monotone")
    if response and conformance:
        yield words.say(
            "conformance",
            order=conformance.fit_order,
            lum=plain(conformance.lum_jnd, 3),
            mean=plain(conformance.mean_jnds, 3),
            kappa=plain(response.k_delta_percent),
            interval=response.worst_interval,
        )


def _history(of: Subject, words: Words) -> Iterator[tuple[str, ...]]:
    """A row a test, this one last; none where it is the first."""
    if not of.history:
        return
    response = of.evaluation.response
    now = Past(
        session=of.session.identifier,
        at=of.ended or of.last,
        occasion=of.session.begun.occasion,
        verdict=of.evaluation.verdict,
        max_luminance_cd_m2=max_luminance_cd_m2(of.measured),
        k_delta_percent=response.k_delta_percent if response else None,
    )
    for each in (*of.history, now):
        notes = [words.say("baseline")] if each.is_baseline else []
        notes += [words.say("this_test")] if each is now else []
        yield (
            f"{each.at:%Y-%m-%d}",
            str(each.session),
            words.say(each.occasion),
            "-" if each.max_luminance_cd_m2 is None else plain(each.max_luminance_cd_m2),
            "-" if each.k_delta_percent is None else plain(each.k_delta_percent, 3),
            words.pick(each.verdict.meaning) if each.verdict else words.say("given_up_short"),
            ", ".join(notes),
        )


def _remarks(of: Subject) -> Iterator[str]:
    for entry in of.session.entries:
        if isinstance(entry.happening, Remarked):
            yield entry.happening.text


def _sources(of: Subject, words: Words) -> Iterator[tuple[str, str, str]]:
    """Limits and checks that were used, whether unverified, and their source; together by it."""
    asked: dict[tuple[str, bool], list[str]] = {}
    for item in of.evaluation.items:
        asked.setdefault(_origin(item.limit), []).append(item_name(item.limit, words))
    for seen in of.evaluation.seen:
        asked.setdefault(_origin(seen.check), []).append(seen.check.identifier)
    for (source, verified), names in asked.items():
        mark = "" if verified else words.say("unverified")
        yield ", ".join(dict.fromkeys(names)), mark, source


def _origin(asked: Limit | Check) -> tuple[str, bool]:
    return asked.source, asked.verified
