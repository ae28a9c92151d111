"""What a report says: everything that was measured, nothing that was not, whatever happened."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa import report
from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.measurement import Method
from appliance.displayqa.report.figures import compared
from appliance.displayqa.report.page import as_html, content_security_policy
from appliance.displayqa.report.results import results
from appliance.displayqa.report.sheet import sheet
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import TAGS, Language, Words, _catalogue
from appliance.displayqa.ruleset import Kind, Limit, Occasion
from appliance.displayqa.ruleset_file import shipped, usable
from appliance.displayqa.sessions.happening import (
    Ended,
    Entry,
    Happening,
    MeterUsed,
    Remarked,
    Tried,
)
from tests.displayqa.sessions.tests_of_displays import any_happening
from tests.reports.tested import (
    BEGAN,
    DISPLAY,
    LONG,
    METER,
    TROUBLED,
    UNCALIBRATED,
    Performance,
    judged,
    performed,
    ruleset_of,
    with_history,
)

LANGUAGES = pytest.mark.parametrize("language", Language)
VOID = {"meta", "br"}
WHOLE = performed(Performance(reads=1))
LIMITS = [limit for each in usable(shipped()).values() for limit in each.limits]


class Nested(HTMLParser):
    """Whether every element that begins ends, in order; which there are, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.met.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: object) -> None:
        self.met.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def rows_of(of: Subject, language: Language = Language.ENGLISH) -> dict[str, Verdict]:
    return {each.identifier: each.verdict for each in results(of, Words(language))}


@LANGUAGES
def test_the_page_is_whole_and_asks_for_nothing(language: Language) -> None:
    page = as_html(performed(), language)
    nested = Nested(page)
    assert nested.open == []
    assert nested.met.isdisjoint({"script", "link", "img", "iframe", "object", "form", "a"})
    asked = re.findall(
        r"(?:src|href)=\S*|url\(|@import|https?://(?!www\.w3\.org/2000/svg)\S*", page
    )
    assert asked == []


def test_the_policy_of_the_page_lets_its_style_in_and_nothing_else() -> None:
    page = as_html(performed(), Language.ENGLISH)
    policy = content_security_policy()
    assert policy.replace("'", "&#39;") in page
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert " style=" not in page


@LANGUAGES
def test_every_result_is_on_the_page(language: Language) -> None:
    of = with_history(performed(Performance(incidents=TROUBLED)), 3)
    page = bare(Nested(as_html(of, language)).text)
    said = sheet(of, Words(language))
    texts = [text for row in said.rows for text in (row.method, row.requirement, row.result)]
    texts += [fact.said for fact in (*said.display, *said.test, *said.light)]
    texts += [text for row in said.readings for text in (row.mean, row.reads, row.spread)]
    texts += [line.said for line in said.course] + [*said.left_out, *said.remarks]
    texts += [text for source in said.sources for text in source]
    texts += [cell for row in said.history for cell in row]
    assert [each for each in texts if bare(each) not in page] == []


def test_what_a_person_wrote_is_text() -> None:
    page = as_html(performed(Performance(incidents=TROUBLED)), Language.ENGLISH)
    assert "<b>not markup</b>" not in page
    assert "&lt;b&gt;not markup&lt;/b&gt; &amp; the lamp was off" in page


@pytest.mark.parametrize("name", usable(shipped()))
def test_every_item_of_every_ruleset_is_in_the_table(name: str) -> None:
    display = replace(DISPLAY, ruleset=name)
    of = performed(Performance(display=display, monitor=UNCALIBRATED))
    found = {each.limit.identifier: each.verdict for each in of.evaluation.items}
    found |= {each.check.identifier: each.verdict for each in of.evaluation.seen}
    assert rows_of(of) == found
    assert Nested(as_html(of, Language.BOTH)).open == []


