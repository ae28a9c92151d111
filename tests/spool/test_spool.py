import hashlib
import sqlite3
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import Clock
from appliance.errors import OutOfResourcesError
from appliance.ledger import Ledger, open_ledger
from appliance.spool import Arrival, Decision, Kept, Outcome, Recovery, Spool, Verdict

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT_LE = "1.2.840.10008.1.2"


def an_arrival(uid: str = "1.2.3.4") -> Arrival:
    return Arrival(
        sop_class_uid=CT,
        sop_instance_uid=uid,
        transfer_syntax_uid=IMPLICIT_LE,
        calling_ae="CT99",
        called_ae="DOSEBOX",
        address="192.0.2.7",
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def spool(tmp_path: Path, ledger: Ledger) -> Spool:
    return Spool(tmp_path / "spool", ledger, Clock(wall=lambda: 1000.0))


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "spool").rglob("*") if path.is_file()]


def test_bytes_are_kept_exactly(spool: Spool, tmp_path: Path, ledger: Ledger) -> None:
    kept = spool.keep(an_arrival(), [b"odd", memoryview(b"pieces")])
    assert kept.verdict is Verdict.NEW
    (file,) = files(tmp_path)
    assert file.read_bytes().endswith(b"oddpieces")
    row = ledger.row("SELECT * FROM instance")
    assert row is not None
    assert row["sha256"] == hashlib.sha256(b"oddpieces").hexdigest()
    assert (row["id"], row["size_bytes"], row["address"]) == (kept.instance_id, 9, "192.0.2.7")


def test_repeat_is_the_same_object(spool: Spool, tmp_path: Path) -> None:
    first = spool.keep(an_arrival(), [b"same"])
    assert spool.keep(an_arrival(), [b"sa", b"me"]) == Kept(first.instance_id, Verdict.REPEAT)
    assert len(files(tmp_path)) == 1


def test_same_uid_with_other_bytes_is_kept_as_conflict(spool: Spool, tmp_path: Path) -> None:
    spool.keep(an_arrival(), [b"one"])
    assert spool.keep(an_arrival(), [b"two"]).verdict is Verdict.CONFLICT
    assert len(files(tmp_path)) == 2


def test_same_bytes_under_two_uids_are_two_objects(spool: Spool, tmp_path: Path) -> None:
    verdicts = [spool.keep(an_arrival(uid), [b"x"]).verdict for uid in ("1.2.1", "1.2.2")]
    assert verdicts == [Verdict.NEW, Verdict.NEW]
    assert len(files(tmp_path)) == 2


def test_repeat_of_a_lost_file_is_written_again(spool: Spool, tmp_path: Path) -> None:
    spool.keep(an_arrival(), [b"same"])
    files(tmp_path)[0].unlink()
    assert spool.keep(an_arrival(), [b"same"]).verdict is Verdict.REPEAT
    assert files(tmp_path)[0].read_bytes().endswith(b"same")


def test_parallel_arrivals_of_one_object_are_one(spool: Spool, tmp_path: Path) -> None:
    verdicts: list[Verdict] = []
    barrier = threading.Barrier(8)

    def arrive() -> None:
        barrier.wait()
        verdicts.append(spool.keep(an_arrival(), [bytes(200_000)]).verdict)

    threads = [threading.Thread(target=arrive) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdict.name for verdict in verdicts) == ["NEW"] + ["REPEAT"] * 7
    assert len(files(tmp_path)) == 1


def test_below_the_watermark_nothing_is_kept(tmp_path: Path, ledger: Ledger) -> None:
    spool = Spool(tmp_path / "spool", ledger, Clock(), min_free_bytes=2**60)
    assert spool.is_below_watermark()
    with pytest.raises(OutOfResourcesError, match="watermark"):
        spool.keep(an_arrival(), [b"x"])
    assert files(tmp_path) == []


def test_failing_disk_leaves_no_temporary_file(spool: Spool, tmp_path: Path) -> None:
    spool.keep(an_arrival("1.2"), [b"x"])
    (shard,) = {file.parent for file in files(tmp_path)}
    shard.rename(shard.with_name("aside"))
    shard.write_text("a file where a folder should be")
    with pytest.raises(OutOfResourcesError):
        spool.keep(an_arrival("1.2"), [b"x"])
    assert list((tmp_path / "spool" / "incoming").iterdir()) == []


