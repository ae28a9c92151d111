"""What a person does about an alarm, from ``remedies.toml``."""

import tomllib
from functools import cache
from importlib.resources import files

from appliance.alarms.code import AlarmCode


def remedy(code: AlarmCode) -> tuple[str, str]:
    """For people: English, Japanese."""
    entry = _remedies()[code]
    return entry["en"], entry["ja"]


@cache
def _remedies() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("appliance.alarms") / "remedies.toml").read_text("utf-8"))
