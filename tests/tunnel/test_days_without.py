"""The forwarder and its courier behind a tunnel that is down for days, or up on demand only."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance import config
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.destinations import Caller, open_destination
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.courier import Courier
from appliance.services.tunnelled import Tunnelled
from appliance.tunnel import Tunnel, last_sighting
from tests.destinations.archives import (
    CANARY,
    RDSR,
    a_report,
    stored,
    storescp,
    wait_until,
)
from tests.tunnel.namespaces import INNER_FAR, Network, Sniffer, inside

DAY_S = 86400.0


@pytest.fixture
def registry(network: Network, tmp_path: Path) -> Iterator[int]:
    with inside(network.far), storescp(tmp_path / "kept") as port, inside(network.box):
        yield port


class Days:
    """A courier on a clock that the test turns, behind a tunnel on the real one."""

    def __init__(self, folder: Path, network: Network, port: int) -> None:
        self.now = 1_000_000.0
        clock = replace(SYSTEM_CLOCK, wall=lambda: self.now, monotonic=lambda: self.now)
        self.ledger = open_ledger(folder / "ledger.sqlite")
        self.outbox = Outbox(folder / "outbox", self.ledger, clock)
        self.alarms = Alarms(self.ledger, clock)
        settings = config.Destination(
            name="registry", host=INNER_FAR, port=port, vpn=True, timeout_s=10, retry_max_s=900
        )
        tunnel = Tunnel(network.settings(), SYSTEM_CLOCK)
        inner = open_destination(settings, Caller("DOSEBOX", tunnel.interface))
        outer = Tunnelled(settings, inner, tunnel, self.alarms)
        self.courier = Courier(settings, outer, self.outbox, self.alarms, clock)

    def put(self, uid: str) -> None:
        self.outbox.put(a_report(uid), RDSR, uid, f"9.{uid}")

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            while self.courier.deliver_next():
                continue
            self.courier.rest()
            self.now += 300.0

    def raised(self) -> set[AlarmCode]:
        return {alarm.code for alarm in self.alarms.raised()}


def test_three_days_without_the_tunnel_lose_nothing_and_leak_nothing(
    network: Network, registry: int, tmp_path: Path
) -> None:
    network.lead_outside()
    outside = Sniffer(network.outer)
    days = Days(tmp_path, network, registry)
    for day in range(3):
        for number in range(3):
            days.put(f"1.{day}.{number}")
        days.pass_by(DAY_S)
    assert days.raised() == {AlarmCode.TUNNEL_DOWN, AlarmCode.DESTINATION_FAILING}
    queued = days.outbox.queue("registry")
    assert len(queued) == 9
    assert max(each.attempts for each in queued) > 10
    assert "tunnel-down" in days.outbox.backlog()[0].last_error
    network.lead_inside_only()
    network.raise_box()
    days.pass_by(1800.0)
    outside.close()
    assert days.raised() == set()
    assert days.outbox.backlog()[0].delivered == 9
    assert len(stored(tmp_path / "kept")) == 9
    assert not outside.tcp()
    assert not any(outside.holds(word.encode()) for word in CANARY)
    days.ledger.close()


@dataclass
class Forwarding:
    """The forwarder as a process of its own, in the box's namespace."""

    folder: Path
    network: Network
    port: int

    def __post_init__(self) -> None:
        self.data = self.folder / "data"
        self.data.mkdir()
        self.ledger = open_ledger(self.data / "ledger.sqlite")
        self.outbox = Outbox(self.data / "outbox", self.ledger, SYSTEM_CLOCK)
        (self.folder / "box.toml").write_text(
            f'data_dir = "{self.data}"\n'
            f'[vpn]\ninterface = "{self.network.device}"\nmode = "on-demand"\n'
            f'inner_address = "{INNER_FAR}"\nwg_quick = "{self.network.box_file}"\n'
            f'[[destination]]\nname = "registry"\nhost = "{INNER_FAR}"\nport = {self.port}\n'
            "vpn = true\nretry_first_s = 0.1\nretry_max_s = 0.5\n",
            encoding="utf-8",
        )

    def start(self) -> "subprocess.Popen[bytes]":
        file = str(self.folder / "box.toml")
        command = [sys.executable, "-m", "appliance", "--config", file, "forwarder"]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stderr=log)

    def put(self, uid: str) -> None:
        self.outbox.put(a_report(uid), RDSR, uid, f"9.{uid}")

    def delivered(self) -> int:
        return sum(each.delivered for each in self.outbox.backlog())

    def is_up(self) -> bool:
        return self.network.has(self.network.box, self.network.device)


def test_the_forwarder_brings_the_tunnel_up_for_the_transfer_only(
    network: Network, registry: int, tmp_path: Path
) -> None:
    outside = Sniffer(network.outer)
    forwarding = Forwarding(tmp_path, network, registry)
    forwarding.put("1.1")
    process = forwarding.start()
    wait_until(lambda: forwarding.delivered() == 1)
    wait_until(lambda: not forwarding.is_up())
    for uid in ("1.2", "1.3"):
        forwarding.put(uid)
    wait_until(lambda: forwarding.delivered() == 3)
    wait_until(lambda: not forwarding.is_up())
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    outside.close()
    assert set(stored(tmp_path / "kept")) == {"1.1", "1.2", "1.3"}
    assert not outside.tcp()
    assert not any(outside.holds(word.encode()) for word in CANARY)
    told = (tmp_path / "log").read_text("utf-8")
    assert not any(word in told for word in CANARY)
    seen = last_sighting(forwarding.data)
    assert seen is not None
    assert seen.interface == network.device
    forwarding.ledger.close()


def test_what_a_killed_forwarder_left_up_goes_down_at_the_next_start(
    network: Network, registry: int, tmp_path: Path
) -> None:
    forwarding = Forwarding(tmp_path, network, registry)
    network.raise_box()
    process = forwarding.start()
    wait_until(lambda: not forwarding.is_up())
    process.kill()
    process.wait(30)
    forwarding.ledger.close()
