"""The Python environment on the root: the locked wheels and the project, compiled."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from image_build import wheels
from image_build.base import compile_python
from image_build.errors import OtherPackagesError

VENV = "/usr/lib/dose-appliance/venv"
SITE_PACKAGES = f"{VENV}/lib/python{wheels.VERSION}/site-packages"
PYVENV_CFG = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {wheels.VERSION}\n"
COMMAND = f"""\
#!{VENV}/bin/python -P
import sys
from appliance.cli import main
sys.exit(main())
"""
LEFT_OUT = ("tests", "test", "testing_data")
"""Folders of packages that only their own tests need."""


def locked_packages(
    lines: list[str], architecture: str, python: Path, cache: Path, folder: Path
) -> None:
    """Lay the locked wheels out in ``folder``, compiled by the Python of the tree ``python``."""
    wheels.fetch(lines, architecture, cache)
    wheels.install(sorted(cache.glob("*.whl")), architecture, folder)
    locked = {_normal(line.split("==")[0]) for line in lines}
    installed = {_normal(each.name.split("-")[0]) for each in folder.glob("*.dist-info")}
    if installed != locked:
        raise OtherPackagesError(tuple(locked - installed), tuple(installed - locked))
    for package in folder.iterdir():
        for name in LEFT_OUT:
            shutil.rmtree(package / name, ignore_errors=True)
    compile_python([SITE_PACKAGES], python, python, bound=[(folder, SITE_PACKAGES)])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def add(tree: Path, architecture: str, packages: Path, repository: Path, python: Path) -> None:
    """Put the environment with the locked packages and the project into the tree.

    ``python`` is a tree whose Python can run here.
    """
    venv = tree / VENV.lstrip("/")
    site_packages = tree / SITE_PACKAGES.lstrip("/")
    shutil.copytree(packages, site_packages, symlinks=True, dirs_exist_ok=True)
    (venv / "bin").mkdir()
    (venv / "bin/python").symlink_to("/usr/bin/python3")
    (venv / "bin/python3").symlink_to("python")
    (venv / "pyvenv.cfg").write_text(PYVENV_CFG)
    with TemporaryDirectory() as folder:
        wheel = wheels.project_wheel(repository, Path(folder))
        wheels.install([wheel], architecture, site_packages)
    compile_python([f"{SITE_PACKAGES}/appliance"], tree, python)
    command = venv / "bin/appliance"
    command.write_text(COMMAND)
    command.chmod(0o755)
    (tree / "usr/bin/appliance").symlink_to(f"{VENV}/bin/appliance")
