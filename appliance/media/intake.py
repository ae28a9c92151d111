"""What comes back on a stick: signed configuration and signed updates, and nothing else.

A manifest says what it is, for which box, which number it has and what its digest is; its detached
Ed25519 signature is checked before anything else of it is believed. The file is copied to the box
first and its digest checked there. Nothing is executed and nothing is put into force: it is handed
over in a folder.
"""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from appliance.clock import Clock
from appliance.config import parse_configuration
from appliance.errors import ConfigurationError, NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, sync_folder
from appliance.media.envelope import is_signed

FOLDER = "DOSEBOX/IMPORT"
MANIFEST, SIGNATURE = "IMPORT.JSN", "IMPORT.SIG"
PURPOSE = "dose-appliance import 1"
LONGEST_MANIFEST = 65536
SIGNATURE_BYTES = 64
PIECE_BYTES = 1 << 20
LONGEST_CONFIGURATION = 1 << 20
_KEYS = {"purpose", "kind", "recipient", "number", "file", "sha256", "size_bytes"}


class TakenBeforeError(RefusedError):
    """What a stick brings is what it brought the last time."""


class Kind(StrEnum):
    """What may be taken from a stick."""

    CONFIGURATION = "configuration"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the signature vouches for.

    Attributes:
        recipient: Which box it is for, by its own name.
        number: Grows with every import of a kind; an equal or smaller one is a repeat.
        file: Name of the file beside the manifest.
    """

    kind: Kind
    recipient: str
    number: int
    file: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What the site configured: whose signature counts, the name of this box, the largest file."""

    public_key: Path
    recipient: str
    most_bytes: int


class Intake:
    """The hand-over folder, the table ``media_import``, and its entries in the journal."""

    def __init__(self, folder: Path, trust: Trust, ledger: Ledger, clock: Clock) -> None:
        self._folder = folder
        self._trust = trust
        self._ledger = ledger
        self._clock = clock

    def take(self, root: Path) -> tuple[Manifest, Path]:
        """Take what the stick mounted at ``root`` brings; what it is, and where it lies now.

        Raises NotFoundError when it brings nothing, and RefusedError for what is not signed by the
        site's key, not for this box, older than what was taken already, damaged or too large, and
        for a configuration that would not load.
        """
        source = root / FOLDER
        if not (source / MANIFEST).is_file():
            raise NotFoundError("the stick brings nothing", str(source))
        self._folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._folder, prefix=".") as aside:
            manifest = self._manifest(source, Path(aside))
            self._expect_newer(manifest)
            copy = self._copied(source / manifest.file, Path(aside) / "content", manifest)
            _expect_usable(manifest, copy)
            return manifest, self._hand_over(manifest, copy)

    def _manifest(self, source: Path, aside: Path) -> Manifest:
        content = aside / MANIFEST
        content.write_bytes(_bounded(source / MANIFEST, LONGEST_MANIFEST))
        signature = aside / SIGNATURE
        signature.write_bytes(_bounded(source / SIGNATURE, SIGNATURE_BYTES))
        if not is_signed(content, signature, self._trust.public_key):
            raise RefusedError("not signed by the site's key", MANIFEST)
        manifest = _parsed(content.read_bytes())
        if manifest.recipient != self._trust.recipient:
            raise RefusedError("for another box", MANIFEST)
        if manifest.size_bytes > self._trust.most_bytes:
            raise RefusedError("larger than import_max_mib", MANIFEST)
        return manifest

    def _expect_newer(self, manifest: Manifest) -> None:
        row = self._ledger.row(
            "SELECT max(number) AS last FROM media_import WHERE kind = ?", manifest.kind
        )
        if row and row["last"] is not None and manifest.number <= row["last"]:
            what = f"number {manifest.number} is not above {row['last']}, which was taken already"
            kind = TakenBeforeError if manifest.number == row["last"] else RefusedError
            raise kind(what, MANIFEST, "have it signed with a higher number")

    def _copied(self, source: Path, target: Path, manifest: Manifest) -> Path:
        digest, left = hashlib.sha256(), manifest.size_bytes
        with _opened(source) as descriptor, target.open("xb") as file:
            while piece := os.read(descriptor, min(PIECE_BYTES, left + 1)):
                left -= len(piece)
                if left < 0:
                    break
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if left != 0 or digest.hexdigest() != manifest.sha256:
            raise RefusedError("not the file that was signed", manifest.file)
        return target

    def _hand_over(self, manifest: Manifest, copy: Path) -> Path:
        folder = self._folder / manifest.kind
        folder.mkdir(FOLDER_MODE, exist_ok=True)
        place = folder / f"{manifest.number:010d}"
        shutil.move(copy, place)
        sync_folder(folder)
        told = {"kind": manifest.kind, "number": manifest.number, "sha256": manifest.sha256}
        with self._ledger.transaction():
            self._ledger.execute(
                "INSERT INTO media_import (kind, number, sha256, taken_at) VALUES (?, ?, ?, ?)",
                manifest.kind,
                manifest.number,
                manifest.sha256,
                self._clock.wall(),
            )
            Journal(self._ledger, self._clock).append("media-imported", told)
        return place


def _expect_usable(manifest: Manifest, copy: Path) -> None:
    if manifest.kind is not Kind.CONFIGURATION:
        return
    if manifest.size_bytes > LONGEST_CONFIGURATION:
        raise RefusedError("too long for a configuration", manifest.file)
    try:
        parse_configuration(copy.read_bytes().decode("utf-8-sig"), manifest.file)
    except (ConfigurationError, UnicodeDecodeError) as failure:
        raise RefusedError(f"the configuration would not load: {failure}", manifest.file) from None


def _parsed(content: bytes) -> Manifest:
    """The manifest; only called once its signature was found good, but strict all the same."""
    try:
        found: dict[str, Any] = json.loads(content)
        if set(found) != _KEYS or found.pop("purpose") != PURPOSE:
            raise RefusedError("not a manifest of this version", MANIFEST)
        manifest = Manifest(**found | {"kind": Kind(found["kind"])})
    except (ValueError, TypeError, AttributeError) as failure:
        raise RefusedError("not a manifest", MANIFEST) from failure
    kinds = {"recipient": str, "number": int, "file": str, "sha256": str, "size_bytes": int}
    if any(type(getattr(manifest, key)) is not kind for key, kind in kinds.items()):
        raise RefusedError("not a manifest", MANIFEST)
    if Path(manifest.file).name != manifest.file or manifest.number < 1 or manifest.size_bytes < 0:
        raise RefusedError("not a manifest", MANIFEST)
    return manifest


def _bounded(path: Path, most_bytes: int) -> bytes:
    with _opened(path) as descriptor:
        content = os.read(descriptor, most_bytes + 1)
    if len(content) > most_bytes:
        raise RefusedError("too long", path.name)
    return content


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A plain file of the stick, never a link, a device or a pipe."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as failure:
        raise RefusedError(f"cannot be read: {failure.strerror}", path.name) from failure
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError("not a plain file", path.name)
        yield descriptor
    finally:
        os.close(descriptor)
