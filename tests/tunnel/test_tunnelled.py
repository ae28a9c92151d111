"""Deliveries that may leave through the tunnel only, watched from the network outside of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import config
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.config.destination import NETWORK_KINDS
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Cause, Delivered, Retry, open_destination
from appliance.ledger import open_ledger
from appliance.services.tunnelled import Tunnelled
from appliance.tunnel import Tunnel
from tests.destinations.archives import (
    CANARY,
    a_free_port,
    a_report,
    consigned,
    stored,
    storescp,
    wait_until,
)
from tests.destinations.web_servers import ScriptedWeb
from tests.rdsr.cases import case, encoded
from tests.tunnel.namespaces import INNER_FAR, OUTER_FAR, WIREGUARD_PORT, Network, Sniffer, inside

NAME = CANARY[0].encode()


@pytest.fixture
def registry(network: Network, tmp_path: Path) -> Iterator[int]:
    """The port of a storescp behind the tunnel; the thread is in the box's namespace."""
    with inside(network.far), storescp(tmp_path / "kept") as port, inside(network.box):
        yield port


@pytest.fixture
def alarms(tmp_path: Path) -> Iterator[Alarms]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield Alarms(ledger, SYSTEM_CLOCK)
    ledger.close()


def settings(port: int, host: str = INNER_FAR) -> config.Destination:
    return config.Destination(
        name="registry", host=host, port=port, connection_timeout_s=5, timeout_s=5, vpn=True
    )


def tunnelled(network: Network, port: int, alarms: Alarms, mode: str = "permanent") -> Tunnelled:
    tunnel = Tunnel(network.settings(mode=mode), SYSTEM_CLOCK)
    of = settings(port)
    return Tunnelled(of, open_destination(of, Caller("DOSEBOX", tunnel.interface)), tunnel, alarms)


def raised(alarms: Alarms) -> list[tuple[AlarmCode, str]]:
    return [(alarm.code, alarm.subject) for alarm in alarms.raised()]


def test_the_sniffer_would_see_it(network: Network, registry: int) -> None:
    outside = Sniffer(network.outer)
    plain = open_destination(settings(registry, OUTER_FAR), Caller("DOSEBOX", ANY_DEVICE))
    assert isinstance(plain.send(consigned(a_report("1.1"))), Delivered)
    plain.close()
    wait_until(lambda: outside.holds(NAME))
    outside.close()
    assert outside.tcp()


@pytest.mark.parametrize("mode", ["permanent", "on-demand"])
def test_nothing_leaves_in_the_clear(
    network: Network, registry: int, alarms: Alarms, tmp_path: Path, mode: str
) -> None:
    if mode == "permanent":
        network.raise_box()
    outside = Sniffer(network.outer)
    destination = tunnelled(network, registry, alarms, mode)
    for uid in ("1.1", "1.2"):
        assert isinstance(destination.send(consigned(a_report(uid))), Delivered)
    destination.close()
    assert len(outside.udp_to(WIREGUARD_PORT)) > 2
    outside.close()
    assert not outside.tcp()
    assert not any(outside.holds(word.encode()) for word in CANARY)
    assert set(stored(tmp_path / "kept")) == {"1.1", "1.2"}
    assert network.has(network.box, network.device) is (mode == "permanent")


def test_without_the_tunnel_it_waits_though_a_route_leads_there(
    network: Network, registry: int, alarms: Alarms, tmp_path: Path
) -> None:
    network.lead_outside()
    plain = open_destination(settings(registry), Caller("DOSEBOX", ANY_DEVICE))
    assert isinstance(plain.send(consigned(a_report("9.9"))), Delivered), "a way there is open"
    plain.close()
    outside = Sniffer(network.outer)
    destination = tunnelled(network, registry, alarms)
    for _ in range(3):
        outcome = destination.send(consigned(a_report("1.1")))
        destination.close()
        assert outcome == Retry(Cause.TUNNEL_DOWN, f"no-device: {network.device}")
    assert raised(alarms) == [(AlarmCode.TUNNEL_DOWN, network.device)]
    network.lead_inside_only()
    network.raise_box()
    assert isinstance(destination.send(consigned(a_report("1.1"))), Delivered)
    outside.close()
    assert raised(alarms) == []
    assert not outside.tcp()
    assert not outside.holds(NAME)
    assert set(stored(tmp_path / "kept")) == {"9.9", "1.1"}


def test_a_tunnel_that_goes_down_in_between_lets_nothing_out(
    network: Network, alarms: Alarms
) -> None:
    with (
        inside(network.far),
        ScriptedWeb().running(host="0.0.0.0") as registry,  # noqa: S104 - in a namespace of its own
        inside(network.box),
    ):
        network.raise_box()
        of = config.Destination(
            name="registry", kind="stow", host=INNER_FAR, port=registry.port, vpn=True, timeout_s=1
        )
        tunnel = Tunnel(network.settings(), SYSTEM_CLOCK)
        inner = open_destination(of, Caller("DOSEBOX", tunnel.interface))
        destination = Tunnelled(of, inner, tunnel, alarms)
        assert isinstance(destination.send(consigned(a_report("1.1"))), Delivered)
        network.lower_box()
        network.lead_outside()
        outside = Sniffer(network.outer)
        assert isinstance(destination.send(consigned(a_report("1.2"))), Retry)
        destination.close()
        assert isinstance(destination.send(consigned(a_report("1.2"))), Retry)
        outside.close()
    assert len(registry.questions) == 1
    assert not outside.tcp()
    assert not outside.holds(NAME)


@pytest.mark.parametrize("kind", NETWORK_KINDS)
def test_every_kind_is_held_to_the_device_that_it_is_given(network: Network, kind: str) -> None:
    """Whatever is configured, a device that is not there lets no connection out."""
    with inside(network.box):
        outside = Sniffer(network.outer)
        of = config.Destination(name="registry", kind=kind, host=OUTER_FAR, port=a_free_port())
        destination = open_destination(of, Caller("DOSEBOX", network.device))
        outcome = destination.send(consigned(encoded(case("complete_helical").report)))
        destination.close()
        outside.close()
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.UNREACHABLE
    assert not outside.tcp()
