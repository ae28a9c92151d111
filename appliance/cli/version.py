"""``appliance version``."""

from appliance import __version__
from appliance.cli.context import Context
from appliance.errors import EXIT_OK


def run(_context: Context) -> int:
    """Print the version that reports carry as Software Versions."""
    print(f"dose-appliance {__version__}")  # noqa: T201 - what was asked for
    return EXIT_OK
