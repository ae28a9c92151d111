"""What each other step finds, with real peers: a worklist, a broker, meters, time servers."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.commissioning import Finding, Outcome, Step, Verdict, What, outcome_of
from appliance.displayqa.meters.discovery import Port
from appliance.services.commissioning_broker import BrokerTrial
from appliance.services.commissioning_echo import echoed
from appliance.services.commissioning_meter import MeterTrial
from appliance.services.commissioning_network import NetworkTrial, open_ports, time_servers
from appliance.services.commissioning_work import Work
from appliance.services.commissioning_worklist import WorklistTrial
from appliance.services.display_meters import DisplayMeters
from appliance.services.time_server import offset_s
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from appliance.tls import Credentials
from tests.console.commissioning_tries import a_box, peer_at, words
from tests.destinations.archives import (
    LOOPBACK,
    Scripted,
    a_free_port,
    a_silent_listener,
    storescp,
)
from tests.destinations.authority import Authority
from tests.meters.simulated import steady
from tests.orders.ris import an_entry, wlmscpfs
from tests.status.brokers import Mosquitto


def test_an_echo_says_what_was_really_agreed_on(tmp_path: Path) -> None:
    with storescp(tmp_path / "archive", 0, "--max-pdu", "32768", "--prefer-little") as port:
        found = list(echoed(peer_at(port), SYSTEM_CLOCK))
    assert found[0].what is What.ECHO_ANSWERED
    (peer,) = [each for each in found if each.what is What.PEER]
    assert peer.values["pdu"] == "32768"
    assert peer.values["version"].startswith("OFFIS_DCMTK")
    assert What.IN_THE_CLEAR in words(found)
    contexts = [each for each in found if each.what is What.CONTEXT_ACCEPTED]
    assert {each.values["name"] for each in contexts} == {"Verification SOP Class"}
    assert len(contexts) == 3


def test_a_peer_that_is_not_there_or_hangs_or_refuses_is_told() -> None:
    nowhere = list(echoed(peer_at(a_free_port()), SYSTEM_CLOCK))
    assert nowhere[0].values["hindrance"] == "unreachable"
    with a_silent_listener() as port:
        silent = list(echoed(peer_at(port), SYSTEM_CLOCK, longest_s=1.0))
    assert silent[0].values["hindrance"] == "association-ended"
    with Scripted(ae_title="OTHER", require_called_ae=True).running() as archive:
        refused = list(echoed(peer_at(archive.port), SYSTEM_CLOCK))
    assert refused[0].values["hindrance"] == "association-rejected"
    assert all(each[0].remedy for each in (nowhere, silent, refused))


def test_an_echo_by_tls_says_version_and_cipher(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    server, client = authority.server(), authority.client()
    options = ["+tls", str(server.private_key), str(server.certificate), "-ic"]
    own = Credentials(
        profile="bcp195",
        ca_file=str(authority.certificate),
        certificate_file=str(client.certificate),
        private_key_file=str(client.private_key),
    )
    with storescp(tmp_path / "archive", 0, *options) as port:
        found = list(echoed(peer_at(port, credentials=own), SYSTEM_CLOCK))
    (secured,) = [each for each in found if each.what is What.SECURED]
    assert secured.values["tls"].startswith("TLSv1.")
    assert secured.values["cipher"]


def test_a_try_that_is_cancelled_cleans_up_all_the_same() -> None:
    gone, held = threading.Event(), threading.Event()

    def trial() -> Iterator[Finding]:
        try:
            yield Finding.of(Verdict.NOTED, What.SENDING, None, uid="1.2")
            held.wait(60)
            yield Finding.of(Verdict.GOOD, What.REMOVED)
        finally:
            gone.set()

    kept: list[Outcome] = []
    work = Work(
        Step.DESTINATIONS,
        "disk",
        "sato",
        trial,
        lambda each: kept.append(each.outcome),
        SYSTEM_CLOCK,
    ).start()
    while not work.findings:
        time.sleep(0.01)
    assert work.cancel()
    assert not work.cancel()
    held.set()
    assert gone.wait(60)
    work.join(60)
    assert kept == [Outcome.CANCELLED]
    assert work.findings[0].values == {"uid": "1.2"}


def test_a_try_that_fails_or_takes_too_long_is_a_result() -> None:
    kept: list[list[What]] = []

    def broken() -> Iterator[Finding]:
        yield Finding.of(Verdict.GOOD, What.NO_ALARM)
        raise ValueError("CANARY")

    def slow() -> Iterator[Finding]:
        time.sleep(2)
        yield Finding.of(Verdict.GOOD, What.NO_ALARM)

    for trial in (broken, slow):
        done = threading.Event()

        def keep(result: object, done: threading.Event = done) -> None:
            kept.append([each.what for each in result.findings])  # type: ignore[attr-defined]
            done.set()

        work = Work(Step.ALARMS, "", "sato", trial, keep, SYSTEM_CLOCK, longest_s=0.2)
        work.start()
        assert done.wait(60)
    assert kept == [[What.NO_ALARM, What.TRIAL_FAILED], [What.TOOK_TOO_LONG]]


def test_a_worklist_is_counted_and_not_kept(tmp_path: Path) -> None:
    today = datetime.now(UTC).astimezone().strftime("%Y%m%d")
    entries = [an_entry(), an_entry(AccessionNumber="CANARY-2", StudyInstanceUID="9.9.2")]
    for each in entries:
        each.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate = today
    with wlmscpfs(tmp_path / "ris", entries) as port:
        settings = f'[worklist]\nhost = "{LOOPBACK}"\nport = {port}\n'
        box = a_box(tmp_path, settings)
        found = list(WorklistTrial(box, SYSTEM_CLOCK)())
    (answers,) = [each for each in found if each.what is What.ANSWERS]
    assert answers.values == {"answers": "2"}
    assert "YAMADA" not in json.dumps([each.as_json() for each in found])
    assert outcome_of(found) is Outcome.PASSED
    assert b"CANARY-2" not in box.ledger_path.read_bytes()


def test_a_broker_gives_back_what_was_said_or_why_not(tmp_path: Path) -> None:
    toml = '[mqtt]\nenabled = true\nhost = "127.0.0.1"\nport = {}\nsite = "north"\ndevice = "b1"\n'
    open_one = Mosquitto(tmp_path / "open")
    with open_one.running():
        box = a_box(tmp_path, toml.format(open_one.port))
        found = list(BrokerTrial(box, SYSTEM_CLOCK)())
        assert words(found) == [What.BROKER_CONNECTED, What.PUBLISHED, What.READ_BACK]
    acl = tmp_path / "acl"
    acl.write_text("topic write dose-appliance/v1/north/b1/#\n", "utf-8")
    half = Mosquitto(tmp_path / "half", ("allow_anonymous true", f"acl_file {acl}"))
    with half.running():
        box = a_box(tmp_path, toml.format(half.port))
        found = list(BrokerTrial(box, SYSTEM_CLOCK, heard_s=0.5)())
        assert found[-1].what in {What.NOT_READ_BACK, What.SUBSCRIPTION_REFUSED}
        assert outcome_of(found) is Outcome.DOUBTFUL
    acl.write_text("topic read dose-appliance/#\n", "utf-8")
    shut = Mosquitto(tmp_path / "shut", ("allow_anonymous true", f"acl_file {acl}"))
    with shut.running():
        (failed,) = BrokerTrial(a_box(tmp_path, toml.format(shut.port)), SYSTEM_CLOCK)()
        assert (failed.what, failed.values["cause"]) == (What.BROKER_FAILED, "not-permitted")
    (failed,) = BrokerTrial(a_box(tmp_path, toml.format(a_free_port())), SYSTEM_CLOCK)()
    assert failed.values["cause"] == "unreachable"


def test_a_meter_is_found_named_and_read(tmp_path: Path) -> None:
    with plugged(BODIES["ca-410"](steady("123.45"))) as path:
        toml = f'[displayqa]\nports = ["ca-410@{path}"]\n'
        meters = DisplayMeters(a_box(tmp_path, toml), SYSTEM_CLOCK, list)
        found = list(MeterTrial(meters, lambda: False)())
        assert words(found) == [What.METER_FOUND, What.METER_READ]
        assert found[1].values["value"] == "123.45 cd/m²"
        assert words(list(MeterTrial(meters, lambda: True)())) == [What.METER_IN_USE]
    nothing = DisplayMeters(a_box(tmp_path), SYSTEM_CLOCK, list[Port])
    assert words(list(MeterTrial(nothing, lambda: False)())) == [What.NO_METER]


def a_root(folder: Path) -> Path:
    """A machine with one network, a gateway, a firewall and a time server."""
    card = folder / "sys/class/net/eth0"
    (card / "statistics").mkdir(parents=True)
    for name, text in {
        "operstate": "up",
        "carrier": "1",
        "address": "02:00:00:00:00:01",
        "speed": "1000",
        "statistics/rx_errors": "7",
    }.items():
        (card / name).write_text(f"{text}\n", "ascii")
    net = folder / "proc/self/net"
    net.mkdir(parents=True)
    (net / "route").write_text(
        "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
        "eth0 00000000 010200C0 0003 0 0 100 00000000 0 0 0\n"
        "eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n",
        "ascii",
    )
    (net / "fib_trie").write_text(
        "Main:\n           |-- 192.0.2.7\n              /32 host LOCAL\n", "ascii"
    )
    (net / "arp").write_text(
        "IP address HW type Flags HW address Mask Device\n"
        "192.0.2.1 0x1 0x2 02:00:00:00:00:fe * eth0\n",
        "ascii",
    )
    (net / "tcp").write_text(
        "  sl  local_address rem_address st\n   0: 00000000:0068 00000000:0000 0A\n"
        "   1: 0100007F:20FB 00000000:0000 0A\n",
        "ascii",
    )
    ports = folder / "run/dose-appliance/nftables"
    ports.mkdir(parents=True)
    (ports / "ports.nft").write_text(
        "add element inet dose_appliance dicom_ports { 104 }\n"
        "add element inet dose_appliance console_ports { 8443 }\n",
        "ascii",
    )
    times = folder / "run/systemd/timesyncd.conf.d"
    times.mkdir(parents=True)
    (times / "50-box.conf").write_text("[Time]\nNTP=ntp.invalid\nFallbackNTP= \n", "ascii")
    (folder / "etc").mkdir()
    (folder / "etc/resolv.conf").write_text("nameserver 192.0.2.53\n", "ascii")
    return folder


def test_the_network_is_told_as_the_machine_tells_it(tmp_path: Path) -> None:
    root = a_root(tmp_path / "root")
    box = a_box(
        tmp_path,
        "[receiver]\nport = 104\n[console]\nenabled = true\n"
        '[[destination]]\nname = "pacs"\nhost = "pacs.example"\n',
    )
    trial = NetworkTrial(box, SYSTEM_CLOCK, root, lambda _: ["192.0.2.30"])
    found = {each.what: each for each in trial()}
    assert found[What.LINK_UP].values["speed"] == "1000"
    assert found[What.ADDRESS].values["address"] == "192.0.2.7/24"
    assert found[What.GATEWAY_ANSWERS].values == {"address": "192.0.2.1", "device": "eth0"}
    assert found[What.NAME_FOUND].values["addresses"] == "192.0.2.30"
    assert found[What.LINK_ERRORS].values["errors"] == "7"
    assert found[What.PORT_OPEN].values == {"port": "104"}
    assert found[What.PORT_OF_THIS_MACHINE_ALONE].values == {"port": "8443"}
    assert What.TIME_SERVER_SILENT in found
    assert list(time_servers(root)) == ["ntp.invalid"]
    assert open_ports(root) == {"dicom_ports": {104}, "console_ports": {8443}}


def test_a_time_server_is_asked_without_being_believed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOOPBACK, 0))

        def answer() -> None:
            for head in (b"\x24\x01", b"\x24\x00"):
                _, whom = server.recvfrom(100)
                stamp = struct.pack(">II", int(time.time()) + 2208988800 + 60, 0)
                server.sendto(head + bytes(30) + stamp + stamp, whom)

        threading.Thread(target=answer, daemon=True).start()
        port = server.getsockname()[1]
        assert 55 < offset_s(LOOPBACK, SYSTEM_CLOCK, 60, port) < 65
        with pytest.raises(OSError, match="no answer of a time server"):
            offset_s(LOOPBACK, SYSTEM_CLOCK, 60, port)


def an_item(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(content)) + content


def a_hostile_answer(version: bytes, uid: bytes) -> bytes:
    """An A-ASSOCIATE-AC (PS3.8 9.3.3) whose implementation calls itself what it likes."""
    syntax = an_item(0x40, b"1.2.840.10008.1.2")
    contexts = b"".join(an_item(0x21, bytes([at, 0, 0, 0]) + syntax) for at in (1, 3, 5))
    told = an_item(0x51, struct.pack(">I", 16384)) + an_item(0x52, uid)
    told += an_item(0x55, version)
    items = an_item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + an_item(0x50, told)
    body = struct.pack(">HH", 1, 0) + b"<b>A".ljust(16) + b"DOSEBOX".ljust(16) + bytes(32) + items
    return struct.pack(">BBI", 2, 0, len(body)) + body


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")  # pydicom's, of a peer's
@pytest.mark.parametrize("version", [b"<b>X", b"<b>\x1b[31mX\\", b"\xff\xfe"])
@pytest.mark.parametrize("uid", [b"1.2.3", b"1.2.3<i>\x1b[2J"])
def test_what_a_hostile_peer_calls_itself_is_text_or_nothing(version: bytes, uid: bytes) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:

        def answer() -> None:
            line, _ = listener.accept()
            line.recv(65536)
            line.sendall(a_hostile_answer(version, uid))
            line.recv(65536)
            line.close()

        threading.Thread(target=answer, daemon=True).start()
        peer = peer_at(listener.getsockname()[1], timeout_s=20)
        found = list(echoed(peer, SYSTEM_CLOCK))
    assert outcome_of(found) is Outcome.FAILED
    values = " ".join(value for each in found for value in each.values.values())
    assert values.isprintable()
