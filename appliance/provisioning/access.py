"""Who may log in, and how: sshd's whole configuration, and root's password at the console.

There is one account, root, without a password unless ``box.toml`` gives it one. The read-only /etc
knows nobody's; what differs from box to box lies where no service of the appliance can write.
"""

from collections.abc import Iterator

from appliance.provisioning.box import Box
from appliance.provisioning.file import PRIVATE, SystemFile, text_file
from appliance.provisioning.interface import BOTH, SERVICE, STATIC

FOLDER = "dose-access"
SSHD, AUTHORIZED_KEYS, SHADOW, CONSOLE = (
    f"{FOLDER}/{name}" for name in ("sshd_config", "authorized_keys", "shadow", "console")
)
"""While one of the first and the last is there, sshd runs, and consoles ask who is there."""
ACCOUNT, NO_PASSWORD = "root", "*"


def access_files(
    box: Box, host_key: str, shadow: str, password_hash: str | None
) -> Iterator[SystemFile]:
    """The files about logging in; ``host_key`` is the path of the private host key.

    ``shadow`` is the system's own shadow(5); ``password_hash`` is None when nobody can log in at
    the console.
    """
    if password_hash or box.ssh.enabled:
        content = with_password(shadow, password_hash or NO_PASSWORD)
        yield SystemFile(SHADOW, content.encode(), PRIVATE)
    if password_hash:
        yield text_file(CONSOLE)
    if box.ssh.enabled:
        yield text_file(AUTHORIZED_KEYS, *box.ssh.authorized_keys)
        yield text_file(SSHD, *_sshd(box, host_key))


def with_password(shadow: str, password_hash: str) -> str:
    """``shadow`` with ``password_hash`` as root's; no password ever has to be changed."""
    others = [line for line in shadow.splitlines() if not line.startswith(f"{ACCOUNT}:")]
    return "\n".join([f"{ACCOUNT}:{password_hash}:20000:0:99999:7:::", *others, ""])


def _sshd(box: Box, host_key: str) -> Iterator[str]:
    """As sshd_config(5) has it; nothing of the system's own file is read."""
    yield f"Port {box.ssh.port}"
    for address in _listening(box):
        yield f"ListenAddress {address}"
    yield f"HostKey {host_key}"
    yield f"AuthorizedKeysFile /run/{AUTHORIZED_KEYS}"
    yield f"AllowUsers {ACCOUNT}"
    yield from (
        "PermitRootLogin prohibit-password",
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
