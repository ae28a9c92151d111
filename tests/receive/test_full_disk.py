"""A small disk that fills up: refusals, nothing lost, recovery by itself."""

import shutil
from pathlib import Path

import pytest

from appliance.ledger import open_ledger
from tests.receive.box import ON_A_SMALL_DISK, Box, wait_for, wait_until
from tests.receive.conftest import MakeBox
from tests.receive.raw_scu import IMPLICIT_LE, RawSCU
from tests.receive.test_storing import CT

SUCCESS, OUT_OF_RESOURCES = 0x0000, 0xA700


class SmallDiskBox(Box):
    """A box whose data directory is a disk of 24 MiB, seen through /proc."""

    @property
    def data_dir(self) -> Path:
        if self.process is None:
            return self.folder / "data"
        return Path(f"/proc/{self.process.pid}/root{self.folder}/data")

    def rows(self, sql: str) -> list[dict[str, object]]:
        copy = self.folder / "copy"  # SQLite would resolve the path outside the namespace
        copy.mkdir(exist_ok=True)
        for file in self.data_dir.glob("ledger.sqlite*"):
            shutil.copy(file, copy)
        ledger = open_ledger(copy / "ledger.sqlite")
        try:
            return [dict(row) for row in ledger.rows(sql)]
        finally:
            ledger.close()


@pytest.fixture
def small_box(make_box: MakeBox, tmp_path: Path) -> Box:
    data = str(tmp_path / "box0" / "data")
    return make_box(kind=SmallDiskBox, receiver="min_free_mib = 4", prefix=(*ON_A_SMALL_DISK, data))


def test_full_disk_refuses_loses_nothing_and_recovers(small_box: Box) -> None:
    filler = small_box.data_dir / "filler"
    filler.write_bytes(bytes(12 << 20))
    kept: dict[str, list[bytes]] = {}
    with RawSCU(small_box.port, [(CT, IMPLICIT_LE)]) as scu:
        statuses = []
        for number in range(1, 12):
            uid, content = f"1.2.{number}", bytes([number]) * (1 << 20)
            statuses.append(scu.store(uid, content))
            if statuses[-1] == SUCCESS:
                kept[uid] = [content]
        assert set(statuses) == {SUCCESS, OUT_OF_RESOURCES}
        assert statuses == sorted(statuses)
        wait_for(small_box, "status=0xA700")
        assert small_box.stored() == kept
        assert list((small_box.data_dir / "spool" / "incoming").iterdir()) == []

        filler.unlink()
        assert scu.store("1.2.11", bytes([11]) * (1 << 20)) == SUCCESS
    assert small_box.stored()["1.2.11"] == [bytes([11]) * (1 << 20)]


def test_low_disk_raises_an_alarm_that_clears_by_itself(small_box: Box) -> None:
    def alarms(condition: str) -> list[dict[str, object]]:
        return small_box.rows(f"SELECT code, subject FROM alarm WHERE {condition}")  # noqa: S608

    filler = small_box.data_dir / "filler"
    filler.write_bytes(bytes(21 << 20))
    wait_until(lambda: alarms("cleared_at IS NULL") == [{"code": "disk-low", "subject": "spool"}])
    filler.unlink()
    wait_until(lambda: alarms("cleared_at IS NULL") == [])
    assert len(alarms("cleared_at IS NOT NULL")) == 1
