"""``appliance health``: the vital signs of the box, one a line."""

import json

from appliance.cli.context import Context
from appliance.errors import EXIT_OK, ApplianceError
from appliance.services.health import signs_of
from appliance.services.vitals import Sign


def run(context: Context) -> int:
    """0 when everything is well, else 1."""
    signs = signs_of(context.configuration)
    is_well = all(sign.is_well for sign in signs)
    if context.arguments.format == "json":
        told = {"is_well": is_well, "signs": [_record(context, sign) for sign in signs]}
        print(json.dumps(told, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for
    else:
        for sign in signs:
            context.say(
                "health.well" if sign.is_well else "health.ill",
                meaning=context.texts.pick(sign.vital.meaning),
                about=f" {sign.subject}" if sign.subject else "",
                detail=f" ({sign.detail})" if sign.detail else "",
            )
        context.say("health.all_well" if is_well else "health.not_well")
    return EXIT_OK if is_well else ApplianceError.exit_code


def _record(context: Context, sign: Sign) -> dict[str, object]:
    return {
        "vital": sign.vital,
        "subject": sign.subject,
        "is_well": sign.is_well,
        "meaning": context.texts.pick(sign.vital.meaning),
        "detail": sign.detail,
    }
