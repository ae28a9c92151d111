"""``appliance drl``: for people in both languages, for programs, for spreadsheets, and drawn."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from appliance.alarms import AlarmCode, Alarms
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.doses import Doses
from appliance.ledger import open_ledger

Run = Callable[..., int]
DOCS = Path(__file__).parents[2] / "docs"


def a_study(number: int, region: str, dose: int, label: str = "Scan") -> Examination:
    scan = Scan(
        region=region,
        label=label,
        phantom=Phantom.HEAD16 if region == "HEAD" else Phantom.BODY32,
        ctdi_vol_mgy=Decimal(dose),
        dlp_mgy_cm=Decimal(20 * dose),
    )
    return Examination(
        study_instance_uid=f"1.2.{number}",
        report_uid=f"1.2.{number}.1",
        performed_on=date(2026, 1, number),
        scanner="abc",
        age_years=Decimal(60),
        scans=(scan,),
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Five heads around 70 mGy, one chest, and a knee."""
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    doses = Doses(ledger, SYSTEM_CLOCK)
    for number, dose in enumerate((60, 65, 70, 75, 80), start=1):
        doses.enter(a_study(number, "HEAD", dose))
    doses.enter(a_study(6, "CHEST", 9))
    doses.enter(a_study(7, "KNEE", 5, "=Knie"))
    ledger.close()
    return tmp_path


@pytest.fixture
def run(site: Path) -> Run:
    config = site / "box.toml"

    def run(*argv: str, language: str = "en") -> int:
        config.write_text(f'data_dir = "{site}"\n[site]\nlanguage = "{language}"\n', "utf-8")
        return main(["-c", str(config), "drl", *argv])

    return run


