"""``appliance check``: are the configuration and the site's layouts valid, and what is in force."""

from appliance.cli.context import Context
from appliance.config import load_configuration
from appliance.config.reference import as_toml
from appliance.errors import EXIT_OK
from appliance.services.site_layouts import known_layouts


def run(context: Context) -> int:
    """Print that all is valid, or every setting in force. Raises ConfigurationError."""
    file = context.arguments.file
    configuration = load_configuration(file) if file else context.configuration
    known_layouts(configuration.layouts_dir)
    if context.arguments.print:
        print(as_toml(configuration), end="")  # noqa: T201 - what was asked for
    else:
        context.say("check.valid", file=file or context.config_file or "defaults")
    return EXIT_OK
