"""Who may log in: what sshd, nft and the system's own tools make of the files."""

import subprocess
from pathlib import Path

import pytest

from appliance.provisioning import BoxText, SystemFile, parse_box, system_files
from appliance.provisioning.access import with_password
from appliance.provisioning.firewall import ports
from appliance.provisioning.networkd import GROUPS, SERVICE_TUNNEL_GROUP, TUNNEL_GROUP
from tests.provisioning.world import A_SITE, SSH_KEY

RULES = Path(__file__).parents[2] / "systemd/nftables/rules.nft"
WITH_SSH = f'[ssh]\nenabled = true\nauthorized_keys = ["{SSH_KEY}"]\n'
SHADOW = "root:!*:19000:0:99999:7::1:\ndaemon:*:19000:0:99999:7:::\n"


def files(text: str, host_key: str = "/k", password_hash: str | None = None) -> dict[str, bytes]:
    found = system_files(
        parse_box(BoxText(text)), host_key=host_key, shadow=SHADOW, password_hash=password_hash
    )
    return {each.path: each.content for each in found if isinstance(each, SystemFile)}


def test_nobody_may_unless_the_file_says_so() -> None:
    assert not [path for path in files("") if path.startswith("dose-access/")]


def test_ssh_is_for_keys_alone_as_sshd_itself_understands_it(tmp_path: Path) -> None:
    key, config = tmp_path / "key", tmp_path / "sshd_config"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    config.write_bytes(files(WITH_SSH, str(key))["dose-access/sshd_config"])
    Path("/run/sshd").mkdir(exist_ok=True)
    command = ["/usr/sbin/sshd", "-T", "-f", str(config), "-C", "user=root,host=a,addr=10.0.0.9"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = set(done.stdout.splitlines())
    assert said >= {
        "permitrootlogin without-password",
        "passwordauthentication no",
        "kbdinteractiveauthentication no",
        "authenticationmethods publickey",
        "permitemptypasswords no",
        "allowtcpforwarding no",
        "x11forwarding no",
        "allowusers root",
        "authorizedkeysfile /run/dose-access/authorized_keys",
        f"hostkey {key}",
    }
    assert SSH_KEY.encode() in files(WITH_SSH)["dose-access/authorized_keys"]


@pytest.mark.parametrize("password_hash", [None, "$6$salt$hash"])
def test_root_may_only_have_the_password_of_the_file(password_hash: str | None) -> None:
    found = files(WITH_SSH, password_hash=password_hash)
    root, *others = found["dose-access/shadow"].decode().splitlines()
    assert root == f"root:{password_hash or '*'}:20000:0:99999:7:::"
    assert others == ["daemon:*:19000:0:99999:7:::"]
    assert ("dose-access/console" in found) is (password_hash is not None)


def test_a_second_password_takes_the_place_of_the_first() -> None:
    assert with_password(with_password(SHADOW, "$6$a"), "$6$b").count("root:") == 1


def test_the_firewall_takes_the_ports_of_any_box(tmp_path: Path) -> None:
    text = A_SITE.replace("[[wireguard.peer]]", "listen_port = 51820\n\n[[wireguard.peer]]", 1)
    text = text.replace(
        'address = ["10.77.0.2/32"]\n\nlisten', 'address = ["10.77.0.2/32"]\nlisten'
    )
    text += "\n[appliance.console]\nenabled = true\n"
    both = tmp_path / "both.nft"
    rendered = files(text)["dose-appliance/nftables/ports.nft"]
    assert rendered.count(b"add element") == 4
    both.write_bytes(RULES.read_bytes() + rendered)
    subprocess.run(["unshare", "--net", "/usr/sbin/nft", "-f", str(both)], check=True)


def test_the_rules_know_every_group_and_every_set() -> None:
    rules = RULES.read_text("utf-8")
    for group in (*GROUPS.values(), TUNNEL_GROUP, SERVICE_TUNNEL_GROUP):
        assert str(group) in rules
    assert all(f"set {name} " in rules for name in ports(parse_box(BoxText(""))))
