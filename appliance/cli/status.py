"""``appliance status``: counts and conditions, never a patient; once, or again and again."""

import json
import sys
from collections.abc import Callable
from typing import Any

from appliance.alarms import Alarm
from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.status_lines import lines
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.errors import EXIT_OK
from appliance.services.box_state import device_of, snapshot_of
from appliance.status import AlarmNotice, Device, Snapshot, state_document
from appliance.status.health import verdict_of

HOME = "\x1b[H\x1b[2J"
"""Clears a terminal (ECMA-48: CUP, ED)."""


def run(context: Context) -> int:
    """Print the state as text or as one JSON object a line. Raises StateError."""
    show = _json if context.arguments.format == "json" else _text
    if context.arguments.watch:
        return _watch(context, show, SYSTEM_CLOCK)
    print(show(context))  # noqa: T201 - what was asked for
    return EXIT_OK


def as_json(
    snapshot: Snapshot,
    device: Device | None = None,
    notice: Callable[[Alarm], AlarmNotice] = AlarmNotice.within,
) -> dict[str, Any]:
    """The document of the topic `state`; ``notice`` says how much of an alarm is told."""
    return state_document(snapshot, device or Device(), map(notice, snapshot.alarms))


def _watch(context: Context, show: Callable[[Context], str], clock: Clock) -> int:
    """Print it anew every ``--every`` seconds until somebody ends it."""
    is_screen = sys.stdout.isatty() and show is _text
    while True:
        told = show(context)
        sys.stdout.write(f"{HOME if is_screen else ''}{told}\n")
        sys.stdout.flush()
        clock.sleep(context.arguments.every)


def _json(context: Context) -> str:
    configuration = context.configuration
    snapshot = snapshot_of(configuration, SYSTEM_CLOCK)
    return json.dumps(as_json(snapshot, device_of(configuration)), ensure_ascii=False)


def _text(context: Context) -> str:
    snapshot = snapshot_of(context.configuration, SYSTEM_CLOCK)
    verdict = verdict_of((), snapshot.alarms)
    return columns(list(lines(snapshot, verdict, context.texts)))
