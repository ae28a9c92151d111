"""Bundles: a root image with a manifest, signed, in RAUC's verity format."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.updates.bundle import description

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
SYSTEM_CONF = Path("etc/rauc/system.conf")
BOOT_LOADER = Path("usr/lib/dose-appliance/boot-loader")


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


def add_to_root(tree: Path, compatible: str, signer: Signer) -> None:
    """What a root needs to take bundles: RAUC's configuration, its keyring, its boot loader."""
    text = (RAUC / "system.conf").read_text().replace("@COMPATIBLE@", compatible)
    for name, content in (
        (SYSTEM_CONF, text.encode()),
        (KEYRING, signer.keyring.read_bytes()),
        (BOOT_LOADER, (RAUC / "boot-loader").read_bytes()),
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    (tree / BOOT_LOADER).chmod(0o755)
