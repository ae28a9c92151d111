"""Backup and restore as systemd runs them, as confined as their units say."""

import os
from pathlib import Path

import pytest

from appliance.backup.taking_over import is_pending
from appliance.services.restoring import verify
from tests.backup.sites import KEY, RECIPIENT, Site, lived, tables
from tests.units.machine import Machine

SETTINGS = f"""
[backup]
folder = "/mnt/backups"
recipients = ["{RECIPIENT}"]
box_dir = ""
"""
ENABLED = (
    "dose-appliance-restore.service",
    "dose-appliance-backup.timer",
    "dose-appliance-keeper.service",
)
ENDED = {"Result": "success", "ExecMainStatus": "0"}


OF_KEEPER = 705, 700
"""Its user and the services' group, by sysusers.d; this computer has neither name."""


def given_to_a_service(folder: Path) -> None:
    """As all that a box keeps is, where the backup of a real one says so by names."""
    for each in (folder, *folder.rglob("*")):
        os.chown(each, *OF_KEEPER)
        each.chmod(0o2770 if each.is_dir() else 0o660)


@pytest.fixture
def old(tmp_path: Path) -> Site:
    (tmp_path / "old").mkdir()
    site = Site(tmp_path / "old")
    lived(site, 5)
    return site


def test_a_restored_box_begins_and_backs_itself_up(tmp_path: Path, old: Site) -> None:
    machine = Machine(tmp_path, SETTINGS, enabled=ENABLED)
    machine.data.mkdir()
    backup = old.back_up(tmp_path / "vault")
    toml = tmp_path / "new.toml"
    toml.write_text(f'data_dir = "{machine.data}"\n[backup]\nbox_dir = ""\n')
    old.file, key = toml, str(old.identity())
    assert old.run("restore", backup, "--identity", key, "--by", "an engineer") == 0
    assert is_pending(machine.data)
    given_to_a_service(machine.data)
    try:
        machine.boot()
        machine.wait(lambda: machine.is_running("keeper"))
        assert machine.show("restore", *ENDED) == ENDED
        assert not (machine.data / ".restore").exists()
        assert machine.rows("SELECT kind FROM journal ORDER BY seq DESC LIMIT 1") == [
            ("box-restored",)
        ]
        assert machine.rows("SELECT * FROM outgoing") == tables(old.data_dir)["outgoing"]
        assert "dose-appliance-backup.timer" in machine.systemctl("list-timers", "--all")
        machine.run("mkdir", "/mnt/backups")
        machine.systemctl("start", "dose-appliance-backup.service")
        assert machine.show("backup", *ENDED) == ENDED
        name = machine.run("ls", "/mnt/backups").stdout.strip()
        copied = machine.data / "copied"
        assert machine.run("cp", f"/mnt/backups/{name}", f"/var/lib/dose-appliance/{copied.name}")
        assert verify(copied, KEY).journal_intact
        assert machine.is_running("keeper")
    finally:
        machine.cut_power()
