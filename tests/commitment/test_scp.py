"""The box as the one who is asked to keep objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.commitment import Answer, Commitments, Reference, Requests
from appliance.services import clerk, receiver
from appliance.services.commitment_reports import commitment_reports
from appliance.tls import Credentials, server_context
from tests.commitment.custody import MR, QUICK, Custody, Modality, question
from tests.destinations.authority import Authority
from tests.receive.box import a_free_port, wait_until
from tests.receive.raw_scu import IMPLICIT_LE, RawSCU
from tests.receive.test_storing import CT


def scanner(port: int, more: str = "") -> str:
    return (
        '[[scanner]]\nname = "ct1"\nae_title = "CT1"\naddress = "127.0.0.1"\n'
        f"[scanner.commitment]\nport = {port}\ntimeout_s = 2\n{more}\n"
    )


@dataclass
class World:
    custody: Custody
    modality: Modality

    def asks(self, transaction: str, *uids: str, sop_class: str = CT) -> int:
        return self.modality.ask(question(transaction, *uids, sop_class=sop_class))

    def hears(self, count: int = 1) -> None:
        wait_until(lambda: len(self.modality.heard) >= count)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + scanner(port))
    modality = Modality(custody.port, port=port)
    with custody.running(), modality.listening():
        yield World(custody, modality)


def test_what_is_kept_is_committed_and_what_is_not_says_why(world: World) -> None:
    world.custody.store("1.2.1", "1.2.2")
    assert world.asks("9.1", "1.2.1", "1.2.2") == 0
    world.hears()
    assert world.modality.committed == [["1.2.1", "1.2.2"]]
    assert world.asks("9.2", "1.2.1", "1.2.77") == 0
    assert world.asks("9.3", "1.2.2", sop_class=MR) == 0
    assert world.asks("9.4", "1.2.78", sop_class=MR) == 0
    world.hears(4)
    assert world.modality.reasons()[1:] == [
        {"1.2.77": 0x0112},
        {"1.2.2": 0x0119},
        {"1.2.78": 0x0122},
    ]
    assert world.modality.committed[1] == ["1.2.1"]
    wait_until(lambda: world.custody.states() == ["reported"] * 4)


def test_a_transaction_uid_that_is_in_use(world: World) -> None:
    world.custody.store("1.2.1", "1.2.2")
    assert world.asks("9.1", "1.2.1") == 0
    world.hears()
    assert world.asks("9.1", "1.2.2") == 0
    world.hears(2)
    assert world.modality.reasons()[1] == {"1.2.2": 0x0131}
    assert world.asks("9.1", "1.2.1") == 0  # the same again: the report may have got lost
    world.hears(3)
    assert world.modality.committed[2] == ["1.2.1"]


def test_requests_that_are_refused(world: World) -> None:
    asked = question("9.1", "1.2.1")
    assert world.modality.ask(asked, action=2) == 0x0123
    assert world.modality.ask(asked, instance="1.2.3") == 0x0112
    assert world.modality.ask(question("9.1")) == 0x0115
    assert Modality(world.custody.port, ae_title="STRANGER").ask(asked) == 0x0124
    assert world.custody.states() == []


def test_a_file_that_is_gone_is_not_committed(world: World) -> None:
    world.custody.store("1.2.1")
    (file,) = world.custody.configuration.spool_dir.rglob("*.dcm")
    file.unlink()
    assert world.asks("9.1", "1.2.1") == 0
    world.hears()
    assert world.modality.reasons() == [{"1.2.1": 0x0112}]


def other_content(custody: Custody, uid: str) -> None:
    with RawSCU(custody.port, [(CT, IMPLICIT_LE)], calling="CT1") as scu:
        assert scu.store(uid, b"another dose") == 0


def test_a_uid_with_two_contents_is_committed_only_when_both_are_whole(world: World) -> None:
    world.custody.store("1.2.1", "1.2.2")
    for uid in ("1.2.1", "1.2.2"):
        other_content(world.custody, uid)
    sql = "SELECT path FROM instance WHERE sop_instance_uid = '1.2.2' ORDER BY id"
    first, _ = world.custody.ledger.rows(sql)
    (world.custody.configuration.spool_dir / first["path"]).unlink()
    assert world.asks("9.1", "1.2.1", "1.2.2") == 0
    world.hears()
    assert world.modality.committed == [["1.2.1"]]
    assert world.modality.reasons() == [{"1.2.2": 0x0110}]


def test_an_archives_word_is_not_taken_for_either_of_two_contents(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + 'when = "pacs"\n' + scanner(port) + ARCHIVE)
    modality = Modality(custody.port, port=port)
    with custody.running(receiver.run):
        custody.store("1.2.1")
        other_content(custody, "1.2.1")
    commitments = Commitments(custody.ledger, SYSTEM_CLOCK)
    commitments.expect("pacs", "1.2.1", Reference(CT, "1.2.1"))
    custody.ledger.execute("UPDATE commitment SET state = 'committed'")
    with custody.running(), modality.listening():
        assert modality.ask(question("9.1", "1.2.1")) == 0
        wait_until(lambda: modality.reasons() == [{"1.2.1": 0x0110}])


def test_a_report_is_tried_until_it_gets_through(world: World) -> None:
    world.modality.statuses[:] = [0x0110, 0x0110]
    world.custody.store("1.2.1")
    assert world.asks("9.1", "1.2.1") == 0
    world.hears()
    assert world.modality.statuses == []
    wait_until(lambda: world.custody.alarms() == [])
    wait_until(lambda: world.custody.states() == ["reported"])


def test_pending_transactions_survive(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + scanner(port))
    modality = Modality(custody.port, port=port)
    with custody.running(receiver.run):
        custody.store("1.2.1")
        assert modality.ask(question("9.1", "1.2.1")) == 0
    with custody.running(clerk.run):  # the modality is not there
        wait_until(lambda: custody.alarms() == [("commitment-not-reported", "CT1")])
    with modality.listening(), custody.running(clerk.run):
        wait_until(lambda: modality.committed == [["1.2.1"]])
        wait_until(lambda: custody.alarms() == [])


def test_a_report_is_given_up(tmp_path: Path) -> None:
    custody = Custody(tmp_path, QUICK + "give_up_after_h = 0.01\n" + scanner(a_free_port()))
    with custody.running(receiver.run):
        assert Modality(custody.port).ask(question("9.1", "1.2.1")) == 0
    custody.ledger.execute("UPDATE commitment_request SET requested_at = requested_at - 40")
    with custody.running(clerk.run):
        wait_until(lambda: custody.states() == ["given-up"])
    assert custody.alarms() == [("commitment-not-reported", "CT1")]


def test_of_a_scanner_that_was_taken_out_nothing_is_told_any_more(tmp_path: Path) -> None:
    custody = Custody(tmp_path, QUICK + scanner(a_free_port()))
    custody.configuration.data_dir.mkdir()
    alarms = Alarms(custody.ledger, SYSTEM_CLOCK)
    for title in ("CT1", "FORMER"):
        alarms.raise_(AlarmCode.COMMITMENT_NOT_REPORTED, title)
    commitment_reports(custody.configuration, custody.ledger, SYSTEM_CLOCK)
    assert [each.subject for each in alarms.raised()] == ["CT1"]


def by_address(folder: Path, address: str) -> Custody:
    """A box whose scanner is known by its address alone, where nobody hears."""
    scanner = f'[[scanner]]\nname = "ct1"\naddress = "{address}"\n'
    return Custody(folder, f"{QUICK}{scanner}[scanner.commitment]\nport = {a_free_port()}\n")


def test_of_a_scanner_known_by_its_address_nothing_is_told_once_it_is_another(
    tmp_path: Path,
) -> None:
    custody = by_address(tmp_path, "127.0.0.1")
    with custody.running(receiver.run):
        assert Modality(custody.port).ask(question("9.1", "1.2.1")) == 0
    with custody.running(clerk.run):
        wait_until(lambda: custody.alarms() == [("commitment-not-reported", "CT1")])
    commitment_reports(custody.configuration, custody.ledger, SYSTEM_CLOCK)
    assert custody.alarms() == [("commitment-not-reported", "CT1")]
    moved = by_address(tmp_path, "192.0.2.1")
    commitment_reports(moved.configuration, moved.ledger, SYSTEM_CLOCK)
    assert moved.alarms() == []


def test_a_peer_without_roles_is_told_too(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + scanner(port))
    modality = Modality(custody.port, port=port, wants_roles=False)
    with custody.running(), modality.listening():
        assert modality.ask(question("9.1", "1.2.1")) == 0
        wait_until(lambda: modality.reasons() == [{"1.2.1": 0x0112}])


def test_the_report_comes_on_the_association_that_asked(tmp_path: Path) -> None:
    custody = Custody(tmp_path, QUICK + scanner(a_free_port(), 'answer = "same-association"'))
    modality = Modality(custody.port)
    with custody.running():
        association = modality.associate()
        custody.store("1.2.1")
        assert modality.ask_on(association, question("9.1", "1.2.1")) == 0
        wait_until(lambda: modality.committed == [["1.2.1"]])
        assert modality.on_own == [True]
        association.release()
        wait_until(lambda: custody.states() == ["reported"])


def test_without_that_association_it_comes_on_a_new_one(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + scanner(port, 'answer = "same-association"'))
    modality = Modality(custody.port, port=port)
    with custody.running(receiver.run):
        assert modality.ask(question("9.1", "1.2.1")) == 0  # it is released at once
    with modality.listening(), custody.running(clerk.run):
        wait_until(lambda: modality.on_own == [False])


ARCHIVE = (
    '[[destination]]\nname = "pacs"\nhost = "192.0.2.1"\n'
    "[destination.commitment]\nask = true\nafter_s = 86400\n"
)


def test_only_what_the_archive_committed_counts_where_the_site_says_so(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(
        tmp_path, QUICK + 'when = "pacs"\n' + scanner(port).replace("\n\n", "\n") + ARCHIVE
    )
    modality = Modality(custody.port, port=port)
    with custody.running(), modality.listening():
        custody.store("1.2.1")
        assert modality.ask(question("9.1", "1.2.1")) == 0
        commitments = Commitments(custody.ledger, SYSTEM_CLOCK)
        commitments.expect("pacs", "1.2.1", Reference(CT, "1.2.1"))
        due = commitments.ask("pacs", 10, 60)
        assert due is not None
        wait_until(custody.is_postponed)
        assert modality.heard == []
        commitments.note(Answer(due.question.transaction_uid, {Reference(CT, "1.2.1"): 0}))
        wait_until(lambda: commitments.is_committed("1.2.1", "pacs"))
        custody.ledger.execute("UPDATE commitment_request SET due_at = 0")
        wait_until(lambda: modality.committed == [["1.2.1"]])


def test_what_the_archive_committed_counts_also_when_its_pixels_went_here(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + 'when = "pacs"\n' + scanner(port) + ARCHIVE)
    modality = Modality(custody.port, port=port)
    with custody.running(receiver.run):
        custody.store("1.2.1")
    commitments = Commitments(custody.ledger, SYSTEM_CLOCK)
    commitments.expect("pacs", "1.2.1", Reference(CT, "1.2.1"))
    custody.ledger.execute("UPDATE commitment SET state = 'committed'")
    custody.ledger.execute(
        "INSERT INTO reduction (instance_id, remains, why, decided_at)"
        " VALUES (1, 'header', 'rule', 0)"
    )
    with custody.running(receiver.run, clerk.run), modality.listening():
        assert modality.ask(question("9.1", "1.2.1")) == 0
        wait_until(lambda: modality.committed == [["1.2.1"]])


def test_what_the_archive_never_commits_is_reported_as_failed(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + 'when = "pacs"\nwait_h = 0\n' + scanner(port) + ARCHIVE)
    modality = Modality(custody.port, port=port)
    with custody.running(), modality.listening():
        custody.store("1.2.1")
        assert modality.ask(question("9.1", "1.2.1")) == 0
        wait_until(lambda: modality.reasons() == [{"1.2.1": 0x0110}])


def test_nobody_is_told_of_an_object_whose_pixels_went(tmp_path: Path) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, QUICK + scanner(port))
    modality = Modality(custody.port, port=port)
    with custody.running(receiver.run):
        custody.store("1.2.1")
        assert modality.ask(question("9.1", "1.2.1")) == 0
    custody.ledger.execute(
        "INSERT INTO reduction (instance_id, remains, why, decided_at)"
        " VALUES (1, 'header', 'age', 0)"
    )
    with custody.running(clerk.run), modality.listening():
        wait_until(lambda: modality.reasons() == [{"1.2.1": 0x0112}])
    assert not Requests(custody.ledger, SYSTEM_CLOCK).is_promised("1.2.1")
    assert Alarms(custody.ledger, SYSTEM_CLOCK).raised() == []


def test_a_scanner_is_told_by_tls(tmp_path: Path) -> None:
    authority, port = Authority(tmp_path / "authority"), a_free_port()
    box, ct = authority.client(), authority.server()
    tls = (
        f'[scanner.commitment.tls]\nenabled = true\nca_file = "{authority.certificate}"\n'
        f'certificate_file = "{box.certificate}"\nprivate_key_file = "{box.private_key}"\n'
    )
    custody = Custody(tmp_path, QUICK + scanner(port) + tls)
    credentials = Credentials(
        profile="bcp195",
        ca_file=str(authority.certificate),
        certificate_file=str(ct.certificate),
        private_key_file=str(ct.private_key),
    )
    secured = server_context(credentials, "required")
    modality = Modality(custody.port, port=port, secured=secured)
    with custody.running(), modality.listening():
        assert modality.ask(question("9.1", "1.2.77")) == 0
        wait_until(lambda: modality.reasons() == [{"1.2.77": 0x0112}])
