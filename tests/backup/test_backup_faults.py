"""Backups that meet full disks, sticks that go, wrong keys and hands that alter them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.backup.sealing import Key, Lock, seal, unseal
from appliance.clock import SYSTEM_CLOCK
from appliance.errors import ApplianceError, RefusedError
from appliance.ledger import open_ledger
from appliance.services.restoring import verify
from tests.backup.sites import KEY, Site, files, kinds, lived, tables
from tests.media.failing import Plan, plugged_in

STATE = 3


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "old").mkdir()
    site = Site(tmp_path / "old")
    lived(site, 4)
    return site


def a_fresh_one(tmp_path: Path) -> Site:
    (tmp_path / "new").mkdir()
    return Site(tmp_path / "new")


def scheduled(site: Site, folder: Path) -> None:
    text = site.file.read_text().replace("[backup]", f'[backup]\nfolder = "{folder}"')
    site.file.write_text(text)


def test_altered_at_any_hundredth_of_its_length_it_is_refused_and_nothing_is_changed(
    tmp_path: Path, site: Site
) -> None:
    whole = site.back_up(tmp_path / "vault").read_bytes()
    bad, new = tmp_path / "bad", a_fresh_one(tmp_path)
    before = tables(new.data_dir)
    for hundredth in range(100):
        at = len(whole) * hundredth // 100
        if at >= len(whole.rstrip(b"\0")):
            continue  # what fills up the archive around what is encrypted
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(ApplianceError):
            verify(bad, KEY)
    assert new.restore(bad, "--finish") == STATE
    assert tables(new.data_dir) == before
    assert not (new.data_dir / ".restore").exists()


def test_cut_at_any_hundredth_of_its_length_it_is_refused(tmp_path: Path, site: Site) -> None:
    whole = site.back_up(tmp_path / "vault").read_bytes()
    bad = tmp_path / "bad"
    content = whole.rstrip(b"\0")
    for hundredth in range(100):
        bad.write_bytes(content[: len(content) * hundredth // 100])
        with pytest.raises(ApplianceError):
            verify(bad, KEY)


def test_no_chunk_can_be_left_out_or_moved(tmp_path: Path) -> None:
    sealed = tmp_path / "sealed"
    with sealed.open("w+b", buffering=0) as file:
        seal(file, Lock(recipients=(recipient(),)), lambda out: write(out, os.urandom(300_000)))
    whole = sealed.read_bytes()
    chunk = 65536 + 16
    start = whole.index(b"\n---") + 4
    start = whole.index(b"\n", start) + 1 + 16
    first, second = (whole[start + i * chunk : start + (i + 1) * chunk] for i in (0, 1))
    for body in (second + first, first + first, second):
        sealed.write_bytes(whole[:start] + body + whole[start + 2 * chunk :])
        with pytest.raises(ApplianceError):
            unseal(sealed, KEY, lambda stream: stream.read())


def recipient() -> str:
    from tests.backup.sites import RECIPIENT  # noqa: PLC0415 - made once

    return RECIPIENT


def write(out: object, content: bytes) -> None:
    out.write(content)  # type: ignore[attr-defined] # a stream


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    sealed = tmp_path / "sealed"
    with sealed.open("w+b", buffering=0) as file:
        seal(file, Lock(passphrase="right"), lambda out: write(out, b"content"))  # noqa: S106
    assert unseal(sealed, Key(passphrase="right"), lambda stream: stream.read()) == b"content"  # noqa: S106
    with pytest.raises(RefusedError):
        unseal(sealed, Key(passphrase="wrong"), lambda stream: stream.read())  # noqa: S106
    with pytest.raises(RefusedError):
        unseal(sealed, KEY, lambda stream: stream.read())


@pytest.mark.parametrize("after_bytes", [0, 600, 3000, 15_000, 26_000])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "VANISH"])
def test_a_medium_that_fails_at_any_moment_leaves_no_backup_and_an_alarm(
    tmp_path: Path, site: Site, after_bytes: int, error: str
) -> None:
    with plugged_in(tmp_path / "bad", Plan(after_bytes=after_bytes, error=error)) as stick:
        scheduled(site, stick / "backups")
        assert site.run("backup", "create") != 0
    left = list((tmp_path / "bad" / "backing").rglob("*.dosebackup"))
    assert left == []
    assert ("backup-failed", "") in site.raised()
    assert list((site.data_dir / "backup").iterdir()) == [site.data_dir / "backup" / "lock"]
    with plugged_in(tmp_path / "good") as stick:
        site.configure(site.settings)
        scheduled(site, stick / "backups")
        assert site.run("backup", "create") == 0
        (backup,) = (stick / "backups").iterdir()
        assert verify(backup, KEY)
    assert ("backup-failed", "") not in site.raised()
    assert kinds(site)[-1] == "backup-made"


def test_where_the_boxs_own_disk_is_full_no_medium_is_blamed(tmp_path: Path, site: Site) -> None:
    own, vault = site.data_dir / "backup", tmp_path / "vault"
    own.mkdir(exist_ok=True)
    vault.mkdir()
    scheduled(site, vault)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "own", own], check=True)
    try:
        assert site.run("backup", "create") == STATE
    finally:
        subprocess.run(["umount", own], check=True)
    ledger = open_ledger(site.data_dir / "ledger.sqlite")
    (alarm,) = [
        each
        for each in Alarms(ledger, SYSTEM_CLOCK).raised()
        if each.code is AlarmCode.BACKUP_FAILED
    ]
    ledger.close()
    assert "medium" not in alarm.detail
    assert "on the box's own disk: database or disk is full" in alarm.detail


def test_a_medium_that_reads_back_something_else_has_no_backup(tmp_path: Path, site: Site) -> None:
    with plugged_in(tmp_path / "rotten", Plan(after_bytes=3000, rots=True)) as stick:
        assert site.run("backup", "create", "--output", stick) != 0
        assert list(stick.iterdir()) == []


def test_on_a_full_medium_the_oldest_go_but_never_the_newest(tmp_path: Path, site: Site) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150k", "vault", vault], check=True)
    try:
        for _ in range(8):
            site.back_up(vault)
        numbers = sorted(int(each.name.split("-")[-2]) for each in vault.iterdir())
        assert numbers[-1] == 8
        assert len(numbers) < 8
        for each in sorted(vault.iterdir())[:-1]:
            each.unlink()
        (vault / "filling").write_bytes(bytes(150 * 1024 - used(vault)))
        assert site.run("backup", "create", "--output", vault) != 0
        assert [each.name.split("-")[-2] for each in vault.glob("*.dosebackup")] == ["000008"]
        assert verify(next(vault.glob("*.dosebackup")), KEY)
    finally:
        subprocess.run(["umount", vault], check=True)


def used(folder: Path) -> int:
    disk = os.statvfs(folder)
    return (disk.f_blocks - disk.f_bfree) * disk.f_bsize


@pytest.mark.parametrize("size_kib", [64, 400, 700, 900, 1300])
def test_a_full_disk_of_the_new_box_leaves_it_as_it_was(
    tmp_path: Path, site: Site, size_kib: int
) -> None:
    backup = site.back_up(tmp_path / "vault")
    disk = tmp_path / "disk"
    disk.mkdir()
    option = f"size={size_kib}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", option, "disk", disk], check=True)
    try:
        toml = tmp_path / "small.toml"
        toml.write_text(f'data_dir = "{disk}"\n[backup]\nbox_dir = ""\n')
        site.file = toml
        arguments = ("restore", backup, "--identity", site.identity(), "--finish")
        assert site.run(*arguments) == STATE
        assert [each.name for each in disk.iterdir()] in ([], ["media"])
    finally:
        subprocess.run(["umount", disk], check=True)


def test_killed_at_any_moment_no_half_backup_is_taken_for_a_whole(
    tmp_path: Path, site: Site
) -> None:
    vault = tmp_path / "vault"
    command = [sys.executable, "-m", "appliance", "-c", str(site.file)]
    for files_seen in range(3):
        process = subprocess.Popen(
            [*command, "backup", "create", "--output", str(vault)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            here = [*vault.glob("*"), *(site.data_dir / "backup").glob("copy-*/*")]
            if len(here) > files_seen:
                os.kill(process.pid, signal.SIGKILL)
            time.sleep(0.002)
    assert site.run("backup", "create", "--output", vault) == 0
    for backup in vault.glob("*.dosebackup"):
        assert verify(backup, KEY)
    assert not list(vault.glob("*.part"))
    assert [each.name for each in (site.data_dir / "backup").iterdir()] == ["lock"]


def test_a_backup_that_is_made_while_objects_come_and_go_is_whole(
    tmp_path: Path, site: Site
) -> None:
    ended = threading.Event()
    kept: list[int] = []

    def receive() -> None:
        busy = Site.__new__(Site)
        busy.__dict__.update(site.__dict__ | {"ledger": open_ledger(site.ledger.path)})
        study = 1000
        while not ended.is_set():
            busy.receive(study, 2, "delivered" if study % 2 else "waiting")
            busy.decide(study)
            kept.append(study)
            study += 1
        busy.ledger.close()

    thread = threading.Thread(target=receive)
    thread.start()
    try:
        for _ in range(4):
            backup = site.back_up(tmp_path / "vault")
            assert verify(backup, KEY).missing == 0
    finally:
        ended.set()
        thread.join()
    assert kept
    new = a_fresh_one(tmp_path)
    assert new.restore(backup, "--finish") == 0
    rows = new.ledger.rows(
        "SELECT path FROM instance WHERE id NOT IN (SELECT instance_id FROM reduction)"
    )
    here = files(new.data_dir)
    assert rows
    assert all(f"spool/{row['path']}" in here for row in rows)
    assert new.run("journal", "verify") == 0


def test_what_was_removed_while_it_was_copied_is_copied_again(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from appliance.backup import copying  # noqa: PLC0415 - patched here alone
    from appliance.services import backup_content  # noqa: PLC0415 - the same

    real, calls = copying.copy_files, []

    def copy_files(data_dir: Path, target: Path, spooled: list[str]) -> int:
        calls.append(len(spooled))
        if len(calls) == 1:
            (data_dir / "spool" / spooled[0]).unlink()
            site.ledger.execute(
                "INSERT INTO reduction (instance_id, remains, why, decided_at, finished)"
                " SELECT id, 'nothing', 'age', 1.0, 1 FROM instance WHERE path = ?",
                spooled[0],
            )
        return real(data_dir, target, spooled)

    site.receive(50, 1, "waiting")
    site.decide(50)
    monkeypatch.setattr(backup_content, "copy_files", copy_files)
    assert verify(site.back_up(tmp_path / "vault"), KEY).missing <= 1
    assert len(calls) >= 2


def test_a_backup_is_overdue_when_nothing_makes_one(tmp_path: Path, site: Site) -> None:
    from appliance.clock import Clock  # noqa: PLC0415 - a clock that is put forward
    from appliance.services.backup_watch import watching_backups  # noqa: PLC0415

    scheduled(site, tmp_path / "vault")
    alarms = Alarms(site.ledger, SYSTEM_CLOCK)

    def looked(days: float) -> list[AlarmCode]:
        clock = Clock(wall=lambda: SYSTEM_CLOCK.wall() + days * 86400)
        errand = watching_backups(site.configuration, site.ledger, clock)
        assert errand is not None
        assert not errand.work_next()
        return [each.code for each in alarms.raised() if "backup" in each.code]

    assert looked(0) == [AlarmCode.BACKUP_OVERDUE]
    assert site.run("backup", "create") == 0
    assert looked(2.9) == []
    assert looked(3.1) == [AlarmCode.BACKUP_OVERDUE]
    assert looked(0) == []
    site.configure(site.settings)
    assert watching_backups(site.configuration, site.ledger, SYSTEM_CLOCK) is None
