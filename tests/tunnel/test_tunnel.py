"""The gate of the tunnel, with wireguard-go between two network namespaces."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance import connection
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Vpn
from appliance.tunnel import (
    Absence,
    Handshake,
    NoTunnel,
    Sighting,
    ToolFailure,
    Tunnel,
    last_sighting,
    note_sighting,
)
from tests.destinations.archives import wait_until
from tests.tunnel.namespaces import INNER_FAR, WIREGUARD_PORT, Network, Sniffer, inside

WAIT_S = 10.0
AT_ONCE_S = 0.3


@pytest.fixture
def in_box(network: Network) -> Iterator[Network]:
    with inside(network.box):
        yield network


def shifted(seconds: float) -> Clock:
    return replace(SYSTEM_CLOCK, wall=lambda: time.time() + seconds)


def test_a_handshake_is_started_and_waited_for(in_box: Network) -> None:
    in_box.raise_box()
    outside = Sniffer(in_box.outer)
    tunnel = Tunnel(in_box.settings(), SYSTEM_CLOCK)
    assert tunnel.sighting().is_up
    assert tunnel.sighting().handshake_at is None, "nothing has asked for one yet"
    found = tunnel.enter("registry", WAIT_S)
    outside.close()
    assert isinstance(found, Handshake)
    assert 0 <= found.age_s < WAIT_S
    assert outside.udp_to(WIREGUARD_PORT)
    seen = tunnel.sighting()
    assert seen.handshake_at is not None
    assert seen.handshake_age_s(seen.seen_at) is not None


def test_a_route_without_a_handshake_is_not_enough(in_box: Network) -> None:
    in_box.lower_far()
    in_box.raise_box()
    tunnel = Tunnel(in_box.settings(), SYSTEM_CLOCK)
    assert tunnel.enter("registry", AT_ONCE_S) == NoTunnel(Absence.NO_HANDSHAKE, "no handshake yet")
    in_box.lower_box()  # WireGuard would not try again before 5 s
    in_box.raise_far()
    in_box.raise_box()
    assert isinstance(tunnel.enter("registry", WAIT_S), Handshake)


def test_a_device_that_is_not_there_is_not_waited_for(in_box: Network) -> None:
    tunnel = Tunnel(in_box.settings(), SYSTEM_CLOCK)
    assert tunnel.enter("registry", 3600) == NoTunnel(Absence.NO_DEVICE, in_box.device)
    assert not tunnel.sighting().is_up


def test_an_old_handshake_is_not_enough(in_box: Network) -> None:
    in_box.raise_box()
    assert isinstance(Tunnel(in_box.settings(), SYSTEM_CLOCK).enter("a", WAIT_S), Handshake)
    found = Tunnel(in_box.settings(), shifted(200)).enter("a", AT_ONCE_S)
    assert isinstance(found, NoTunnel)
    assert found.absence is Absence.NO_HANDSHAKE
    assert found.detail.startswith("the last handshake was 20")


def test_a_handshake_of_the_future_is_not_enough(in_box: Network) -> None:
    in_box.raise_box()
    assert isinstance(Tunnel(in_box.settings(), SYSTEM_CLOCK).enter("a", WAIT_S), Handshake)
    found = Tunnel(in_box.settings(), shifted(-3600)).enter("a", AT_ONCE_S)
    assert found == NoTunnel(Absence.NO_HANDSHAKE, "no handshake yet")


def test_only_the_named_peers_handshake_counts(in_box: Network) -> None:
    in_box.raise_box()
    right = in_box.settings(peer=in_box.public["far"])
    assert isinstance(Tunnel(right, SYSTEM_CLOCK).enter("a", WAIT_S), Handshake)
    wrong = in_box.settings(peer=in_box.public["box"])
    found = Tunnel(wrong, SYSTEM_CLOCK).enter("a", AT_ONCE_S)
    assert found == NoTunnel(Absence.NO_HANDSHAKE, "no handshake yet")


def test_a_handshake_that_was_seen_counts_until_a_user_leaves(in_box: Network) -> None:
    in_box.raise_box()
    tunnel = Tunnel(in_box.settings(), SYSTEM_CLOCK)
    assert isinstance(tunnel.enter("a", WAIT_S), Handshake)
    in_box.lower_far()
    in_box.lower_box()
    in_box.raise_box()
    assert isinstance(tunnel.enter("a", AT_ONCE_S), Handshake)
    tunnel.leave("a")
    assert isinstance(tunnel.enter("a", AT_ONCE_S), NoTunnel)


def test_an_on_demand_tunnel_is_up_while_somebody_uses_it(in_box: Network) -> None:
    tunnel = Tunnel(in_box.settings(mode="on-demand"), SYSTEM_CLOCK)
    for user in ("registry", "screening", "registry"):
        assert isinstance(tunnel.enter(user, WAIT_S), Handshake)
    tunnel.leave("registry")
    assert in_box.has(in_box.box, in_box.device), "screening still uses it"
    tunnel.leave("screening")
    assert not in_box.has(in_box.box, in_box.device)
    assert not tunnel.sighting().is_up
    assert tunnel.sighting().handshake_at is not None, "it is remembered"
    tunnel.leave("screening")
    assert isinstance(tunnel.enter("registry", WAIT_S), Handshake), "as often as it is wanted"


def test_a_permanent_tunnel_is_left_alone(in_box: Network) -> None:
    in_box.raise_box()
    tunnel = Tunnel(in_box.settings(), SYSTEM_CLOCK)
    tunnel.enter("registry", WAIT_S)
    tunnel.leave("registry")
    assert in_box.has(in_box.box, in_box.device)


def test_what_cannot_be_brought_up_says_why(in_box: Network) -> None:
    settings = in_box.settings(mode="on-demand", wg_quick=f"/nowhere/{in_box.device}.conf")
    found = Tunnel(settings, SYSTEM_CLOCK).enter("registry", AT_ONCE_S)
    assert found == NoTunnel(Absence.TOOL_FAILED, "wg-quick up ended with 1")


def test_a_device_that_cannot_be_taken_away_is_not_tried_all_the_time(in_box: Network) -> None:
    in_box.raise_box()
    now = [0.0]
    settings = in_box.settings(mode="on-demand", wg_quick=f"/nowhere/{in_box.device}.conf")
    tunnel = Tunnel(settings, replace(SYSTEM_CLOCK, monotonic=lambda: now[0]))
    with pytest.raises(ToolFailure):
        tunnel.leave("registry")
    now[0] = 59.0
    tunnel.leave("registry")
    now[0] = 61.0
    with pytest.raises(ToolFailure):
        tunnel.leave("registry")


def test_a_device_that_is_no_tunnel_has_no_handshake(in_box: Network) -> None:
    found = Tunnel(in_box.settings(interface=in_box.outer), SYSTEM_CLOCK).enter("a", AT_ONCE_S)
    assert found == NoTunnel(Absence.TOOL_FAILED, "wg show ended with 1")


def test_commands_are_run_by_sudo_where_the_site_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    sudo = tmp_path / "sudo"
    sudo.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {told}\n', encoding="utf-8")
    sudo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    settings = Vpn(interface="lo", mode="on-demand", privileges="sudo", inner_address="127.0.0.1")
    tunnel = Tunnel(settings, SYSTEM_CLOCK)
    assert isinstance(tunnel.enter("a", 0), NoTunnel)
    tunnel.leave("a")
    lines = told.read_text("utf-8").splitlines()
    assert lines == ["-n wg show lo latest-handshakes", "-n wg-quick down lo"]


def test_a_connection_held_to_the_device_takes_no_other_way(in_box: Network) -> None:
    in_box.lead_outside()
    with inside(in_box.far):
        listener = socket.create_server((INNER_FAR, 0))
    port = listener.getsockname()[1]
    connection.connect(INNER_FAR, port, timeout_s=5, device=connection.ANY_DEVICE).close()
    with pytest.raises(OSError, match="No such device"):
        connection.connect(INNER_FAR, port, timeout_s=5, device=in_box.device)
    in_box.lead_inside_only()
    in_box.raise_box()
    outside = Sniffer(in_box.outer)
    connection.connect(INNER_FAR, port, timeout_s=10, device=in_box.device).close()
    wait_until(lambda: bool(outside.udp_to(WIREGUARD_PORT)))
    outside.close()
    listener.close()
    assert not outside.tcp()


def test_what_was_seen_is_kept_for_the_status(tmp_path: Path) -> None:
    assert last_sighting(tmp_path) is None
    seen = Sighting(interface="wg0", seen_at=100.0, is_up=True, handshake_at=40.0)
    note_sighting(tmp_path, seen)
    assert last_sighting(tmp_path) == seen
    assert seen.handshake_age_s(130.0) == 90.0
    assert seen.handshake_age_s(30.0) is None, "the clock was set back"
    (tmp_path / "tunnel.json").write_text("{", encoding="utf-8")
    assert last_sighting(tmp_path) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.0.2.200"])
def test_a_nudge_never_fails(address: str) -> None:
    connection.nudge(address, device="no-such-device")
    connection.nudge(address, device=connection.ANY_DEVICE)


def test_a_connection_says_why_it_failed() -> None:
    dial: Callable[..., socket.socket] = connection.connect
    with pytest.raises(OSError, match="refused"):
        dial("127.0.0.1", 1, timeout_s=1, device=connection.ANY_DEVICE)
    with pytest.raises(socket.gaierror):
        dial("nowhere.invalid", 1, timeout_s=1, device=connection.ANY_DEVICE)
