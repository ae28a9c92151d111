"""Programs that the build runs, on this machine and inside the root."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENTER = """\
set -eu
tree=$1; shift
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/tmp"
while [ "$1" != -- ]; do mkdir -p "$tree$2"; mount --bind "$1" "$tree$2"; shift 2; done; shift
exec chroot "$tree" "$@"
"""


def program(name: str) -> str:
    """Where it is. Also in folders that are not on everybody's PATH."""
    return shutil.which(name, path=SEARCHED) or name


def run(*command: str, epoch: int | None = None, text: str | None = None) -> str:
    """Run a program to its end; its standard output."""
    environment = os.environ | {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
    environment.pop("SOURCE_DATE_EPOCH", None)  # mksquashfs takes it or options, not both
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    words = [program(command[0]), *command[1:]]
    done = subprocess.run(
        words, check=True, env=environment, input=text, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def inside(
    tree: Path, *command: str, epoch: int | None = None, bound: Sequence[tuple[Path, str]] = ()
) -> None:
    """Run a program of the tree in it, with mounts that end with it."""
    pairs = [word for source, target in bound for word in (str(source), target)]
    environment = {"PATH": SEARCHED, "LC_ALL": "C.UTF-8", "HOME": "/root"}
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter", str(tree), *pairs, "--"]
    subprocess.run([*enter, *command], check=True, env=environment, stdin=subprocess.DEVNULL)
