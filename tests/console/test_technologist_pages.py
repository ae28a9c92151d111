"""The technologist's pages as forms alone, over the real desk and a meter at a pseudo-terminal."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.console import Person
from appliance.console.displayqa.test_pages import PAPERS
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Ended, Measured, Repeated, Seen
from appliance.displayqa.sessions.step import Way
from tests.console.past_tests import past
from tests.console.technologist import LEFT, METER, NAME, Technologist, technologist

DISPLAY = f"/displayqa/displays/{LEFT.name}"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
DAILY = ("patches", "five-percent", "artefacts", "reference-image")


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Technologist]:
    with technologist(tmp_path) as somebody:
        yield somebody


def started(person: Technologist, meter: str = NAME, **more: str) -> int:
    """A test that is being conducted."""
    test = int(person.begin().path.split("/")[3])
    page = person.send(f"/displayqa/tests/{test}/equipment", meter=meter, **more)
    assert page.status == 200
    return test


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_speaks_the_language_that_is_asked_for(
    person: Technologist, language: str
) -> None:
    person.language = language
    paths = ["/displayqa", "/displayqa/register", DISPLAY]
    paths += [f"{DISPLAY}/{page}" for page in ("begin", "daily", "change", "retire")]
    test = int(person.begin().path.split("/")[3])
    paths += [f"/displayqa/tests/{test}{page}" for page in ("", "/equipment", "/give-up")]
    for path in paths:
        page = person.get(path)
        assert page.status == 200, path
        main = re.search(r"<main.*</main>", page.html, re.DOTALL)
        assert main
        assert bool(JAPANESE.search(re.sub(r"<[^>]*>", "", main[0]))) is (language == "ja"), path


def test_a_display_is_registered_changed_and_taken_out_of_use(tmp_path: Path) -> None:
    with technologist(tmp_path, display=None) as person:
        assert "No display is registered" in person.get("/displayqa").text
        known = {
            "workstation": "ws1",
            "position": "左",
            "ruleset": "jesra-x0093-1b",
            "width_px": "1200",
            "height_px": "1600",
            "bits": "8",
        }
        page = person.send("/displayqa/register", **known)
        assert page.path == "/displayqa/displays/ws1-left"
        assert "1200 px" in page.text
        assert "Days between constancy tests 182" in page.text
        again = person.send("/displayqa/register", **known)
        assert (again.status, "of that name already" in again.text) == (409, True)
        page = person.send("/displayqa/displays/ws1-left/change", **known | {"room": "第2読影室"})
        assert "第2読影室" in page.text
        assert "no longer due" in person.get("/displayqa/displays/ws1-left/retire").text
        assert "No display is registered" in person.send("/displayqa/displays/ws1-left/retire").text
        assert person.get("/displayqa/displays/ws1-left").status == 404
        with person.desk.tests() as tests:
            assert [each.by for each in tests.register.history("ws1-left")] == ["technologist"] * 3


def test_a_whole_acceptance_test_by_forms_alone(person: Technologist) -> None:
    assert "Acceptance test: never done yet" in person.get("/displayqa").text
    test = started(person)
    page = person.finish(test)
    assert 'class="overall pass"' in page.html
    for words in ("maximum luminance", "≥ 350 cd/m²", "±", "not compared with the original"):
        assert words in page.text, words
    home = person.get("/displayqa").text
    assert "No test is due" in home
    assert "pass" in home
    report = person.get(f"/displayqa/tests/{test}/report.html")
    assert (report.status, LEFT.name in report.text) == (200, True)
    said = json.loads(person.get(f"/displayqa/tests/{test}/report.json").html)
    assert said["evaluation"]["verdict"] == "pass"
    assert "luminance" in person.get(f"/displayqa/tests/{test}/report.csv").html


def test_something_is_measured_again_after_the_end(person: Technologist) -> None:
    test = started(person)
    person.finish(test)
    page = person.do(test, "repeat", what="place:top-left")
    assert 'class="overall' not in page.html
    person.do(test, "go-on")
    assert 'class="overall pass"' in person.finish(test).html
    with person.desk.tests() as tests:
        happenings = [each.happening for each in tests.session(test).entries]
    assert Repeated(place="top-left") in happenings
    assert sum(isinstance(each, Ended) for each in happenings) == 2


def test_who_sees_a_fault_fails_the_display(person: Technologist) -> None:
    test = started(person)
    page = person.finish(test, is_fine=False)
    assert 'class="overall fail"' in page.html


def test_an_answer_counts_for_what_was_asked_alone(person: Technologist) -> None:
    test = started(person)
    first = person.wait(test, "waiting").key
    person.do(test, "step", key=first, answer="yes")
    second = person.wait(test, "waiting").key
    assert second != first
    person.do(test, "step", key=first, answer="no")
    with person.desk.tests() as tests:
        (seen,) = tests.session(test).seen.values()
    assert seen.is_fulfilled, "a second press, or another tablet's, changes nothing"


def test_what_is_not_answered_is_asked_again_with_a_reason(person: Technologist) -> None:
    test = started(person)
    page = person.wait(test, "waiting")
    refused = person.do(test, "step", key=page.key)
    assert (refused.status, "Please answer yes or no" in refused.text) == (422, True)
    assert refused.key == page.key


def test_a_test_is_interrupted_and_gone_on_with(person: Technologist) -> None:
    test = started(person)
    key = person.wait(test, "waiting").key
    person.do(test, "interrupt")
    page = person.wait(test, "idle")
    assert "The test rests" in page.text
    assert "Go on with it" in person.get("/displayqa").text
    person.do(test, "go-on")
    assert person.wait(test, "waiting").key == key
    person.do(test, "go-on")
    assert person.wait(test, "waiting").key == key, "it was going on already"


def test_a_test_goes_on_after_the_box_was_started_anew(tmp_path: Path) -> None:
    with technologist(tmp_path) as before:
        test = started(before)
        while not measured(before, test):
            key = before.wait(test, "waiting", "working").key
            before.do(test, "step", key=key, answer="yes", ambient_cd_m2="0.05")
    with technologist(tmp_path, display=None) as after:
        assert "The test rests" in after.get(f"/displayqa/tests/{test}").text
        after.do(test, "go-on")
        assert 'class="overall pass"' in after.finish(test).html
        assert measured(after, test) == 18 + 5, "nothing is measured twice"


def measured(person: Technologist, test: int) -> int:
    with person.desk.tests() as tests:
        entries = tests.session(test).entries
    return sum(isinstance(each.happening, Measured) for each in entries)


def test_a_test_is_given_up_by_somebody(person: Technologist) -> None:
    test = started(person)
    path = f"/displayqa/tests/{test}/give-up"
    assert "Signed as technologist" in person.get(path).text
    page = person.send(path, operator="somebody else")
    assert "Given up by technologist" in page.text
    assert "never done yet" in person.get("/displayqa").text


def test_readings_are_typed_where_the_meter_has_no_line(person: Technologist) -> None:
    test = int(person.begin(way="elsewhere").path.split("/")[3])
    path = f"/displayqa/tests/{test}/equipment"
    assert "Please say which meter it is" in person.send(path).text
    person.send(path, model="LS-110 4711")
    while not (page := person.wait(test, "waiting")).key.startswith("measure"):
        person.do(test, "step", key=page.key, answer="yes", not_to_be_had="on")
    assert "jira-bn-01" in page.text
    refused = person.do(test, "step", key=page.key, luminance_cd_m2="1,5")
    assert (refused.status, "no comma" in refused.text) == (422, True)
    person.do(test, "step", key=page.key, luminance_cd_m2="1.5 cd/m2")
    assert "jira-bn-02" in person.wait(test, "waiting").text
    with person.desk.tests() as tests:
        session = tests.session(test)
    (read,) = session.readings.values()
    assert str(read.luminances_cd_m2[0]) == "1.5"
    assert session.meter
    assert session.meter.model == "LS-110 4711"


def test_a_daily_check_takes_one_press(person: Technologist) -> None:
    page = person.send(f"{DISPLAY}/daily", all_fine="yes", text="暖機10分")
    assert 'class="overall pass"' in page.html
    assert "暖機10分" in page.text
    assert "/daily" not in person.get("/displayqa").html


def test_a_fault_at_the_daily_check_stays_one_whatever_is_pressed(person: Technologist) -> None:
    answers = {"answer-patches": "no", "all_fine": "yes"}
    page = person.send(f"{DISPLAY}/daily", **answers)
    assert 'class="overall fail"' in page.html


def test_half_a_daily_check_is_not_kept(person: Technologist) -> None:
    answers = {f"answer-{name}": "yes" for name in DAILY[:-1]}
    page = person.send(f"{DISPLAY}/daily", **answers)
    assert (page.status, "Please answer yes or no" in page.text) == (422, True)
    with person.desk.tests() as tests:
        assert tests.sessions() == []


def test_a_remark_is_kept(person: Technologist) -> None:
    test = started(person)
    page = person.do(test, "remark", text="右下に常時点灯画素 1")
    assert "右下に常時点灯画素 1" in page.text
    assert person.do(test, "remark", text=" ").status == 422


def test_a_wrong_code_is_told_and_too_many_are_not_taken(person: Technologist) -> None:
    test = int(person.begin().path.split("/")[3])
    path = f"/displayqa/tests/{test}/equipment"
    assert "No page shows this code" in person.send(path, meter=NAME, code="12345678").text
    for _ in range(12):
        page = person.send(path, meter=NAME, code="12345678")
    assert "Too many wrong codes" in page.text


def test_meters_that_answer_are_offered(person: Technologist) -> None:
    test = int(person.begin().path.split("/")[3])
    page = person.get(f"/displayqa/tests/{test}/equipment")
    assert f'value="{NAME}" required checked' in page.html
    assert METER.upper() in page.text


def test_the_years_of_a_display_are_drawn_and_told(person: Technologist) -> None:
    with person.desk.tests() as tests:
        past(tests, LEFT, replace(LEFT, name="other", workstation="ws-2"))
    home = person.get("/displayqa").text
    assert home.index("Constancy test: overdue") < home.index("Workstation reading1")
    page = person.get(DISPLAY)
    assert page.html.count("<svg") >= 4
    assert "If it goes on so, the limit is met about" in page.text
    assert "Change a year: \N{MINUS SIGN}" in page.text
    assert person.get("/displayqa/tests/5").text.count("fail") == 2, "contrast response, and all"


@pytest.mark.parametrize(
    "path",
    [
        "/displayqa/displays/nobody",
        "/displayqa/displays/nobody/begin",
        "/displayqa/tests/99",
        "/displayqa/tests/99/equipment",
        "/displayqa/patterns/none.png",
        "/displayqa/tests/99/report.pdf",
        "/displayqa/tests/99/report.doc",
    ],
)
def test_what_is_not_there_is_said(person: Technologist, path: str) -> None:
    assert person.get(path).status == 404


def test_more_papers_than_may_wait_are_to_be_asked_for_again(person: Technologist) -> None:
    with ExitStack() as waiting:
        for _ in range(PAPERS.most):
            waiting.enter_context(PAPERS)
        assert person.get("/displayqa/tests/99/report.pdf").status == 503
        assert person.get("/displayqa/tests/99/report.csv").status == 404
    assert person.get("/displayqa/tests/99/report.pdf").status == 404


def test_two_tests_do_not_share_a_meter(person: Technologist) -> None:
    first, second = started(person), int(person.begin("constancy").path.split("/")[3])
    path = f"/displayqa/tests/{second}/equipment"
    refused = person.send(path, meter=NAME)
    assert (refused.status, "Another test is going on" in refused.text) == (422, True)
    person.do(first, "interrupt")
    person.wait(first, "idle")
    assert person.send(path, meter=NAME).path == f"/displayqa/tests/{second}"


class Hostile:
    """Whose name is a script."""

    def person(self, _: HTTPConnection) -> Person:
        return Person(name="<script>alert(1)</script>", rights=ROLES[Role.TECHNOLOGIST])


def test_a_name_is_put_into_pages_as_text(tmp_path: Path) -> None:
    with technologist(tmp_path, access=Hostile()) as person:
        person.begin()
        for path in (DISPLAY, "/displayqa/results", f"{DISPLAY}/begin"):
            page = person.get(path)
            assert "<script>alert" not in page.html
            assert "alert(1)" in page.text


def test_who_answers_last_ends_a_test_that_another_began(person: Technologist) -> None:
    with person.desk.tests() as tests:
        begun = tests.begin(LEFT.name, Occasion.DAILY, Way.ARCHIVE, operator="at the terminal")
        test = begun.identifier
        for name in DAILY:
            tests.submit(test, Seen(check=name, is_fulfilled=True), "technologist")
        session = tests.session(test)
    assert session.begun.operator == "at the terminal"
    assert session.ended == Ended(verdict="pass", by="technologist")


def test_what_is_due_stands_in_one_list_and_what_was_done_in_another(person: Technologist) -> None:
    with person.desk.tests() as tests:
        past(tests, LEFT, replace(LEFT, name="other", workstation="ws-2"))
        tests.register.enter(replace(LEFT, name="new", workstation="ws-3"), "tanaka")
    text = person.get("/displayqa/due").text
    assert text.index("overdue reading1-left") < text.index("never done new")
    assert "1 to 3 of 3" in text
    only = person.get("/displayqa/due?urgency=first").text
    assert "never done new" in only
    assert "reading1-left" not in only
    assert person.get("/displayqa/due?urgency=x&from=-1").status == 200
    results_are_listed_and_chosen(person)


def results_are_listed_and_chosen(person: Technologist) -> None:
    page = person.get("/displayqa/results")
    assert page.html.count("report.pdf?in=ja") == page.html.count("report.pdf?in=en") == 5
    failed = person.get("/displayqa/results?verdict=fail").html
    assert failed.count('class="verdict fail"') == failed.count("report.pdf?in=ja") == 2
    assert person.get("/displayqa/results?workstation=ws-2").html.count("report.pdf?in=ja") == 1
    assert person.get("/displayqa/results?occasion=acceptance").html.count("report.pdf?in=ja") == 2
    assert "no test of that kind" in person.get("/displayqa/results?last=2000-01-01").text
    assert person.get("/displayqa/results?first=x&before=%27&occasion=%00").status == 200
    person.begin()
    assert 'class="verdict going"' in person.get("/displayqa/results").html


def test_a_workstation_has_a_page(person: Technologist) -> None:
    page = person.get(f"/displayqa/workstations/{LEFT.workstation}")
    assert page.status == 200
    assert "no page open" in page.text
    assert "never done" in page.text
    assert person.get("/displayqa/workstations/none").status == 404


def test_many_workstations_are_paged(person: Technologist) -> None:
    with person.desk.tests() as tests:
        for number in range(30):
            name = f"ws-{number:02}"
            tests.register.enter(replace(LEFT, name=name, workstation=name), "tanaka")
    first = person.get("/displayqa")
    assert "All 31 that are due" in first.text
    assert first.html.count("/displayqa/workstations/") == 12
    assert person.get("/displayqa?page=3").html.count("/displayqa/workstations/") == 7
    assert person.get("/displayqa?page=99").status == 200


def test_a_small_picture_of_a_pattern_is_a_png(person: Technologist) -> None:
    page = person.get("/displayqa/patterns/TG18-QC.png?w=3&h=4")
    assert page.status == 200
    assert "PNG" in page.html[:8]
