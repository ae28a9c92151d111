"""Asks Debian's archives which packages an image needs now. Signatures are apt's to check."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from image_build.definition import Archive, Definition
from image_build.lock import LockedPackage

CONFIGURATION = """\
Dir "{folder}";
Dir::State::status "{folder}/status";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::ForceHash "SHA256";
"""
ESSENTIAL = "?and(?essential,?not(?name(^apt$)))"
"""What every Debian has; apt calls itself essential, and a read-only root has no use for it."""
FOLDERS = ("etc/apt/preferences.d", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial")


def resolve(definition: Definition) -> list[LockedPackage]:
    """Every package of the image in the versions that the archives have now."""
    with TemporaryDirectory() as folder:
        apt = _Apt(Path(folder), definition)
        root = apt.needed((ESSENTIAL, *definition.packages), "root")
        boot = apt.single(definition.boot_packages, "boot") if definition.boot_packages else []
        return root + boot


class _Apt:
    """apt with lists and a status of its own: nothing is installed yet."""

    def __init__(self, folder: Path, definition: Definition) -> None:
        for each in FOLDERS:
            (folder / each).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "etc/apt/sources.list").write_text(definition.debian.sources())
        text = CONFIGURATION.format(folder=folder, architecture=definition.architecture)
        (folder / "apt.conf").write_text(text)
        self._environment = os.environ | {"APT_CONFIG": str(folder / "apt.conf")}
        self._archives = definition.debian.archives
        self._run("update", "-q")

    def needed(self, names: Sequence[str], use: str) -> list[LockedPackage]:
        """The packages and all they depend on."""
        return self._printed(("install", *names), use)

    def single(self, names: Sequence[str], use: str) -> list[LockedPackage]:
        """These packages alone."""
        return self._printed(("download", *names), use)

    def _printed(self, words: Sequence[str], use: str) -> list[LockedPackage]:
        lines = self._run(*words, "-qq", "-y", "--print-uris").splitlines()
        return [self._package(line, use) for line in lines if line.startswith("'")]

    def _package(self, line: str, use: str) -> LockedPackage:
        url, file, size, digest = line.split()
        url = url.strip("'")
        archive = _archive_of(url, self._archives)
        name, version, _ = unquote(file).split("_")
        path = url.removeprefix(archive.url + "/")
        return LockedPackage(
            name, version, use, archive.name, path, int(size), digest.removeprefix("SHA256:")
        )

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["apt-get", *words], env=self._environment, check=True, capture_output=True, text=True
        )
        return done.stdout


def _archive_of(url: str, archives: Sequence[Archive]) -> Archive:
    return next(archive for archive in archives if url.startswith(archive.url + "/"))
