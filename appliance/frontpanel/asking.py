"""What the front panel asks of the machine: one empty file a request, in ``run_dir``/request.

The process itself may do nothing to the machine. A path unit of systemd looks for the file, and
does what it asks for; only the front panel's own user may write there.
"""

from enum import StrEnum
from pathlib import Path

FOLDER = "request"
"""Below ``run_dir``."""


class Request(StrEnum):
    """What is asked for; also the file's name."""

    POWER_OFF = "power-off"
    FACTORY_RESET = "factory-reset"


def ask(folder: Path, request: Request) -> None:
    """Ask for it. Raises OSError where there is nobody to be asked, as at a desk."""
    (folder / request).touch()


def asked(folder: Path) -> set[Request]:
    """What is asked for and not done yet."""
    return {each for each in Request if (folder / each).exists()}
