"""``appliance displayqa patterns`` and ``pattern``: what can be shown; one as a file, or sent."""

import json
import sys
from pathlib import Path
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.patterns import Member, Panel, Pattern, drawn, found, patterns
from appliance.displayqa.patterns.png import as_png
from appliance.displayqa.patterns.secondary_capture import as_dicom
from appliance.displayqa.patterns.surround import surround_level
from appliance.displayqa.readings import read_measurements
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.ledger.durable import FOLDER_MODE, write_file
from appliance.services.posting import post

ENDINGS = (".png", ".dcm")


def run(context: Context) -> int:
    """List, or draw. Raises NotFoundError, RefusedError, UnreadableReadingsError."""
    if context.arguments.action == "patterns":
        _list(context)
    else:
        _draw(context)
    return EXIT_OK


def _list(context: Context) -> None:
    if context.arguments.format == "json":
        rows = [_as_json(each) for each in patterns().values()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for
        return
    say = context.texts.say
    heads = [say(f"patterns.{key}") for key in ("name", "purpose", "state", "source")]
    rows_of_text = [
        [_names(each), context.texts.pick(each.purpose), _state(each, context), each.source]
        for each in patterns().values()
    ]
    print(columns([heads, *rows_of_text]))  # noqa: T201 - the same


def _names(pattern: Pattern) -> str:
    members = pattern.each()
    return f"{members[0].name}…{members[-1].number}" if pattern.is_series else pattern.name


def _state(pattern: Pattern, context: Context) -> str:
    return context.texts.say("patterns.verified" if pattern.verified else "patterns.unverified")


def _as_json(pattern: Pattern) -> dict[str, Any]:
    return {
        "name": pattern.name,
        "members": [each.name for each in pattern.each()],
        "equivalent_to": pattern.equivalent_to or None,
        "purpose": dict(zip(("en", "ja"), pattern.purpose, strict=True)),
        "source": pattern.source,
        "verified": pattern.verified,
        "unverified": pattern.unverified,
        "surround": pattern.surround,
        "colour": pattern.channels > 1,
    }


def _draw(context: Context) -> None:
    arguments, texts = context.arguments, context.texts
    members = found(arguments.name)
    if not members:
        known = ", ".join(patterns())
        raise NotFoundError(texts.say("patterns.unknown"), arguments.name, known)
    output: Path | None = arguments.output
    if output and output.suffix.lower() not in ENDINGS:
        raise RefusedError(texts.say("patterns.ending"), str(output))
    try:
        panel = Panel(arguments.width, arguments.height, arguments.bits)
        content = _content(members, panel, _surround(context, panel), output)
    except ValueError as failure:
        raise RefusedError(str(failure), arguments.name) from failure
    if output is None:
        _send(context, content)
        return
    write_file(output.absolute(), content)
    sys.stderr.write(texts.say("patterns.written", file=output) + "\n")


def _send(context: Context, content: bytes) -> None:
    """Into the outbox. Raises NotFoundError, RefusedError, StateError."""
    context.configuration.data_dir.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        names = list(dict.fromkeys(context.arguments.send))
        uid = post(content, names, context.configuration, ledger, SYSTEM_CLOCK)
    context.say("patterns.posted", uid=uid, destinations=", ".join(names))


def _content(
    members: tuple[Member, ...], panel: Panel, surround: int | None, file: Path | None
) -> bytes:
    """What is sent is a DICOM object."""
    if file is None or file.suffix.lower() == ".dcm":
        return as_dicom(members, (drawn(each, panel, surround) for each in members), panel)
    if len(members) > 1:
        raise ValueError(f"a series is written as .dcm; name one of it, as {members[0].name}")
    return as_png(drawn(members[0], panel, surround), panel)


def _surround(context: Context, panel: Panel) -> int | None:
    """The level asked for; None: as the data says. Raises ValueError, UnreadableReadingsError."""
    file: Path | None = context.arguments.readings
    if file is None:
        given: int | None = context.arguments.surround
        return given
    measured = read_measurements(file.read_bytes(), str(file), panel.bits)
    luminances = {level: float(each.mean_cd_m2) for level, each in measured.scale.items()}
    return surround_level(panel, luminances)
