"""Who may log in, and how: sshd's whole configuration, and root's password at the console.

There is one account, root, without a password unless ``box.toml`` gives it one. The read-only /etc
knows nobody's; what differs from box to box lies where no service of the appliance can write.
"""

from collections.abc import Iterator

from appliance.provisioning.box import Box
from appliance.provisioning.file import PRIVATE, SystemFile, text_file

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
    """As sshd_config(5) has it; nothing of the system's own file is read.

    It listens everywhere, for its addresses may come later than it does: who reaches it is the
    firewall's, without which the unit does not start.
    """
    yield f"Port {box.ssh.port}"
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
