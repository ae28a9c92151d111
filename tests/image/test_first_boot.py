"""A box's first starts on the real image: box.toml on FAT, a VLAN, WireGuard, SSH, and a reset."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.image.virtual_machine import Hardware, VirtualMachine
from tests.provisioning.world import KEY, OTHER_KEY, PASSWORD

pytestmark = pytest.mark.image

ESP_OFFSET = "1M"
VIRTUAL_NETWORK_MAC = "52:54:00:12:34:56"
"""Of QEMU's first card; its network answers DHCP."""
BOX = f"""\
hostname = "first-box"
timezone = "Asia/Tokyo"

[[interface]]
name = "lan"
role = "both"
mac = "{VIRTUAL_NETWORK_MAC}"

[[interface]]
name = "office"
role = "service"
mac = "{VIRTUAL_NETWORK_MAC}"
vlan_id = 20
addressing = "static"
address = ["10.20.0.5/24"]

[wireguard]
address = ["10.77.0.2/32"]

[[wireguard.peer]]
public_key = "{OTHER_KEY}"
endpoint = "10.0.2.2:51820"
allowed_ips = ["10.77.0.0/24"]
preshared_key_secret = "shared"

[ssh]
enabled = true
authorized_keys = ["{{ssh}}"]

[recovery]
password_hash_secret = "console"

[[secret]]
name = "shared"
value = "{KEY}"

[[secret]]
name = "console"
value = "{{hash}}"

[[secret]]
name = "registry"
value = "{PASSWORD}"

[appliance.receiver]
ae_title = "FIRSTBOX"
"""
READY = "systemctl is-active dose-appliance-provision.service systemd-networkd.service"


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key; its public one lies beside it."""
    key = tmp_path_factory.mktemp("login") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    return key


@pytest.fixture(scope="module")
def machine(
    machine_from: Callable[[Hardware], VirtualMachine],
    login: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> VirtualMachine:
    """Started once with ``BOX`` on its boot partition."""
    machine = machine_from(Hardware(forwarded=(22, 104)))
    public = login.with_suffix(".pub").read_text().strip()
    command = ["openssl", "passwd", "-6", PASSWORD]
    hashed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    file = tmp_path_factory.mktemp("laptop") / "box.toml"
    file.write_text(BOX.format(ssh=public, hash=hashed), "utf-8", newline="\r\n")
    put(machine, file, "box.toml")
    machine.start()
    machine.wait_until(READY)
    return machine


def put(machine: VirtualMachine, file: Path, name: str) -> None:
    """Onto the boot partition, as a laptop does it; the machine is off."""
    image = f"{machine.disk}@@{ESP_OFFSET}"
    subprocess.run(["mcopy", "-o", "-i", image, str(file), f"::{name}"], check=True)


def test_the_file_is_in_force(machine: VirtualMachine) -> None:
    assert machine.told("hostname") == "first-box"
    assert machine.told("date +%Z") == "JST"
    assert machine.told("cat /run/dose-appliance/appliance.toml | grep ae_title | head -1")
    assert machine.told("ls /efi").count("box-errors.txt") == 0


def test_its_secrets_are_in_the_box_and_not_on_the_boot_partition(machine: VirtualMachine) -> None:
    secrets = machine.told("cd /data/box/secrets && stat -c '%n %a %U' *").splitlines()
    assert secrets == ["console 600 root", "registry 600 root", "shared 600 root"]
    assert machine.order(f"grep -rlE '{PASSWORD}|{KEY}' /efi").code == 1
    assert "moved into the box" in machine.told("cat /efi/box.toml")
    assert "box-moved.tmp" not in machine.told("ls /efi")


def test_addresses_by_dhcp_and_on_a_vlan(machine: VirtualMachine) -> None:
    machine.wait_until("ip -br address | grep -q 10.0.2.15")
    assert "10.20.0.5/24" in machine.wait_until("ip -br address show office | grep UP")
    assert "id 20" in machine.told("ip -d link show office")
    assert "group 30" in machine.told("ip link | grep -B1 52:54:00:12:34:56")
    assert "group 20" in machine.told("ip link show office")


def test_the_kernels_wireguard_has_the_boxs_own_key(machine: VirtualMachine) -> None:
    public = machine.wait_until("wg show wg0 public-key")
    assert public in machine.told("cat /efi/box-info.txt")
    assert OTHER_KEY in machine.told("wg show wg0 peers")
    assert KEY in machine.told("wg show wg0 preshared-keys")
    assert "10.77.0.2/32" in machine.told("ip -br address show wg0")


def test_ssh_by_key_alone(machine: VirtualMachine, login: Path) -> None:
    machine.wait_until("systemctl is-active ssh.service")
    port = str(machine.ports[22])
    options = ["-p", port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    options += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=600"]
    by_key = ["ssh", *options, "-i", str(login), "root@127.0.0.1", "hostname"]
    done = subprocess.run(by_key, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "first-box\n"), done.stderr
    without = ["ssh", *options, "-o", "IdentitiesOnly=yes", "-i", "/dev/null", "root@127.0.0.1"]
    refused = subprocess.run(without, check=False, capture_output=True, text=True)
    assert "Permission denied (publickey)" in refused.stderr


def test_the_console_asks_for_the_password_of_the_file(machine: VirtualMachine) -> None:
    machine.wait_until("systemctl is-active console-getty.service getty@tty1.service")
    machine.wait_for_log("first-box login:")
    assert machine.told("stat -c %a /etc/shadow") == "600"
    assert machine.told("grep ^root: /etc/shadow").startswith("root:$6$")


def test_a_wrong_file_leaves_the_box_as_it_was(machine: VirtualMachine, tmp_path: Path) -> None:
    keys = "wg show wg0 public-key | grep = && cat /data/box/ssh/ssh_host_ed25519_key.pub"
    before = machine.wait_until(keys)
    machine.told("sed -i 's/^hostname/hostnam/' /efi/box.toml && sync -f /efi/box.toml")
    machine.power_off()
    machine.start()
    machine.wait_until(READY)
    assert machine.told("hostname") == "first-box"
    machine.wait_for_log("box.toml is NOT in force")
    assert "did you mean `hostname`?" in machine.told("cat /efi/box-errors.txt")
    assert machine.told("cat /run/dose-appliance/panel/configuration") == "faulty"
    assert machine.wait_until(keys) == before
    good = tmp_path / "box.toml"
    good.write_text('hostname = "second-box"\n')
    machine.power_off()
    put(machine, good, "box.toml")
    machine.start()
    machine.wait_until(READY)
    assert machine.told("hostname") == "second-box"
    assert machine.order("ls /efi/box-errors.txt /data/box/secrets/registry").code != 0
    assert machine.order("systemctl is-active ssh.service").code != 0


def test_a_factory_reset_takes_two_acts(machine: VirtualMachine) -> None:
    machine.told("touch /data/appliance/something /efi/reset.toml && sync -f /efi/reset.toml")
    machine.power_off()
    machine.start()
    machine.wait_until(READY)
    machine.wait_for_log("FACTORY RESET IS ARMED")
    machine.told("test -e /data/appliance/something")
    machine.told("cp /efi/reset-code.txt /efi/reset.toml && sync -f /efi/reset.toml")
    machine.power_off()
    machine.start()
    machine.wait_until(READY)
    machine.wait_for_log("FACTORY RESET DONE")
    assert machine.order("ls /data/appliance/something /efi/reset.toml").code != 0
    assert machine.told("hostname") == "second-box"
