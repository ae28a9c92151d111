import json
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.cli import main
from appliance.clock import Clock
from appliance.commitment import Answer, Commitments, Question, Reference, Requests
from appliance.config import Configuration, Destination, Tls, parse_configuration
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.certificate_watch import EVERY_S, CertificateWatch
from appliance.status import take_snapshot
from appliance.tls import Worn
from tests.destinations.archives import RDSR, a_report
from tests.destinations.authority import Authority
from tests.services.desk import Hands

SOON_DAYS = 10


def box(folder: Path, authority: Authority) -> str:
    soon = authority.server(days=(-1, SOON_DAYS))
    return (
        f'data_dir = "{folder / "data"}"\n[receiver.tls]\nport = 2762\n'
        f'certificate_file = "{soon.certificate}"\nprivate_key_file = "{soon.private_key}"\n'
        f'ca_file = "{authority.certificate}"\n'
        '[[destination]]\nname = "pacs"\nhost = "pacs.example"\n'
        "[destination.commitment]\nask = true\n"
        f'[destination.tls]\nenabled = true\nca_file = "{folder / "nowhere.pem"}"\n'
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "box.toml"
    path.write_text(box(tmp_path, Authority(tmp_path / "authority")))
    return path


def configured(file: Path) -> Configuration:
    return parse_configuration(file.read_text())


def test_the_status_lists_every_certificate(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(file), "status", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["certificates"]
    assert {each["setting"]: each["state"] for each in found} == {
        "receiver.tls.certificate_file": "expiring",
        "receiver.tls.ca_file": "good",
        "destination.pacs.tls.ca_file": "unusable",
    }


def test_the_status_tells_what_is_committed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configuration = configured(file)
    configuration.data_dir.mkdir()
    ledger, clock = open_ledger(configuration.ledger_path), Clock()
    outbox = Outbox(configuration.outbox_dir, ledger, clock)
    outbox.put(a_report("2.25.1"), RDSR, "2.25.1", "9.9")
    outbox.plan(["pacs"])
    commitments = Commitments(ledger, clock)
    for uid in ("2.25.1", "2.25.2", "2.25.3"):
        commitments.expect("pacs", uid, Reference(RDSR, uid))
    due = commitments.ask("pacs", 10, 3600)
    assert due is not None
    first, second, _ = due.question.references
    commitments.note(Answer(due.question.transaction_uid, {first: 0, second: 0x0122}))
    commitments.take_in(10, {})
    Requests(ledger, clock).enter(Question("9.1", (first,)), "CT1", "BOX", "192.0.2.1")
    arguments = ["--config", str(file)]
    assert main([*arguments, "status", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (destination,) = found["destinations"]
    assert destination["commitments_by_state"] == {"committed": 1, "uncommitted": 1, "failed": 1}
    assert found["commitment_requests_by_state"] == {"open": 1}
    assert main([*arguments, "status"]) == 0
    assert "1 committed, 1 not committed yet, 1 not committed at all" in capsys.readouterr().out
    assert main([*arguments, "outbox", "list"]) == 0
    assert " 1/3 " in capsys.readouterr().out
    assert main([*arguments, "outbox", "commit", "--destination", "pacs"]) == 0
    assert capsys.readouterr().out == "1 objects are asked about again\n"


def test_certificates_are_watched(file: Path, tmp_path: Path) -> None:
    configuration, hands = configured(file), Hands()
    configuration.data_dir.mkdir()
    alarms = Alarms(open_ledger(configuration.ledger_path), Clock())
    watch = CertificateWatch(configuration, alarms, Clock(monotonic=hands.clock.monotonic))
    watch.work_next()
    raised = {(alarm.code, alarm.subject): alarm.detail for alarm in alarms.raised()}
    assert set(raised) == {
        ("certificate-expiring", "receiver.tls.certificate_file"),
        ("certificate-unusable", "destination.pacs.tls.ca_file"),
    }
    assert raised[AlarmCode.CERTIFICATE_UNUSABLE, "destination.pacs.tls.ca_file"] == (
        "No such file or directory"
    )
    renewed = Authority(tmp_path / "renewed").server(days=(-1, 90))
    renewed.private_key.replace(configuration.receiver.tls.private_key_file)
    renewed.certificate.replace(configuration.receiver.tls.certificate_file)
    (tmp_path / "nowhere.pem").write_bytes(Authority(tmp_path / "renewed").certificate.read_bytes())
    watch.work_next()
    assert len(alarms.raised()) == 2  # it is not time yet
    hands.wait(EVERY_S)
    watch.work_next()
    assert alarms.raised() == []


def test_every_tls_user_takes_part(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    expired = authority.expired_client()
    tls = Tls(certificate_file=str(expired.certificate), private_key_file=str(expired.private_key))
    registry = Destination(name="registry", kind="ftps", host="registry.example", tls=tls)
    configuration = Configuration(data_dir=tmp_path, destination=(registry,))
    (found,) = take_snapshot(configuration, Clock()).certificates
    assert (found.setting, found.worn) == (
        "destination.registry.tls.certificate_file",
        Worn.EXPIRED,
    )
