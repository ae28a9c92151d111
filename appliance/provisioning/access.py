"""Who may log in, and how: sshd's whole configuration, and the account ``engineer``.

The account is a user record (https://systemd.io/USER_RECORD) in /run/userdb, so that the read-only
/etc knows nobody with a password.
"""

import json
from collections.abc import Iterator

from appliance.provisioning.box import Box
from appliance.provisioning.file import PRIVATE, SystemFile, text_file
from appliance.provisioning.interface import BOTH, SERVICE, STATIC

ENGINEER = "engineer"
ENGINEER_ID = 60500
"""UID and GID: outside of those that Debian gives to users, and of those of systemd-homed."""
GROUPS = ("dose", "systemd-journal")
SSHD = "dose-appliance/ssh/sshd_config"
AUTHORIZED_KEYS = "dose-appliance/ssh/authorized_keys"
_UNLIKE_ANY = "*"


def access_files(box: Box, host_key: str, password_hash: str | None) -> Iterator[SystemFile]:
    """The files about logging in; ``host_key`` is the path of the private host key.

    ``password_hash`` is None when nobody can log in at the console.
    """
    yield from _account(password_hash)
    if box.ssh.enabled:
        yield text_file(AUTHORIZED_KEYS, *box.ssh.authorized_keys)
        yield text_file(SSHD, *_sshd(box, host_key))


def _sshd(box: Box, host_key: str) -> Iterator[str]:
    """As sshd_config(5) has it; nothing of the system's own file is read."""
    yield f"Port {box.ssh.port}"
    for address in _listening(box):
        yield f"ListenAddress {address}"
    yield f"HostKey {host_key}"
    yield f"AuthorizedKeysFile /run/{AUTHORIZED_KEYS}"
    yield f"AllowUsers {ENGINEER}"
    yield from (
        "PermitRootLogin no",
        "AuthenticationMethods publickey",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitEmptyPasswords no",
        "UsePAM yes",
        "StrictModes yes",
        "MaxAuthTries 3",
        "LoginGraceTime 30",
        "AllowTcpForwarding no",
        "AllowAgentForwarding no",
        "X11Forwarding no",
        "PermitTunnel no",
        "PermitUserEnvironment no",
        "ClientAliveInterval 60",
        "ClientAliveCountMax 5",
        "PrintMotd no",
        "Subsystem sftp internal-sftp",
    )


def _listening(box: Box) -> list[str]:
    """The addresses to listen on where all are known beforehand; none: everywhere.

    Either way the firewall lets callers in from the service's interfaces alone.
    """
    served = [each for each in box.interfaces if each.role in (SERVICE, BOTH)]
    if any(each.addressing != STATIC for each in served) or not served:
        return []
    addresses = [address for each in served for address in each.address]
    addresses += box.wireguard.address if box.wireguard.service else ()
    return [each.partition("/")[0] for each in addresses]


def _account(password_hash: str | None) -> Iterator[SystemFile]:
    record = {
        "userName": ENGINEER,
        "realName": "Service engineer",
        "uid": ENGINEER_ID,
        "gid": ENGINEER_ID,
        "homeDirectory": "/run/dose-appliance/engineer",
        "shell": "/bin/bash",
        "disposition": "regular",
    }
    secret = {"privileged": {"hashedPassword": [password_hash or _UNLIKE_ANY]}}
    group = {"groupName": ENGINEER, "gid": ENGINEER_ID, "disposition": "regular"}
    yield SystemFile(f"userdb/{ENGINEER}.user", _json(record))
    yield SystemFile(f"userdb/{ENGINEER}.user-privileged", _json(secret), PRIVATE)
    yield SystemFile(f"userdb/{ENGINEER}.group", _json(group))
    for name in GROUPS:
        yield SystemFile(f"userdb/{ENGINEER}:{name}.membership", b"{}\n")


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1) + "\n").encode()
