"""The image that was built, built once more from the same parts."""

import re
import subprocess
from hashlib import file_digest
from pathlib import Path

import pytest

from image_build.building import Build
from image_build.definition import REPOSITORY, load
from tests.image.conftest import CACHE

pytestmark = pytest.mark.image


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def built_at(root: Path) -> int:
    """When the root was built, as its file system says (seconds since 1970)."""
    command = ["unsquashfs", "-mkfs-time", str(root)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"\d+", told)[0])


def test_the_same_parts_make_the_same_image(image: Path) -> None:
    root = image.with_suffix(".squashfs")
    output = CACHE / "again"
    said: list[str] = []
    built = Build(load("amd64"), REPOSITORY, CACHE, built_at(root), said.append).image(output)
    assert digest(built.root) == digest(root)
    assert digest(built.image) == digest(image)
