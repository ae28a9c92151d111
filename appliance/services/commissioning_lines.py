"""A caller as lines of the configuration, read back by its own rules before anybody gets them."""

import json

from appliance.config import parse_configuration
from appliance.console.commissioning.desk import Lines
from appliance.errors import ConfigurationError


def lines_for(name: str, calling_ae: str, address: str) -> Lines:
    """``[[scanner]]`` of that name; or why a caller that says such things cannot be one."""
    values = {"name": name, "ae_title": calling_ae, "address": address}
    toml = "[[scanner]]\n" + "".join(f"{key} = {_text(text)}\n" for key, text in values.items())
    try:
        parse_configuration(toml)
    except ConfigurationError as wrong:
        return Lines(reason=f"{wrong.where}: {wrong.what}")
    return Lines(toml=toml)


def _text(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
