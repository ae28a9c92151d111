"""``appliance media``: which sticks are the site's, and what comes back on one."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.export import take_along
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.config.destination import MEDIUM
from appliance.errors import (
    EXIT_OK,
    ApplianceError,
    ConfigurationError,
    NotFoundError,
    RefusedError,
)
from appliance.ledger import Ledger
from appliance.media.intake import FOLDER as IMPORTS
from appliance.media.intake import MANIFEST, Intake, TakenBeforeError, Trust
from appliance.media.medium import Medium
from appliance.media.mounting import expect_mount
from appliance.media.stick import Sticks
from appliance.services.enrolment import enrolled_name
from appliance.services.plugging import Ended, plugged, unplugged

MIB = 1 << 20
CODES = {
    Ended.DONE: EXIT_OK,
    Ended.FAILED: ApplianceError.exit_code,
    Ended.IGNORED: RefusedError.exit_code,
}


def run(context: Context) -> int:
    """Do what is asked for. Raises NotFoundError, RefusedError, ConfigurationError."""
    context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        if context.arguments.action == "plugged":
            return CODES[_plugged(context, ledger)]
        ACTIONS[context.arguments.action](context, ledger)
    return EXIT_OK


def _plugged(context: Context, ledger: Ledger) -> Ended:
    """What a stick is for that somebody plugs in: results leave, and what is signed comes."""

    def use(root: Path, name: str) -> None:
        wanted = [each for each in context.configuration.destination if each.kind == MEDIUM]
        take_along(context, ledger, name, root, wanted)
        if context.configuration.media.import_key_file and (root / IMPORTS / MANIFEST).exists():
            with suppress(TakenBeforeError):  # the stick was plugged in before
                _taken(context, ledger, root)

    device = context.arguments.device
    return plugged(context.configuration, ledger, SYSTEM_CLOCK, device, use)


def _unplugged(context: Context, ledger: Ledger) -> None:
    unplugged(context.configuration, ledger, SYSTEM_CLOCK, context.arguments.device)


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
    root = context.arguments.stick
    settings = context.configuration.media
    if not settings.import_key_file or not settings.import_recipient:
        raise ConfigurationError(context.texts.say("media.no_key"), "media.import_key_file")
    enrolled_name(context.configuration, ledger, SYSTEM_CLOCK, root)
    _taken(context, ledger, root)


def _taken(context: Context, ledger: Ledger, root: Path) -> None:
    """Hand over what the stick brings, if it is signed for this box."""
    configuration, settings = context.configuration, context.configuration.media
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
    "unplugged": _unplugged,
}
