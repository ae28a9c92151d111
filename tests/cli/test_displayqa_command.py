"""``appliance displayqa``: judged for people in both languages and for programs; exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from appliance.cli import main
from appliance.displayqa.ruleset_file import shipped, usable
from tests.displayqa.monitors import EIGHTEEN, gamma_monitor, gsdf_monitor

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "appliance/cli/evaluate.schema.json").read_text("utf-8"))
GOOD, GAMMA = gsdf_monitor(1.21, 451), gamma_monitor(0.8, 400, 2.2)
Capture = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str, str]]


def table(luminances: list[float], *more: str) -> str:
    rows = [f"{level},{each:.6f}" for level, each in zip(EIGHTEEN, luminances, strict=True)]
    return "\n".join(["level,luminance", *rows, *more, ""])


@pytest.fixture
def run(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(table(GOOD), "utf-8")
    (tmp_path / "gamma.csv").write_text(table(GAMMA), "utf-8")

    def ran(*words: str) -> tuple[int, str, str]:
        code = main(["--data-dir", str(tmp_path / "data"), "displayqa", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


def judged(run: Run, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, err = run("evaluate", *words, "--format", "json")
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    return code, found


def item(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [each for each in found["items"] if each["name"] == name]
    return dict(one)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", usable(shipped()))
def test_every_ruleset_judges(name: str, run: Run) -> None:
    code, found = judged(run, "good.csv", "--ruleset", name, "--ambient", "0.05")
    assert (code, found["verdict"], found["ruleset"]["name"]) == (0, "pass", name)
    code, found = judged(run, "gamma.csv", "--ruleset", name, "--ambient", "0.3")
    assert (code, found["verdict"]) == (8, "fail")
    assert found["kappa_delta_percent"] == pytest.approx(53.424, abs=0.001)
    assert found["response"]["worst_interval"] == 2
    assert item(found, "contrast-response")["verdict"] == "fail"
    assert found["unverified"] == [each["name"] for each in found["items"]]


def test_a_level_that_is_missing_makes_it_incomplete(run: Run, tmp_path: Path) -> None:
    lines = table(GOOD).splitlines()
    (tmp_path / "short.csv").write_text("\n".join(lines[:5] + lines[6:]), "utf-8")
    code, found = judged(run, "short.csv", "--ruleset", "jesra-x0093-1a")
    assert (code, found["verdict"], found["response"]) == (9, "incomplete", None)
    one = item(found, "contrast-response")
    assert (one["value"], one["reason"], one["about"]) == (None, "levels-missing", ["60"])


def test_a_whole_acceptance_test(run: Run, tmp_path: Path) -> None:
    screen = [f"204,{each},place {at}" for at, each in enumerate((115, 100, 100, 100, 85))]
    body = table(GOOD, *screen).replace("level,luminance\n", "level,luminance,position\n")
    (tmp_path / "whole.csv").write_text(body, "utf-8")
    words = ["whole.csv", "--ruleset", "jesra-x0093-1a", "--test", "acceptance", "--monochrome"]
    code, found = judged(run, *words)
    assert (code, found["verdict"]) == (9, "incomplete"), "nobody has looked yet"
    names = [each["name"] for each in found["visual"]]
    answers = [word for name in names for word in ("--visual", f"{name}=yes")]
    code, found = judged(run, *words, *answers)
    assert (code, found["verdict"], found["test"]) == (0, "pass", "acceptance")
    assert item(found, "uniformity-204")["value"] == 30
    assert found["readings"][-1]["position"] == "place-4"
    code, found = judged(run, *words, *answers, "--visual", f"{names[0]}=no")
    assert (code, found["visual"][0]["verdict"]) == (8, "fail")
    code, found = judged(run, *words, *answers, "--beside", "good.csv")
    assert item(found, "displays-luminance")["value"] == 0
    code, found = judged(run, *words, *answers, "--displays", "2")
    assert (code, item(found, "displays-luminance")["reason"]) == (9, "displays-missing")


def test_constancy_is_against_a_baseline(run: Run, tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text(table([each * 0.9 for each in GOOD]), "utf-8")
    words = ["now.csv", "--ruleset", "jesra-x0093-1a"]
    _, found = judged(run, *words, "--baseline", "good.csv")
    assert item(found, "max-luminance-drift")["value"] == pytest.approx(10, abs=1e-6)
    _, found = judged(run, *words, "--test", "constancy")
    assert item(found, "max-luminance-drift")["reason"] == "baseline-missing"
    telescopic = ["--method", "telescopic", "--ambient", "0.1", "--baseline", "good.csv"]
    code, _, err = run("evaluate", *words, *telescopic)
    assert (code, "--baseline-ambient" in err) == (5, True)
    _, found = judged(run, *words, *telescopic, "--baseline-ambient", "0.1")
    assert found["method"] == "telescopic"


def test_ambient_light_by_illuminance(run: Run) -> None:
    words = ["good.csv", "--ruleset", "tg18-primary"]
    _, by_light = judged(run, *words, "--illuminance", "50", "--rd", "0.006")
    _, given = judged(run, *words, "--ambient", "0.3")
    assert by_light["ambient_cd_m2"] == given["ambient_cd_m2"] == 0.3
    assert by_light["items"] == given["items"]
    _, recorded = judged(run, *words, "--illuminance", "50", "--ambient", "0.3")
    assert recorded["illuminance_lx"] == 50
    for wrong in (["--rd", "0.006"], ["--rd", "0.006", "--illuminance", "50", "--ambient", "1"]):
        code, _, err = run("evaluate", *words, *wrong)
        assert (code, "--illuminance" in err) == (5, True)


def test_a_verdict_within_the_uncertainty_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "near.csv").write_text(table(gsdf_monitor(1.21, 351)), "utf-8")
    words = ["near.csv", "--ruleset", "jesra-x0093-1a", "--accuracy", "3"]
    code, found = judged(run, *words)
    one = item(found, "max-luminance")
    assert (code, one["verdict"], one["certainty"]) == (0, "pass", "within-uncertainty")
    assert one["uncertainty"] == pytest.approx(10.53, rel=1e-3)
    _, out, _ = run("evaluate", *words)
    assert "within the uncertainty: max-luminance" in out
    _, found = judged(run, *words, "--repeatability", "1", "--target", "351")
    assert item(found, "contrast-response")["certainty"] == "certain"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("verdict, what the readings bear on: fail", "unverified", "contrast response κδ")),
        ("ja", ("総合判定(測定値のある項目): 不適合", "未検証", "コントラスト応答 κδ")),
    ],
)
def test_people_read_it_in_their_language(language: str, words: tuple[str], run: Run) -> None:
    call = ["evaluate", "gamma.csv", "--ruleset", "jesra-x0093-2", "--language", language]
    code, out, _ = run(*call)
    assert code == 8
    assert all(each in out for each in words)


def test_examples_say_that_the_document_sets_no_limits(run: Run) -> None:
    _, out, _ = run("evaluate", "good.csv", "--ruleset", "iec62563-1", "--ambient", "0.1")
    assert "sets no limits" in out
    _, found = judged(run, "good.csv", "--ruleset", "iec62563-1", "--ambient", "0.1")
    assert {each["kind"] for each in found["items"]} == {"example"}


def test_a_display_that_is_not_monotone_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(table([*GOOD[:5], GOOD[3], *GOOD[6:]]), "utf-8")
    code, out, _ = run("evaluate", "odd.csv", "--ruleset", "jesra-x0093-2")
    assert (code, "not brighter than the one before" in out) == (8, True)


def test_rulesets_are_listed_and_shown(run: Run) -> None:
    code, out, _ = run("rulesets")
    assert code == 0
    for name, by in usable(shipped()).items():
        assert f"{name} " in out
        _, one, _ = run("rulesets", name)
        assert all(limit.source in one for limit in by.limits)
        _, as_json, _ = run("rulesets", name, "--format", "json")
        shown = json.loads(as_json)
        assert [each["name"] for each in shown["limits"]] == [e.identifier for e in by.limits]
        assert not any(each["verified"] for each in shown["limits"])
    _, listing, _ = run("rulesets", "--format", "json")
    assert [each["name"] for each in json.loads(listing)] == list(usable(shipped()))


def test_what_is_not_there_has_a_near_miss(run: Run) -> None:
    code, _, err = run("evaluate", "good.csv", "--ruleset", "jesra-x0093-1")
    assert (code, "did you mean 'jesra-x0093-1" in err) == (4, True)
    code, _, err = run("rulesets", "jesra-x0093")
    assert code == 4, "what is only extended judges nothing"
    words = ["evaluate", "good.csv", "--ruleset", "jesra-x0093-2"]
    code, _, err = run(*words, "--visual", "patch=yes")
    assert (code, "did you mean 'patches'" in err) == (4, True)
    code, _, err = run("evaluate", "none.csv", "--ruleset", "jesra-x0093-2")
    assert (code, "none.csv" in err) == (3, True)


def test_readings_that_are_not_plain_are_refused_with_their_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("level,luminance\n0,much\n", "utf-8")
    code, out, err = run("evaluate", "odd.csv", "--ruleset", "jesra-x0093-2")
    assert (code, out) == (6, "")
    assert "odd.csv:2" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--ambient", "-1"],
        ["--ambient", "nan"],
        ["--ambient", "much"],
        ["--visual", "patches=perhaps"],
        ["--visual", "=yes"],
        ["--bits", "9"],
        ["--test", "weekly"],
        ["--displays", "0"],
    ],
)
def test_arguments_are_refused(words: list[str], run: Run) -> None:
    code, _, err = run("evaluate", "good.csv", "--ruleset", "jesra-x0093-2", *words)
    assert (code, words[0] in err) == (2, True)


def test_a_site_has_its_own(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "displayqa-rulesets"
    folder.mkdir(parents=True)
    page = (ROOT / "docs/displayqa.md").read_text("utf-8")
    (example,) = [each.split("```")[0] for each in page.split("```toml\n")[1:]]
    (folder / "own.toml").write_text(example, "utf-8")
    code, found = judged(run, "good.csv", "--ruleset", "reading-room")
    assert (code, found["verdict"]) == (0, "pass")
    (folder / "own.toml").write_text(example.replace("verified", "verifed"), "utf-8")
    code, _, err = run("rulesets")
    assert (code, "did you mean 'verified'" in err) == (2, True)
    assert "own.toml:" in err
    assert main(["--data-dir", str(tmp_path / "data"), "check"]) == 2
