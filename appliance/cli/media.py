"""``appliance media``: which sticks are the site's, and what comes back on one."""

from collections.abc import Callable

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, ConfigurationError, NotFoundError
from appliance.ledger import Ledger
from appliance.media.intake import Intake, Trust
from appliance.media.medium import Medium
from appliance.media.mounting import expect_mount
from appliance.media.stick import Sticks
from appliance.services.stick import enrolled_name

MIB = 1 << 20


def run(context: Context) -> int:
    """List, enrol, withdraw or import. Raises NotFoundError, RefusedError, ConfigurationError."""
    context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        ACTIONS[context.arguments.action](context, ledger)
    return EXIT_OK


def _list(context: Context, ledger: Ledger) -> None:
    found = Sticks(ledger, SYSTEM_CLOCK).all()
    if not found:
        context.say("media.none")
        return
    header = [context.texts.say(f"media.{name}") for name in ("name", "enrolled", "withdrawn")]
    rows = [
        [
            each.name,
            iso8601(each.enrolled_at),
            "-" if each.withdrawn_at is None else iso8601(each.withdrawn_at),
        ]
        for each in found
    ]
    print(columns([header, *rows]))  # noqa: T201 - what was asked for


def _enrol(context: Context, ledger: Ledger) -> None:
    arguments = context.arguments
    expect_mount(arguments.stick)
    medium = Medium(arguments.stick)
    Sticks(ledger, SYSTEM_CLOCK).enrol(medium, arguments.name, arguments.by)
    context.say("media.is_enrolled", name=arguments.name)


def _withdraw(context: Context, ledger: Ledger) -> None:
    name = context.arguments.name
    if not Sticks(ledger, SYSTEM_CLOCK).withdraw(name, context.arguments.by):
        raise NotFoundError(context.texts.say("media.unknown"), name)
    context.say("media.is_withdrawn", name=name)


def _import(context: Context, ledger: Ledger) -> None:
    configuration, root = context.configuration, context.arguments.stick
    settings = configuration.media
    if not settings.import_key_file or not settings.import_recipient:
        raise ConfigurationError(context.texts.say("media.no_key"), "media.import_key_file")
    enrolled_name(configuration, ledger, SYSTEM_CLOCK, root)
    trust = Trust(
        configuration.data_dir / settings.import_key_file,
        settings.import_recipient,
        settings.import_max_mib * MIB,
    )
    intake = Intake(configuration.data_dir / "imports", trust, ledger, SYSTEM_CLOCK)
    manifest, place = intake.take(root)
    context.say("media.imported", kind=manifest.kind, number=manifest.number, place=place)


ACTIONS: dict[str, Callable[[Context, Ledger], None]] = {
    "list": _list,
    "enrol": _enrol,
    "withdraw": _withdraw,
    "import": _import,
}
