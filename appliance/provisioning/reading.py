"""From the bytes of ``box.toml`` to a ``Box``, whatever editor they were saved with."""

import codecs
import re
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from appliance.config.consistency import contradictions
from appliance.config.load import read_settings
from appliance.config.schema import Configuration
from appliance.config.setting import NAME
from appliance.config.source import KeyPath, Source
from appliance.errors import ConfigurationError
from appliance.provisioning.box import Box
from appliance.provisioning.contradictions import box_contradictions

APPLIANCE = "appliance"
LARGEST_BYTES = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks that editors write, and what follows them."""
_SAVE_ANEW = "save the file as UTF-8 (in Notepad: Save as, Encoding, UTF-8)"


@dataclass(frozen=True, slots=True)
class BoxText:
    """The text of ``box.toml``, and that of the ``appliance.toml`` beside it, if there is one."""

    box: str
    appliance: str | None = None


def box_text(content: bytes, where: str) -> str:
    """The text in ``content``: UTF-8, with or without a mark, or UTF-16 with one.

    Raises ConfigurationError naming ``where``, and the line if there is one.
    """
    if len(content) > LARGEST_BYTES:
        raise ConfigurationError(f"larger than {LARGEST_BYTES // 1024} KiB", where)
    if content and not content.strip(b"\0"):
        raise ConfigurationError("holds nothing but zeros", where, "write the file anew")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise ConfigurationError("not UTF-8 text", f"{where}:{line}", _SAVE_ANEW) from failure
    before, zero, _ = text.partition("\0")
    line = before.count("\n") + 1
    if zero:  # UTF-16 without a mark, or what a power cut left
        raise ConfigurationError("not UTF-8 text", f"{where}:{line}", _SAVE_ANEW)
    return text


def parse_box(text: BoxText, names: tuple[str, str] = ("box.toml", "appliance.toml")) -> Box:
    """The settings in ``text``; ``names`` are what messages call the two files.

    Raises ConfigurationError naming the file, the line and the key.
    """
    source = Source(text.box, names[0])
    box = read_box(text, names)
    if text.appliance is not None:
        _expect_meant(box.appliance, Source(text.appliance, names[1]), ())
    else:
        _expect_meant(box.appliance, source, (APPLIANCE,))
    for path, what, remedy in box_contradictions(box):
        raise source.fault(path, what, remedy)
    return box


def read_box(text: BoxText, names: tuple[str, str] = ("box.toml", "appliance.toml")) -> Box:
    """The same, of settings that need not be meant together; each is valid by itself."""
    source = Source(text.box, names[0])
    document = source.document()
    inside = _completed(document)
    if APPLIANCE in document and text.appliance is not None:
        raise source.fault((APPLIANCE,), f"there is {names[1]} as well", "keep one of the two")
    box = read_settings(Box, {**document, APPLIANCE: inside}, source)
    if text.appliance is not None:
        box = replace(box, appliance=_appliance(Source(text.appliance, names[1]), document))
    return box


def _appliance(source: Source, document: dict[str, Any]) -> Configuration:
    inside = _completed({**document, APPLIANCE: source.document()})
    return read_settings(Configuration, inside, source)


def _expect_meant(configuration: Configuration, source: Source, path: KeyPath) -> None:
    for within, what, remedy in contradictions(configuration):
        raise source.fault((*path, *within), what, remedy)


def _completed(document: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever stands in the file
    """The table ``appliance`` of ``document``, with what a box has where the file is silent."""
    defaults = tomllib.loads(
        (files("appliance.provisioning") / "box_defaults.toml").read_text("utf-8")
    )
    written, tunnel = document.get(APPLIANCE, {}), document.get("wireguard")
    if isinstance(written, dict) and "vpn" in written and isinstance(tunnel, dict):
        defaults["vpn"] = {"interface": tunnel.get("name", "wg0")}
    defaults["mqtt"] = _topics(document)
    return _over(defaults, written)


def _topics(document: dict[str, Any]) -> dict[str, str]:
    """The levels of MQTT topics that the box's names make; what is wrong is told elsewhere."""
    host_name = document.get("hostname", Box().hostname)
    names = {"site": document.get("site"), "device": document.get("device") or host_name}
    return {
        key: name
        for key, name in names.items()
        if isinstance(name, str) and re.fullmatch(NAME.pattern, name)
    }


def _over(defaults: Any, written: Any) -> Any:  # noqa: ANN401 - the same
    if not isinstance(defaults, dict) or not isinstance(written, dict):
        return written
    return {
        **defaults,
        **{key: _over(defaults.get(key), value) for key, value in written.items()},
    }
