"""The firewall's rules in a network of its own: a box with four cards, and who calls by each."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = ROOT / "systemd/nftables/rules.nft"
SETUP = """
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/dose-appliance/nftables
sets=/run/dose-appliance/nftables/a.nft
ip link set lo up
ip netns add peer
n=0
for group in 0 10 20 30; do
  n=$((n + 10))
  ip link add box$group type veth peer name out$group netns peer
  ip link set dev box$group group $group up
  ip address add 198.51.$n.1/24 dev box$group
  ip -n peer link set out$group up
  ip -n peer address add 198.51.$n.2/24 dev out$group
  ip -n peer address add 198.51.$n.3/24 dev out$group
done
echo "add element inet dose_appliance dicom_ports { 104, 2762 }" >$sets
echo "add element inet dose_appliance archives4 { 198.51.30.2 }" >>$sets
echo "add element inet dose_appliance console_ports { 8443 }" >>$sets
nft -f "$RULES"
nft -f "${RULES%rules.nft}ports.nft"
echo ready
exec sleep infinity
"""
TRY = """
import socket, sys
try:
    address, port, me = sys.argv[1:]
    socket.create_connection((address, int(port)), 1, (address[:-1] + me, 0)).close()
except TimeoutError:
    print("silence")
except ConnectionRefusedError:
    print("let in")
"""
"""Nobody listens: who gets through the firewall is refused by the kernel behind it."""
ADDRESSES = {0: "198.51.10.1", 10: "198.51.20.1", 20: "198.51.30.1", 30: "198.51.40.1"}


@pytest.fixture(scope="module")
def box() -> Iterator[int]:
    """The process id of a box with its firewall up."""
    with subprocess.Popen(
        ["unshare", "--mount", "--net", "sh", "-c", SETUP],
        env=os.environ | {"RULES": str(RULES)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.kill()


def call(box: int, group: int, port: int, me: int = 3) -> str:
    """What comes of calling a port by the card of that group, from the address that ends so."""
    inside = ["nsenter", f"--target={box}", "--mount", "--net", "ip", "netns", "exec", "peer"]
    command = [*inside, "/usr/bin/python3", "-c", TRY, ADDRESSES[group], str(port), str(me)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("group", "port", "outcome"),
    [
        (10, 104, "let in"),
        (10, 2762, "let in"),
        (10, 8443, "silence"),
        (20, 104, "silence"),
        (20, 8443, "let in"),
        (30, 104, "let in"),
        (30, 8443, "let in"),
        (30, 22, "silence"),
        (0, 104, "silence"),
        (0, 8443, "silence"),
    ],
)
def test_each_network_has_its_ports_and_no_other(
    box: int, group: int, port: int, outcome: str
) -> None:
    assert call(box, group, port) == outcome


def test_an_archive_on_the_services_network_may_answer(box: int) -> None:
    assert call(box, 20, 104, me=2) == "let in"


def test_loading_again_changes_nothing_and_a_broken_file_opens_nothing(
    box: int, tmp_path: Path
) -> None:
    inside = ["nsenter", f"--target={box}", "--mount", "--net", "nft"]
    before = subprocess.run([*inside, "list", "ruleset"], capture_output=True, check=True).stdout
    for name in ("rules", "ports"):
        subprocess.run([*inside, "-f", str(RULES.with_name(f"{name}.nft"))], check=True)
    after = subprocess.run([*inside, "list", "ruleset"], capture_output=True, check=True).stdout
    strip = [line for line in before.splitlines() if b"counter" not in line]
    assert [line for line in after.splitlines() if b"counter" not in line] == strip
    broken = tmp_path / "broken.nft"
    broken.write_text("add element inet dose_appliance ssh_ports { 22, nonsense }\n")
    done = subprocess.run([*inside, "-f", str(broken)], capture_output=True, check=False)
    assert done.returncode != 0
    assert call(box, 30, 22) == "silence"
