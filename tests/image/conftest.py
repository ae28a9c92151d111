"""Machines that boot the image that `make image` built."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.image.virtual_machine import Hardware, VirtualMachine

CACHE = Path(os.environ.get("DOSE_IMAGE_CACHE", "/var/tmp/dose-image"))  # noqa: S108
Switch = Callable[[Hardware], VirtualMachine]


@pytest.fixture(scope="session")
def image() -> Path:
    """The disk image of this architecture; `make test-image` has built it."""
    built = sorted((CACHE / "out/amd64").glob("dose-appliance-*.img"))
    assert built, "no image: run `make image ARCH=amd64`"
    return built[-1]


@pytest.fixture(scope="module")
def machine_from(
    image: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Hardware], VirtualMachine]]:
    """Makes machines, switched off, each with a fresh disk; all are off in the end."""
    made: list[VirtualMachine] = []

    def make(hardware: Hardware) -> VirtualMachine:
        made.append(VirtualMachine(image, tmp_path_factory.mktemp("machine"), hardware))
        return made[-1]

    yield make
    for each in made:
        each.stop()
        each.disk.unlink()
