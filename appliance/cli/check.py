"""``appliance check``: is the configuration valid, and the site's own data; what is in force."""

from appliance.cli.context import Context
from appliance.cli.orders import expect_sound
from appliance.config import load_configuration
from appliance.config.reference import as_toml
from appliance.displayqa.ruleset_file import rulesets
from appliance.drl.reference import reference
from appliance.errors import EXIT_OK
from appliance.orders.code_table import read_table
from appliance.services.conversion import conversion_factors
from appliance.services.site_layouts import known_layouts


def run(context: Context) -> int:
    """Print that all is valid, or every setting in force. Raises ConfigurationError."""
    file = context.arguments.file
    configuration = load_configuration(file) if file else context.configuration
    known_layouts(configuration.layouts_dir)
    by = reference(configuration.drl, configuration.data_dir)
    rulesets(configuration.data_dir / configuration.displayqa.rulesets)
    conversion_factors(configuration.effective_dose)
    codes = configuration.code_table
    if codes.exists():
        expect_sound(context, read_table(codes.read_bytes()), codes)
    if context.arguments.print:
        print(as_toml(configuration), end="")  # noqa: T201 - what was asked for
    else:
        context.say("check.valid", file=file or context.config_file or "defaults")
        for table in by.unverified:
            context.say("drl.table_unverified", edition=table.edition)
        if codes.exists() or configuration.worklist.host:
            context.say("orders.unverified")
    return EXIT_OK
