"""vsftpd and OpenSSH's sshd on loopback, each on a disk of its own, without privileges.

They run in a namespace as a user ``depositor`` without any power, so permissions and the end of the
disk are real. What they keep is seen through /proc.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from appliance import config
from appliance.config.ftps import Ftps
from appliance.config.sftp import Sftp
from appliance.config.tls import Tls
from appliance.destinations import Caller, Destination, open_destination
from tests.destinations.archives import LOOPBACK, a_free_port, is_listening, wait_until
from tests.destinations.authority import Authority, Credential

USER, PASSWORD = "depositor", "Sesam, öffne dich"
IN_A_NAMESPACE = """
mount -t tmpfs -o size=$1,mode=755 tmpfs "$2" && mkdir "$2/home" &&
mount --bind "$3/passwd" /etc/passwd && mount --bind "$3/shadow" /etc/shadow || exit 1
shift 3; exec unshare --user --map-user=1000 --map-group=1000 "$@"
"""
PASSIVE_PORTS = 40


@dataclass(frozen=True)
class FileServer:
    """A server that runs; ``settings`` are those of a destination that can use it."""

    settings: config.Destination
    process: subprocess.Popen[bytes]
    home: Path
    log: Path

    @property
    def files(self) -> dict[str, bytes]:
        """All that it keeps, by path."""
        return {
            str(path.relative_to(self.seen)): content
            for path in self.seen.rglob("*")
            if path.is_file() and (content := _content(path)) is not None
        }

    @property
    def seen(self) -> Path:
        """The folder that a login begins in, as seen from here."""
        return Path(f"/proc/{self.process.pid}/root{self.home}")

    def opened(self, **changes: object) -> Destination:
        """The destination, with ``changes`` to its settings."""
        return open_destination(replace(self.settings, **changes), Caller("DOSEBOX", ""))  # type: ignore[arg-type] # any of its fields

    def fill(self) -> Path:
        """Leave less room than an object needs; the file that takes it."""
        ballast = self.seen / "ballast"
        disk = os.statvfs(self.seen)
        ballast.write_bytes(bytes(disk.f_bavail * disk.f_frsize - 8192))
        return ballast

    def end_sessions(self) -> None:
        """Kill the processes that serve somebody, but not the one that listens."""
        for session in _descendants(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)
        wait_until(lambda: not _descendants(self.process.pid))

    def kill(self) -> None:
        """End it and the processes of its sessions."""
        sessions = _descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        for session in sessions:
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)


def _content(path: Path) -> bytes | None:
    """None when the file has got another name meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _descendants(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    children = [int(child) for child in text.split()]
    return [*children, *(each for child in children for each in _descendants(child))]


def _accounts(folder: Path) -> None:
    secret = subprocess.run(
        ["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True
    )
    entry = f"{USER}:x:1000:1000::/:/bin/sh\n"
    (folder / "passwd").write_text(f"{entry}sshd:x:1001:1001::/:/bin/false\n")
    (folder / "shadow").write_text(f"{USER}:{secret.stdout.strip()}:1::::::\n")
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")


@contextmanager
def _running(
    command: list[str], folder: Path, settings: config.Destination, size: str, **more: str
) -> Iterator[FileServer]:
    disk = folder / "disk"
    script = ["sh", "-c", IN_A_NAMESPACE, "sh", size, str(disk), str(folder)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "--map-root-user", *script, *command],
            stdout=output,
            stderr=output,
            env={**os.environ, **more},
            start_new_session=True,
        )
    server = FileServer(settings, process, disk / "home", folder / "log")
    try:
        wait_until(lambda: is_listening(settings.port, settings.host) or process.poll() is not None)
        assert process.poll() is None, (folder / "output").read_text()
        yield server
    finally:
        if process.poll() is None:
            server.kill()


@dataclass(frozen=True, kw_only=True)
class FtpsServer:
    """How a vsftpd is to be; ``options`` are added to its configuration."""

    folder: Path
    authority: Authority
    certificate: Credential | None = None
    options: tuple[str, ...] = ()
    newest_tls: str = "TLSv1.3"
    host: str = LOOPBACK
    port: int = 0
    size: str = "2m"

    @contextmanager
    def running(self) -> Iterator[FileServer]:
        (self.folder / "disk").mkdir(parents=True, exist_ok=True)
        _accounts(self.folder)
        port = self.port or a_free_port()
        certificate = self.certificate or self.authority.server()
        (self.folder / "vsftpd.conf").write_text(self._configuration(port, certificate))
        (self.folder / "openssl.cnf").write_text(
            "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = here\n"
            f"[here]\nMaxProtocol = {self.newest_tls}\n"
        )
        command = ["vsftpd", str(self.folder / "vsftpd.conf")]
        more = {"OPENSSL_CONF": str(self.folder / "openssl.cnf")}
        with _running(command, self.folder, self._settings(port), self.size, **more) as server:
            yield server

    def _settings(self, port: int) -> config.Destination:
        client = self.authority.client()
        return config.Destination(
            name="registry",
            kind="ftps",
            host=self.host,
            port=port,
            connection_timeout_s=10,
            timeout_s=30,
            ftps=Ftps(
                user="anonymous", password_file=str(self.folder / "password"), folder="in/box"
            ),
            tls=Tls(
                ca_file=str(self.authority.certificate),
                certificate_file=str(client.certificate),
                private_key_file=str(client.private_key),
            ),
        )

    def _configuration(self, port: int, certificate: Credential) -> str:
        passive = passive_ports(port)
        lines = {
            "listen": "YES",
            "listen_address": LOOPBACK,
            "listen_port": str(port),
            "background": "NO",
            "run_as_launching_user": "YES",
            "seccomp_sandbox": "NO",
            "isolate": "NO",
            "isolate_network": "NO",
            "anonymous_enable": "YES",  # whose passwords stand in a file: no account is needed
            "ftp_username": USER,
            "secure_email_list_enable": "YES",
            "email_password_file": str(self.folder / "password"),
            "delay_failed_login": "0",
            "anon_root": str(self.folder / "disk/home"),
            "allow_writeable_chroot": "YES",
            "anon_world_readable_only": "NO",
            "anon_umask": "022",
            "write_enable": "YES",
            "anon_upload_enable": "YES",
            "anon_mkdir_write_enable": "YES",
            "anon_other_write_enable": "YES",
            "ssl_enable": "YES",
            "allow_anon_ssl": "YES",
            "force_anon_logins_ssl": "YES",
            "force_anon_data_ssl": "YES",
            "ssl_ciphers": "HIGH",
            "rsa_cert_file": str(certificate.certificate),
            "rsa_private_key_file": str(certificate.private_key),
            "ca_certs_file": str(self.authority.certificate),
            "require_cert": "YES",
            "validate_cert": "YES",
            "require_ssl_reuse": "YES",
            "pasv_min_port": str(passive.start),
            "pasv_max_port": str(passive.stop - 1),
            "xferlog_enable": "YES",
            "log_ftp_protocol": "YES",
            "vsftpd_log_file": str(self.folder / "log"),
        }
        lines |= dict(option.split("=", 1) for option in self.options)
        return "".join(f"{key}={value}\n" for key, value in lines.items() if value)


def passive_ports(port: int) -> range:
    """Where a server that listens at ``port`` takes data."""
    start = 20000 + port * 7 % 12000
    return range(start, start + PASSIVE_PORTS)


@dataclass(frozen=True, kw_only=True)
class SftpServer:
    """How an sshd is to be; ``options`` are added before its configuration."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = 0
    size: str = "2m"

    @contextmanager
    def running(self) -> Iterator[FileServer]:
        (self.folder / "disk").mkdir(parents=True, exist_ok=True)
        _accounts(self.folder)
        for name in ("host", "box", "stranger"):
            if not (self.folder / name).exists():
                a_key(self.folder / name)
        port = self.port or a_free_port()
        (self.folder / "sshd.conf").write_text(self._configuration(port))
        command = ["/usr/sbin/sshd", "-D", "-f", str(self.folder / "sshd.conf")]
        command += ["-E", str(self.folder / "log")]
        with _running(command, self.folder, self._settings(port), self.size) as server:
            yield server

    def _settings(self, port: int) -> config.Destination:
        return config.Destination(
            name="registry",
            kind="sftp",
            host=LOOPBACK,
            port=port,
            connection_timeout_s=10,
            timeout_s=30,
            sftp=Sftp(
                user=USER,
                private_key_file=str(self.folder / "box"),
                host_key=(fingerprint(self.folder / "host.pub"),),
                folder="in/box",
            ),
        )

    def _configuration(self, port: int) -> str:
        lines = (
            *self.options,
            f"ListenAddress {LOOPBACK}:{port}",
            f"HostKey {self.folder / 'host'}",
            f"AuthorizedKeysFile {self.folder / 'box.pub'}",
            "StrictModes no",
            "UsePAM no",
            "PidFile none",
            "UseDNS no",
            f"Subsystem sftp internal-sftp -d {self.folder / 'disk/home'}",
        )
        return "".join(f"{line}\n" for line in lines)


def a_key(path: Path, kind: str = "ed25519") -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)


def fingerprint(public_key: Path) -> str:
    command = ["ssh-keygen", "-l", "-f", str(public_key)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[1]
