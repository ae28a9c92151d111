"""``appliance atlas``: what was learnt of the scanners, and a person's hand on it."""

from collections.abc import Callable
from pathlib import Path

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.dosescreen.learning import LearntAtlas, Withdrawal
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.ledger.durable import write_file
from appliance.services.curating import Curating
from appliance.services.shelf import as_file, read_atlas


def run(context: Context) -> int:
    """List, export, import, withdraw or acknowledge. Raises NotFoundError, RefusedError."""
    action: str = context.arguments.action
    if action != "import" and not context.configuration.ledger_path.exists():
        if action != "list":
            raise NotFoundError(context.texts.say("atlas.empty"))
        context.say("atlas.empty")
        return EXIT_OK
    context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        ACTIONS[action](context, Curating(ledger, SYSTEM_CLOCK))
    return EXIT_OK


def _list(context: Context, curating: Curating) -> None:
    names = ("scanner", "maker", "model", "device", "version", "characters", "withdrawn")
    rows = [_row(atlas) for atlas in curating.shelf.values()]
    if not rows:
        context.say("atlas.empty")
        return
    header = [context.texts.say(f"atlas.{name}") for name in names]
    print(columns([header, *rows], right=frozenset({5, 6})))  # noqa: T201 - what was asked for


def _row(atlas: LearntAtlas) -> list[str]:
    scanner = atlas.scanner
    withdrawn = sum(isinstance(entry, Withdrawal) for entry in atlas.history)
    known_by = [scanner.identifier, scanner.manufacturer, scanner.model_name, scanner.device]
    return [*known_by, atlas.version, str(len(atlas.held)), str(withdrawn)]


def _export(context: Context, curating: Curating) -> None:
    atlas = curating.atlas(context.arguments.scanner or _only_scanner(context, curating))
    file = Path(context.arguments.file)
    write_file(file.absolute(), as_file(atlas))
    context.say(
        "atlas.exported", scanner=atlas.scanner.identifier, version=atlas.version, file=file
    )


def _only_scanner(context: Context, curating: Curating) -> str:
    known = list(curating.shelf)
    if len(known) != 1:
        raise RefusedError(
            context.texts.say("atlas.which"), ", ".join(known), context.texts.say("atlas.name_it")
        )
    return known[0]


def _import(context: Context, curating: Curating) -> None:
    file = Path(context.arguments.file)
    read = read_atlas(file, context.texts.say("atlas.what_to_import"))
    atlas = curating.bring_in(read, file.name, context.arguments.by)
    _say_version(context, "atlas.imported", atlas)


def _withdraw(context: Context, curating: Curating) -> None:
    arguments = context.arguments
    atlas = curating.withdraw(arguments.scanner, arguments.what, arguments.by, arguments.reason)
    _say_version(context, "atlas.taken_back", atlas)


def _acknowledge(context: Context, curating: Curating) -> None:
    curating.acknowledge(context.arguments.scanner, context.arguments.by)
    context.say("atlas.acknowledged", scanner=context.arguments.scanner)


def _say_version(context: Context, key: str, atlas: LearntAtlas) -> None:
    context.say(
        key,
        scanner=atlas.scanner.identifier,
        version=atlas.version,
        characters=len(atlas.held),
    )


ACTIONS: dict[str, Callable[[Context, Curating], None]] = {
    "list": _list,
    "export": _export,
    "import": _import,
    "withdraw": _withdraw,
    "acknowledge": _acknowledge,
}
