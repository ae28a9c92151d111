"""A virtual machine with display cards of its own, which runs the box's code from this tree.

Its kernel is Debian's, its root is this machine's root, read-only: nothing is built or installed.
The cards are QEMU's, so what they show can be had as a picture.
"""

import gzip
import json
import platform
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / ".venv" / "display-kernel"
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "virtio_gpu", "bochs")
FOLDERS = ("bin", "dev", "host", "modules", "proc")
PATIENCE_S = 3600
"""Far more than a busy machine needs; then it is ended, so that no test waits for ever."""
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*.ko; do /bin/busybox insmod $module; done
/bin/busybox mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose host /host
/bin/busybox mount -t proc proc /host/proc
/bin/busybox mount -t sysfs sys /host/sys
/bin/busybox mount -t devtmpfs dev /host/dev
/bin/busybox mount -t tmpfs -o mode=1777 tmp /host/tmp
/bin/busybox stty -F /dev/ttyS0 -echo
export PS1= PYTHONDONTWRITEBYTECODE=1 HOME=/tmp LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
echo machine is up
exec /bin/busybox chroot /host /bin/sh </dev/ttyS0 >/dev/ttyS0 2>&1
"""


class Machine:
    """It is up when this is made, and gone when it is left."""

    def __init__(self, folder: Path, displays: Sequence[str]) -> None:
        initial = folder / "initrd.gz"
        initial.write_bytes(_initial(folder))
        self._control = folder / "qmp"
        self._folder, self._asked = folder, 0
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            _command(initial, self._control, displays),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._end = Timer(PATIENCE_S, self._process.kill)
        self._end.start()
        assert any("machine is up" in line for line in self._lines()), "it did not come up"
        self.run(f"cd {shlex.quote(str(ROOT))}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _failure: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end.cancel()
        self._process.kill()
        self._process.communicate()

    def run(self, command: str) -> tuple[int, str]:
        """Run it in the machine's shell: its exit code, and what it said."""
        self._asked += 1
        mark = f"<{self._asked}-"
        self._type(f"{command}\nprintf '\\n{mark}%s>\\n' $?\n")
        end = re.compile(re.escape(mark) + r"(\d+)>")
        said: list[str] = []
        for line in self._lines():
            found = end.search(line)
            if found:
                return int(found[1]), "".join(said).strip()
            said.append(line)
        raise AssertionError(f"the machine ended: {''.join(said)}")

    def appliance(self, *arguments: str) -> tuple[int, str]:
        """Run the box's command line."""
        return self.run(appliance(*arguments))

    def begin(self, *arguments: str) -> None:
        """Run the box's command line beside this; it waits for Enter, and what it says is kept."""
        self.run("exec 3>&-; rm -f /tmp/typed; mkfifo /tmp/typed")
        command = f"{appliance(*arguments)} </tmp/typed >/tmp/said 2>&1 & echo $! >/tmp/begun"
        wait = "wait $!; echo ended with $? >>/tmp/said"
        self.run(f"sh -c {shlex.quote(f'{command}; {wait}')} &")
        self.run("exec 3>/tmp/typed")

    def end(self) -> None:
        """End what was begun, if it has not ended."""
        self.run("exec 3>&-; kill $(cat /tmp/begun); wait; rm -f /tmp/said /tmp/begun")

    def enter(self) -> None:
        """Press Enter for what was begun."""
        self.run("echo >&3")

    def said(self, words: str) -> str:
        """All that it said, as soon as it has said ``words`` or has ended."""
        pattern = shlex.quote(f"{words}\\|ended with")
        self.run(f"until grep -q {pattern} /tmp/said; do sleep 0.2; done")
        return self.run("cat /tmp/said")[1]

    def picture(self, display: str) -> NDArray[np.uint8]:
        """What a display shows, (height, width, 3)."""
        file = self._folder / "dump.png"
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE_S)
            line.connect(str(self._control))
            stream = line.makefile("rw")
            stream.readline()
            _ask(stream, "qmp_capabilities")
            _ask(stream, "screendump", filename=str(file), device=display, format="png")
        with Image.open(file) as image:
            return np.asarray(image.convert("RGB"))

    def shows(self, display: str, wanted: NDArray[Any]) -> bool:
        """Whether it does, at last: pictures are on their way for a moment."""
        colours = np.dstack([wanted] * 3) if wanted.ndim == 2 else wanted
        ends = time.monotonic() + PATIENCE_S / 20
        while time.monotonic() < ends:
            if np.array_equal(self.picture(display), colours):
                return True
            time.sleep(0.2)
        return False

    def _type(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.decode("utf-8", "replace").replace("\r", "")


def appliance(*arguments: str) -> str:
    """The box's command line, for a shell."""
    words = (sys.executable, "-m", "appliance", *arguments)
    return shlex.join(words)


@contextmanager
def machine(*displays: str) -> Iterator[Machine]:
    """One with these devices of QEMU as displays."""
    with tempfile.TemporaryDirectory() as folder, Machine(Path(folder), displays) as up:
        yield up


def _command(initial: Path, control: Path, displays: Sequence[str]) -> list[str]:
    assert platform.machine() == "x86_64", "the kernel is fetched for this machine alone"
    kernel = next((KERNEL / "boot").glob("vmlinuz-*"))
    return [
        *("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-machine", "q35", "-m", "768"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-kernel", str(kernel), "-initrd", str(initial)),
        *("-append", "console=ttyS0 quiet panic=-1"),
        *("-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"),
        *("-device", "virtio-9p-pci,fsdev=host,mount_tag=host"),
        *("-serial", "stdio", "-qmp", f"unix:{control},server=on,wait=off"),
        *(word for display in displays for word in ("-device", display)),
    ]


def _ask(stream: IO[str], command: str, **arguments: str) -> None:
    stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    stream.flush()
    while "return" not in (answer := json.loads(stream.readline())):
        assert "error" not in answer, answer


def _initial(folder: Path) -> bytes:
    """What the kernel begins with: a shell, and the modules in the order of their needs."""
    tree = folder / "initial"
    for each in FOLDERS:
        (tree / each).mkdir(parents=True)
    (tree / "bin" / "busybox").write_bytes(Path("/bin/busybox").read_bytes())
    (tree / "bin" / "busybox").chmod(0o755)
    for place, file in enumerate(_modules()):
        (tree / "modules" / f"{place:02}.ko").write_bytes(file.read_bytes())
    (tree / "init").write_text(INIT)
    (tree / "init").chmod(0o755)
    names = "\n".join(str(file.relative_to(tree)) for file in sorted(tree.rglob("*")))
    archive = subprocess.run(
        ["/bin/busybox", "cpio", "-o", "-H", "newc"],
        cwd=tree,
        input=names.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return gzip.compress(archive.stdout, 1)


def _modules() -> list[Path]:
    files = {file.stem.replace("-", "_"): file for file in KERNEL.rglob("*.ko")}
    order: list[str] = []

    def need(name: str) -> None:
        if name in files and name not in order:  # what is in the kernel itself has no file
            found = re.search(rb"\0depends=([^\0]*)\0", files[name].read_bytes())
            for each in found[1].decode().split(",") if found else ():
                need(each.replace("-", "_"))
            order.append(name)

    for name in MODULES:
        need(name)
    return [files[name] for name in order]
