"""Who the broker is and who the box is: certificates, passwords, and what an ACL allows."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from tests.destinations.authority import Authority, Credential
from tests.status.boxes import Box
from tests.status.brokers import Mosquitto, Watcher, wait_until

BY_TLS = """alarm_after_s = 0
[mqtt.tls]
enabled = true
ca_file = "{ca}"
certificate_file = "{certificate}"
private_key_file = "{key}"
"""


class Site:
    """An authority, its broker by TLS that wants certificates, and a plain port for watchers."""

    def __init__(self, folder: Path, server: Credential | None = None) -> None:
        self.authority = Authority(folder / "authority")
        shown = server or self.authority.server()
        self.plain = Mosquitto(folder / "broker")
        tls = Mosquitto(folder / "unused")
        self.port = tls.port
        self.plain.lines = (
            "per_listener_settings true",
            "allow_anonymous true",
            f"listener {self.port} 127.0.0.1",
            "require_certificate true",
            "use_identity_as_username true",
            f"cafile {self.authority.certificate}",
            f"certfile {shown.certificate}",
            f"keyfile {shown.private_key}",
        )

    def box(self, folder: Path, own: Credential | None = None, ca: Path | None = None) -> Box:
        shown = own or self.authority.client("box1")
        return Box(
            folder,
            self.port,
            mqtt=BY_TLS.format(
                ca=ca or self.authority.certificate,
                certificate=shown.certificate,
                key=shown.private_key,
            ),
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "site")
    with site.plain.running():
        yield site


def detail_of(box: Box) -> str:
    """Of the alarm that there is no broker; empty while there is none."""
    ledger = box.ledger
    try:
        raised = Alarms(ledger, box.clock).raised()
    finally:
        ledger.close()
    return "".join(each.detail for each in raised if each.code is AlarmCode.BROKER_UNREACHABLE)


def is_told(box: Box, watcher: Watcher) -> None:
    with box.telling():
        watcher.wait_for("availability", "state", "online")


def is_refused(box: Box, *reasons: str) -> None:
    with box.telling():
        wait_until(lambda: detail_of(box).startswith(reasons))


def test_each_proves_who_it_is(tmp_path: Path, site: Site) -> None:
    with Watcher(site.plain.port) as watcher:
        is_told(site.box(tmp_path / "box"), watcher)


def test_a_box_of_another_authority_is_not_let_in(tmp_path: Path, site: Site) -> None:
    stranger = Authority(tmp_path / "stranger").client("box1")
    is_refused(site.box(tmp_path / "box", stranger), "refused", "connection-lost", "tls-failed")


def test_an_expired_box_is_not_let_in(tmp_path: Path, site: Site) -> None:
    expired = site.authority.expired_client()
    is_refused(site.box(tmp_path / "box", expired), "refused", "connection-lost", "tls-failed")


def test_a_broker_of_another_authority_is_told_nothing(tmp_path: Path, site: Site) -> None:
    other = Authority(tmp_path / "other")
    box = site.box(tmp_path / "box", ca=other.certificate)
    is_refused(box, "tls-failed")
    assert "box1" not in site.plain.log()


@pytest.mark.parametrize("kind", ["elsewhere", "expired"])
def test_a_broker_with_a_wrong_certificate_is_told_nothing(tmp_path: Path, kind: str) -> None:
    site = Site(tmp_path / "site")
    authority = site.authority
    wrong = authority.server_elsewhere() if kind == "elsewhere" else authority.expired_server()
    lines = dict(each.split(" ", 1) for each in site.plain.lines)
    lines |= {"certfile": str(wrong.certificate), "keyfile": str(wrong.private_key)}
    site.plain.lines = tuple(" ".join(each) for each in lines.items())
    with site.plain.running():
        is_refused(site.box(tmp_path / "box"), "tls-failed")
        assert "box1" not in site.plain.log()


def test_a_renewed_certificate_is_used_without_a_restart(tmp_path: Path, site: Site) -> None:
    own = site.authority.expired_client()
    box = site.box(tmp_path / "box", own)
    with box.telling(), Watcher(site.plain.port) as watcher:
        wait_until(lambda: bool(detail_of(box)))
        renewed = site.authority.client("box1")
        renewed.private_key.replace(own.private_key)
        renewed.certificate.replace(own.certificate)
        watcher.wait_for("availability", "state", "online")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker with passwords, and the ACL of the fleet's example."""
    folder = tmp_path / "guarded"
    folder.mkdir()
    passwords, acl = folder / "passwords", folder / "acl"
    passwords.touch(0o600)
    for name in ("box1", "other", "watcher"):
        command = ["mosquitto_passwd", "-b", str(passwords), name, f"secret of {name}"]
        subprocess.run(command, check=True, capture_output=True)
    example = Path(__file__).parents[2] / "docs" / "fleet" / "site.acl"
    acl.write_text(example.read_text("utf-8"), encoding="utf-8")
    acl.chmod(0o600)
    lines = ("allow_anonymous false", f"password_file {passwords}", f"acl_file {acl}")
    with Mosquitto(folder, lines).running() as broker:
        yield broker


def with_password(folder: Path, broker: Mosquitto, password: str, name: str = "box1") -> Box:
    file = folder / f"password-of-{name}"
    file.write_text(f"{password}\n", encoding="utf-8")
    login = f'alarm_after_s = 0\nusername = "{name}"\npassword_file = "{file}"'
    return Box(folder / f"box-{name}", broker.port, mqtt=login)


def the_watcher(broker: Mosquitto) -> Watcher:
    return Watcher(broker.port, login=("watcher", "secret of watcher"))


def test_a_password(tmp_path: Path, guarded: Mosquitto) -> None:
    box = with_password(tmp_path, guarded, "wrong")
    with box.telling(), the_watcher(guarded) as watcher:
        wait_until(lambda: detail_of(box).startswith("login-refused"))
        (tmp_path / "password-of-box1").write_text("secret of box1\n", encoding="utf-8")
        watcher.wait_for("availability", "state", "online")


def test_a_password_file_that_is_not_there(tmp_path: Path, guarded: Mosquitto) -> None:
    box = with_password(tmp_path, guarded, "")
    (tmp_path / "password-of-box1").unlink()
    is_refused(box, "credential-unusable")


def test_the_acl_lets_a_box_write_as_itself_alone(tmp_path: Path, guarded: Mosquitto) -> None:
    """Another box's name is refused, and what stands of its own is taken away all the same."""
    box = with_password(tmp_path, guarded, "secret of box1")
    box.raise_(AlarmCode.DISK_LOW, "spool")
    with the_watcher(guarded) as watcher:
        with box.telling():
            wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
        new = Box(tmp_path / "new", guarded.port, mqtt=box.mqtt)
        with new.telling():
            wait_until(lambda: not watcher.at("alarms/disk-low/spool")[-1].payload)
        heard = len(watcher.heard)
        impostor = with_password(tmp_path, guarded, "secret of other", "other")
        is_refused(impostor, "not-permitted")
        assert len(watcher.heard) == heard
