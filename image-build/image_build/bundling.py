"""Bundles: a root image with a manifest, signed, in RAUC's verity format."""

import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.updates.bundle import description
from appliance.updates.server import Offer, offer_text
from image_build.running import run
from image_build.signing import Signer

MANIFEST = """\
[update]
compatible={compatible}
version={version}
build={build}
description={description}

[bundle]
format=verity

[image.rootfs]
filename=root.img
"""
RAUC = Path(__file__).parents[1] / "rauc"
KEYRING = Path("etc/rauc/keyring.pem")
PLACES = {
    "system.conf": "etc/rauc",
    "boot-loader": "usr/lib/dose-appliance",
    "rauc.service": "usr/lib/systemd/system",
    "de.pengutronix.rauc.service": "usr/share/dbus-1/system-services",
    "de.pengutronix.rauc.conf": "usr/share/dbus-1/system.d",
    "dose-appliance-updates.conf": "usr/lib/tmpfiles.d",
}
"""Files of ``RAUC``, and where they go."""


def manifest(compatible: str, version: str, build: str) -> str:
    """What RAUC signs; the content's digest is added by it."""
    return MANIFEST.format(
        compatible=compatible, version=version, build=build, description=description()
    )


def write_bundle(root: Path, file: Path, text: str, signer: Signer) -> None:
    """Make ``file`` of the root image and the manifest."""
    with TemporaryDirectory(dir=file.parent) as folder:
        (Path(folder) / "manifest.raucm").write_text(text)
        os.link(root, Path(folder) / "root.img")
        made = file.with_suffix(".part")
        made.unlink(missing_ok=True)
        keys = (f"--cert={signer.certificate}", f"--key={signer.key}")
        run("rauc", *keys, "bundle", folder, str(made))
        made.rename(file)


def offer(file: Path, version: str, build: str) -> str:
    """What a site's web server has beside the bundle: docs/updates.md."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = file.stat().st_size
    return offer_text(
        Offer(version=version, build=build, file=file.name, size_bytes=size, sha256=digest)
    )


def add_to_root(tree: Path, compatible: str, signer: Signer) -> None:
    """What a root needs to take bundles: RAUC's configuration and service, its keyring."""
    for name, place in PLACES.items():
        text = (RAUC / name).read_text().replace("@COMPATIBLE@", compatible)
        _place(tree / place / name, text.encode())
    _place(tree / KEYRING, signer.keyring.read_bytes())
    (tree / PLACES["boot-loader"] / "boot-loader").chmod(0o755)


def _place(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