@settings(max_examples=40)
@given(st.integers(0, 60), st.booleans(), st.sampled_from(Occasion))
def test_nothing_that_was_not_measured_reads_as_passed(
    steps: int,
    is_ended: bool,  # noqa: FBT001 - an example's
    occasion: Occasion,
) -> None:
    of = performed(Performance(steps=steps, is_ended=is_ended, occasion=occasion))
    for row in results(of, Words(Language.ENGLISH)):
        told = "not judged" in row.result or row.result == "not answered"
        assert told is (row.verdict is Verdict.INCOMPLETE)
        assert (row.conclusion == "pass") is (row.verdict is Verdict.PASS)
    said = sheet(of, Words(Language.ENGLISH))
    is_whole = not of.session.remaining
    assert (said.verdict_word == "pass") is (of.evaluation.verdict is Verdict.PASS)
    assert is_whole or said.verdict_word != "pass"


@settings(max_examples=60)
@given(st.lists(any_happening, max_size=8), st.sampled_from(Language))
def test_any_test_can_be_reported(happened: list[Happening], language: Language) -> None:
    entries = tuple(
        Entry(BEGAN + timedelta(minutes=7 * at), each)
        for at, each in enumerate([WHOLE.session.begun, *happened])
    )
    session = replace(WHOLE.session, entries=entries)
    of = judged(session, DISPLAY, ruleset_of(DISPLAY))
    page = Nested(as_html(of, language))
    assert page.open == []
    assert bare(of.display.name) in bare(page.text)


@given(st.text(min_size=1, max_size=300))
def test_any_remark_is_kept(text: str) -> None:
    of = performed(Performance(steps=0, incidents=(Remarked(text=text),)))
    assert sheet(of, Words(Language.ENGLISH)).remarks == (text,)
    assert Nested(as_html(of, Language.ENGLISH)).open == []


@given(st.fractions(0, 1000), st.sampled_from(LIMITS))
def test_a_rounded_figure_never_contradicts_its_verdict(value: Fraction, limit: Limit) -> None:
    text = compared(value, limit, None).split("\u00a0")[0]
    assert limit.operator.holds(Fraction(text), limit.value) is limit.operator.holds(
        value, limit.value
    )
    assert "e" not in text


def test_what_failed_is_told_in_both_languages() -> None:
    how = Performance(monitor=UNCALIBRATED, answers=lambda check: check != "five-percent")
    of = performed(how)
    failed = {name for name, verdict in rows_of(of).items() if verdict is Verdict.FAIL}
    assert failed == {"contrast-response", "five-percent"}
    english, japanese = (sheet(of, Words(each)) for each in (Language.ENGLISH, Language.JAPANESE))
    assert (english.verdict_word, japanese.verdict_word) == ("fail", "不適合")


def test_a_reading_that_was_taken_again_is_shown_and_does_not_count() -> None:
    of = performed(Performance(incidents=TROUBLED))
    rows = [each for each in sheet(of, Words(Language.ENGLISH)).readings if each.ddl == 60]
    assert [each.counts for each in rows] == [False, True]
    assert rows[1].exchanges == "9 (4)"
    assert sum(each.is_hindrance for each in sheet(of, Words(Language.ENGLISH)).course) == 2


def test_a_pause_is_told() -> None:
    of = performed()
    late = [
        replace(each, at=each.at + timedelta(hours=3)) if at > 20 else each
        for at, each in enumerate(of.session.entries)
    ]
    session = replace(of.session, entries=tuple(late))
    said = [
        each.said for each in sheet(replace(of, session=session), Words(Language.ENGLISH)).course
    ]
    assert "interruption of 3 h 00 min" in said
    counted = [int(each) for line in said for each in re.findall(r"\((\d+)\)$", line)]
    ones = sum(bool(re.fullmatch(r"measured: [^(]*", line)) for line in said)
    assert sum(counted) + ones == len(of.session.readings)


def in_unknown_light(of: Subject) -> Subject:
    return replace(of, measured=replace(of.measured, ambient_cd_m2=None))


def with_ended(of: Subject, ended: Ended) -> Subject:
    entries = (*of.session.entries[:-1], Entry(of.last, ended))
    return replace(of, session=replace(of.session, entries=entries))


def with_begun(of: Subject, **changed: str) -> Subject:
    first = Entry(of.began, replace(of.session.begun, **changed))  # type: ignore[arg-type]
    return replace(of, session=replace(of.session, entries=(first, *of.session.entries[1:])))


