"""``appliance orders``: asking by hand, checking the table, listing what it lacks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.ledger import open_ledger
from appliance.orders.code_table import read_table
from appliance.orders.order import Code
from appliance.orders.register import Register, Search, State
from appliance.simulators.demo import Kind, identity
from appliance.simulators.worklist import order_for, run_worklist
from tests.destinations.archives import a_free_port

Capture = pytest.CaptureFixture[str]
TEN = "6010000200"
WHO = identity(1, Kind.GE)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="module")
def ris() -> Iterator[int]:
    with run_worklist([order_for(identity(1, kind), kind) for kind in Kind]) as port:
        yield port


def configured(folder: Path, port: int) -> list[str]:
    file = folder / "box.toml"
    file.write_text(f'data_dir = "data"\n[worklist]\nhost = "127.0.0.1"\nport = {port}\n', "utf-8")
    (folder / "data").mkdir(exist_ok=True)
    return ["-c", str(file), "orders"]


def register(folder: Path) -> Register:
    return Register(folder / "data" / "orders", open_ledger(folder / "data" / "ledger.sqlite"))


@pytest.mark.parametrize(
    "key",
    [
        ("--accession", WHO.accession_number),
        ("--study", WHO.study_instance_uid),
        ("--patient", WHO.patient_id, "--date", WHO.study_date),
    ],
)
def test_an_order_is_asked_for_by_hand(
    ris: int, key: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    assert main([*configured(tmp_path, ris), "find", *key]) == 0
    printed = capsys.readouterr().out
    assert f"patient_id                       {WHO.patient_id}\n" in printed
    assert "CT-ge (99SIM) CT検査 ge" in printed
    assert printed.count("patient_name") == 1


def test_there_is_no_such_order_or_no_ris(ris: int, tmp_path: Path, capsys: Capture) -> None:
    find = ("find", "--accession", "NONE")
    assert main([*configured(tmp_path, ris), *find]) == 4
    assert main([*configured(tmp_path, a_free_port()), *find]) == 1
    assert main(["orders", *find]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "appliance: not found: the RIS knows no such order"
    assert "unreachable: 127.0.0.1" in told[1]
    assert told[2] == "appliance: configuration: worklist.host: no RIS is configured"


def test_every_fault_of_a_table_is_told(tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"code,jj1017\nA,{TEN}\nB,12\nA,{TEN}\nC,1{TEN[1:]}\n", "utf-8")
    assert main(["orders", "check", str(table)]) == 2
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        f"{table}:3: jj1017 '12': it has 2 characters, not 10, 16, 32",
        f"{table}:4: the code 'A' is in line 2 already; neither is used",
        f"{table}:5: warning: jj1017 '1{TEN[1:]}': modality 1 is none that is known here",
    ]
    assert f"{table}:3: 2 faulty rows" in captured.err


def test_a_sound_table_is_told_with_what_is_unverified(tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"code,jj1017\nA,{TEN}\n", "utf-8")
    assert main(["orders", "check", str(table)]) == 0
    told = capsys.readouterr().out
    assert "1 codes, version" in told
    assert "unverified" in told
    assert main(["orders", "check", str(tmp_path / "none.csv")]) == 3


def test_a_configuration_with_a_faulty_table_is_not_valid(tmp_path: Path, capsys: Capture) -> None:
    configured(tmp_path, 104)
    check = ["-c", str(tmp_path / "box.toml"), "check"]
    assert main(check) == 0
    assert "JJ1017 designators" in capsys.readouterr().out
    (tmp_path / "data" / "jj1017.csv").write_text("code,jj1017\nA,1\n", "utf-8")
    assert main(check) == 2
    assert "jj1017.csv:2: 1 faulty rows" in capsys.readouterr().err


def test_codes_that_nobody_mapped_are_a_table_to_fill_in(tmp_path: Path, capsys: Capture) -> None:
    command = configured(tmp_path, 104)
    kept = register(tmp_path)
    kept.unmapped("1.1", [Code("C1", "LOCAL", meaning="胸部, 単純"), Code("C2", "")], 0.0)
    kept.unmapped("1.2", [Code("C1", "LOCAL", meaning="胸部, 単純")], 0.0)
    assert main([*command, "unmapped"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "code,scheme,jj1017,meaning,note",
        'C1,LOCAL,,"胸部, 単純",2 studies',
        "C2,,,,1 studies",
    ]
    (tmp_path / "data" / "jj1017.csv").write_text(f"code,jj1017\nC2,{TEN}\n", "utf-8")
    file = tmp_path / "to fill.csv"
    assert main([*command, "unmapped", "--output", str(file)]) == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "C2" not in file.read_text("utf-8-sig")
    assert read_table(file.read_bytes()).faults == ()


def test_searches_are_listed_without_a_patient(tmp_path: Path, capsys: Capture) -> None:
    command = configured(tmp_path, 104)
    assert main([*command, "list"]) == 0
    assert capsys.readouterr().out == "no order has been looked for yet\n"
    kept = register(tmp_path)
    kept.note(Search("1.1", 1, State.UNUSED, "other-patient", "", 1, 0.0, 0.0))
    assert main([*command, "list"]) == 0
    row = capsys.readouterr().out.splitlines()[1]
    assert row == "1970-01-01T00:00:00.000Z  NOT USED  other-patient  1.1"


def test_the_simulated_ris_answers_by_its_orders(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "appliance", "simulate", "worklist", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulated:
        assert simulated.stdout is not None
        line = simulated.stdout.readline()
        port = int(line.split("port ")[1].split(" ")[0])
        find = ["find", "--accession", WHO.accession_number]
        assert main([*configured(tmp_path, port), *find]) == 0
        assert simulated.stdout.readline() == "answered with 1 orders\n"
        simulated.terminate()
        assert simulated.wait(30) == 0
