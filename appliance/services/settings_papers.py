"""The texts of the settings, read and changed: one file, or a box.toml with or without another.

**Knows:** where a setting stands, and everything that is wrong with a text at once.
**Does not know:** which text is in force.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.config import Configuration
from appliance.config.consistency import contradictions
from appliance.config.contradiction import Contradiction
from appliance.config.files import file_settings
from appliance.config.load import read_settings
from appliance.config.rewriting import Value, rewritten
from appliance.config.source import KeyPath, Source, written
from appliance.errors import ConfigurationError
from appliance.provisioning import Box, BoxText
from appliance.provisioning.contradictions import box_contradictions
from appliance.provisioning.reading import APPLIANCE, read_box
from appliance.services.box_folder import SECRETS
from appliance.services.settings_holding import Paper

BOX_SECRETS = "/run/dose-appliance/secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``settings`` is a Box or a Configuration; ``documents`` what its text holds."""

    settings: Box | Configuration
    document: Mapping[str, Any]
    faults: tuple[Contradiction, ...] = field(default=())


def read(paper: Paper, *, is_box: bool) -> Reading:
    """What stands in ``paper``, with everything that cannot be meant together.

    Raises ConfigurationError where a setting by itself is not valid, or the text is no TOML.
    """
    main = Source(paper.main, "box.toml" if is_box else "appliance.toml")
    document = main.document()
    if not is_box:
        settings = read_settings(Configuration, document, main)
        return Reading(settings=settings, document=document, faults=tuple(contradictions(settings)))
    box = read_box(BoxText(paper.main, paper.beside))
    if paper.beside is not None:
        document[APPLIANCE] = Source(paper.beside, "appliance.toml").document()
    return Reading(settings=box, document=document, faults=tuple(_faults_of(box)))


def _faults_of(box: Box) -> Iterator[Contradiction]:
    for path, what, remedy in contradictions(box.appliance):
        yield (APPLIANCE, *path), what, remedy
    yield from box_contradictions(box)


def changed(paper: Paper, changes: Mapping[KeyPath, Value | None]) -> tuple[Paper, bool]:
    """``paper`` with ``changes``, and whether every comment in it stayed.

    Raises ConfigurationError for a path that cannot be.
    """
    inside = {path[1:]: value for path, value in changes.items() if _is_beside(paper, path)}
    outside = {path: value for path, value in changes.items() if not _is_beside(paper, path)}
    try:
        main = rewritten(paper.main, outside)
        beside = None if paper.beside is None else rewritten(paper.beside, inside)
    except (ValueError, LookupError, TypeError) as failure:
        raise ConfigurationError("cannot be put there", str(failure)) from failure
    kept = main.keeps_comments and (beside is None or beside.keeps_comments)
    return Paper(main.text, None if beside is None else beside.text), kept


def edited(paper: Paper, path: KeyPath, value: Value | None) -> Paper:
    """``paper`` with one value changed."""
    return changed(paper, {path: value})[0]


def with_secret(paper: Paper, name: str) -> Paper:
    """A box.toml that has the secret ``name``."""
    names = _secrets(paper)
    return paper if name in names else edited(paper, ("secret", len(names)), {"name": name})


def without_secret(paper: Paper, name: str) -> Paper:
    """A box.toml that has it no more."""
    names = _secrets(paper)
    if name not in names:
        return paper
    left = len(names) > 1
    return edited(paper, ("secret", names.index(name)) if left else ("secret",), None)


def _secrets(paper: Paper) -> list[str]:
    entries = Source(paper.main, "box.toml").document().get("secret", [])
    return [str(each.get("name", "")) for each in entries if isinstance(each, dict)]


def _is_beside(paper: Paper, path: KeyPath) -> bool:
    return paper.beside is not None and path[0] == APPLIANCE


def secrets_used(paper: Paper, file: Path, *, is_box: bool) -> dict[str, tuple[str, ...]]:
    """Names of the secrets that a text knows of, each with the settings that name it.

    On a box those of ``[[secret]]``, elsewhere the files that lie in the folder ``secrets`` beside
    ``file``, as far as settings name them. None of a text that cannot be read.
    """
    try:
        reading = read(paper, is_box=is_box)
    except ConfigurationError:
        return {}
    settings = reading.settings
    folder = BOX_SECRETS if is_box else str(file.absolute().parent / SECRETS)
    used: dict[str, list[str]] = {}
    if isinstance(settings, Box):
        used = {each.name: [] for each in settings.secret}
        for path, name in settings.referred_secrets:
            used.setdefault(name, []).append(written(path))
    appliance = settings.appliance if isinstance(settings, Box) else settings
    for path, named in file_settings(appliance, (APPLIANCE,) if is_box else ()):
        above, _, name = named.rpartition("/")
        if above == folder and name:
            used.setdefault(name, []).append(written(path))
    return {name: tuple(by) for name, by in used.items()}
