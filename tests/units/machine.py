"""A machine in a container: this host's own root under an overlay, with the units, and booted.

Nothing of it touches the host: it lives in mount, process and network namespaces of its own, /run
is its own, and what it writes is in memory but for ``/var/lib/dose-appliance``.
"""

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from appliance.ledger import open_ledger

REPOSITORY = Path(__file__).parents[2]
WAIT_S = 240.0
"""Far more than anything takes on a machine that is not hung."""
AWAKE = ("initializing", "starting", "running", "degraded")
SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")
HIERARCHIES = [
    each
    for each in map(Path, ("/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"))
    if (each / "cgroup.procs").exists()
]
PREPARE = """
set -eu
for hierarchy in $HIERARCHIES; do
  mkdir "$hierarchy/$CGROUP"
  echo $$ >"$hierarchy/$CGROUP/cgroup.procs"
done
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/over/upper /run/over/work /run/root
mount -t overlay overlay -o lowerdir=/,upperdir=/run/over/upper,workdir=/run/over/work /run/root
cd /run/root
rm -rf etc/systemd/system etc/machine-id usr/lib/systemd/system/dose-appliance* var/log/journal
rm -rf usr/lib/tmpfiles.d usr/lib/sysusers.d var/lib/dose-appliance etc/dose-appliance data
mkdir -p etc/systemd/system etc/dose-appliance opt/repository opt/packages opt/python
mkdir -p usr/lib/tmpfiles.d usr/lib/sysusers.d var/lib/dose-appliance
make -s -C "$REPOSITORY" install-units DESTDIR=/run/root
cp -a "$FILES/." .
ln -s /dev/null etc/systemd/system/systemd-firstboot.service
systemd-sysusers --root=/run/root
systemctl --root=/run/root -q enable dose-appliance.target dose-appliance-receiver.socket \
  dose-appliance-handshakes.socket dose-appliance-revive.timer $ENABLED
exec systemd-nspawn --quiet --directory=/run/root --boot --register=no --keep-unit \
  --private-network --console=pipe --link-journal=no --kill-signal=SIGRTMIN+3 \
  --bind="$DATA:/var/lib/dose-appliance" --bind-ro="$REPOSITORY:/opt/repository" \
  --bind-ro="$PACKAGES:/opt/packages" --bind-ro="$PYTHON:/opt/python" \
  systemd.unit=machine.target systemd.journald.forward_to_console=1 systemd.show_status=0
"""
COMMAND = """#!/bin/sh
export PYTHONPATH=/opt/repository:/opt/packages LD_LIBRARY_PATH=/opt/python/lib
exec /opt/python/bin/{python} -m appliance "$@"
"""
TARGET = """[Unit]
Requires=sysinit.target
After=sysinit.target
Wants=dose-appliance.target
AllowIsolate=yes
"""


