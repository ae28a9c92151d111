"""The root as Debian's packages make it: installed from the lock alone, without the network."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path

from image_build import debs
from image_build.definition import Definition
from image_build.errors import OtherPackagesError
from image_build.lock import Lock
from image_build.running import inside, program

NO_INITRD = (
    'chroot "$1" dpkg-divert --quiet --local --rename --divert /usr/sbin/update-initramfs.later '
    '--add /usr/sbin/update-initramfs && ln -s /bin/true "$1/usr/sbin/update-initramfs"'
)
"""The initial RAM disk is made once, at the end, not by every package that asks for it."""
WORK = "/mnt"
STANDARD_LIBRARIES = ("/usr/lib/python3.13", "/usr/lib/python3")


def build(
    definition: Definition, lock: Lock, cache: Path, tree: Path, python: Path | None = None
) -> None:
    """Make ``tree``; ``cache`` holds the packages' files.

    ``python`` is a tree whose Python can run here, where that of ``tree`` cannot.
    """
    repository = tree.with_suffix(".packages")
    _repository(definition, lock, cache, repository)
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(lock.epoch)}
    command = _command(definition, tree, repository)
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL)
    _same_as_locked(lock, tree)
    shutil.rmtree(repository)
    compile_python(STANDARD_LIBRARIES, tree, python or tree)


def compile_python(
    folders: Sequence[str], tree: Path, by: Path, bound: Sequence[tuple[Path, str]] = ()
) -> None:
    """Byte-compile folders of ``tree`` so that Python never asks a file's time: all are the same.

    Whatever was compiled before goes first. ``by`` is a tree whose Python can run here; byte code
    is the same on every architecture. ``bound`` stands for folders that are not in the tree.
    """
    for folder in (*(tree / each.lstrip("/") for each in folders), *(each for each, _ in bound)):
        for cached in folder.rglob("__pycache__"):
            shutil.rmtree(cached)
    inside(
        by,
        *("/usr/bin/python3", "-m", "compileall", "-q", "-j2", "-s", WORK, "-p", "/"),
        *("--invalidation-mode", "unchecked-hash", *(f"{WORK}{folder}" for folder in folders)),
        bound=[(tree, WORK), *((source, f"{WORK}{target}") for source, target in bound)],
    )


def _repository(definition: Definition, lock: Lock, cache: Path, folder: Path) -> None:
    packages = lock.of_use("root")
    files = debs.fetch(packages, definition.debian.archives, cache)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).hardlink_to(file)
    index = debs.index(packages, files).encode()
    (folder / "Packages").write_bytes(index)
    (folder / "Release").write_text(
        f"Suite: {definition.debian.suite}\nCodename: {definition.debian.suite}\n"
        f"Date: {formatdate(lock.epoch, usegmt=True)}\n"
        f"SHA256:\n {sha256(index).hexdigest()} {len(index)} Packages\n"
    )


def _command(definition: Definition, tree: Path, repository: Path) -> list[str]:
    """mmdebstrap; the one folder is the only archive it sees, and every file in it is locked."""
    return [
        program("mmdebstrap"),
        *("--quiet", "--mode=root", "--format=directory", "--variant=essential"),
        f"--architectures={definition.architecture}",
        f"--include={','.join(definition.packages)}",
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--dpkgopt=path-exclude={path}" for path in definition.left_out),
        *(f"--dpkgopt=path-include={path}" for path in definition.kept),
        f"--essential-hook={NO_INITRD}",
        *(definition.debian.suite, str(tree), f"deb [trusted=yes] copy://{repository} ./"),
    ]


def _same_as_locked(lock: Lock, tree: Path) -> None:
    """Raises OtherPackagesError when dpkg lists other packages or versions than the lock."""
    done = subprocess.run(
        ["dpkg-query", f"--admindir={tree}/var/lib/dpkg", "-W", "-f=${Package} ${Version}\n"],
        check=True,
        capture_output=True,
        text=True,
    )
    installed = set(done.stdout.splitlines())
    locked = {f"{each.name} {each.version}" for each in lock.of_use("root")}
    if installed != locked:
        raise OtherPackagesError(
            tuple(sorted(locked - installed)), tuple(sorted(installed - locked))
        )
