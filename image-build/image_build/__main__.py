"""``python -m image_build lock|image``: what ``make image-lock`` and ``make image`` run."""

import argparse
import os
import sys
import time
from pathlib import Path

from image_build import bundling, lock, signing
from image_build.building import Build, project_version
from image_build.definition import ARCHITECTURES, REPOSITORY, load
from image_build.errors import ImageError
from image_build.resolving import resolve
from image_build.running import run

CACHE = Path("/var/tmp/dose-image")  # noqa: S108 - of root, and everything in it goes by its hash


def main() -> int:
    """Do what the arguments say; 0, or 1 with one line on standard error."""
    arguments = _parser().parse_args()
    try:
        arguments.does(arguments)
    except ImageError as failure:
        sys.stderr.write(f"image: {failure}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="image_build", description=__doc__)
    cache = Path(os.environ.get("DOSE_IMAGE_CACHE", CACHE))
    commands = parser.add_subparsers(required=True)
    for name, does in (("lock", _lock), ("image", _image), ("bundle", _bundle)):
        command = commands.add_parser(name)
        command.add_argument("architecture", choices=ARCHITECTURES)
        command.add_argument("--cache", type=Path, default=cache)
        command.add_argument("--output", type=Path)
        command.set_defaults(does=does)
    return parser


def _lock(arguments: argparse.Namespace) -> None:
    definition = load(arguments.architecture)
    packages = resolve(definition)
    lock.write(definition.lock_file, int(time.time()), packages)
    _say(f"{definition.lock_file}: {len(packages)} packages")


def _image(arguments: argparse.Namespace) -> None:
    output = arguments.output or arguments.cache / "out" / arguments.architecture
    definition = load(arguments.architecture)
    Build(definition, REPOSITORY, arguments.cache, epoch(REPOSITORY), _say).image(output)


def _bundle(arguments: argparse.Namespace) -> None:
    """Of the root that ``image`` left, as an update from it."""
    output = arguments.output or arguments.cache / "out" / arguments.architecture
    version = project_version(REPOSITORY)
    root = output / f"dose-appliance-{version}-{arguments.architecture}.squashfs"
    if not root.exists():
        _image(arguments)
    compatible, build = load(arguments.architecture).disk.compatible, str(epoch(REPOSITORY))
    file = root.with_suffix(".raucb")
    signer = signing.signer(arguments.cache, _say)
    bundling.write_bundle(root, file, bundling.manifest(compatible, version, build), signer)
    offer = bundling.offer(file, version, build)
    (output / f"{compatible}.json").write_text(offer)
    _say(f"bundle: {file}, {file.stat().st_size >> 20} MiB")


def epoch(repository: Path) -> int:
    """The time of the build: SOURCE_DATE_EPOCH, else that of the commit it is made from."""
    set_from_outside = os.environ.get("SOURCE_DATE_EPOCH")
    return int(set_from_outside or run("git", "-C", str(repository), "log", "-1", "--format=%ct"))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


sys.exit(main())
