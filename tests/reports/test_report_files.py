"""A test's report from the ledger to files, and back from the readings to the same verdict."""

import csv
import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from appliance.cli import main
from appliance.displayqa.report.forms import Form, files
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.record import parsed
from appliance.errors import NotFoundError
from appliance.services.display_reports import subject
from appliance.simulators.monitor import Gamma, Gsdf
from tests.reports.tested import DISPLAY, TROUBLED, UNCALIBRATED, Performance, performed
from tests.services.ward import Ward, ward

ROOT = Path(__file__).parents[2]
SCHEMA, OF_EVALUATION = (
    json.loads((ROOT / "appliance" / each).read_text("utf-8"))
    for each in ("displayqa/report/session.schema.json", "cli/evaluate.schema.json")
)
REGISTRY: Registry[Any] = Registry().with_resource(
    OF_EVALUATION["$id"], Resource.from_contents(OF_EVALUATION)
)
GOLDEN = ROOT / "tests" / "golden" / "display_reports" / "troubled.json"
CHANGING = {"digest", "version"}
"""Of a ruleset: another one with every edit of its file."""
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)

    def ran(*words: str) -> tuple[int, str]:
        code = main(["--data-dir", str(tmp_path), *words])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return ran


def json_of(of: Subject, language: Language = Language.ENGLISH) -> dict[str, Any]:
    (content,) = files(of, Form.JSON, language, "test.json").values()
    said: dict[str, Any] = json.loads(content)
    jsonschema.Draft202012Validator(SCHEMA, registry=REGISTRY).validate(said)
    return said


def told_again(run: Run, folder: Path, of: Subject) -> dict[str, Any]:
    """What ``evaluate`` makes of the CSV, by the words that stand in it."""
    for name, content in files(of, Form.CSV, Language.ENGLISH, "test.csv").items():
        (folder / name).write_bytes(content)
    lines = (folder / "test.csv").read_text("utf-8").splitlines()
    (words,) = [each for each in lines if each.startswith("# appliance ")]
    _, out = run(*shlex.split(words)[2:], "--format", "json")
    found: dict[str, Any] = json.loads(out)
    return in_order(found)


def in_order(found: dict[str, Any]) -> dict[str, Any]:
    """A file is read level by level, a test keeps the order in which it was measured."""
    found["readings"].sort(key=lambda each: (each["level"], each["position"] or ""))
    return found


CASES = {
    "good": Performance(),
    "gamma": Performance(monitor=UNCALIBRATED, answers=lambda check: check != "five-percent"),
    "troubled": Performance(incidents=TROUBLED),
    "interim": Performance(steps=25, is_ended=False),
    "monochrome 10 bit": Performance(
        display=replace(DISPLAY, is_monochrome=True, bits=10, ruleset="tg270-diagnostic")
    ),
    "examples": Performance(display=replace(DISPLAY, ruleset="iec62563-1")),
}


@pytest.mark.parametrize("name", CASES)
def test_the_readings_give_the_same_verdict_again(name: str, run: Run, tmp_path: Path) -> None:
    how = CASES[name]
    monitor = replace(how.monitor, bits=how.display.bits)
    of = performed(replace(how, monitor=monitor))
    found, wanted = told_again(run, tmp_path, of), in_order(json_of(of)["evaluation"])
    assert found == wanted


def test_the_readings_of_the_baseline_stand_beside(run: Run, tmp_path: Path) -> None:
    with ward(tmp_path) as made:
        two_tests(made)
        of = subject(made.tests, 2)
    assert of.measured.baseline is not None
    found = told_again(run, tmp_path, of)
    assert (tmp_path / "test-baseline.csv").is_file()
    assert found == in_order(json_of(of)["evaluation"])
    (drift,) = [each for each in found["items"] if each["name"] == "max-luminance-drift"]
    assert drift["value"] is not None


def test_what_was_read_again_is_in_the_file_and_says_nothing() -> None:
    (content,) = files(performed(CASES["troubled"]), Form.CSV, Language.ENGLISH, "t.csv").values()
    lines = content.decode().splitlines()
    assert sum(each.startswith("# read again: jira-bn-05 60 ") for each in lines) == 1
    rows = csv.DictReader(each for each in lines if not each.startswith("#"))
    assert [row["luminance"] for row in rows if row["level"] == "60"] == ["11.5"]


