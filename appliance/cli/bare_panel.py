"""``appliance displayqa panel``: what is at the box's own connectors, and a pattern on it."""

import os
import sys
from collections.abc import Sequence
from select import select
from time import sleep

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.displayqa.connectors import BarePanel, Card, NoPictureError, cards, chosen
from appliance.displayqa.connectors.card import Connector
from appliance.displayqa.connectors.choice import Choice, depths, is_range_settable, panel_of
from appliance.displayqa.connectors.hindrance import hindered
from appliance.displayqa.connectors.mode import greater, native
from appliance.displayqa.patterns import Member, drawn, found, patterns
from appliance.errors import EXIT_OK, NotFoundError, RefusedError

LOOK_S = 1.0
"""How often the panel is looked after while a pattern is shown."""
TYPED = 1024
"""Bytes that are taken as one Enter."""


def run(context: Context) -> int:
    """List, or show. Raises NotFoundError, RefusedError, NoPictureError."""
    try:
        if context.arguments.show is None:
            _list(context, cards())
        else:
            _show(context, _members(context))
    except NoPictureError as failure:
        said = f" ({failure.detail})" if failure.detail else ""
        sentence = context.texts.pick(failure.hindrance.sentences)
        raise NoPictureError(
            what=f"{sentence}{said}", where=failure.where, hindrance=failure.hindrance
        ) from failure
    return EXIT_OK


def _list(context: Context, found_cards: Sequence[Card]) -> None:
    say = context.texts.say
    heads = [say(f"panel.{key}") for key in ("connector", "panel", "native", "range", "bits")]
    rows = []
    for card in found_cards:
        with hindered(card.name):
            rows += [_row(context, card, each) for each in card.connectors()]
    print(columns([heads, *rows]))  # noqa: T201 - what was asked for
    context.say("panel.path")


def _row(context: Context, card: Card, connector: Connector) -> list[str]:
    say, name = context.texts.say, f"{card.name}-{connector.name}"
    if not connector.is_connected:
        return [name, say("panel.free"), "", "", ""]
    return [
        name,
        str(panel_of(card, connector) or say("panel.unnamed")),
        _native(context, connector),
        say("panel.forced" if is_range_settable(card, connector) else "panel.unknown"),
        ", ".join(map(str, depths(card, connector))),
    ]


def _native(context: Context, connector: Connector) -> str:
    own = native(connector.modes)
    sizes = dict.fromkeys(f"{each.width_px}x{each.height_px}" for each in connector.modes)
    return str(own) if own else context.texts.say("panel.not_said", known=", ".join(sizes))


def _members(context: Context) -> tuple[Member, ...]:
    members = found(context.arguments.show)
    if not members:
        known = ", ".join(patterns())
        raise NotFoundError(context.texts.say("patterns.unknown"), context.arguments.show, known)
    return members


def _show(context: Context, members: Sequence[Member]) -> None:
    arguments = context.arguments
    choice = chosen(cards(), arguments.connector, arguments.mode)
    try:
        with BarePanel(choice, arguments.bits, arguments.turned // 90) as panel:
            _say_path(context, choice, panel)
            for member in members:
                panel.show(drawn(member, panel.panel, arguments.surround))
                context.say("panel.shown", pattern=member.name, where=choice.where)
                sys.stdout.flush()
                _hold(panel)
    except ValueError as failure:
        raise RefusedError(str(failure), arguments.show) from failure


def _say_path(context: Context, choice: Choice, panel: BarePanel) -> None:
    """What this shows, and what may still stand between levels and glass."""
    context.say("panel.path")
    context.say("panel.set", mode=choice.mode, settings=", ".join(panel.settings) or "-")
    if not panel.is_full_range_forced:
        context.say("panel.range_unknown")
    if not choice.is_native:
        context.say("panel.not_native")
    more = greater(choice.connector.modes, choice.mode)
    if more is not None:
        context.say("panel.greater", mode=more)
    if panel.panel.bits > 8:  # noqa: PLR2004 - the depth that every card sends
        context.say("panel.depth_unknown")


def _hold(panel: BarePanel) -> None:
    """Until a person presses Enter; without a keyboard, until the process is ended."""
    is_typed = True
    while True:
        if is_typed and select([sys.stdin], [], [], LOOK_S)[0]:
            if os.read(sys.stdin.fileno(), TYPED):
                return
            is_typed = False
        if not is_typed:
            sleep(LOOK_S)
        panel.confirm()
