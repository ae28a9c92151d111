"""One strict TOML file, with a default for everything.

**Knows:** every setting: its type, default, bounds and meaning.
**Does not know:** what the services do with it.
"""

from appliance.config.load import load_configuration, parse_configuration
from appliance.config.schema import (
    Configuration,
    Destination,
    Receiver,
    Recogniser,
    Report,
    Scanner,
    Site,
)

__all__ = [
    "Configuration",
    "Destination",
    "Receiver",
    "Recogniser",
    "Report",
    "Scanner",
    "Site",
    "load_configuration",
    "parse_configuration",
]
