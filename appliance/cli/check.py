"""``appliance check``: is the configuration valid, and what is in force."""

from appliance.cli.context import Context
from appliance.config import load_configuration
from appliance.config.reference import as_toml
from appliance.errors import EXIT_OK


def run(context: Context) -> int:
    """Print that the file is valid, or every setting in force. Raises ConfigurationError."""
    file = context.arguments.file
    configuration = load_configuration(file) if file else context.configuration
    if context.arguments.print:
        print(as_toml(configuration), end="")  # noqa: T201 - what was asked for
    else:
        context.say("check.valid", file=file or context.config_file or "defaults")
    return EXIT_OK
