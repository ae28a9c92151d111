"""Parts of an image that dpkg does not record: Python packages, and what only boots."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

from image_build.lock import LockedPackage


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One part; ``purl`` is its name among packages of all kinds (package URL)."""

    name: str
    version: str
    purl: str
    license: str


def python_parts(site_packages: Path) -> list[Part]:
    """The Python packages below a folder, by name, as their own metadata says."""
    files = site_packages.glob("*.dist-info/METADATA")
    return sorted(_part(Parser().parsestr(file.read_text("utf-8"))) for file in files)


def boot_parts(packages: Iterable[LockedPackage], architecture: str) -> list[Part]:
    """Debian packages of which only files are in the image."""
    return [
        Part(
            each.name,
            each.version,
            f"pkg:deb/debian/{each.name}@{each.version}?arch={architecture}",
            f"as in /usr/share/doc/{each.name}/copyright",
        )
        for each in packages
    ]


def _part(told: Message) -> Part:
    name, version = str(told["Name"]), str(told["Version"])
    normal = re.sub(r"[-_.]+", "-", name).lower()
    return Part(name, version, f"pkg:pypi/{normal}@{version}", _license(told))


def _license(told: Message) -> str:
    """An expression, else what the classifiers say, else the first line of what is written."""
    classifiers = [
        each.split(" :: ")[-1] for each in told.get_all("Classifier", ()) if "License" in each
    ]
    stated = str(told.get("License") or "").strip().splitlines()
    return str(
        told.get("License-Expression") or " AND ".join(classifiers) or (stated or ["unknown"])[0]
    )
