"""What a service of the box takes of its memory, beside the others."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.receive.box import a_free_port

KIB = 1024
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
BOX = """
data_dir = "{folder}"
[receiver]
port = {port}
"""


def memory_mib(pid: int) -> float:
    """Of the process and all that it started, each page of memory counted once (PSS)."""
    return round(sum(_pss_kib(each) for each in _tree(pid)) / KIB, 1)


def _tree(pid: int) -> Iterator[int]:
    """The process and those below it that are programs of their own.

    Until it is one, a child has the memory of who starts it.
    """
    yield pid
    command = _said(pid, "cmdline")
    for child in map(int, _said(pid, f"task/{pid}/children").split()):
        if _said(child, "cmdline") != command:
            yield from _tree(child)


def _pss_kib(pid: int) -> int:
    found = PSS.search(_said(pid, "smaps_rollup"))
    return int(found[1]) if found else 0


def _said(pid: int, of: str) -> str:
    """What the kernel says of a process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/{of}").read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def rest_of_the_box(folder: Path) -> Iterator[None]:
    """All services beside the one that is measured, idle: libraries are shared as on a box."""
    folder.mkdir()
    file = folder / "box.toml"
    file.write_text(BOX.format(folder=folder / "data", port=a_free_port()), "utf-8")
    command = [sys.executable, "-m", "appliance", "-c", str(file), "run"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        while b"services_ready" not in process.stderr.readline():
            assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.communicate()
