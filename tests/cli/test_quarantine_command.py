"""``appliance quarantine``: what waits is shown with its evidence, and leaves only signed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.dose.codec import record_to_json
from appliance.dose.coded import Phantom, SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Origin, Sourced
from appliance.ledger import open_ledger
from appliance.quarantine import Quarantine

Capture = pytest.CaptureFixture[str]
ORIGIN = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "glyphs+tesseract")


def number(text: str) -> Number:
    return Sourced(Decimal(text), text, ORIGIN)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    event = IrradiationEvent(
        ctdi_vol_mgy=number("10.00"),
        dlp_mgy_cm=number("400.00"),
        phantom=Sourced(Phantom.BODY32, "Body 32", ORIGIN),
    )
    record = CTRadiationDose((event,), number("450.00"), layout="dose-report/1")
    detail = "the DLPs add up to 400.00, the total says 450.00"
    doubt = Doubt(
        Reason.TOTAL_MISMATCH, detail, "total_dlp_mgy_cm", (("glyphs", "450.00"), ("fine", "460"))
    )
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    quarantine = Quarantine(tmp_path / "quarantine", ledger, SYSTEM_CLOCK)
    with quarantine.pictures({"page-1": b"\x89PNG"}) as folder:
        quarantine.open("1.2.3", [doubt], {"record": record_to_json(record)}, folder)
    ledger.close()
    return tmp_path


def run(data_dir: Path, *arguments: str) -> int:
    return main(["--data-dir", str(data_dir), "quarantine", *arguments])


def test_the_list(data_dir: Path, capsys: Capture) -> None:
    assert run(data_dir, "list") == 0
    _, row = capsys.readouterr().out.splitlines()
    assert row.split()[2:] == ["open", "total-mismatch", "1.2.3"]
    assert run(data_dir, "list", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["doubts"][0]["field"] == "total_dlp_mgy_cm"


def test_a_box_that_never_ran(tmp_path: Path, capsys: Capture) -> None:
    assert run(tmp_path, "list") == 0
    assert capsys.readouterr().out == "nothing waits\n"
    assert run(tmp_path, "show", "1") == 4
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_shown_with_its_evidence(data_dir: Path, capsys: Capture) -> None:
    assert run(data_dir, "show", "1") == 0
    text = capsys.readouterr().out
    for words in (
        "case 1, open, since ",
        "do not add up to the printed total",
        "glyphs “450.00”, fine “460”",
        "NOT ACCEPTED",
        "BODY32",
        "page-1.png",
    ):
        assert words in text


def test_there_is_no_such_case(data_dir: Path, capsys: Capture) -> None:
    assert run(data_dir, "show", "7") == 4
    assert "not found: quarantine: there is no case 7" in capsys.readouterr().err


def test_what_does_not_add_up_is_refused(data_dir: Path, capsys: Capture) -> None:
    signed = ["--by", "Sato", "--reason", "read on the screen"]
    assert run(data_dir, "settle", "1", *signed, "--set", "total_dlp_mgy_cm=460.00") == 5
    assert "refused: case 1: total-mismatch" in capsys.readouterr().err


def test_a_value_given_twice_is_refused(data_dir: Path, capsys: Capture) -> None:
    both = ["--set", "total_dlp_mgy_cm=1", "--set", "total_dlp_mgy_cm=2"]
    assert run(data_dir, "settle", "1", "--by", "Sato", "--reason", "read", *both) == 5
    assert "total_dlp_mgy_cm: given twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--set", "total_dlp_mgy_cm"], "is not FIELD=VALUE"),
        (["--accept-doubt", "whatever"], "invalid Reason value: 'whatever'"),
    ],
)
def test_wrong_options(option: list[str], words: str, data_dir: Path, capsys: Capture) -> None:
    assert run(data_dir, "settle", "1", "--by", "Sato", "--reason", "read", *option) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (["settle", "1", "--set", "total_dlp_mgy_cm=400.00"], "case 1: settled by Sato"),
        (["settle", "1", "--accept-doubt", "total-mismatch"], "case 1: settled by Sato"),
        (["discard", "1"], "case 1: discarded by Sato"),
    ],
)
def test_a_signed_decision_is_in_the_journal(
    decision: list[str], said: str, data_dir: Path, capsys: Capture
) -> None:
    assert run(data_dir, *decision, "--by", "Sato", "--reason", "read on the screen") == 0
    assert said in capsys.readouterr().out
    assert main(["--data-dir", str(data_dir), "journal", "verify"]) == 0
    assert "1 entries" in capsys.readouterr().out
    assert run(data_dir, "show", "1") == 0
    assert "read on the screen" in capsys.readouterr().out
    assert run(data_dir, *decision, "--by", "Abe", "--reason", "again") == 5
    assert "Sato has decided it already" in capsys.readouterr().err


def test_a_contradicted_report_is_acknowledged_once(data_dir: Path, capsys: Capture) -> None:
    ledger = open_ledger(data_dir / "ledger.sqlite")
    Alarms(ledger, SYSTEM_CLOCK).raise_(AlarmCode.NATIVE_REPORT_DISAGREES, "1.2.3", "a dose")
    signature = ("--by", "N. Tanaka", "--reason", "the screen is of an earlier print")
    assert run(data_dir, "acknowledge", "1.2.3", *signature) == 0
    assert "1.2.3" in capsys.readouterr().out
    assert Alarms(ledger, SYSTEM_CLOCK).raised() == []
    (entry,) = ledger.rows("SELECT kind, body FROM journal")
    assert entry["kind"] == "native-report-acknowledged"
    assert json.loads(entry["body"])["person"] == "N. Tanaka"
    assert run(data_dir, "acknowledge", "1.2.3", *signature) == 4
    assert run(data_dir, "acknowledge", "1.2.3", "--by", " ", "--reason", "x") == 5
    ledger.close()


def test_nothing_is_acknowledged_where_nothing_ever_ran(tmp_path: Path) -> None:
    assert run(tmp_path, "acknowledge", "1.2.3", "--by", "N. Tanaka", "--reason", "x") == 4
