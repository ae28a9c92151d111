"""Taking the boot partition's ``box.toml`` over, if it is another than the last and valid."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.config.source import Source
from appliance.errors import ConfigurationError
from appliance.provisioning import Box, BoxText, box_text, parse_box
from appliance.provisioning.secret_forms import malformed_secrets, without_values
from appliance.services.box_folder import APPLIANCE, BOX, SECRETS, BoxFolder
from appliance.services.box_moving import finish_moving, move_away

_OF_THE_LAPTOP = ("Thumbs.db", "desktop.ini")
"""What a laptop puts into folders that it looks at, besides names with a dot in front."""


@dataclass(frozen=True, slots=True)
class NoFile:
    """There is no ``box.toml`` to take over."""


@dataclass(frozen=True, slots=True)
class AsBefore:
    """It is the one that was taken over before; ``left_behind`` as with ``TakenOver``."""

    left_behind: str = ""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """It is in force now; ``left_behind`` says why its secrets are still where they were."""

    moved: tuple[str, ...] = ()
    left_behind: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not in force; ``why`` is for people, one line."""

    why: str


Import = NoFile | AsBefore | TakenOver | Refused


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a folder: the texts, the settings they are, and the secrets by name.

    ``rest`` are the texts without secrets.
    """

    text: BoxText
    box: Box
    secrets: Mapping[str, bytes]
    rest: BoxText


def look(folder: Path, name: str = BOX) -> Found:
    """What stands in ``folder``, valid. Raises ConfigurationError, or OSError."""
    text = BoxText(
        box_text((folder / name).read_bytes(), name), _beside(folder / APPLIANCE, APPLIANCE)
    )
    box = parse_box(text, (name, APPLIANCE))
    secrets = _secrets(folder, Source(text.box, name), box)
    rest = BoxText(without_values(text.box, box, name), text.appliance)
    return Found(text, box, secrets, rest)


def take_over(boot: Path, kept: BoxFolder, *, is_lasting: bool) -> Import:
    """Have ``kept`` hold what stands in ``boot``, and ``boot`` hold no secret any more.

    Where ``kept`` does not outlast the machine's stop, ``boot`` is left as it is.
    """
    try:
        left_behind = _finished(boot, kept) if is_lasting else ""
        if not (boot / BOX).exists():
            _expect_nothing(boot)
            return NoFile()
        found = look(boot)
        _expect_all(found, kept)
        if not found.secrets and found.text == kept.text():
            return AsBefore(left_behind)
        kept.keep(found.rest, found.secrets, {each.name for each in found.box.secret})
    except ConfigurationError as failure:
        return Refused(str(failure))
    except OSError as failure:
        return Refused(f"{failure.filename or BOX}: {failure.strerror}")
    if found.secrets and is_lasting:
        left_behind = _moved(boot, found.rest.box)
    return TakenOver(tuple(sorted(found.secrets)), left_behind)


def _finished(boot: Path, kept: BoxFolder) -> str:
    try:
        finish_moving(boot, kept)
    except OSError as failure:
        return str(failure.strerror)
    return ""


def _moved(boot: Path, rest: str) -> str:
    try:
        move_away(boot, rest)
    except OSError as failure:
        return str(failure.strerror)
    return ""


def _beside(file: Path, name: str) -> str | None:
    return box_text(file.read_bytes(), name) if file.exists() else None


def _secrets(folder: Path, source: Source, box: Box) -> dict[str, bytes]:
    """Those with a value in the file, or a file of their name beside it."""
    places = {each.name: ("secret", at) for at, each in enumerate(box.secret)}
    secrets = {each.name: each.value.encode() for each in box.secret if each.value}
    beside = folder / SECRETS
    for file in sorted(beside.iterdir()) if beside.is_dir() else ():
        if file.name.startswith(".") or file.name in _OF_THE_LAPTOP:
            continue
        if file.name not in places:
            raise ConfigurationError(
                "box.toml has no [[secret]] of that name", f"{SECRETS}/{file.name}", "add one"
            )
        if file.name in secrets:
            what = f"there is a file {SECRETS}/{file.name} as well"
            raise source.fault((*places[file.name], "value"), what, "keep one of the two")
        secrets[file.name] = file.read_bytes()
    for path, what, remedy in malformed_secrets(box, secrets):
        raise source.fault(path, what, remedy)
    return secrets


def _expect_nothing(boot: Path) -> None:
    """Without the file nothing is read; what was meant for it must not lie there unnoticed."""
    if (boot / f"{BOX}.txt").exists():  # Notepad hides that it adds an ending of its own
        raise ConfigurationError("is not read", f"{BOX}.txt", f"call it {BOX}, without .txt")
    if (boot / SECRETS).is_dir() or (boot / APPLIANCE).exists():
        raise ConfigurationError("is missing", BOX, "what lies beside it is not read without it")


def _expect_all(found: Found, kept: BoxFolder) -> None:
    """Every secret of the file has to be there or in the box already."""
    here = {*found.secrets, *kept.secrets()}
    for at, each in enumerate(found.box.secret):
        if each.name not in here:
            what = f"the box does not have the secret `{each.name}`"
            raise Source(found.text.box, BOX).fault(
                ("secret", at), what, f"write its value, or put a file {SECRETS}/{each.name}"
            )
