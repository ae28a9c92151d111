"""``appliance displayqa``: judge a display by readings taken elsewhere; what it is judged by."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from appliance.cli.context import Context
from appliance.cli.judgement import as_text
from appliance.cli.limits import listing, listing_as_json, one_as_json, one_as_text
from appliance.cli.texts import texts_for
from appliance.displayqa.evaluation import Verdict, evaluate
from appliance.displayqa.evaluation_record import as_json
from appliance.displayqa.measurement import Measurements, Method, reflected_cd_m2
from appliance.displayqa.readings import read_measurements
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.ruleset_file import rulesets, usable
from appliance.displayqa.ruleset_text import one_of
from appliance.errors import (
    EXIT_DISPLAY_FAILED,
    EXIT_DISPLAY_INCOMPLETE,
    EXIT_OK,
    NotFoundError,
    RefusedError,
)

EXIT_CODES = {
    Verdict.PASS: EXIT_OK,
    Verdict.FAIL: EXIT_DISPLAY_FAILED,
    Verdict.INCOMPLETE: EXIT_DISPLAY_INCOMPLETE,
}


def run(context: Context) -> int:
    """Evaluate, or list rulesets. Raises NotFoundError, RefusedError, UnreadableReadingsError."""
    if context.arguments.language:
        context = replace(context, texts=texts_for(context.arguments.language))
    return {"evaluate": _evaluate, "rulesets": _list}[context.arguments.action](context)


def _evaluate(context: Context) -> int:
    arguments = context.arguments
    by = _ruleset(arguments.ruleset, _known(context))
    measured = _measured(context, by)
    found = evaluate(measured, by, Occasion(arguments.test) if arguments.test else None)
    if arguments.format == "json":
        print(_json(as_json(found, measured, context.texts.pick)))  # noqa: T201 - what was asked for
    else:
        print(as_text(found, measured, context.texts))  # noqa: T201 - the same
    return EXIT_CODES[found.verdict]


def _list(context: Context) -> int:
    known, name = _known(context), context.arguments.name
    is_json = context.arguments.format == "json"
    if name:
        by = _ruleset(name, known)
        said = _json(one_as_json(by, context.texts)) if is_json else one_as_text(by, context.texts)
    else:
        every = list(known.values())
        said = _json(listing_as_json(every, context.texts)) if is_json else listing(every, context)
    print(said)  # noqa: T201 - what was asked for
    return EXIT_OK


def _known(context: Context) -> Mapping[str, Ruleset]:
    configuration = context.configuration
    return usable(rulesets(configuration.data_dir / configuration.displayqa.rulesets))


def _ruleset(name: str, known: Mapping[str, Ruleset]) -> Ruleset:
    if name not in known:
        raise NotFoundError(f"there is no ruleset {name!r}", remedy=one_of(name, known))
    return known[name]


def _measured(context: Context, by: Ruleset) -> Measurements:
    """What the arguments say was measured."""
    arguments = context.arguments
    seen = dict(arguments.visual)
    checks = [each.identifier for each in by.checks]
    for name in seen:
        if name not in checks:
            raise NotFoundError(f"there is no visual check {name!r}", remedy=one_of(name, checks))
    ambient = _ambient(context)
    method = Method(arguments.method)
    if method.sees_ambient and ambient and arguments.baseline and not arguments.baseline_ambient:
        raise RefusedError(context.texts.say("displayqa.baseline_ambient"))
    return replace(
        _read(arguments.readings, arguments.bits, method, ambient),
        illuminance_lx=arguments.illuminance,
        is_monochrome=arguments.monochrome,
        displays=max(arguments.displays, 1 + len(arguments.beside)),
        beside=tuple(_read(each, arguments.bits, method, ambient) for each in arguments.beside),
        baseline=_read(
            arguments.baseline, arguments.bits, method, _fraction(arguments.baseline_ambient)
        )
        if arguments.baseline
        else None,
        target_cd_m2=_fraction(arguments.target),
        seen=seen,
        accuracy_percent=_fraction(arguments.accuracy),
        repeatability_percent=_fraction(arguments.repeatability),
        chromaticity_uncertainty=_fraction(arguments.chromaticity_uncertainty),
    )


def _read(file: Path, bits: int | None, method: Method, ambient: Fraction | None) -> Measurements:
    read = read_measurements(file.read_bytes(), str(file), bits)
    return replace(read, method=method, ambient_cd_m2=ambient)


def _ambient(context: Context) -> Fraction | None:
    """As given, or of illuminance and reflection; None when it is not known."""
    arguments = context.arguments
    if arguments.rd is None:
        return _fraction(arguments.ambient)
    if arguments.ambient is not None or arguments.illuminance is None:
        raise RefusedError(context.texts.say("displayqa.ambient_twice"))
    return reflected_cd_m2(arguments.illuminance, arguments.rd)


def _fraction(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    return json.dumps(value, ensure_ascii=False, indent=2)
