"""A box that is backed up and restored is the same box, whatever its past was."""

import subprocess
from pathlib import Path

import pytest

from appliance.backup.copying import copy_files
from appliance.backup.sealing import Key, Lock
from appliance.clock import SYSTEM_CLOCK
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.services.backing_up import BackingUp, Target
from appliance.services.backup_content import Origin
from appliance.services.restoring import verify
from tests.backup.sites import (
    KEY,
    OTHER_TABLES,
    RECIPIENT,
    Site,
    files,
    kinds,
    lived,
    tables,
)

REFUSED, STATE, CONFIGURATION = 5, 3, 2
SEEDS = range(6)


def a_site(folder: Path, name: str, objects: str = "evidence") -> Site:
    (folder / name).mkdir()
    return Site(folder / name, objects=objects)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_box_is_restored_as_it_was(tmp_path: Path, seed: int) -> None:
    old, new = a_site(tmp_path, "old", "all"), a_site(tmp_path, "new", "all")
    lived(old, seed)
    before, had = tables(old.data_dir), files(old.data_dir)
    entries = [each.hash for each in Journal(old.ledger, SYSTEM_CLOCK).entries()]
    backup = old.back_up(tmp_path / "vault")
    assert new.restore(backup, "--finish", "--by", "an engineer") == 0
    after = tables(new.data_dir)
    assert {name: after[name] for name in before if name not in OTHER_TABLES} == {
        name: before[name] for name in before if name not in OTHER_TABLES
    }
    assert after["reduction"] == before["reduction"]
    assert files(new.data_dir) == had
    assert files(new.box_dir) == files(old.box_dir)
    journal = list(Journal(new.ledger, SYSTEM_CLOCK).entries())
    assert [each.hash for each in journal[:-1]] == entries
    assert journal[-1].kind == "box-restored"
    assert Journal(new.ledger, SYSTEM_CLOCK).verify().intact
    assert journal[-1].body["person"] == "an engineer"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_boxes_are_restored_as_they_were(tmp_path: Path, seed: int) -> None:
    test_any_box_is_restored_as_it_was(tmp_path, seed)


def test_no_folder_of_the_copy_is_set_to_give_its_group_on(tmp_path: Path) -> None:
    """The folders of a box do, and the unit that backs it up may not (``RestrictSUIDSGID=``)."""
    data = tmp_path / "data"
    for name in ("spool/1", "outbox", "layouts/mine"):
        (data / name).mkdir(parents=True)
    folders = [each.relative_to(data) for each in (data / "spool", *data.rglob("*"))]
    for folder in folders:
        (data / folder).chmod(0o2770)
    copy_files(data, tmp_path / "copy", [])
    modes = {folder: (tmp_path / "copy" / folder).stat().st_mode & 0o7777 for folder in folders}
    assert modes == dict.fromkeys(folders, 0o770)


