"""Nothing in the box connects to anything but through ``appliance.connection``."""

import re
from pathlib import Path

APPLIANCE = Path(__file__).parents[2] / "appliance"
MAKES_A_CONNECTION = re.compile(
    r"create_connection\(|socket\.socket\((?!.*AF_UNIX|fileno=)|urlopen\(|urlretrieve\("
    r"|open_connection\(|HTTPSConnection\(|SMTP\("
)
MAY = {"connection.py", "services/page_vitals.py"}
"""The second asks the box's own pages whether they answer, and nobody else."""
LISTENERS = ("receive", "simulators")
"""Rooms that are called, or that pretend to be others."""


def test_every_connection_is_made_in_one_place() -> None:
    found = {
        path.relative_to(APPLIANCE).as_posix()
        for path in APPLIANCE.rglob("*.py")
        if path.relative_to(APPLIANCE).parts[0] not in LISTENERS
        and MAKES_A_CONNECTION.search(path.read_text("utf-8"))
    }
    assert found == MAY
