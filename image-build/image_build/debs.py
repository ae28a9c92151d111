"""Locked packages as files: each downloaded once, kept by its hash, and indexed for apt."""

import os
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from image_build.definition import Archive
from image_build.errors import VanishedPackageError, WrongHashError
from image_build.lock import LockedPackage

ATONCE = 8
TIMEOUT_S = 120.0


def fetch(
    packages: Iterable[LockedPackage], archives: Iterable[Archive], folder: Path
) -> list[Path]:
    """The packages' files, in their order; what the folder has not yet is downloaded.

    Raises:
        VanishedPackageError: an archive does not give a package.
        WrongHashError: an archive gives something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    urls = {archive.name: archive.url for archive in archives}
    with ThreadPoolExecutor(ATONCE) as pool:
        return list(pool.map(lambda each: _file(each, urls[each.archive], folder), packages))


def _file(package: LockedPackage, archive_url: str, folder: Path) -> Path:
    file = folder / f"{package.sha256}.deb"
    if not file.exists():
        content = _download(package, f"{archive_url}/{package.path}")
        partial = file.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(content)
        partial.rename(file)
    return file


def _download(package: LockedPackage, url: str) -> bytes:
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - from image.toml, http alone
            content: bytes = answer.read()
    except (HTTPError, URLError, TimeoutError) as failure:
        raise VanishedPackageError(package.name, url, str(failure)) from failure
    found = sha256(content).hexdigest()
    if found != package.sha256:
        raise WrongHashError(package.name, url, found)
    return content


def index(packages: Iterable[LockedPackage], files: Iterable[Path]) -> str:
    """A ``Packages`` index of them, for a repository that is one folder."""
    return "\n".join(
        _control(file)
        + f"Filename: ./{file.name}\nSize: {package.size}\nSHA256: {package.sha256}\n"
        for package, file in zip(packages, files, strict=True)
    )


def _control(file: Path) -> str:
    done = subprocess.run(
        ["dpkg-deb", "--field", str(file)], check=True, capture_output=True, text=True
    )
    return done.stdout
