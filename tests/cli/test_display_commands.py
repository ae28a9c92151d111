"""``appliance displayqa displays``, ``test``, ``sessions``, ``due`` and ``trends``."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from appliance.cli import main
from appliance.errors import EXIT_DISPLAY_FAILED, EXIT_DISPLAY_INCOMPLETE
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.simulators.meters import BODIES, Light
from appliance.simulators.meters.terminal import plugged
from tests.displayqa.monitors import EIGHTEEN, gamma_monitor, gsdf_monitor

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "appliance/cli/display_tests.schema.json").read_text("utf-8"))
FIVE = ("middle", "top-left", "top-right", "bottom-left", "bottom-right")
PANEL = ("--width", "2048", "--height", "2560", "--monochrome", "yes")
COMMAND = (sys.executable, "-m", "appliance")
LOOKS = "y\n" * 6
LIGHT = "30\n0.1\n"
Capture = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str, str]]


def table(luminances: list[float]) -> str:
    scale = [f"{level},{each:.6f}," for level, each in zip(EIGHTEEN, luminances, strict=True)]
    screen = [f"204,200,{place}" for place in FIVE]
    return "\n".join(["level,luminance,position", *scale, *screen, ""])


@pytest.fixture
def run(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(table(gsdf_monitor(1.21, 451)), "utf-8")
    (tmp_path / "gamma.csv").write_text(table(gamma_monitor(0.8, 400, 2.2)), "utf-8")

    def ran(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["--data-dir", str(tmp_path / "data"), "displayqa", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


@pytest.fixture
def entered(run: Run) -> Run:
    words = ("--workstation", "reading-1", "--ruleset", "jesra-x0093-1a", *PANEL)
    assert run("displays", "enter", "left", *words, "--by", "tanaka") == (
        0,
        "left is entered\n",
        "",
    )
    return run


def printed(run: Run, form: str, *words: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    code, out, err = run(*words, "--format", "json")
    assert err == ""
    assert code in (0, EXIT_DISPLAY_FAILED, EXIT_DISPLAY_INCOMPLETE)
    found = json.loads(out)
    one = {"$ref": f"#/$defs/{form}", "$defs": SCHEMA["$defs"]}
    for each in found if isinstance(found, list) else [found]:
        jsonschema.validate(each, one)
    return found


def accepted(run: Run, file: str = "good.csv") -> tuple[int, str, str]:
    words = ("--occasion", "acceptance", "--by", "yamada", "--readings", file, "--meter", "m-1")
    return run("test", "left", *words, typed=LOOKS + LIGHT)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_display_is_entered_changed_and_retired_and_every_entry_stays(entered: Run) -> None:
    assert printed(entered, "display", "displays", "list")[0]["constancy_days"] == 182
    assert entered("displays", "change", "left", "--room", "B2", "--by", "sato")[0] == 0
    changed = printed(entered, "display", "displays", "list")[0]
    assert (changed["room"], changed["workstation"]) == ("B2", "reading-1")
    assert entered("displays", "retire", "left", "--by", "suzuki")[0] == 0
    assert printed(entered, "display", "displays", "list") == []
    history = printed(entered, "entry", "displays", "show", "left")
    assert [each["by"] for each in history] == ["tanaka", "sato", "suzuki"]
    assert history[-1]["display"] is None
    _, out, _ = entered("displays", "show", "left")
    assert "entered by sato:\n  room: B2\n" in out
    assert out.endswith("entered by suzuki:\n  out of use\n")


REFUSED: dict[tuple[str, ...], tuple[int, str]] = {
    ("displays", "show", "right"): (4, "there never was a display of that name"),
    ("displays", "retire", "right", "--by", "x"): (4, "there is no display of that name"),
    ("displays", "change", "left", "--ruleset", "jesra-x0093-1", "--by", "x"): (4, "did you mean"),
    ("sessions", "list", "right"): (4, "there never was a display of that name"),
    ("sessions", "show", "9"): (4, "there is no such test"),
    ("sessions", "resume", "9"): (4, "there is no such test"),
    ("trends", "right"): (4, "there is no display of that name"),
    ("sessions", "repeat", "1", "--by", "x"): (5, "say what"),
}


def test_what_cannot_be_done_is_said(entered: Run) -> None:
    for words, (code, said) in REFUSED.items():
        found, _, err = entered(*words)
        assert (found, said in err) == (code, True), err


def test_a_name_that_is_none_is_refused(run: Run) -> None:
    words = ("--workstation", "w", "--ruleset", "jesra-x0093-1a", *PANEL, "--by", "x")
    code, _, err = run("displays", "enter", "Left", *words)
    assert code == 5
    assert "'Left' is no name" in err


def test_readings_from_a_table_make_a_test(entered: Run) -> None:
    code, out, err = accepted(entered)

    assert (code, err) == (0, "")
    assert "verdict, acceptance test: pass" in out
    (head,) = printed(entered, "session", "sessions", "list")
    assert head["verdict"] == "pass"
    judged = printed(entered, "judged", "sessions", "show", "1")
    assert judged["evaluation"]["verdict"] == "pass"
    kinds = [each["kind"] for each in judged["happenings"]]
    assert kinds.count("measured") == 23
    assert kinds[:2] == ["begun", "meter-used"]
    assert kinds[-1] == "ended"


def test_a_bad_display_fails_with_its_exit_code(entered: Run) -> None:
    assert accepted(entered, "gamma.csv")[0] == EXIT_DISPLAY_FAILED
    assert entered("sessions", "show", "1")[0] == EXIT_DISPLAY_FAILED
    assert printed(entered, "session", "sessions", "list")[0]["verdict"] == "fail"


def test_a_person_types_every_reading_and_may_go_away_in_between(entered: Run) -> None:
    words = ("--occasion", "acceptance", "--by", "yamada", "--typed", "--meter", "m-1")
    readings = [f"{each:.4f}\n" for each in gsdf_monitor(1.21, 451)]
    first = LOOKS + LIGHT + "\n" + "".join(readings[:7]) + "what\n"
    code, out, _ = entered("test", "left", *words, typed=first)
    assert code == EXIT_DISPLAY_INCOMPLETE
    assert "That is no reading" in out
    assert "appliance displayqa sessions resume 1" in out
    (head,) = printed(entered, "session", "sessions", "list", "--open")
    assert head["remaining"] == 11 + 5 + 4  # each corner is a place to put the meter

    rest = "".join(readings[7:]) + "200\n" + 4 * "\n200\n"
    code, out, _ = entered("sessions", "resume", "1", "--typed", "--meter", "m-1", typed=rest)
    assert code == 0
    assert printed(entered, "session", "sessions", "list", "--open") == []
    assert entered("sessions", "resume", "1")[0] == 5


def test_something_is_done_again_and_a_test_is_given_up(entered: Run) -> None:
    accepted(entered)
    words = ("repeat", "1", "--check", "flicker", "--by", "sato")
    assert entered("sessions", *words)[1] == "test 1, steps left: 1\n"
    code, out, _ = entered("sessions", "resume", "1", typed="maybe\nn\nit flickers\n")
    assert "That cannot be read." in out
    assert code == EXIT_DISPLAY_FAILED
    seen = printed(entered, "judged", "sessions", "show", "1")["happenings"][-2]
    assert (seen["check"], seen["remark"]) == ("flicker", "it flickers")

    entered("test", "left", "--occasion", "daily", "--by", "yamada")
    assert entered("sessions", "give-up", "2", "--by", "sato")[0] == 0
    assert printed(entered, "session", "sessions", "list")[1]["is_given_up"]
    _, out, _ = entered("sessions", "list")
    assert "given up" in out


def test_a_daily_check_is_a_form_in_the_terminal(entered: Run) -> None:
    words = ("test", "left", "--occasion", "daily", "--by", "yamada")
    code, out, _ = entered(*words, typed="y\nyes\nはい\ny\n")

    assert code == 0
    assert "verdict, daily check: pass" in out
    due = printed(entered, "due", "due", "--all")
    assert {(each["test"], each["urgency"]) for each in due} == {
        ("acceptance", "first"),
        ("daily", "later"),
    }


def test_a_killed_command_leaves_what_was_read(entered: Run, tmp_path: Path) -> None:
    command = (*COMMAND, "--data-dir", str(tmp_path / "data"), "displayqa", "test", "left")
    words = ("--occasion", "acceptance", "--by", "yamada", "--typed")
    readings = "".join(f"{each:.4f}\n" for each in gsdf_monitor(1.21, 451)[:5])
    with subprocess.Popen(
        [*command, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as person:
        assert person.stdin is not None
        assert person.stdout is not None
        person.stdin.write(LOOKS + LIGHT + "\n" + readings)
        person.stdin.flush()
        said = ""
        while "jira-bn-06" not in said:  # the sixth level is asked for: five are kept
            said += (letter := person.stdout.read(1))
            assert letter, said
        person.kill()
    judged = printed(entered, "judged", "sessions", "show", "1")
    kinds = [each["kind"] for each in judged["happenings"]]
    assert kinds.count("measured") == 5
    assert judged["remaining"] == 13 + 5 + 4


def test_only_the_last_tests_are_listed(entered: Run) -> None:
    for _ in range(3):
        entered("test", "left", "--occasion", "daily", "--by", "yamada")
    last = printed(entered, "session", "sessions", "list", "--last", "2")
    assert [each["number"] for each in last] == [2, 3]
    still = printed(entered, "session", "sessions", "list", "--open", "--last", "1")
    assert [each["number"] for each in still] == [3]


def test_due_and_trends(entered: Run) -> None:
    assert "acceptance test  never done yet" in entered("due")[1]
    assert entered("trends", "left")[1] == "nothing was measured yet\n"
    accepted(entered)
    (due,) = [each for each in printed(entered, "due", "due", "--all") if each["last_test"]]
    assert (due["test"], due["urgency"], due["last_test"]) == ("constancy", "later", 1)
    trends = printed(entered, "trend", "trends", "left")
    brightest = next(each for each in trends if each["item"] == "max-luminance")
    assert brightest["baseline"] == pytest.approx(451, abs=0.2)
    assert brightest["drift"] is None
    assert "maximum luminance" in entered("trends", "left")[1]


def test_a_meter_on_a_line_is_asked_and_not_believed_when_nothing_changes(entered: Run) -> None:
    body = BODIES["ls-100"](lambda: Light(Decimal("12.5")))
    with plugged(body) as path:
        code, out, _ = entered(
            *("test", "left", "--occasion", "acceptance", "--by", "yamada"),
            *("--port", path, "--model", "ls-100"),
            typed=4 * "y\n" + "\n" + 2 * "y\n" + LIGHT + 8 * "\n",  # a pattern is waited for
        )
    assert code == EXIT_DISPLAY_INCOMPLETE
    assert "the meter does not see the levels go up" in out
    kinds = [
        each["kind"] for each in printed(entered, "judged", "sessions", "show", "1")["happenings"]
    ]
    assert kinds[-4:] == ["meter-used", "tried", "hindered", "tried"]


def test_an_expired_meter_is_refused_before_use(entered: Run, tmp_path: Path) -> None:
    file = tmp_path / "box.toml"
    file.write_text('[[meter]]\nname = "m-1"\ncalibrated_until = "2020-01-01"\n', "utf-8")
    words = ("--occasion", "acceptance", "--by", "yamada", "--readings", "good.csv")
    config = ("-c", str(file))
    code, _, err = entered("test", "left", *words, "--meter", "m-1", *config, typed=LOOKS)
    assert code == 5
    assert "calibration has expired" in err
    typed = ("--typed", "--meter", "m-1", *config)
    code, out, _ = entered("sessions", "resume", "1", *typed, typed=LOOKS + LIGHT + "\n5\n")
    assert code == EXIT_DISPLAY_INCOMPLETE
    assert "calibration has expired" in out


def test_decisions_are_in_the_journal(entered: Run, tmp_path: Path) -> None:
    accepted(entered)
    ledger = open_ledger(tmp_path / "data" / "ledger.sqlite")
    kinds = [each.kind for each in Journal(ledger, None).entries()]  # type: ignore[arg-type]
    ledger.close()
    assert kinds == ["display-entered", "display-test-ended"]
