"""``appliance factory-reset``: what the units and the button call; a person asks by two acts."""

from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.texts import LANGUAGES, texts_for
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.errors import EXIT_OK, StateError
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.frontpanel.telling import Subject, Word, tell
from appliance.services.box_notes import say
from appliance.services.factory_reset import (
    Armed,
    Done,
    NotAsked,
    Outcome,
    reset_at_next_start,
    reset_at_start,
)
from appliance.status import take_snapshot

COMMAND_LINE = Path("/proc/cmdline")


def run(context: Context) -> int:
    """Do the action; the exit code."""
    arguments = context.arguments
    if arguments.action == "confirmed":
        reset_at_next_start(arguments.data)
        return EXIT_OK
    boot = arguments.boot if arguments.boot.is_dir() else None
    outcome = reset_at_start(arguments.data, boot, COMMAND_LINE.read_text("ascii", "replace"))
    panel = arguments.run / "dose-appliance" / PANEL
    panel.mkdir(0o755, parents=True, exist_ok=True)
    tell(panel, Subject.RESET, Word.ARMED if isinstance(outcome, Armed) else None)
    lines = [line for language in LANGUAGES for line in _lines(outcome, arguments.data, language)]
    for line in lines:
        print(line)  # noqa: T201 - a command line prints
    say(lines, arguments.screen)
    return EXIT_OK


def _lines(outcome: Outcome, data: Path, language: str) -> list[str]:
    texts = texts_for(language)
    match outcome:
        case NotAsked():
            return []
        case Armed(code, was_wrong):
            head = [texts.say("factory_reset.wrong")] if was_wrong else []
            lost = texts.say("factory_reset.unsent", count=_unsent(data))
            return [*head, texts.say("factory_reset.armed", code=code), lost]
        case Done(kept):
            return [texts.say("factory_reset.done", kept=", ".join(kept) or "-")]


def _unsent(data: Path) -> str:
    """How many deliveries would be lost; a question mark where nobody can tell."""
    try:
        seen = take_snapshot(Configuration(data_dir=data / "appliance"), SYSTEM_CLOCK)
    except (StateError, OSError):
        return "?"
    waiting = ("waiting", "leased")
    return str(sum(each.by_state.get(state, 0) for each in seen.destinations for state in waiting))
