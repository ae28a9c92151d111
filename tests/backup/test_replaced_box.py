"""docs/backup.md, as it stands there: a dead box is replaced, and every report arrives once."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import AE, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import XRayRadiationDoseSRStorage  # type: ignore[attr-defined]

from appliance.alarms import AlarmCode
from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from appliance.spool import Outcome
from tests.backup.sites import Site, kinds
from tests.destinations.archives import LOOPBACK, a_free_port, wait_until
from tests.media.reports import ROOT

PAGE = Path(__file__).parents[2] / "docs" / "backup.md"
SUCCESS = 0x0000
APPLIANCE = [sys.executable, "-m", "appliance"]
HERE = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@contextmanager
def an_archive(port: int, came: Counter[str]) -> Iterator[None]:
    def keep(event: Event) -> int:
        came[str(event.dataset.SOPInstanceUID)] += 1
        return SUCCESS

    archive = AE(ae_title="ARCHIVE")
    archive.add_supported_context(XRayRadiationDoseSRStorage)
    handlers: list[Any] = [(evt.EVT_C_STORE, keep)]
    server = archive.start_server((LOOPBACK, port), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield
    finally:
        server.shutdown()


@contextmanager
def a_forwarder(file: Path) -> Iterator[None]:
    with file.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(
            [*APPLIANCE, "-c", file.name, "forwarder"], cwd=file.parent, env=HERE, stderr=log
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def settings(name: str, port: int) -> str:
    return (
        f'data_dir = "{name}"\n[site]\nlanguage = "en"\n[[destination]]\nname = "pacs"\n'
        f'host = "{LOOPBACK}"\nport = {port}\nae_title = "ARCHIVE"\n'
        "timeout_s = 1\nconnection_timeout_s = 1\nretry_first_s = 0.1\nretry_max_s = 0.4\n"
        '[backup]\npassphrase_file = "/nowhere"\nbox_dir = ""\n'
    )


def documented() -> list[list[str]]:
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line) for line in block.splitlines()]


def log_in(ledger: Ledger) -> None:
    account = ledger.execute(
        "INSERT INTO account (name, role, password_hash, created_at) VALUES (?, ?, '', 0)",
        "sato",
        "engineer",
    )
    ledger.execute(
        "INSERT INTO session (token_hash, account_id, address, begun_at, used_at)"
        " VALUES ('', ?, '', 0, 0)",
        account.lastrowid,
    )


@pytest.fixture
def old(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.ledger.close()
    site.data_dir.rename(tmp_path / "old")
    (tmp_path / "data").symlink_to("old")
    site.ledger = open_ledger(tmp_path / "old" / "ledger.sqlite")
    site.outbox = Outbox(tmp_path / "old" / "outbox", site.ledger, SYSTEM_CLOCK)
    (tmp_path / "passphrase").write_text("correct horse\n")
    return site


def test_a_dead_box_is_replaced_as_it_is_written(tmp_path: Path, old: Site) -> None:
    port, came = a_free_port(), Counter[str]()
    for name in ("old", "new"):
        text = settings(name, port).replace("/nowhere", str(tmp_path / "passphrase"))
        (tmp_path / f"{name}.toml").write_text(text)
    old.put(1, 2, 3)
    with an_archive(port, came), a_forwarder(tmp_path / "old.toml"):
        wait_until(lambda: old.delivered("pacs") == 3, 200)
    old.put(4, 5)
    old.receive(8, 2, None)
    old.decide(8, Outcome.QUARANTINED)
    old.receive(9, 1, None, screen=True)
    log_in(old.ledger)
    old.ledger.close()

    for command in documented():
        assert command[0] == "appliance"
        done = subprocess.run(
            [*APPLIANCE, *command[1:]], cwd=tmp_path, env=HERE, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr

    ledger = open_ledger(tmp_path / "new" / "ledger.sqlite")
    (tmp_path / "data").unlink()
    (tmp_path / "data").symlink_to("new")
    old.ledger = ledger
    old.outbox = Outbox(tmp_path / "new" / "outbox", ledger, SYSTEM_CLOCK)
    assert kinds(old)[-1] == "box-restored"
    assert [row["name"] for row in ledger.rows("SELECT name FROM account")] == ["sato"]
    assert ledger.rows("SELECT * FROM session") == [], "who was logged in logs in again"
    assert AlarmCode.JOURNAL_BROKEN not in [code for code, _ in old.raised()]
    with an_archive(port, came), a_forwarder(tmp_path / "new.toml"):
        wait_until(lambda: old.delivered("pacs") == 5, 200)
    assert came == {f"{ROOT}.{number}.3": 1 for number in (1, 2, 3, 4, 5)}
    assert {each.name for each in (tmp_path / "new" / "spool").rglob("*.dcm")} == {
        each.name for each in (tmp_path / "old" / "spool").rglob("*.dcm")
    }
    old.spool.index_arrivals()
    waiting = [each.study_instance_uid for each in old.spool.waiting_studies()]
    assert waiting == ["1.9.9"], "it was acknowledged and nobody has read it yet"
    assert old.spool.last_decision("1.9.8") is not None
    ledger.close()
