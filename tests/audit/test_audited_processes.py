"""Processes tell that they began and ended; the receiver tells whom it turned away."""

from pathlib import Path

import pytest

from appliance.audit import AuditQueue, Here, Stage
from appliance.audit.events import application_activity
from appliance.config import Audit, Configuration
from appliance.ledger import open_ledger
from appliance.receive import TurnedAway
from appliance.services.auditing import on_record, record
from appliance.services.refusals import EVERY_S, MOST_CALLERS, Refusals
from tests.receive.box import wait_until
from tests.receive.conftest import MakeBox, make_box
from tests.receive.raw_scu import IMPLICIT_LE, RawSCU, RejectedError
from tests.receive.test_storing import CT
from tests.services.desk import Hands

__all__ = ["make_box"]
AUDIT = '[audit]\nhost = "127.0.0.1"\nport = 9\n[[scanner]]\nname = "ct"\naddress = "192.0.2.1"\n'
CODES = "SELECT xml FROM audit_message ORDER BY id"


def test_a_process_that_is_ended_says_so_and_one_that_is_killed_cannot(make_box: MakeBox) -> None:
    box = make_box(settings=AUDIT)
    box.kill()
    box.start()
    assert box.stop() == 0
    told = [str(row["xml"]) for row in box.rows(CODES)]
    kinds = ["Start" if "Application Start" in each else "Stop" for each in told]
    assert kinds == ["Start", "Start", "Stop"]
    assert all('UserID="dose-receiver"' in each for each in told)


def test_a_stranger_who_is_turned_away_is_told(make_box: MakeBox) -> None:
    box = make_box(receiver='min_free_mib = 1\ncallers = "listed"', settings=AUDIT)
    with pytest.raises(RejectedError):
        RawSCU(box.port, [(CT, IMPLICIT_LE)])
    wait_until(lambda: len(box.rows(CODES)) > 1)
    (_, alert) = (str(row["xml"]) for row in box.rows(CODES))
    assert "Security Alert" in alert
    assert 'NetworkAccessPointID="127.0.0.1"' in alert


def test_a_box_without_a_repository_writes_nothing(make_box: MakeBox) -> None:
    box = make_box()
    assert box.stop() == 0
    assert box.rows(CODES) == []


def test_a_ledger_that_takes_nothing_holds_up_no_process(tmp_path: Path) -> None:
    configuration = Configuration(data_dir=tmp_path, audit=Audit(host="localhost"))
    configuration.ledger_path.mkdir()
    reached = []
    with on_record(configuration, "receiver"):
        reached.append(1)
    assert reached


def test_what_cannot_be_written_holds_up_no_work(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    ledger.execute("PRAGMA query_only = ON")
    queue = AuditQueue(ledger, "BOX", "", 1000)
    record(queue, application_activity(0.0, Here("receiver"), Stage.START))
    assert queue.count() == 0
    ledger.close()


def test_a_thousand_strangers_are_a_few_alerts(tmp_path: Path) -> None:
    hands, ledger = Hands(), open_ledger(tmp_path / "ledger.sqlite")
    queue = AuditQueue(ledger, "BOX", "", 1000)
    refusals = Refusals(queue, Here("receiver"), hands.clock)
    for number in range(1000):
        refusals.note(TurnedAway(f"192.0.2.{number % 200}", f"AE{number}", "caller-not-listed"))
        refusals.tell()
    assert queue.count() == 1
    hands.wait(EVERY_S)
    refusals.tell()
    assert queue.count() == 1 + MOST_CALLERS + 1
    assert "further-callers" not in queue.waiting(1)[0].xml
    ledger.close()
