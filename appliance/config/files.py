"""Every file that a configuration names, in a setting whose name ends with ``_file``."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

SUFFIX = "_file"


def named_files(settings: Any) -> Iterator[Path]:  # noqa: ANN401 - any settings class
    """Those named in ``settings``, a configuration or a part of one, as they are written."""
    for each in fields(settings):
        value = getattr(settings, each.name)
        if each.name.endswith(SUFFIX) and value:
            yield Path(value)
        elif is_dataclass(value):
            yield from named_files(value)
        elif isinstance(value, tuple):
            for entry in filter(is_dataclass, value):
                yield from named_files(entry)