def with_meter(of: Subject, **changed: str) -> Subject:
    entries = tuple(
        Entry(each.at, replace(each.happening, **changed))  # type: ignore[arg-type]
        if isinstance(each.happening, MeterUsed)
        else each
        for each in of.session.entries
    )
    return replace(of, session=replace(of.session, entries=entries))


def with_cold_start(of: Subject) -> Subject:
    entries = tuple(
        Entry(each.at, replace(each.happening, brightest_cd_m2=Decimal(300)))
        if isinstance(each.happening, Tried)
        else each
        for each in of.session.entries
    )
    return replace(of, session=replace(of.session, entries=entries))


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        (with_cold_start, "drift_note"),
        (
            lambda of: replace(of, measured=replace(of.measured, ambient_cd_m2=None)),
            "no_ambient_note",
        ),
        (lambda of: with_ended(of, Ended(verdict="fail")), "other_verdict_note"),
        (lambda of: with_begun(of, ruleset="another/1/abc"), "other_ruleset_note"),
        (lambda of: with_meter(of, calibrated_until=""), "no_meter_note"),
        (lambda of: with_meter(of, calibrated_until="2026-04-06"), "expired_note"),
    ],
)
def test_what_a_reader_must_know_stands_beside_the_verdict(changed: object, warning: str) -> None:
    of = performed()
    words = Words(Language.ENGLISH)
    start = _catalogue()[warning]["en"].split("{")[0]
    assert not any(each.startswith(start) for each in sheet(of, words).warnings)
    assert any(each.startswith(start) for each in sheet(changed(of), words).warnings)  # type: ignore[operator]


def test_every_meter_that_was_used_is_named() -> None:
    other = replace(METER, model="K-10", serial_number="321")
    of = performed(Performance(incidents=(other,)))
    page = sheet(of, Words(Language.ENGLISH))
    assert [each.said for each in page.test if each.name == "Meter"] == [
        "CS-100A, serial number 20387",
        "K-10, serial number 321",
    ]
    assert page.rows[0].equipment.startswith("CS-100A, K-10; ")


def test_a_remark_after_the_end_does_not_move_the_end() -> None:
    of = performed()
    late = Entry(of.last + timedelta(days=3), Remarked(text="lamp mended"))
    session = replace(of.session, entries=(*of.session.entries, late))
    assert replace(of, session=session).ended == of.ended == of.last


@pytest.mark.parametrize(
    ("how", "day"),
    [
        (Performance(), "2026-10-06"),
        (Performance(occasion=Occasion.DAILY), ""),
        (Performance(is_ended=False), ""),
    ],
)
def test_when_the_next_test_is_due_is_told(how: Performance, day: str) -> None:
    assert sheet(performed(how), Words(Language.ENGLISH)).form[-1].said == day


def test_a_test_that_was_given_up_says_so() -> None:
    of = with_ended(performed(), Ended(verdict="", is_given_up=True, by="yamada"))
    assert sheet(of, Words(Language.ENGLISH)).state == "The test was given up"
    assert sheet(performed(), Words(Language.ENGLISH)).state == ""
    begun = performed(Performance(is_ended=False))
    assert sheet(begun, Words(Language.JAPANESE)).state.startswith("途中経過")


def test_every_text_is_said_in_both_languages_with_the_same_places() -> None:
    for key, text in _catalogue().items():
        assert set(text) == set(TAGS), key
        places = [set(re.findall(r"{(\w+)", text[tag])) for tag in TAGS]
        assert places[0] == places[1], key


def test_every_text_is_used() -> None:
    folder = Path(report.__file__).parent
    files = [each for each in folder.rglob("*") if each.suffix in {".py", ".html"}]
    code = "".join(each.read_text("utf-8") for each in files)
    spoken = {*Occasion, *Method, *Certainty, *Kind}
    unused = [key for key in _catalogue() if f'"{key}"' not in code and key not in spoken]
    assert unused == []


def test_the_same_test_makes_the_same_page() -> None:
    of, again = (with_history(performed(Performance(display=LONG)), 5) for _ in range(2))
    assert as_html(of, Language.BOTH) == as_html(again, Language.BOTH)
