"""The locked environment: complete, hashed, and the one that pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(each) for each in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(each) for each in PROJECT["optional-dependencies"]["dev"]]


def entries(lock: str) -> list[str]:
    """One text a requirement: its line and its hashes."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def locked(lock: str) -> dict[str, list[str]]:
    """Every version of every package, whatever the Python."""
    versions: dict[str, list[str]] = {}
    for entry in entries(lock):
        name, version = re.match(r"([\w.-]+)==([\w.]+)", entry).groups()  # type: ignore[union-attr]
        versions.setdefault(name, []).append(version)
    return versions


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_hashed(lock: str) -> None:
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries(lock))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", RUNTIME),
        ("requirements-dev.lock", RUNTIME + DEVELOPMENT),
    ],
)
def test_the_lock_holds_what_the_project_asks_for(lock: str, wanted: list[Requirement]) -> None:
    versions = locked(lock)
    for requirement in wanted:
        assert versions[requirement.name], requirement
        assert all(map(requirement.specifier.contains, versions[requirement.name])), requirement


def test_both_locks_agree() -> None:
    development = locked("requirements-dev.lock")
    for name, versions in locked("requirements.lock").items():
        assert development[name] == versions


def test_debian_packages_are_named_once_with_their_use() -> None:
    lines = (ROOT / "packages.txt").read_text("utf-8").splitlines()
    rows = [line.split("#")[0].split() for line in lines if line and not line.startswith("#")]
    assert {row[0] for row in rows} == {"run", "test", "image"}
    assert all(len(row) == 2 for row in rows)
    assert len({row[1] for row in rows}) == len(rows)


def test_every_library_is_in_the_notices() -> None:
    notices = (ROOT / "NOTICE").read_text("utf-8")
    assert [name for name in locked("requirements.lock") if f"\n{name} " not in notices] == []