def test_the_record_has_every_happening() -> None:
    of = performed(CASES["troubled"])
    bodies = json_of(of)["happenings"]
    back = [parsed(each.pop("kind"), without_time(each)) for each in bodies]
    assert back == [each.happening for each in of.session.entries]


def without_time(body: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in body.items() if name != "at"}


def test_the_record_is_as_it_was() -> None:
    said = unchanging(json_of(performed(CASES["troubled"])))
    assert said == json.loads(GOLDEN.read_text("utf-8"))


def unchanging(said: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    if isinstance(said, dict):
        kept = {name: unchanging(each) for name, each in said.items() if name not in CHANGING}
        return {**kept, **({"ruleset": ""} if "ruleset" in kept and "occasion" in kept else {})}
    return [unchanging(each) for each in said] if isinstance(said, list) else said


def test_the_schemas_are_schemas() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def two_tests(made: Ward) -> None:
    made.tested()
    made.now += 180 * 86400
    made.tested(occasion=Occasion.CONSTANCY, curve=Gsdf(0.8, 430))


def test_what_was_before_is_told(tmp_path: Path) -> None:
    with ward(tmp_path) as made:
        two_tests(made)
        made.now += 90 * 86400
        given_up = made.begin(occasion=Occasion.CONSTANCY)
        made.tests.give_up(given_up.identifier, "yamada")
        made.tested(occasion=Occasion.DAILY)
        made.now += 90 * 86400
        made.tested(occasion=Occasion.CONSTANCY, curve=Gamma(0.8, 430))
        of = subject(made.tests, 5)
        first = subject(made.tests, 1)
    assert first.history == ()
    assert first.evaluation.response is not None
    assert [each.session for each in of.history] == [1, 2, 3]
    assert [each.is_baseline for each in of.history] == [True, False, False]
    assert [each.verdict for each in of.history] == ["pass", "pass", None]
    brightest = [each.max_luminance_cd_m2 for each in of.history]
    assert brightest == [pytest.approx(450, rel=1e-3), pytest.approx(430, rel=1e-3), None]
    assert of.history[0].k_delta_percent == first.evaluation.response.k_delta_percent


def test_every_form_is_written_from_the_command_line(run: Run, tmp_path: Path) -> None:
    with ward(tmp_path, '[site]\ninstitution_name = "Kita Hospital"\n') as made:
        made.tested()
    code, out = run("displayqa", "report", "1", "--all-formats", "out", "--language", "ja")
    assert code == 0
    names = {f"left-1.{each}" for each in Form}
    assert {each.name for each in (tmp_path / "out").iterdir()} == names
    assert all(f"{name} written" in out for name in names)
    assert (tmp_path / "out" / "left-1.pdf").read_bytes().startswith(b"%PDF-")
    assert "適合" in (tmp_path / "out" / "left-1.html").read_text("utf-8")


def test_one_form_is_written_where_it_is_wanted(run: Run, tmp_path: Path) -> None:
    with ward(tmp_path) as made:
        made.tested()
    assert run("displayqa", "report", "1", "--format", "csv", "--out", "a/b.csv")[0] == 0
    assert run("displayqa", "report", "1", "--format", "json")[0] == 0
    assert (tmp_path / "a" / "b.csv").is_file()
    assert json.loads((tmp_path / "left-1.json").read_text("utf-8"))["test"] == 1


def test_a_test_that_there_is_not_has_no_report(run: Run, tmp_path: Path) -> None:
    with ward(tmp_path):
        code, out = run("displayqa", "report", "9")
    assert code == NotFoundError.exit_code
    assert "there is no such test" in out


def test_a_long_decimal_is_read_again(run: Run, tmp_path: Path) -> None:
    of = performed()
    measured = of.measured.scale[0]
    odd = replace(measured, luminances_cd_m2=(Decimal("0.60000000012345"),))
    changed = replace(of.measured, scale={**of.measured.scale, 0: odd})
    found = told_again(run, tmp_path, replace(of, measured=changed))
    assert found["readings"][0]["luminance_cd_m2"] == pytest.approx(0.6)
