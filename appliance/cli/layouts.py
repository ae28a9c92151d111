"""``appliance layouts``: the dose screens that are known."""

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.dosescreen.layout import layouts
from appliance.errors import EXIT_OK


def run(context: Context) -> int:
    """Print a row a layout."""
    header = [context.texts.say(f"layouts.{key}") for key in ("name", "tier", "title", "origin")]
    rows = [
        [f"{each.name} {each.version}", each.tier, each.title, " ".join(each.provenance.split())]
        for each in layouts()
    ]
    print(columns([header, *rows]))  # noqa: T201 - what was asked for
    return EXIT_OK
