"""Making a box as new: armed by one act, done by another, and gone on with after a power cut.

Reports that did not leave the box yet are lost by it; how many there are is told when it is armed.
"""

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance import log
from appliance.ledger.durable import sync_folder, write_file
from appliance.provisioning import box_text
from appliance.provisioning.reset import KEEP_BOX, KEEP_LOG, Reset, kernel_request, parse_reset
from appliance.services.boot_partition import write_note

REQUEST, CODE_NOTE = "reset.toml", "reset-code.txt"
ARMED, UNDERWAY = "reset-armed.json", "reset-underway.json"
"""In the data partition, beside the folders that are emptied."""
FOLDERS = {"appliance": "", "box": KEEP_BOX, "log/journal": KEEP_LOG, "updates": ""}
"""What is emptied, and the word of ``keep`` that spares it."""
DIGITS = 6


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nobody asked; whatever was armed is not armed any more."""


@dataclass(frozen=True, slots=True)
class Armed:
    """The first act was done; ``code`` is what the second has to bring."""

    code: str
    was_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The box is as new, but for what was kept."""

    kept: tuple[str, ...]


Outcome = NotAsked | Armed | Done


def reset_at_start(data: Path, boot: Path | None, command_line: str) -> Outcome:
    """What becomes of a request at a start, before anything uses the data.

    Raises ConfigurationError for a ``reset.toml`` that is not plain; nothing is removed then.
    """
    underway = _kept(data / UNDERWAY)
    if underway is not None:
        return _empty(data, boot, underway["keep"])
    request = _asked(boot, command_line)
    if request is None:
        return _disarm(data, boot)
    armed = _kept(data / ARMED)
    if armed is not None and request.confirm == armed["code"]:
        return _begin(data, boot, request.keep)
    if armed is not None and not request.confirm:
        return _told(boot, Armed(str(armed["code"])))
    return _told(boot, _arm(data, was_wrong=bool(request.confirm)))


def reset_at_next_start(data: Path) -> None:
    """Have the next start do it: two acts were done already, at the button."""
    write_file(data / UNDERWAY, json.dumps({"keep": []}).encode())
    log.warning("factory_reset_asked", by="button")


def _asked(boot: Path | None, command_line: str) -> Reset | None:
    if boot is not None and (boot / REQUEST).exists():
        return parse_reset(box_text((boot / REQUEST).read_bytes(), REQUEST), REQUEST)
    return kernel_request(command_line)


def _arm(data: Path, *, was_wrong: bool) -> Armed:
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    write_file(data / ARMED, json.dumps({"code": code}).encode())
    log.warning("factory_reset_armed", wrong_code=was_wrong)
    return Armed(code, was_wrong)


def _told(boot: Path | None, armed: Armed) -> Armed:
    if boot is not None:
        write_note(boot, CODE_NOTE, f'confirm = "{armed.code}"\n')
    return armed


def _disarm(data: Path, boot: Path | None) -> NotAsked:
    if (data / ARMED).exists():
        (data / ARMED).unlink()
        sync_folder(data)
        log.info("factory_reset_disarmed")
    if boot is not None:
        write_note(boot, CODE_NOTE, "")
    return NotAsked()


def _begin(data: Path, boot: Path | None, keep: tuple[str, ...]) -> Done:
    write_file(data / UNDERWAY, json.dumps({"keep": keep}).encode())
    return _empty(data, boot, keep)


def _empty(data: Path, boot: Path | None, keep: Sequence[str]) -> Done:
    """From here on a power cut only means that the next start goes on."""
    for name, word in FOLDERS.items():
        if word not in keep and (data / name).is_dir():
            for each in (data / name).iterdir():
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
            sync_folder(data / name)
    if boot is not None:
        write_note(boot, REQUEST, "")
        write_note(boot, CODE_NOTE, "")
    (data / ARMED).unlink(missing_ok=True)
    (data / UNDERWAY).unlink(missing_ok=True)
    sync_folder(data)
    log.warning("factory_reset_done", kept=",".join(keep) or "nothing")
    return Done(tuple(keep))


def _kept(file: Path) -> dict[str, Any] | None:
    """What was written durably; a file that is damaged asks for nothing."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