@dataclass
class Machine:
    """``settings`` is the appliance's TOML; ``drop_ins`` is what is changed of units, by unit.

    ``folder`` outlasts a power cut: its ``data`` is the machine's disk.
    """

    folder: Path
    settings: str = ""
    drop_ins: dict[str, str] = field(default_factory=dict)
    enabled: tuple[str, ...] = tuple(f"dose-appliance-{each}.service" for each in SERVICES)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def console(self) -> str:
        return (self.folder / "console").read_text("utf-8", "replace")

    @property
    def journal(self) -> str:
        """Its last lines."""
        return self.run("journalctl", "--no-pager", "--lines=100", "--output=cat").stdout

    def boot(self) -> None:
        """Start it; returns when its systemd answers."""
        self.data.mkdir(exist_ok=True)
        files = self.folder / "files"
        self._write(files / "usr/bin/appliance", COMMAND.format(python=Path(_PYTHON).name), 0o755)
        self._write(files / "etc/systemd/system/machine.target", TARGET)
        self._write(files / "etc/dose-appliance/appliance.toml", self.settings)
        for unit, text in self.drop_ins.items():
            self._write(files / f"etc/systemd/system/{unit}.d/50-test.conf", text)
        environment = os.environ | {
            "REPOSITORY": str(REPOSITORY),
            "FILES": str(files),
            "DATA": str(self.data),
            "ENABLED": " ".join(self.enabled),
            "PACKAGES": sysconfig.get_path("purelib"),
            "PYTHON": sys.base_prefix,
            "HIERARCHIES": " ".join(map(str, HIERARCHIES)),
            "CGROUP": self._cgroup,
        }
        with (self.folder / "console").open("ab") as console:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", PREPARE],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        self.wait(lambda: self._leader is not None)
        self.wait(lambda: self.run("systemctl", "is-system-running").stdout.strip() in AWAKE)

    def cut_power(self) -> None:
        """Kill it with everything in it, as nothing in it notices."""
        assert self.process is not None
        leader = self._leader
        if leader is not None:
            os.kill(leader, signal.SIGKILL)  # the first of a process namespace takes all along
        self.process.kill()
        self.process.wait()
        for hierarchy in HIERARCHIES:
            self.wait(partial(_is_gone, hierarchy / self._cgroup))

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command inside, as root."""
        return self._enter("--all", *command)

    def call(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the host in the machine's network."""
        return self._enter("--net", *command)

    def calling(self, *command: str) -> "subprocess.Popen[str]":
        """The same, under way."""
        return subprocess.Popen(
            ["nsenter", f"--target={self._leader}", "--net", "--", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def systemctl(self, *words: str) -> str:
        done = self.run("systemctl", *words)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout.strip()

    def show(self, service: str, *properties: str) -> dict[str, str]:
        """Properties of a service's unit."""
        unit = service if "." in service else f"dose-appliance-{service}.service"
        told = self.systemctl("show", f"--property={','.join(properties)}", unit)
        return dict(line.split("=", 1) for line in told.splitlines())

    def is_running(self, service: str) -> bool:
        return self.show(service, "SubState") == {"SubState": "running"}

    def pid(self, service: str) -> str:
        """The main process, as the machine numbers it."""
        return self.show(service, "MainPID")["MainPID"]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds."""
        until = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < until, self.console[-2000:] + self.journal
            time.sleep(0.1)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the ledger, from outside."""
        ledger = open_ledger(self.data / "ledger.sqlite", read_only=True)
        try:
            return [tuple(row) for row in ledger.rows(sql)]
        finally:
            ledger.close()

    def _enter(self, namespaces: str, *command: str) -> "subprocess.CompletedProcess[str]":
        leader = self._leader
        assert leader is not None, self.console[-8000:]
        return subprocess.run(
            ["nsenter", f"--target={leader}", namespaces, "--", *command],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @property
    def _cgroup(self) -> str:
        """Of its own: two machines in one would take each other's services for theirs."""
        return f"machine-{os.getpid()}-{id(self)}"

    @property
    def _leader(self) -> int | None:
        """The machine's first process, as the host numbers it."""
        assert self.process is not None
        for nspawn in _children(self.process.pid, "systemd-nspawn"):
            for leader in _children(nspawn, "systemd"):
                return leader
        return None

    @staticmethod
    def _write(path: Path, text: str, mode: int = 0o644) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(mode)


def _is_gone(cgroup: Path) -> bool:
    """Whether nobody is in it any more, nor in those below; they are removed."""
    for each in sorted(cgroup.rglob("*/"), reverse=True):
        with suppress(OSError):
            each.rmdir()
    with suppress(OSError):
        cgroup.rmdir()
    return not cgroup.exists()


_PYTHON = Path(sys.executable).resolve()


def _children(pid: int, name: str) -> list[int]:
    """The process itself or its children, of that name."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [each for each in (pid, *map(int, told)) if _name(each) == name]
    except OSError:
        return []


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text("utf-8").strip()
