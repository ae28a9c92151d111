"""A virtual machine that boots a disk image: no acceleration, so the same on every host.

Everything of one machine is in a folder of its own: a copy of the disk, the serial log, sockets.
The power is cut by ending QEMU; what the guest had not made durable is gone. Orders are given to a
shell that the machine is told to start by SMBIOS strings; nothing of it is in the image.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

FIRMWARE = Path("/usr/share/OVMF")
HOST = "10.0.2.2"
"""Where the guest finds this machine."""
PATIENCE_S = 1800.0
"""Far longer than anything takes; only something broken takes so long."""
SLICE_S = 0.2
BUSY = (
    "no_timer_check nowatchdog rcupdate.rcu_cpu_stall_suppress=1 "
    "systemd.default_device_timeout_sec=900"
)
"""For the kernel: this computer may be so busy that clocks seem to stand still."""
PLACES = Path("/var/tmp/dose-image/machines")  # noqa: S108 - empty files that are locked
AT_ONCE = int(os.environ.get("DOSE_TEST_MACHINES", "2"))
PORT_NAME = "dose.test"
CREDENTIAL = "io.systemd.credential.binary"
CHANNEL = f"""\
[Unit]
Description=Orders of the test
DefaultDependencies=no
After=systemd-tmpfiles-setup-dev.service
Conflicts=shutdown.target
Before=shutdown.target
[Service]
ExecStart=/bin/bash -c 'exec 0<>/dev/virtio-ports/{PORT_NAME} 1>&0 /bin/bash'
StandardError=null
Restart=always
RestartSec=1
StartLimitIntervalSec=0
"""
PATIENT = "[Service]\nTimeoutStartSec=1h\nTimeoutStopSec=15min\nWatchdogSec=1h\n"
"""For the services: computing takes fifty times as long here, and this computer is busy."""
WANTED = "[Unit]\nWants=dose-test.service\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended in the machine, and all it wrote."""

    code: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What the machine is made of; ``forwarded`` are ports of the guest reached from the host.

    With ``boot_files``, those of a slot of a Raspberry Pi, it is one, as far as its processor goes.
    """

    memory_mib: int = 2048
    disk_gib: int = 8
    forwarded: Sequence[int] = (104,)
    devices: Sequence[str] = ()
    kernel_options: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict)
    boot_files: Path | None = None


class VirtualMachine:
    """One machine in ``folder``; it is off until ``start``."""

    def __init__(self, image: Path, folder: Path, hardware: Hardware | None = None) -> None:
        self.folder = folder
        self.hardware = hardware or Hardware()
        self.disk = folder / "disk.img"
        self.log = folder / "serial.log"
        self.ports: dict[int, int] = {}
        self._variables = folder / "variables.fd"
        self._qemu: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._place: TextIO | None = None
        self._orders = 0
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--sparse=always", str(image), str(self.disk)], check=True)
        os.truncate(self.disk, self.hardware.disk_gib << 30)
        shutil.copyfile(FIRMWARE / "OVMF_VARS_4M.fd", self._variables)

    def put_on_boot_partition(self, name: str, content: bytes) -> None:
        """Write a file onto the first partition, as a laptop would; the machine is off."""
        subprocess.run(
            ["mcopy", "-o", "-i", self._boot_partition, "-", f"::{name}"], input=content, check=True
        )

    def boot_partition(self, folder: str = "") -> list[str]:
        """The names of the files in a folder of the first partition; the machine is off."""
        command = ["mdir", "-b", "-i", self._boot_partition, f"::{folder}"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [line.removeprefix("::/") for line in listed.splitlines()]

    def read_boot_partition(self, name: str) -> bytes:
        """A file of the first partition; the machine is off."""
        command = ["mtype", "-i", self._boot_partition, f"::{name}"]
        return subprocess.run(command, check=True, capture_output=True).stdout

    @property
    def _boot_partition(self) -> str:
        return f"{self.disk}@@1M"

    def start(self) -> None:
        """Switch it on, once this machine has room for it; then returns at once."""
        self._place = _a_place()
        self.log.unlink(missing_ok=True)
        self.ports = {port: _free_port() for port in self.hardware.forwarded}
        output = (self.folder / "qemu.log").open("ab")
        with output:
            self._qemu = subprocess.Popen(self._command(), stdout=output, stderr=output)
        self._channel = self._connected("channel")

    def _command(self) -> list[str]:
        forwards = "".join(
            f",hostfwd=tcp:127.0.0.1:{host}-:{guest}" for guest, host in self.ports.items()
        )
        return [
            *(self._raspberry_pi() if self.hardware.boot_files else self._pc()),
            *("-nodefaults", "-nographic", "-accel", "tcg,thread=multi"),
            *("-smp", "2", "-m", str(self.hardware.memory_mib)),
            *_drive("none", self.disk, "id=disk,cache=writeback,discard=unmap"),
            *("-device", "virtio-blk-pci,drive=disk"),
            *("-netdev", f"user,id=lan{forwards}", "-device", "virtio-net-pci,netdev=lan"),
            *("-device", "virtio-rng-pci", "-device", "qemu-xhci,id=usb"),
            *("-device", "virtio-serial-pci"),
            *("-chardev", f"socket,id=orders,path={self.folder}/channel,server=on,wait=off"),
            *("-device", f"virtserialport,chardev=orders,name={PORT_NAME}"),
            *("-serial", f"file:{self.log}", "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"),
            *(word for device in self.hardware.devices for word in ("-device", device)),
        ]

    def _pc(self) -> list[str]:
        """A PC with UEFI; it is told what to start by SMBIOS."""
        options = f"{BUSY} {self.hardware.kernel_options}"
        strings = {"io.systemd.boot.kernel-cmdline-extra": options}
        strings |= {f"{CREDENTIAL}:{name}": text for name, text in self._credentials().items()}
        return [
            *(
                "qemu-system-x86_64",
                "-machine",
                "q35",
                "-cpu",
                "Nehalem",
            ),  # wider vectors are slower here
            *_drive("pflash", FIRMWARE / "OVMF_CODE_4M.fd", "readonly=on"),
            *_drive("pflash", self._variables),
            *(word for pair in strings.items() for word in _smbios(*pair)),
        ]

    def _raspberry_pi(self) -> list[str]:
        """The processor of a Raspberry Pi 4; QEMU does what its firmware would, by its files."""
        files = self.hardware.boot_files
        assert files is not None
        told = (f"systemd.set_credential_binary={n}:{t}" for n, t in self._credentials().items())
        words = (files / "cmdline.txt").read_text().split()
        words += ["console=ttyAMA0", *BUSY.split(), *self.hardware.kernel_options.split(), *told]
        return [
            *("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"),
            *("-kernel", str(files / "vmlinuz"), "-initrd", str(files / "initrd.img")),
            *("-append", " ".join(words)),
        ]

    def _credentials(self) -> dict[str, str]:
        """What the machine is told, by name, in base64."""
        told = {
            "systemd.extra-unit.dose-test.service": CHANNEL,
            "systemd.unit-dropin.sysinit.target~test": WANTED,
            "systemd.unit-dropin.dose-appliance-.service~99-busy": PATIENT,
            **self.hardware.credentials,
        }
        return {name: base64.b64encode(text.encode()).decode() for name, text in told.items()}

    def cut_power(self) -> None:
        """End it in the middle of whatever it does."""
        assert self._qemu is not None
        self._qemu.send_signal(signal.SIGKILL)
        self._ended()

    def power_off(self) -> None:
        """Have it shut down, and wait until it has."""
        assert self._qemu is not None
        self.told("true")
        self._ordered("systemctl --no-block poweroff")
        self._qemu.wait(PATIENCE_S)
        self._ended()

    def restart(self) -> None:
        """Have it start anew, and wait until what has started takes orders."""
        before = self.told("cat /proc/sys/kernel/random/boot_id")
        self._ordered("systemctl --no-block reboot")
        self.wait_until(f"! grep -qx {before} /proc/sys/kernel/random/boot_id")

    def stop(self) -> None:
        """Switch it off if it is on."""
        if self._qemu is not None:
            self.cut_power()

    def _ended(self) -> None:
        assert self._qemu is not None
        self._qemu.wait()
        if self._channel is not None:
            self._channel.close()
        for name in ("channel", "qmp"):
            (self.folder / name).unlink(missing_ok=True)
        if self._place is not None:
            self._place.close()
        self._qemu = self._channel = self._place = None

    def order(self, command: str) -> Answer:
        """Run a command in the machine's shell, as root; waits until the machine takes orders."""
        assert self._channel is not None
        self._orders += 1
        mark = f"ended-{self._orders}-{os.urandom(4).hex()}"
        script = base64.b64encode(command.encode()).decode()
        # Sent again until it is taken: a shell that is not there yet reads nothing.
        line = (
            f"[ -e /run/test-{mark} ] || {{ touch /run/test-{mark}; echo {script} | base64 -d "
            f">/run/test-order; bash /run/test-order >/run/test-answer 2>&1 </dev/null; "
            f'echo "{mark} $? $(base64 -w0 /run/test-answer)"; }}\n'
        )
        text = self._answered(line, mark)
        words = text.split()
        return Answer(int(words[1]), base64.b64decode(words[2] if words[2:] else "").decode())

    def _ordered(self, command: str) -> None:
        """Once, to a shell that takes orders; no answer may come."""
        assert self._channel is not None
        self._channel.sendall(f"{command}\n".encode())

    def told(self, command: str) -> str:
        """What a command wrote that ended well."""
        answer = self.order(command)
        assert answer.code == 0, f"{command}: {answer.code}: {answer.text}"
        return answer.text.strip()

    def wait_until(self, command: str) -> str:
        """Repeat a command in the machine until it ends well; what it wrote."""
        answer = self.order(command)
        deadline = time.monotonic() + PATIENCE_S
        while answer.code != 0:
            assert time.monotonic() < deadline, f"{command}: {answer.text}\n{self.tail()}"
            time.sleep(1)
            answer = self.order(command)
        return answer.text.strip()

    def _answered(self, line: str, mark: str) -> str:
        assert self._channel is not None
        deadline, sent, received = time.monotonic() + PATIENCE_S, 0.0, b""
        while True:
            self._alive(deadline)
            if time.monotonic() > sent + 5:
                self._channel.sendall(line.encode())
                sent = time.monotonic()
            readable, _, _ = select.select([self._channel], [], [], SLICE_S)
            received += self._channel.recv(1 << 20) if readable else b""
            for each in received.decode(errors="replace").splitlines(keepends=True):
                if each.startswith(mark) and each.endswith("\n"):
                    return each

    def wait_for_log(self, text: str) -> None:
        """Wait until the serial console shows a text."""
        deadline = time.monotonic() + PATIENCE_S
        while not (self.log.exists() and text in self.log.read_text(errors="replace")):
            self._alive(deadline)
            time.sleep(SLICE_S)

    def wait_for_end(self) -> None:
        """Wait until the machine switched itself off."""
        assert self._qemu is not None
        self._qemu.wait(PATIENCE_S)
        self._ended()

    def _alive(self, deadline: float) -> None:
        assert self._qemu is not None
        assert self._qemu.poll() is None, f"the machine ended\n{self.tail()}"
        assert time.monotonic() < deadline, f"nothing came\n{self.tail()}"

    def tail(self) -> str:
        """The end of what the serial console showed."""
        text = self.log.read_text(errors="replace") if self.log.exists() else "(no log)"
        return "\n".join(text.splitlines()[-60:])

    def qmp(self, command: str, **arguments: object) -> dict[str, Any]:
        """One command to QEMU itself (QMP)."""
        answer = self._asked(command, arguments)
        assert "error" not in answer, answer
        return answer

    def _asked(self, command: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        with self._connected("qmp") as monitor, monitor.makefile("rw") as lines:
            lines.readline()
            for each in ({"execute": "qmp_capabilities"}, _qmp(command, arguments)):
                lines.write(json.dumps(each) + "\n")
                lines.flush()
                answer = next(_answers(lines))
        return answer

    def plug_in(self, stick: Path, name: str = "stick") -> None:
        """Plug a USB stick in; ``stick`` is its content, partition table and all."""
        file = {"driver": "file", "filename": str(stick)}
        self.qmp("blockdev-add", **{"driver": "raw", "node-name": name, "file": file})
        self.qmp("device_add", driver="usb-storage", id=name, drive=name, removable=True)

    def pull_out(self, name: str = "stick") -> None:
        """Pull the USB stick out, and wait until nothing of it is left."""
        self.qmp("device_del", id=name)
        deadline = time.monotonic() + PATIENCE_S
        while "error" in self._asked("blockdev-del", {"node-name": name}):
            self._alive(deadline)
            time.sleep(SLICE_S)

    def _connected(self, name: str) -> socket.socket:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._alive(deadline)
            client = socket.socket(socket.AF_UNIX)
            try:
                client.connect(str(self.folder / name))
            except (FileNotFoundError, ConnectionRefusedError):
                client.close()
                time.sleep(SLICE_S)
            else:
                return client


def _a_place() -> TextIO:
    """Wait for a place on this computer: of too many machines at once, none gets on."""
    PLACES.mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(AT_ONCE):
            place = (PLACES / f"{number}.lock").open("w")
            with suppress(BlockingIOError):
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return place
            place.close()
        time.sleep(1)


def _answers(lines: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a text stream
    """Without the events between them."""
    for line in lines:
        answer: dict[str, Any] = json.loads(line)
        if "event" not in answer:
            yield answer


def _qmp(command: str, arguments: Mapping[str, object]) -> dict[str, object]:
    return {"execute": command, "arguments": dict(arguments)}


def _drive(kind: str, file: Path, more: str = "") -> tuple[str, str]:
    return "-drive", f"if={kind},format=raw,file={file}" + (f",{more}" if more else "")


def _smbios(name: str, value: str) -> tuple[str, str]:
    return "-smbios", f"type=11,value={name}={value.replace(',', ',,')}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