def as_it_came(row: sqlite3.Row) -> dict[str, object]:
    """Without the time of its coming, which the file's own stands for afterwards."""
    return {**dict(row), "received_at": 0, "clock_state": None}


def test_recovery_sweeps_and_enters(spool: Spool, tmp_path: Path, ledger: Ledger) -> None:
    spool.keep(an_arrival("1.2"), [b"whole"])
    before = ledger.row("SELECT * FROM instance")
    assert before is not None
    ledger.execute("DELETE FROM instance")
    (tmp_path / "spool" / "incoming" / "x.part").write_bytes(b"half")
    assert spool.recover() == Recovery(swept=1, entered=1, damaged=())
    after = ledger.row("SELECT * FROM instance")
    assert after is not None
    assert as_it_came(after) == as_it_came(before)
    assert (before["clock_state"], after["clock_state"]) == (Clock().state(), None)


@pytest.mark.parametrize("uid", ["1.2.03.4", "1.2.3..4", "1." + "2" * 62, "x/../y", "1.2.3\\4"])
def test_recovery_gives_back_every_fact_as_it_came(spool: Spool, ledger: Ledger, uid: str) -> None:
    arrival = replace(an_arrival(uid), calling_ae="", called_ae="A B", address="fe80::1%eth0")
    spool.keep(arrival, [b"odd"])
    before = ledger.row("SELECT * FROM instance")
    ledger.execute("DELETE FROM instance")
    spool.recover()
    after = ledger.row("SELECT * FROM instance")
    assert before is not None
    assert after is not None
    assert as_it_came(before) == as_it_came(after)


def test_file_is_part_10_as_others_read_it(spool: Spool, tmp_path: Path) -> None:
    spool.keep(an_arrival(), [b"\x08\x00\x60\x00\x02\x00\x00\x00CT"])
    dumped = subprocess.run(
        ["dcmdump", "+L", files(tmp_path)[0]], capture_output=True, text=True, check=True
    ).stdout
    for text in ("[CT99]", "[DOSEBOX]", "[//192.0.2.7]", "=CTImageStorage", "(0008,0060) CS [CT]"):
        assert text in dumped


def test_recovery_leaves_and_names_a_damaged_file(spool: Spool, tmp_path: Path) -> None:
    spool.keep(an_arrival("1.2"), [b"x"])
    damaged = tmp_path / "spool" / "0" / f"{'0' * 64}.dcm"
    damaged.write_bytes(files(tmp_path)[0].read_bytes())
    assert spool.recover().damaged == (f"0/{'0' * 64}.dcm",)
    damaged.write_bytes(b"")
    assert spool.recover().damaged == (f"0/{'0' * 64}.dcm",)
    assert damaged.exists()


def decide(spool: Spool, study: str, last: int) -> None:
    spool.decide(
        Decision(
            study_instance_uid=study,
            last_instance_id=last,
            outcome=Outcome.SET_ASIDE,
            decided_at=5.0,
        )
    )


def test_unreadable_object_is_a_study_of_its_own(spool: Spool) -> None:
    kept = spool.keep(an_arrival(), [b"not DICOM at all"])
    assert spool.index_arrivals() == 1
    (study,) = spool.waiting_studies()
    assert study.study_instance_uid == f"unreadable:{kept.instance_id}"
    assert study.newest_received_at == 1000.0


def test_decided_study_waits_no_more_and_a_repeat_does_not_reopen_it(spool: Spool) -> None:
    kept = spool.keep(an_arrival(), [b"junk"])
    spool.index_arrivals()
    study = spool.waiting_studies()[0].study_instance_uid
    decide(spool, study, kept.instance_id)
    spool.keep(an_arrival(), [b"junk"])
    assert spool.index_arrivals() == 0
    assert spool.waiting_studies() == []
    last = spool.last_decision(study)
    assert last is not None
    assert last.outcome is Outcome.SET_ASIDE
    assert spool.decisions(study) == [last]


def test_undecided_study_has_no_last_decision(spool: Spool) -> None:
    assert spool.last_decision("1.2.3") is None
