"""Every file that a configuration names, in a setting whose name ends with ``_file``."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from appliance.config.source import KeyPath

SUFFIX = "_file"


def file_settings(settings: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:  # noqa: ANN401 - any settings class
    """Where in ``settings``, which stand at ``path``, a file is named, and how it is written."""
    for each in fields(settings):
        value, at = getattr(settings, each.name), (*path, each.name)
        if each.name.endswith(SUFFIX) and value:
            yield at, value
        elif is_dataclass(value):
            yield from file_settings(value, at)
        elif isinstance(value, tuple):
            for number, entry in enumerate(value):
                if is_dataclass(entry):
                    yield from file_settings(entry, (*at, number))


def named_files(settings: Any) -> Iterator[Path]:  # noqa: ANN401 - any settings class
    """Those named in ``settings``, a configuration or a part of one, as they are written."""
    return (Path(file) for _, file in file_settings(settings))
