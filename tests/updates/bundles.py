"""Signed bundles and boxes that trust them, made with RAUC itself."""

import os
from pathlib import Path

from appliance.updates.bundle import description
from appliance.updates.rauc import Rauc
from image_build import bundling
from image_build.signing import Signer, development_signer

BOARD = "dose-appliance-amd64"
SIZE = 300_000


def authority(folder: Path) -> Signer:
    """A key of its own, and who trusts it."""
    return development_signer(folder)


def a_bundle(folder: Path, signer: Signer, version: str = "0.3.0", **changes: str) -> Path:
    """A bundle of a root that is noise."""
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "root.squashfs"
    root.write_bytes(os.urandom(SIZE))
    text = bundling.manifest(changes.get("board", BOARD), version, "7")
    if "description" in changes:
        text = text.replace(description(), changes["description"])
    file = folder / f"{version}.raucb"
    bundling.write_bundle(root, file, text, signer)
    return file


def trusting(folder: Path, signer: Signer) -> Rauc:
    """RAUC as on a box whose keyring is that of ``signer``."""
    bundling.add_to_root(folder, BOARD, signer)
    conf = folder / "etc/rauc/system.conf"
    keyring = folder / bundling.KEYRING
    conf.write_text(conf.read_text().replace(f"/{bundling.KEYRING}", str(keyring)))
    return Rauc(conf)
