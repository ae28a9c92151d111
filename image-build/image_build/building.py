"""The build from end to end, each stage kept under a key of all it is made from."""

import fcntl
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from image_build import (
    base,
    boot,
    bundling,
    debs,
    disk,
    initial_ram_disk,
    parts,
    python_environment,
    root,
    sbom,
    signing,
    wheels,
)
from image_build.definition import FOLDER, Definition, load
from image_build.lock import Lock, read
from image_build.running import run

NATIVE = "amd64"
"""Whose programs run here."""
BILLS = "usr/share/dose-appliance/bills"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """Where the parts of an image are."""

    image: Path
    root: Path
    packages: Path


class Build:
    """One image; ``cache`` is a folder outside the repository, ``epoch`` the time of the build."""

    def __init__(
        self, definition: Definition, repository: Path, cache: Path, epoch: int, say: Say
    ) -> None:
        self._definition = definition
        self._architecture = definition.architecture
        self._lock: Lock = read(definition.lock_file)
        self._repository = repository
        self._cache = cache
        self._epoch = epoch
        self._say = say

    def image(self, output: Path) -> Built:
        """Build what is not there yet, and put the image into ``output``."""
        output.mkdir(parents=True, exist_ok=True)
        with _alone(output / "lock"):
            return self._image(output)

    def _image(self, output: Path) -> Built:
        version = project_version(self._repository)
        name = f"dose-appliance-{version}-{self._architecture}"
        tree = output / f"{name}.tree"
        started = time.monotonic()
        self._root(tree, version)
        squashed = output / f"{name}.squashfs"
        root.squash(tree, squashed, self._epoch)
        self._say(f"root: {squashed.stat().st_size >> 20} MiB")
        for bill in (tree / BILLS).iterdir():
            shutil.copyfile(bill, output / bill.name)
        contents = boot.partitions(tree, self._definition)
        image = output / f"{name}.img"
        disk.write(image, self._definition.disk, contents, squashed, self._epoch)
        shutil.rmtree(tree)
        self._say(f"image: {image}, {time.monotonic() - started:.0f} s")
        return Built(image, squashed, self._cache / "debs")

    def _root(self, tree: Path, version: str) -> None:
        debian, python = self._debian(), self._python()
        shutil.rmtree(tree, ignore_errors=True)
        run("cp", "--archive", "--reflink=auto", str(debian), str(tree))
        python_environment.add(
            tree, self._architecture, python, self._repository, self._interpreter()
        )
        root.overlay(tree, self._definition, self._repository)
        signer = signing.signer(self._cache, self._say)
        bundling.add_to_root(tree, self._definition.disk.compatible, signer)
        boot.boot_files(tree, self._definition, self._taken_apart())
        self._bills(tree, version)
        root.settle(tree, version, self._epoch)

    def _bills(self, tree: Path, version: str) -> None:
        """What is in the root, and its licences: in the root itself, and from there beside it."""
        folder = tree / BILLS
        folder.mkdir(parents=True)
        site_packages = tree / python_environment.SITE_PACKAGES.lstrip("/")
        boot_packages = self._lock.of_use("boot")
        listed = parts.python_parts(site_packages)
        listed += parts.boot_parts(boot_packages, self._architecture)
        name = f"dose-appliance-{version}-{self._architecture}"
        subject = sbom.Subject(name, version, self._epoch, self._lock.packages, listed)
        sbom.write(tree, self._sbom_tool(), folder, subject)
        sbom.licenses(tree, site_packages, folder / f"{name}.licenses.tar.gz", self._epoch)

    def _sbom_tool(self) -> Path:
        lock = FOLDER / "sbom.lock"

        def make(folder: Path) -> None:
            run(sys.executable, "-m", "venv", str(folder))
            pip = (f"{folder}/bin/python", "-m", "pip", "install", "-qq")
            run(*pip, "--require-hashes", "-r", str(lock))

        return self._stage("sbom", lock.read_text(), make) / "bin/python"

    def _debian(self) -> Path:
        """The packages' tree, with the initial RAM disk in it."""
        plain = self._base()

        def make(tree: Path) -> None:
            run("cp", "--archive", str(plain), str(tree))
            initial_ram_disk.make(tree, self._definition.disk, self._lock.epoch)

        files = [each for each in initial_ram_disk.SCRIPTS.rglob("*") if each.is_file()]
        scripts = _digest([*files, FOLDER / "image_build/initial_ram_disk.py"])
        labels = initial_ram_disk.labels(self._definition.disk)
        return self._stage("debian", self._base_key() + scripts + labels, make)

    def _base(self) -> Path:
        return self._stage("base", self._base_key(), self._make_base)

    def _base_key(self) -> str:
        code = _digest([FOLDER / "image_build/base.py"])
        packages = (self._lock.epoch, self._lock.of_use("root"), self._definition.packages)
        return code + repr((packages, self._definition.left_out, self._definition.kept))

    def _make_base(self, tree: Path) -> None:
        python = None if self._architecture == NATIVE else self._interpreter()
        base.build(self._definition, self._lock, self._cache / "debs", tree, python)

    def _interpreter(self) -> Path:
        """A tree whose Python compiles, for no other architecture's is run more than it has to."""
        if self._architecture == NATIVE:
            return self._base()
        native = load(NATIVE)
        return Build(native, self._repository, self._cache, self._epoch, self._say)._base()  # noqa: SLF001 - its own kind

    def _python(self) -> Path:
        lock = (self._repository / "requirements.lock").read_text()
        lines = wheels.locked_lines(lock, self._architecture)
        code = _digest(FOLDER / "image_build" / name for name in ("wheels.py", "base.py"))
        kept = self._cache / "wheels" / _short(self._architecture + "".join(lines))

        def make(folder: Path) -> None:
            python_environment.locked_packages(
                lines, self._architecture, self._interpreter(), kept, folder
            )

        return self._stage("python", self._base_key() + code + "".join(lines), make)

    def _taken_apart(self) -> Path:
        packages = self._lock.of_use("boot")

        def make(folder: Path) -> None:
            archives = self._definition.debian.archives
            boot.take_apart(debs.fetch(packages, archives, self._cache / "debs"), folder)

        return self._stage("boot", repr(packages), make)

    def _stage(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """What ``make`` made of this key, now or before; what is half made is made again."""
        ready = self._cache / f"{name}-{self._architecture}-{_short(key)}"
        making = ready.with_name(ready.name + ".making")
        if not ready.exists():
            with _alone(ready.with_name(ready.name + ".lock")):
                if not ready.exists():
                    started = time.monotonic()
                    shutil.rmtree(making, ignore_errors=True)
                    make(making)
                    making.rename(ready)
                    self._say(f"{name}: {time.monotonic() - started:.0f} s")
        return ready


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Wait until no other build is at what the file stands for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def project_version(repository: Path) -> str:
    """As ``pyproject.toml`` says."""
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    version: str = project["version"]
    return version


def _digest(files: Iterable[Path]) -> str:
    whole = sha256()
    for file in sorted(files):
        whole.update(file.name.encode() + sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:16]
