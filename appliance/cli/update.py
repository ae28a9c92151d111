"""``appliance update``: what runs, what is tried, installing and going back."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, ConfigurationError, NotFoundError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.services.bundles import bundle_on_stick, fetched, poll
from appliance.services.trial import proving
from appliance.services.updating import Signature, updating
from appliance.updates.state import UpdateState, state


def run(context: Context) -> int:
    """Do one of the actions. Raises NotFoundError on a machine without slots, RefusedError."""
    return ACTIONS[context.arguments.action](context)


def _status(context: Context) -> int:
    known = state(context.configuration.updates.folder)
    if context.arguments.format == "json":
        print(json.dumps(asdict(known), ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _say_state(context, known)
    return EXIT_OK


def _say_state(context: Context, known: UpdateState) -> None:
    slot = known.slot or "-"
    context.say("update.booted", slot=slot, version=known.version or "-")
    for each, version in known.in_slots.items():
        if each is not known.slot:
            context.say("update.other", slot=each, version=version or "-")
    if known.trial is not None:
        is_booted = known.trial.slot is known.slot
        key = "update.on_trial" if is_booted else "update.to_try"
        context.say(key, version=known.trial.version)
    if known.last is not None:
        context.say(
            "update.last",
            version=known.last.version,
            outcome=context.texts.pick(known.last.outcome.meaning),
            when=iso8601(known.last.at),
            detail=f": {known.last.detail}" if known.last.detail else "",
        )
    if known.offered:
        context.say("update.offered", version=known.offered)


def _list(context: Context) -> int:
    with opened_ledger(context) as ledger:
        entries = [
            each
            for each in Journal(ledger, SYSTEM_CLOCK).entries()
            if each.kind.startswith("update-")
        ]
    rows = [
        [iso8601(each.written_at), each.kind, each.body.get("version", ""), _why(each.body)]
        for each in entries
    ]
    if not rows:
        context.say("update.none")
        return EXIT_OK
    header = [context.texts.say(f"update.{name}") for name in ("when", "what", "version", "why")]
    print(columns([header, *rows]))  # noqa: T201 - what was asked for
    return EXIT_OK


def _why(body: dict[str, object]) -> str:
    told = (body.get(key) for key in ("found", "why", "person", "reason"))
    return "; ".join(str(each) for each in told if each)


def _install(context: Context) -> int:
    signature = _signature(context)
    with opened_ledger(context) as ledger:
        process = updating(context.configuration, ledger, SYSTEM_CLOCK)
        bundle = process.install(_source(context, ledger), signature)
    context.say("update.installed", version=bundle.name)
    return _restart(context)


def _source(context: Context, ledger: Ledger) -> Path:
    arguments, configuration = context.arguments, context.configuration
    if arguments.stick is not None:
        return bundle_on_stick(configuration, ledger, SYSTEM_CLOCK, arguments.stick)
    if arguments.offered:
        return fetched(configuration)
    file: Path = arguments.file.absolute()
    if not file.is_file():
        raise NotFoundError("there is no such file", str(file))
    return file


def _signature(context: Context) -> Signature | None:
    arguments = context.arguments
    if not arguments.downgrade:
        return None
    if not (arguments.by.strip() and arguments.reason.strip()):
        raise ConfigurationError(context.texts.say("update.unsigned"), "--downgrade")
    return Signature(arguments.by, arguments.reason)


def _roll_back(context: Context) -> int:
    signature = Signature(context.arguments.by, context.arguments.reason)
    with opened_ledger(context) as ledger:
        version = updating(context.configuration, ledger, SYSTEM_CLOCK).go_back(signature)
    context.say("update.installed", version=version)
    return _restart(context)


def _restart(context: Context) -> int:
    if context.arguments.restart:
        subprocess.run(["systemctl", "--no-block", "reboot"], check=True)
    else:
        context.say("update.restart")
    return EXIT_OK


def _acknowledge(context: Context) -> int:
    with opened_ledger(context) as ledger:
        process = updating(context.configuration, ledger, SYSTEM_CLOCK)
        was_raised = process.acknowledge(context.arguments.by)
    context.say("update.acknowledged" if was_raised else "update.nothing")
    return EXIT_OK


def _poll(context: Context) -> int:
    with opened_ledger(context) as ledger:
        installed = poll(updating(context.configuration, ledger, SYSTEM_CLOCK))
    if installed:
        subprocess.run(["systemctl", "--no-block", "reboot"], check=True)
    return EXIT_OK


def _confirm(context: Context) -> int:
    return proving(context.configuration, SYSTEM_CLOCK).prove()


def _report(context: Context) -> int:
    proving(context.configuration, SYSTEM_CLOCK).report()
    return EXIT_OK


ACTIONS: dict[str, Callable[[Context], int]] = {
    "status": _status,
    "list": _list,
    "install": _install,
    "rollback": _roll_back,
    "acknowledge": _acknowledge,
    "poll": _poll,
    "confirm": _confirm,
    "report": _report,
}
