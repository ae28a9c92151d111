"""The code that whoever makes the first account has to know, so that no stranger is the first.

The settings name its file, as provisioning does on a box; else the box makes one in its data
folder. It is good while there are no accounts.
"""

from pathlib import Path

from appliance.accounts.secret import one_time
from appliance.config import Configuration
from appliance.ledger.durable import write_file

NAME = "setup-code"


def code_file(configuration: Configuration) -> Path:
    """Where the code is."""
    given = configuration.console.setup_code_file
    return Path(given) if given else configuration.data_dir / NAME


def offered_code(configuration: Configuration) -> str:
    """The code, made if the settings name none. Raises OSError when it cannot be read or kept."""
    file = code_file(configuration)
    if not configuration.console.setup_code_file and not file.exists():
        write_file(file, f"{one_time()}\n".encode())
    return file.read_text("utf-8").strip()


def forget_code(configuration: Configuration) -> None:
    """There is an account: the box's own code is good for nothing any more."""
    (configuration.data_dir / NAME).unlink(missing_ok=True)
