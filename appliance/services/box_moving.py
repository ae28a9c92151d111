"""Moving secrets away from the boot partition, so that a power cut at any moment loses nothing.

What was taken over is renamed first, then the file is put back without its secrets, then what was
renamed is overwritten and removed. So a name says how far it came: what is called ``MOVED_FILE`` or
``MOVED_FOLDER`` was taken over already, and the next start goes on from there. FAT is no journalled
file system and flash keeps old blocks: that nobody could ever read them again is not claimed.
"""

import os
import shutil
from pathlib import Path

from appliance.ledger.durable import sync_folder
from appliance.services.boot_partition import writable, write_durably
from appliance.services.box_folder import BOX, SECRETS, BoxFolder

MOVED_FILE, MOVED_FOLDER = "box-moved.tmp", "secrets-moved.tmp"
REWRITTEN = "box-new.tmp"


def move_away(boot: Path, rest: str) -> None:
    """Leave ``rest`` as ``box.toml`` in ``boot``, and nothing of the folder of secrets.

    To be called when what there was is durable elsewhere. Raises OSError.
    """
    with writable(boot):
        _move_away(boot, rest)


def _move_away(boot: Path, rest: str) -> None:
    if (boot / SECRETS).is_dir():
        (boot / SECRETS).rename(boot / MOVED_FOLDER)
    write_durably(boot / REWRITTEN, rest.encode())
    (boot / BOX).rename(boot / MOVED_FILE)
    (boot / REWRITTEN).rename(boot / BOX)
    sync_folder(boot)
    _destroy_moved(boot)


def finish_moving(boot: Path, kept: BoxFolder) -> None:
    """Go on where a power cut ended ``move_away``. Raises OSError.

    A box that does not have what was moved, as after its data were lost, gets it back.
    """
    if any((boot / name).exists() for name in (MOVED_FILE, MOVED_FOLDER, REWRITTEN)):
        with writable(boot):
            _finish_moving(boot, kept)


def _finish_moving(boot: Path, kept: BoxFolder) -> None:
    text = kept.text()
    if text is None:
        _give_back(boot)
    else:
        if (boot / MOVED_FILE).exists() and not _is_there(boot / BOX):
            write_durably(boot / REWRITTEN, text.box.encode())
            (boot / REWRITTEN).replace(boot / BOX)
            sync_folder(boot)
        _destroy_moved(boot)
    (boot / REWRITTEN).unlink(missing_ok=True)


def _is_there(file: Path) -> bool:
    """Whether it holds anything: a power cut may leave a name without content, or with zeros."""
    return file.exists() and bool(file.read_bytes().strip(b"\0"))


def _give_back(boot: Path) -> None:
    if (boot / MOVED_FILE).exists() and not _is_there(boot / BOX):
        (boot / MOVED_FILE).replace(boot / BOX)
    if (boot / MOVED_FOLDER).is_dir() and not (boot / SECRETS).exists():
        (boot / MOVED_FOLDER).rename(boot / SECRETS)
    sync_folder(boot)


def _destroy_moved(boot: Path) -> None:
    folder = boot / MOVED_FOLDER
    if not (folder.is_dir() or (boot / MOVED_FILE).exists()):
        return
    for file in [*folder.rglob("*"), boot / MOVED_FILE]:
        if file.is_file():
            _destroy(file)
    if folder.is_dir():
        shutil.rmtree(folder)
    sync_folder(boot)


def _destroy(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()
