"""``appliance request``: carries out what the pages asked for, and keeps settings on trial."""

from appliance.cli.context import Context
from appliance.cli.entry import INSTALLED_FILE
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.errors import EXIT_OK, ConfigurationError
from appliance.services.settings_command import Keyboard
from appliance.services.settings_composition import Places, carrying
from appliance.services.settings_folder import request_folder


def run(context: Context) -> int:
    """Do the action; the exit code is 0 also when a request was refused: the page tells."""
    return {"carry-out": _carry_out, "keep": _keep, "show": _show}[context.arguments.action](
        context
    )


def _carry_out(context: Context) -> int:
    arguments, configuration = context.arguments, context.configuration
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    file = context.config_file or INSTALLED_FILE
    keyboard = Keyboard(
        file=context.config_file, data_dir=configuration.data_dir, clock=SYSTEM_CLOCK
    )
    with opened_ledger(context) as ledger:
        places = Places(box=arguments.box, boot=arguments.boot, file=file)
        work = carrying(configuration, ledger, SYSTEM_CLOCK, keyboard, places)
        state = work.carry_out(of_media=arguments.media)
    context.say("request.nothing" if state is None else "request.ended", state=state)
    return EXIT_OK


def _keep(context: Context) -> int:
    folder, _ = request_folder(context.configuration.run_dir, context.configuration.data_dir)
    outcome = folder.outcome()
    if outcome is None or outcome.until is None:
        raise ConfigurationError(context.texts.say("request.none_on_trial"), "request keep")
    folder.keep(outcome.identifier)
    context.say("request.kept")
    return EXIT_OK


def _show(context: Context) -> int:
    folder, _ = request_folder(context.configuration.run_dir, context.configuration.data_dir)
    outcome = folder.outcome()
    if outcome is None:
        context.say("request.nothing")
        return EXIT_OK
    context.say("request.is", kind=outcome.kind, by=outcome.by, state=outcome.state)
    for line in filter(None, (outcome.why, *outcome.lines)):
        print(line)  # noqa: T201 - what was asked for
    return EXIT_OK
