"""``appliance displayqa displays``: which displays there are, entered and changed, signed."""

import json
from dataclasses import fields, replace
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displays.display import Display
from appliance.displays.register import Entered, as_json
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.services.display_records import DisplayRecords

WORDS = {"width": "width_px", "height": "height_px", "target": "target_cd_m2"}
"""Arguments that are called otherwise than what they enter."""


def run(context: Context) -> int:
    """List, enter, change, retire or show. Raises NotFoundError, RefusedError."""
    deeds = {"list": _list, "show": _show, "retire": _retire, "enter": _enter, "change": _change}
    if context.arguments.deed == "enter":  # a box may begin with its displays
        context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        records = DisplayRecords(context.configuration, ledger, SYSTEM_CLOCK)
        deeds[context.arguments.deed](context, records)
    return EXIT_OK


def _list(context: Context, records: DisplayRecords) -> None:
    entered = records.register.in_use().values()
    displays = [each.display for each in entered if each.display is not None]
    if context.arguments.format == "json":
        _print_json([as_json(each) for each in displays])
    elif displays:
        names = ("display", "workstation", "make_model", "serial", "ruleset", "days")
        heads = [context.texts.say(f"displays.{name}") for name in names]
        print(columns([heads, *map(_row, displays)]))  # noqa: T201 - what was asked for
    else:
        context.say("displays.none")


def _row(display: Display) -> list[str]:
    what = f"{display.make} {display.model}".strip()
    place = " ".join(filter(None, (display.workstation, display.position)))
    days = str(display.constancy_days)
    return [display.name, place, what, display.serial_number, display.ruleset, days]


def _enter(context: Context, records: DisplayRecords) -> None:
    given = _given(context)
    by = records.ruleset(given["ruleset"])
    display = _made({"name": context.arguments.name, **_interval(by), **given})
    records.register.enter(display, context.arguments.by)
    context.say("displays.entered", name=display.name)


def _interval(by: Ruleset) -> dict[str, int]:
    found = by.interval(Occasion.CONSTANCY)
    return {} if found is None else {"constancy_days": found.days}


def _change(context: Context, records: DisplayRecords) -> None:
    display = records.register.display(context.arguments.name)
    try:
        changed = replace(display, **_given(context))
    except ValueError as failure:
        raise RefusedError(str(failure), display.name) from failure
    records.register.change(changed, context.arguments.by)
    context.say("displays.changed", name=display.name)


def _made(values: dict[str, Any]) -> Display:
    try:
        return Display(**values)
    except ValueError as failure:
        raise RefusedError(str(failure), str(values["name"])) from failure


def _given(context: Context) -> dict[str, Any]:
    """What was said of the display, by the name of its field."""
    arguments = vars(context.arguments)
    said = {WORDS.get(key, key): value for key, value in arguments.items() if value is not None}
    said["reflection_cd_m2_lx"] = said.pop("rd", None)
    said["is_monochrome"] = {"yes": True, "no": False}.get(said.pop("monochrome", ""))
    known = {each.name for each in fields(Display)} - {"name"}
    return {key: value for key, value in said.items() if key in known and value is not None}


def _retire(context: Context, records: DisplayRecords) -> None:
    records.register.retire(context.arguments.name, context.arguments.by)
    context.say("displays.retired", name=context.arguments.name)


def _show(context: Context, records: DisplayRecords) -> None:
    entries = records.register.history(context.arguments.name)
    if not entries:
        raise NotFoundError(context.texts.say("displays.unknown"), context.arguments.name)
    if context.arguments.format == "json":
        _print_json([_entry(each) for each in entries])
        return
    for number, each in enumerate(entries):
        _say_entry(context, each, entries[number - 1] if number else None)


def _entry(entered: Entered) -> dict[str, Any]:
    return {
        "entry": entered.identifier,
        "at": iso8601(entered.at),
        "by": entered.by,
        "display": None if entered.display is None else as_json(entered.display),
    }


def _say_entry(context: Context, entered: Entered, before: Entered | None) -> None:
    """What it says that the entry before did not."""
    empty = {each.name: each.default for each in fields(Display)} | {"name": entered.name}
    known = as_json(before.display) if before and before.display else empty
    context.say("displays.entry", at=iso8601(entered.at), by=entered.by)
    if entered.display is None:
        context.say("displays.gone")
        return
    for key, value in as_json(entered.display).items():
        if known[key] != value:
            print(f"  {key}: {value}")  # noqa: T201 - what was asked for


def _print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for
