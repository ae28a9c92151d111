"""Other versions of the image's root, as bundles: newer, broken, not starting, tampered."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from image_build import bundling
from image_build.signing import Signer

BOARD = "dose-appliance-amd64"
NEWER = "0.2.0"
RELEASE = Path("usr/lib/os-release")
BROKEN = Path("usr/lib/systemd/system/dose-appliance-receiver.service.d/90-broken.conf")
BOOT = Path("usr/lib/dose-appliance/boot")
MIB = 1 << 20


@dataclass
class Variants:
    """Bundles made in ``folder`` of the root image ``squashfs``, signed by ``signer``."""

    folder: Path
    squashfs: Path
    signer: Signer
    _made: dict[str, Path] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        tree = self.folder / "tree"
        if not tree.exists():
            run("unsquashfs", "-quiet", "-no-progress", "-d", str(tree), str(self.squashfs))
        return tree

    def newer(self) -> Path:
        """The same, with a greater version."""
        return self._bundle("newer", {RELEASE: self._release(NEWER)})

    def broken(self) -> Path:
        """A version whose receiver cannot start."""
        drop_in = "[Service]\nExecStart=\nExecStart=/bin/false\n"
        return self._bundle("broken", {RELEASE: self._release("0.2.1"), BROKEN: drop_in})

    def without_system(self) -> Path:
        """A version whose kernel finds nothing to run."""
        bare = self.folder / "bare"
        shutil.copytree(self.tree / BOOT, bare / BOOT, dirs_exist_ok=True)
        return self._signed("without-system", _squash(bare), "0.2.2")

    def tampered(self) -> Path:
        """The newer one, with a bit changed in the middle of it."""
        file = self.folder / "tampered.raucb"
        shutil.copyfile(self.newer(), file)
        with file.open("r+b") as content:
            content.seek(file.stat().st_size // 2)
            byte = content.read(1)
            content.seek(-1, 1)
            content.write(bytes([byte[0] ^ 1]))
        return file

    def by_stranger(self, stranger: Signer) -> Path:
        """A good one, signed by somebody else."""
        return self._signed("stranger", self.folder / "bare.squashfs", NEWER, stranger)

    def _release(self, version: str) -> str:
        lines = (self.tree / RELEASE).read_text().splitlines()
        kept = [line for line in lines if not line.startswith("IMAGE_VERSION=")]
        return "\n".join([*kept, f"IMAGE_VERSION={version}", ""])

    def _bundle(self, name: str, changes: dict[Path, str]) -> Path:
        if name not in self._made:
            version = changes[RELEASE].rsplit("IMAGE_VERSION=", 1)[1].strip()
            with changed(self.tree, changes):
                root = _squash(self.tree)
            self._made[name] = self._signed(name, root, version)
        return self._made[name]

    def _signed(self, name: str, root: Path, version: str, signer: Signer | None = None) -> Path:
        file = self.folder / f"{name}.raucb"
        text = bundling.manifest(BOARD, version, "test")
        bundling.write_bundle(root, file, text, signer or self.signer)
        return file


@contextmanager
def changed(tree: Path, changes: dict[Path, str]) -> Iterator[None]:
    """Other contents of files for as long as the block lasts."""
    before = {name: (tree / name).read_bytes() for name in changes if (tree / name).exists()}
    for name, text in changes.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    yield
    for name in changes:
        if name in before:
            (tree / name).write_bytes(before[name])
        else:
            (tree / name).unlink()


def _squash(tree: Path) -> Path:
    file = tree.with_suffix(".squashfs")
    file.unlink(missing_ok=True)
    fast = ("-comp", "zstd", "-Xcompression-level", "3", "-b", "256K")
    run("mksquashfs", str(tree), str(file), "-quiet", "-no-progress", "-noappend", *fast)
    return file


def a_stick(bundle: Path, file: Path, label: str) -> Path:
    """A USB stick with the bundle where the box looks for one."""
    with file.open("wb") as made:
        made.truncate(bundle.stat().st_size + 32 * MIB)
    run("mkfs.vfat", "-F", "32", "-n", label, str(file))
    run("mmd", "-i", str(file), "::/DOSEBOX", "::/DOSEBOX/UPDATE")
    run("mcopy", "-i", str(file), str(bundle), "::/DOSEBOX/UPDATE/")
    return file


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
