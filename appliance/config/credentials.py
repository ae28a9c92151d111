"""Secrets' files as systemd hands them to a service (LoadCredential=).

The settings name files that root alone reads; a service finds what it was given of them in a folder
of its own, in memory. A file of a credential called ``secrets`` is ``secrets_NAME`` there
(systemd.exec(5)).
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from appliance.config.files import SUFFIX

T = TypeVar("T")
CREDENTIALS = {
    "/run/dose-appliance/tls": "tls",
    "/run/dose-appliance/secrets": "secrets",
    "/etc/dose-appliance/secrets": "site",
}
"""Folders whose files are handed over, by the units of ``systemd/``; and the credentials' names."""


def with_credentials(settings: T, environment: Mapping[str, str]) -> T:
    """The same settings, with the path of each file that this process was given instead."""
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    return _given(settings, Path(folder)) if folder else settings


def _given(settings: T, folder: Path) -> T:
    assert is_dataclass(settings)  # noqa: S101 - settings are
    changed: dict[str, Any] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        if is_dataclass(value):
            changed[each.name] = _given(value, folder)
        elif isinstance(value, tuple) and any(map(is_dataclass, value)):
            changed[each.name] = tuple(_given(entry, folder) for entry in value)
        elif each.name.endswith(SUFFIX):
            changed[each.name] = _path(value, folder)
    return replace(settings, **changed)  # type: ignore[type-var] # it is a dataclass


def _path(named: str, folder: Path) -> str:
    path = Path(named)
    credential = CREDENTIALS.get(str(path.parent))
    if credential is None:
        return named
    given = folder / f"{credential}_{path.name}"
    return str(given) if given.exists() else named
