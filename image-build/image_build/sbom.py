"""The bill of materials of a root, as CycloneDX and as SPDX, and the licences of all its parts.

Debian's packages are listed by debsbom from dpkg's own records; hashes are added from the lock, and
what dpkg does not know is added. The same root gives the same files.
"""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from image_build.lock import LockedPackage
from image_build.parts import Part
from image_build.running import run

CYCLONEDX, SPDX = "cdx", "spdx"
NAMESPACE = "https://spdx.org/spdxdocs/dose-appliance"
LICENSES = ("usr/share/doc/*/copyright", "usr/share/common-licenses/*")
PYTHON_LICENSES = ("*.dist-info/licenses/**/*", "*.dist-info/LICEN[CS]E*", "*.dist-info/METADATA")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is listed: the image's name, the time of its build, and what dpkg cannot tell."""

    name: str
    version: str
    epoch: int
    packages: Sequence[LockedPackage]
    parts: Sequence[Part]


def write(tree: Path, tool: Path, folder: Path, subject: Subject) -> None:
    """Both bills of ``tree`` (which still has dpkg's records) as ``folder/name.*.json``."""
    with TemporaryDirectory() as made:
        _debian(tree, tool, Path(made) / "sbom", subject)
        cyclonedx = json.loads((Path(made) / f"sbom.{CYCLONEDX}.json").read_text())
        spdx = json.loads((Path(made) / f"sbom.{SPDX}.json").read_text())
    hashes = {each.name: each for each in subject.packages}
    _complete_cyclonedx(cyclonedx, hashes, subject.parts)
    _complete_spdx(spdx, hashes, subject.parts)
    for kind, bill in ((CYCLONEDX, cyclonedx), (SPDX, spdx)):
        text = json.dumps(_in_order(bill), indent=1, sort_keys=True) + "\n"
        (folder / f"{subject.name}.{kind}.json").write_text(text)


def _debian(tree: Path, tool: Path, stem: Path, subject: Subject) -> None:
    name, epoch = subject.name, subject.epoch
    run(
        *(
            str(tool),
            "-c",
            "from debsbom.cli import main; main()",
            "generate",
            "-t",
            CYCLONEDX,
            "-t",
            SPDX,
            "-r",
            str(tree),
            "-o",
            str(stem),
        ),
        *("--distro-name", name, "--distro-version", subject.version),
        *("--timestamp", datetime.fromtimestamp(epoch, UTC).isoformat()),
        *("--cdx-serialnumber", str(uuid5(NAMESPACE_URL, f"{name}-{epoch}"))),
        *("--spdx-namespace", f"{NAMESPACE}/{name}-{epoch}"),
    )


def _complete_cyclonedx(
    bill: dict[str, Any], locked: Mapping[str, LockedPackage], parts: Iterable[Part]
) -> None:
    for component in bill["components"]:
        package = locked.get(component["name"])
        if package and package.version == component["version"]:
            component["hashes"] = [{"alg": "SHA-256", "content": package.sha256}]
    bill["components"] += [
        {
            "type": "library",
            "bom-ref": part.purl,
            "name": part.name,
            "version": part.version,
            "purl": part.purl,
            "licenses": [{"license": {"name": part.license}}],
        }
        for part in parts
    ]
    bill["dependencies"] += [{"ref": part.purl} for part in parts]


def _complete_spdx(
    bill: dict[str, Any], locked: Mapping[str, LockedPackage], parts: Iterable[Part]
) -> None:
    for package in bill["packages"]:
        known = locked.get(package["name"])
        if known and known.version == package.get("versionInfo"):
            package["checksums"] = [{"algorithm": "SHA256", "checksumValue": known.sha256}]
    for part in parts:
        identity = "SPDXRef-part-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{part.name}-{part.version}")
        bill["packages"].append(
            {
                "SPDXID": identity,
                "name": part.name,
                "versionInfo": part.version,
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": False,
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": "NOASSERTION",
                "licenseComments": part.license,
                "copyrightText": "NOASSERTION",
                "externalRefs": [
                    {
                        "referenceCategory": "PACKAGE_MANAGER",
                        "referenceType": "purl",
                        "referenceLocator": part.purl,
                    }
                ],
            }
        )
        bill["relationships"].append(
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relatedSpdxElement": identity,
                "relationshipType": "DESCRIBES",
            }
        )


def _in_order(bill: dict[str, Any]) -> dict[str, Any]:
    """With its lists in one order, whatever order the tool found things in."""
    return {
        key: sorted(value, key=lambda each: json.dumps(each, sort_keys=True))
        if isinstance(value, list)
        else value
        for key, value in bill.items()
    }


def licenses(tree: Path, site_packages: Path, file: Path, epoch: int) -> None:
    """The texts of all licences in one archive."""
    found = [each for pattern in LICENSES for each in tree.glob(pattern)]
    found += [each for pattern in PYTHON_LICENSES for each in site_packages.glob(pattern)]
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", dereference=True) as archive:
        for each in sorted(set(found)):
            if each.exists() and not each.is_dir():
                _add(archive, each, str(each.relative_to(tree)), epoch)
    with file.open("wb") as made:
        made.write(gzip.compress(whole.getvalue(), mtime=epoch))


def _add(archive: tarfile.TarFile, file: Path, name: str, epoch: int) -> None:
    content = file.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), epoch, 0o644
    archive.addfile(entry, io.BytesIO(content))
