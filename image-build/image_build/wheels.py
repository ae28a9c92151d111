"""The locked Python packages and the project itself, laid out for the root's own Python.

pip never runs code of another architecture: wheels are chosen by their names and unpacked. What is
published as source alone is built into a wheel from its hashed source; it must be pure Python.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

VERSION = "3.13"
FULL_VERSION = "3.13.5"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
GLIBCS = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34")
"""manylinux tags that Debian trixie (glibc 2.41) satisfies, and that wheels are published for."""
SOURCE_ONLY = ("sdnotify",)
"""Published as source alone, and pure."""
PLACES = ("RECORD", "direct_url.json")
"""What pip notes of the folder that it installed from; nothing is ever removed from the root."""
PROJECT = ("appliance", "pyproject.toml", "README.md", "LICENSE", "NOTICE")


def locked_lines(lock: str, architecture: str) -> list[str]:
    """The requirements of a lock that hold for the root, each with its hashes, on one line.

    Their conditions are settled and left out: pip would ask them of the Python that runs it.
    """
    environment = {
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": VERSION,
        "python_full_version": FULL_VERSION,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": MACHINES[architecture],
    }
    lines = lock.replace("\\\n", " ").splitlines()
    return [line for each in lines if (line := _settled(each, environment))]


def _settled(line: str, environment: dict[str, str]) -> str:
    """``name==version --hash=...``; empty when it does not hold."""
    text, *hashes = line.split("#", 1)[0].strip().split(" --hash=")
    if not text.strip():
        return ""
    requirement = Requirement(text.strip())
    if requirement.marker is not None and not requirement.marker.evaluate(environment):
        return ""
    return " --hash=".join((f"{requirement.name}{requirement.specifier}", *hashes))


def fetch(lines: Iterable[str], architecture: str, folder: Path) -> None:
    """Bring every locked wheel into the folder; pip holds each to its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    source = [line for line in lines if line.split("==")[0] in SOURCE_ONLY]
    ready = [line for line in lines if line.split("==")[0] not in SOURCE_ONLY]
    platforms = [f"--platform=manylinux_{glibc}_{MACHINES[architecture]}" for glibc in GLIBCS]
    _pip_with(
        ready,
        ("download", "--no-deps", "--require-hashes", "--only-binary=:all:", f"--dest={folder}"),
        (f"--python-version={VERSION}", "--implementation=cp", *platforms),
    )
    _pip_with(
        source,
        ("wheel", "--no-deps", "--require-hashes", "--no-build-isolation", "--no-binary=:all:"),
        (f"--wheel-dir={folder}",),
    )


def project_wheel(repository: Path, folder: Path) -> Path:
    """The project as a wheel, built from a copy: nothing is left beside the sources."""
    with TemporaryDirectory() as copy:
        for name in PROJECT:
            _copy(repository / name, Path(copy) / name)
        _pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}", copy)
    return next(folder.glob("dose_appliance-*.whl"))


def install(wheels: Sequence[Path], architecture: str, site_packages: Path) -> None:
    """Unpack wheels; nothing is compiled yet, and nothing tells from where they came."""
    platforms = [f"--platform=manylinux_{glibc}_{MACHINES[architecture]}" for glibc in GLIBCS]
    _pip(
        *("install", "--no-index", "--no-deps", "--no-compile", "--only-binary=:all:"),
        "--ignore-requires-python",  # it would compare with the Python that runs pip
        *(f"--target={site_packages}", f"--python-version={VERSION}", *platforms),
        *map(str, wheels),
    )
    shutil.rmtree(site_packages / "bin", ignore_errors=True)
    for name in PLACES:
        for file in site_packages.glob(f"*.dist-info/{name}"):
            file.unlink()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(source, target)


def _pip_with(lines: Sequence[str], words: Sequence[str], more: Sequence[str]) -> None:
    with TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text("\n".join(lines) + "\n")
        _pip(*words, *more, f"--requirement={requirements}")


def _pip(*words: str) -> None:
    environment = os.environ | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    subprocess.run([sys.executable, "-m", "pip", "-qq", *words], check=True, env=environment)
