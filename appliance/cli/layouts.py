"""``appliance layouts``: the dose screens that are known, and how far they are trusted."""

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.tier import Tier
from appliance.errors import EXIT_OK
from appliance.services.confirmation import asks_a_person
from appliance.services.site_layouts import known_layouts

HEADER = ("name", "tier", "confirmation", "title", "origin")


def run(context: Context) -> int:
    """Print a row a layout, and below what the tiers mean."""
    known = known_layouts(context.configuration.layouts_dir)
    header = [context.texts.say(f"layouts.{key}") for key in HEADER]
    print(columns([header, *(_row(each, context) for each in known)]))  # noqa: T201 - asked for
    print()  # noqa: T201 - the same
    print(columns([[tier, context.texts.pick(tier.meaning)] for tier in Tier]))  # noqa: T201 - the same
    return EXIT_OK


def _row(layout: Layout, context: Context) -> list[str]:
    return [
        f"{layout.name} {layout.version}",
        layout.tier,
        _confirmation(layout.tier, context),
        layout.title,
        " ".join(layout.provenance.split()),
    ]


def _confirmation(tier: Tier, context: Context) -> str:
    """What the configuration has a person confirm."""
    settings = context.configuration.recogniser
    if not asks_a_person(settings, tier):
        return context.texts.say("layouts.confirm-never")
    if settings.confirm_always:
        return context.texts.say("layouts.confirm-always")
    return context.texts.say("layouts.confirm-first", count=settings.confirm_first)
