"""``appliance clock``: what the box's time is worth."""

import json
from datetime import UTC, datetime

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, ClockState, iso8601
from appliance.errors import EXIT_OK, RefusedError
from appliance.services.clock_floor import raise_clock
from appliance.timeline import Sighting, Timeline

LAST = 10
"""Sightings that are shown."""


def run(context: Context) -> int:
    """Show or raise. Raises StateError, RefusedError for a time that is none, PermissionError."""
    if context.arguments.action == "raise":
        by_s = raise_clock(context.configuration.ledger_path, SYSTEM_CLOCK)
        context.say("clock.raised" if by_s else "clock.not_behind", by=f"{by_s:.0f}")
        return EXIT_OK
    at = context.arguments.at
    asked = None if at is None else _moment(context, at)
    sightings, state = _seen(context, asked)
    if context.arguments.format == "json":
        print(json.dumps(_as_json(sightings, asked, state)))  # noqa: T201 - what was asked for
    else:
        _tell(context, sightings, asked, state)
    return EXIT_OK


def _seen(context: Context, asked: float | None) -> tuple[list[Sighting], ClockState | None]:
    """The last sightings, and what the clock was worth at the time asked for, else now."""
    if not context.configuration.ledger_path.exists():
        return [], None if asked is not None else SYSTEM_CLOCK.state()
    with opened_ledger(context) as ledger:
        timeline = Timeline(ledger)
        state = SYSTEM_CLOCK.state() if asked is None else timeline.state_at(asked)
        return timeline.sightings()[-LAST:], state


def _as_json(
    sightings: list[Sighting], asked: float | None, state: ClockState | None
) -> dict[str, object]:
    return {
        "at": iso8601(SYSTEM_CLOCK.wall() if asked is None else asked),
        "state": state,
        "sightings": [
            {
                "at": iso8601(each.wall),
                "state": each.state,
                "boot_id": each.boot_id,
                "since_boot_s": round(each.since_boot_s),
            }
            for each in sightings
        ],
    }


def _tell(
    context: Context, sightings: list[Sighting], asked: float | None, state: ClockState | None
) -> None:
    told = context.texts.say(f"clock.{state or 'not_seen'}")
    print(f"{iso8601(SYSTEM_CLOCK.wall() if asked is None else asked)}  {told}")  # noqa: T201
    rows = [
        (iso8601(each.wall), each.state, each.boot_id[:8], f"{each.since_boot_s:.0f} s")
        for each in sightings
    ]
    if rows and asked is None:
        context.say("clock.sightings")
        print(columns(rows, right=frozenset({3})))  # noqa: T201 - what was asked for


def _moment(context: Context, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise RefusedError(context.texts.say("clock.no_time"), text) from wrong
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
