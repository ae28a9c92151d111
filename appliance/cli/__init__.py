"""The command line.

**Knows:** commands, options, exit codes, languages, terminals.
**Does not know:** how anything is done; each command calls one room.
"""

from appliance.cli.entry import main

__all__ = ["main"]
