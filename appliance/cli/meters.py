"""``appliance displayqa meters`` and ``measure``: what is plugged in, and what it reads."""

import sys
from datetime import UTC, datetime
from functools import partial

from appliance.cli.context import Context
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.meters.calibration import expired
from appliance.displayqa.meters.conversation import converse
from appliance.displayqa.meters.discovery import Meter, Port, candidates, find, identify
from appliance.displayqa.meters.measuring import ONCE, TWICE, Measurement, Measuring
from appliance.displayqa.meters.reading import Failure
from appliance.displayqa.meters.registry import Kind, registry
from appliance.displayqa.meters.serial_line import opened, plugged_in
from appliance.displayqa.meters.spotread import reading_by, run_for
from appliance.displayqa.meters.typed import typed
from appliance.errors import EXIT_OK, ApplianceError, NotFoundError, RefusedError

TRIES = 5
WITHOUT_LINE = {
    "spotread": lambda: Measuring(partial(reading_by, run_for), TWICE),
    "typed": lambda: Measuring(lambda: typed(sys.stdin.readline()), ONCE),
}
"""What measures without a serial line: a program loses no bytes, and a person types once."""


def run(context: Context) -> int:
    """List, or measure. Raises NotFoundError, RefusedError, ApplianceError for a meter's fault."""
    return {"meters": _list, "measure": _measure}[context.arguments.action](context)


def _list(context: Context) -> int:
    meters = find(plugged_in(), registry(), opened)
    for meter in meters:
        failure = _expired(context, meter)
        context.say(
            "meters.found",
            name=meter.name,
            models=meter.kind.models,
            device=meter.port.device,
            fault=f" ({sentence(context, failure)})" if failure else "",
        )
    if not meters:
        context.say("meters.none")
    return EXIT_OK


def _measure(context: Context) -> int:
    model = context.arguments.model
    if model in WITHOUT_LINE:
        return _say_all(context, model, WITHOUT_LINE[model]())
    meter = named(context) if context.arguments.port else only(context)
    failure = _expired(context, meter)
    if failure:
        raise RefusedError(sentence(context, failure), meter.name)
    codec, instrument = meter.kind.codec, meter.instrument
    with opened(meter.port.device, meter.kind.line) as line:
        measuring = Measuring(lambda: converse(line, codec.measure(instrument)))
        return _say_all(context, meter.name, measuring)


def _say_all(context: Context, name: str, measuring: Measuring) -> int:
    for _ in range(context.arguments.count):
        outcome = measuring.measure()
        if isinstance(outcome, Failure):
            raise ApplianceError(sentence(context, outcome), name)
        _say(context, outcome)
    return EXIT_OK


def _say(context: Context, measurement: Measurement) -> None:
    reading = measurement.reading
    key = "meters.luminance" if reading.illuminance_lx is None else "meters.illuminance"
    colour = "" if reading.u_prime is None else f", u' {reading.u_prime}, v' {reading.v_prime}"
    context.say(
        key,
        value=reading.value,
        colour=colour,
        count=len(measurement.readings),
        spread=measurement.spread,
    )


def named(context: Context) -> Meter:
    """The meter at the port that was named. Raises NotFoundError, ApplianceError."""
    device = context.arguments.port
    port = next((each for each in plugged_in() if each.device == device), Port(device, ""))
    failure = None
    for kind in _kinds(context, port):
        meter = identify(port, kind, opened, TRIES)
        if isinstance(meter, Meter):
            return meter
        failure = meter
    if failure is None:
        raise NotFoundError(context.texts.say("meters.which"), device)
    raise ApplianceError(sentence(context, failure), device)


def _kinds(context: Context, port: Port) -> list[Kind]:
    key, known = context.arguments.model, registry().kinds
    if key is None:
        return list(candidates(port, registry()))
    if key not in known:
        raise NotFoundError(
            context.texts.say("meters.no_such", known=", ".join([*known, *WITHOUT_LINE])), key
        )
    return [known[key]]


def only(context: Context) -> Meter:
    """The one that is plugged in. Raises NotFoundError, RefusedError where there are several."""
    meters = find(plugged_in(), registry(), opened)
    if not meters:
        raise NotFoundError(context.texts.say("meters.none"))
    if len(meters) > 1:
        known = ", ".join(f"{each.name} ({each.port.device})" for each in meters)
        raise RefusedError(context.texts.say("meters.several", known=known))
    return meters[0]


def _expired(context: Context, meter: Meter) -> Failure | None:
    today = datetime.fromtimestamp(SYSTEM_CLOCK.wall(), UTC).astimezone().date()
    return expired(meter.name, context.configuration.meter, today)


def sentence(context: Context, failure: Failure) -> str:
    """What a person is told, and what was said on the line."""
    said = f" ({failure.detail})" if failure.detail else ""
    return f"{context.texts.pick(failure.fault.sentences)}{said}"