def test_what_others_have_stays_behind_and_the_ledger_says_so(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    old.receive(1, 3, "delivered")
    old.decide(1)
    old.receive(2, 2, "waiting")
    old.decide(2)
    old.receive(3, 1, "delivered", screen=True)
    old.decide(3)
    old.receive(4, 1, None)
    manifest = verify(old.back_up(tmp_path / "vault"), KEY)
    assert (manifest.taken, manifest.left_out, manifest.missing) == (4, 3, 0)
    assert new.restore(tmp_path / "vault", "--finish") == 0
    here = {each.name for each in (new.data_dir / "spool").rglob("*.dcm")}
    rows = new.ledger.rows(
        "SELECT i.path, r.remains, r.finished FROM instance i LEFT JOIN reduction r"
        " ON r.instance_id = i.id"
    )
    assert {Path(row["path"]).name for row in rows if row["remains"] is None} == here
    assert [tuple(row)[1:] for row in rows if row["remains"]] == [("nothing", 1)] * 3
    assert old.ledger.rows("SELECT * FROM reduction") == [], "the box itself lost nothing"


@pytest.mark.parametrize(("objects", "taken"), [("needed", 1), ("evidence", 2), ("all", 3)])
def test_the_site_says_which_objects_go_along(tmp_path: Path, objects: str, taken: int) -> None:
    site = a_site(tmp_path, "old", objects)
    site.receive(1, 1, "delivered")
    site.receive(2, 1, "delivered", screen=True)
    site.receive(3, 1, "waiting")
    for study in (1, 2, 3):
        site.decide(study)
    assert verify(site.back_up(tmp_path / "vault"), KEY).taken == taken


def test_other_tools_open_a_backup_by_its_passphrase(tmp_path: Path) -> None:
    site = a_site(tmp_path, "old")
    site.put(1)
    (tmp_path / "pass").write_text("correct horse\n")
    passphrase = f'[backup]\npassphrase_file = "{tmp_path / "pass"}"\nbox_dir = ""\n'
    site.file.write_text(f'data_dir = "data"\n{passphrase}')
    vault = tmp_path / "vault"
    assert site.run("backup", "create", "--output", vault) == 0
    (backup,) = vault.iterdir()
    assert verify(backup, Key(passphrase="correct horse")).box  # noqa: S106
    subprocess.run(["tar", "xf", str(backup)], check=True, cwd=tmp_path)
    assert {"key.age", "box.tar.gz.age"} <= {each.name for each in tmp_path.iterdir()}


def test_a_recipients_backup_is_opened_by_age_itself(tmp_path: Path) -> None:
    site = a_site(tmp_path, "old")
    lived(site, 1)
    backup = site.back_up(tmp_path / "vault")
    subprocess.run(["tar", "xf", str(backup)], check=True, cwd=tmp_path)
    identity, out = site.identity(), tmp_path / "out"
    out.mkdir()
    command = ["age", "-d", "-i", str(identity), "-o", str(out / "t.gz"), "box.tar.gz.age"]
    subprocess.run(command, check=True, cwd=tmp_path)
    subprocess.run(["tar", "xzf", "t.gz"], check=True, cwd=out)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256.TXT"]
    subprocess.run(check, check=True, cwd=out)
    assert files(out / "data").keys() == files(site.data_dir).keys()


def test_backups_are_numbered_and_the_oldest_go(tmp_path: Path) -> None:
    site, vault = a_site(tmp_path, "old"), tmp_path / "vault"
    text = site.file.read_text()
    site.file.write_text(text.replace("[backup]", "[backup]\nkeep = 2"))
    for _ in range(4):
        site.back_up(vault)
    assert [each.name.split("-")[-2] for each in sorted(vault.iterdir())] == ["000003", "000004"]
    assert kinds(site) == ["backup-made"] * 4


def test_backups_of_another_box_are_left_alone(tmp_path: Path) -> None:
    site, vault = a_site(tmp_path, "old"), tmp_path / "vault"
    vault.mkdir()
    (vault / "other-000001-20260101.dosebackup").write_bytes(b"x")
    (vault / "notes.txt").write_bytes(b"x")
    site.back_up(vault)
    assert len(list(vault.iterdir())) == 3
    assert a_site(tmp_path, "new").restore(vault) == REFUSED, "whose is it?"


def test_a_box_with_objects_of_its_own_is_not_overwritten(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    lived(old, 3)
    backup = old.back_up(tmp_path / "vault")
    new.receive(77, 2, None)
    assert new.restore(backup, "--finish") == REFUSED
    assert new.ledger.rows("SELECT count(*) FROM instance")[0][0] == 2


def test_what_the_new_box_has_received_goes_along_when_it_is_replaced(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    lived(old, 3)
    backup = old.back_up(tmp_path / "vault")
    new.receive(77, 2, None)
    came = {each.name for each in (new.data_dir / "spool").rglob("*.dcm")}
    assert new.restore(backup, "--replace", "--finish") == 0
    entered = new.spool.recover().entered
    assert entered == 2
    here = {Path(row["path"]).name for row in new.ledger.rows("SELECT path FROM instance")}
    assert came <= here
    assert (new.data_dir / "replaced" / "0001" / "ledger.sqlite").exists()


def test_folders_on_sticks_are_not_named_twice(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    old.put(1)
    assert old.run("export", "--output", tmp_path / "stick", "--to", "registry") == 0
    backup = old.back_up(tmp_path / "vault")
    old.put(2)
    assert old.run("export", "--output", tmp_path / "stick", "--to", "registry") == 0
    assert new.restore(backup, "--finish") == 0
    new.put(2, 3)
    assert new.run("export", "--output", tmp_path / "stick", "--to", "registry") == 0
    names = sorted(each.name for each in (tmp_path / "stick").glob("D*"))
    assert names == ["D0000001", "D0000002", "D0001002"]


def test_a_backup_of_a_newer_version_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    old.ledger.execute("PRAGMA user_version = 999")
    old.ledger.execute("INSERT INTO schema_step (version, lives_with) VALUES (999, 1)")
    backup = old.back_up(tmp_path / "vault")
    assert new.restore(backup, "--finish") == REFUSED
    assert "schema 999" in capsys.readouterr().err
    assert not (new.data_dir / ".restore").exists()


def test_a_configuration_that_this_version_does_not_know_is_refused(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    other = tmp_path / "other.toml"
    other.write_text('loudness = "high"\n')
    work = BackingUp(old.configuration, old.ledger, SYSTEM_CLOCK, Origin("box", other))
    backup = work.make(Target(tmp_path / "vault"), Lock(recipients=(RECIPIENT,))).kept.path
    assert new.restore(backup, "--finish") == REFUSED


def test_what_the_boot_partition_says_does_not_undo_the_restore(tmp_path: Path) -> None:
    old, new, boot = a_site(tmp_path, "old"), a_site(tmp_path, "new"), tmp_path / "efi"
    boot.mkdir()
    (old.box_dir / "box.toml").write_text('hostname = "old"\n')
    (boot / "box.toml").write_text('hostname = "new"\n')
    (boot / "appliance.toml").write_text("")
    assert new.restore(old.back_up(tmp_path / "vault"), "--boot", str(boot), "--finish") == 0
    assert files(boot) == {
        "box.toml": b'hostname = "old"\n',
        "box.toml.before": b'hostname = "new"\n',
        "appliance.toml.before": b"",
    }
    assert files(new.box_dir) == {"box.toml": b'hostname = "old"\n'}


def test_a_service_does_not_start_on_what_is_replaced(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    lived(old, 2)
    assert new.restore(old.back_up(tmp_path / "vault")) == 0
    for service in ("run", "receiver", "keeper"):
        assert new.run(service) == STATE
    new.ledger.close()
    assert new.run("restore", "--finish") == 0
    assert open_ledger(new.data_dir / "ledger.sqlite").rows("SELECT * FROM outgoing")


def test_a_running_service_is_not_pulled_its_ledger_from_under(tmp_path: Path) -> None:
    old, new = a_site(tmp_path, "old"), a_site(tmp_path, "new")
    backup = old.back_up(tmp_path / "vault")
    assert new.run("restore", backup, "--identity", new.identity(), "--finish") == STATE
    new.ledger.close()
    assert new.run("restore", "--finish") == 0


def test_a_backup_needs_something_that_opens_it(tmp_path: Path) -> None:
    site = a_site(tmp_path, "old")
    site.file.write_text('data_dir = "data"\n')
    assert site.run("backup", "create", "--output", tmp_path / "vault") == CONFIGURATION
    assert site.run("backup", "create") == CONFIGURATION
    assert site.run("backup", "create", "--scheduled") == 0


def test_a_new_key_opens_what_its_public_half_closes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site, file = a_site(tmp_path, "old"), tmp_path / "key"
    assert site.run("backup", "key", file) == 0
    recipient = capsys.readouterr().out.strip()
    assert site.run("backup", "key", file) == REFUSED
    site.file.write_text(f'data_dir = "data"\n[backup]\nrecipients = ["{recipient}"]\n')
    backup = site.back_up(tmp_path / "vault")
    assert site.run("backup", "verify", backup, "--identity", file) == 0
    assert site.run("backup", "verify", backup, "--identity", site.identity()) == REFUSED