def test_for_people(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    out = capsys.readouterr().out
    assert out.startswith("Japan DRLs 2025, 7 studies\n")
    (head,) = [
        line for line in out.splitlines() if line.startswith("Head, plain") and "mGy " in line
    ]
    assert head.split()[2:9] == ["CTDIvol", "mGy", "5", "70.0", "75.0", "67", "1.04"]
    assert "ABOVE, unverified, few, weight unknown: 5" in head
    assert "nobody has compared the figure with the original" in out
    assert "no examination of the reference levels  =Knie" in out


def test_in_japanese(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--edition", "japan-2020", language="ja") == 0
    out = capsys.readouterr().out
    assert out.startswith("日本の診断参考レベル(2020年版)、検査 7 件\n")
    assert "頭部単純" in out
    assert "未検証, 件数不足, 体重不明 5 件" in out
    assert "診断参考レベルの対象外" in out


def test_for_programs(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "--from", "2026-01-02", "--to", "2026-01-06") == 0
    body: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert body["tables"][0].startswith("japan-2025/1/")
    assert (body["from"], body["to"], body["studies"]) == ("2026-01-02", "2026-01-06", 5)
    head = body["rows"][0]
    assert (head["exam"], head["studies"], head["median"]) == ("HEAD", 4, "72.5")
    assert (head["reference_level"], head["verified"], head["above"]) == ("67", False, True)
    assert head["source"]


def test_every_key_is_documented(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("--format", "json")
    body = json.loads(capsys.readouterr().out)
    text = (DOCS / "commands.md").read_text("utf-8")
    for key in (*body, *body["rows"][0], *body["refused"][0]):
        assert f"`{key}`" in text, key


def test_for_a_spreadsheet(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "csv", "--each", "protocol") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["exam"] for row in rows] == ["HEAD", "HEAD", "CHEST", "CHEST"]
    assert {row["group"] for row in rows} == {"Scan"}


def test_no_cell_becomes_a_formula(
    site: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = open_ledger(site / "ledger.sqlite")
    Doses(ledger, SYSTEM_CLOCK).enter(a_study(8, "CHEST", 9, "=1+1"))
    ledger.close()
    run("--format", "csv", "--each", "protocol")
    rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert "'=1+1" in {row["group"] for row in rows}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_drawn_for_a_report(run: Run, tmp_path: Path, language: str) -> None:
    file = tmp_path / "doses.svg"
    assert run("--plot", str(file), language=language) == 0
    texts = [each.text or "" for each in ET.fromstring(file.read_text("utf-8")).iter() if each.text]  # noqa: S314 - our own
    wanted = "Head, plain, CTDIvol" if language == "en" else "頭部単純, CTDIvol"
    assert wanted in texts
    assert any("67 mGy" in text for text in texts)
    unverified = "unverified" if language == "en" else "未検証"
    assert any(unverified in text for text in texts)
    assert run("--plot", str(tmp_path / "doses.PNG"), language=language) == 0
    with Image.open(tmp_path / "doses.PNG") as picture:
        assert picture.width == 2400
        colours = picture.getcolors(1 << 20)
    assert colours
    assert len(colours) > 10


def test_a_site_without_history_draws_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "empty"
    file = tmp_path / "doses.svg"
    assert main(["--data-dir", str(folder), "drl", "--plot", str(file)]) == 0
    assert "nothing to compare" in capsys.readouterr().out
    assert "nothing to compare" in file.read_text("utf-8")
    assert not folder.exists()


def test_a_table_is_written_to_be_verified(run: Run, site: Path) -> None:
    file = site / "drl" / "2025.toml"
    file.parent.mkdir()
    assert run("--edition", "japan-2025", "--write-table", str(file)) == 0
    text = file.read_text("utf-8")
    file.write_text(text.replace("verified = false", "verified = true"), "utf-8")
    assert run() == 0


def test_a_verified_table_is_told_apart(
    run: Run, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test_a_table_is_written_to_be_verified(run, site)
    capsys.readouterr()
    run()
    (head,) = [
        line
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("Head, plain") and "CTDIvol" in line
    ]
    assert head.rstrip().endswith("ABOVE, few, weight unknown: 5")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--plot", "doses.jpg"], 5, "a plot is a .svg or a .png file"),
        (["--edition", "japan-1999"], 2, "there is no edition 'japan-1999'"),
        (["--from", "yesterday"], 2, "is not a day such as"),
        (["--acknowledge", "1.2.3"], 5, "say who acknowledges"),
        (["--acknowledge", "1.2.3", "--by", "A. Person"], 4, "no dose alert is raised"),
        (["--edition", "ours", "--write-table", "x"], 4, "there is no shipped table ours"),
    ],
)
def test_what_is_refused(
    run: Run, argv: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*argv) == code
    assert words in capsys.readouterr().err


def test_an_alert_is_acknowledged(run: Run, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = open_ledger(site / "ledger.sqlite")
    alarms = Alarms(ledger, SYSTEM_CLOCK)
    alarms.raise_(AlarmCode.DOSE_ABOVE_ALERT_VALUE, "1.2.1", "scan 1")
    assert run("--acknowledge", "1.2.1", "--by", "A. Person") == 0
    assert "acknowledged: study 1.2.1" in capsys.readouterr().out
    assert alarms.raised() == []
    (entry,) = ledger.rows("SELECT kind, body FROM journal")
    assert entry["kind"] == "dose-alert-acknowledged"
    body = json.loads(entry["body"])
    assert (body["study_instance_uid"], body["person"]) == ("1.2.1", "A. Person")


def test_the_check_tells_that_figures_are_unverified(
    site: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    capsys.readouterr()
    assert main(["-c", str(site / "box.toml"), "check"]) == 0
    out = capsys.readouterr().out
    assert "japan-2025: holds figures that nobody has verified" in out
    assert "lung-screening: holds figures that nobody has verified" in out


def test_the_check_names_a_table_that_is_not_sound(
    site: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    (site / "drl").mkdir()
    (site / "drl" / "ours.toml").write_text("edition = 1\n", "utf-8")
    assert main(["-c", str(site / "box.toml"), "check"]) == 2
    assert "ours.toml: not a table: unknown keys" in capsys.readouterr().err
