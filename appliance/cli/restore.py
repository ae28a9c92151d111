"""``appliance restore``: this box becomes the one of a backup."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from appliance.backup.taking_over import is_pending, take_over
from appliance.backup.vault import FOLDER, Kept, all_in
from appliance.cli.backup import asked_key
from appliance.cli.context import Context
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, NotFoundError, RefusedError, StateError
from appliance.media.mounting import mounted
from appliance.services.restoring import BOX_FOLDER, SETTINGS_FOLDER, Wish, restore


def run(context: Context) -> int:
    """Restore, or finish what was begun. Raises ApplianceError."""
    arguments = context.arguments
    if arguments.file or arguments.device:
        _restore(context)
    elif not arguments.finish:
        raise RefusedError(context.texts.say("restore.nothing_named"))
    if arguments.finish:
        _finish(context)
    return EXIT_OK


def _restore(context: Context) -> None:
    arguments, configuration = context.arguments, context.configuration
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with _backup(context) as file:
        context.say("restore.reading", file=file)
        wish = Wish(arguments.by, arguments.replace, arguments.boot)
        found = restore(configuration, file, asked_key(context), SYSTEM_CLOCK, wish)
    context.say(
        "restore.restored",
        box=found.manifest.box,
        ae_title=found.manifest.ae_title,
        when=iso8601(found.manifest.made_at),
        entries=found.journal.entries,
    )
    if not found.journal.intact:
        context.say("restore.journal_broken")
    if found.manifest.left_out:
        context.say("restore.left_out", left=found.manifest.left_out)
    if found.has_box:
        context.say("restore.cards")
    else:
        context.say("restore.by_hand", settings=SETTINGS_FOLDER, box=BOX_FOLDER)
    context.say("restore.old_box")
    if not arguments.finish:
        context.say("restore.restart")


def _finish(context: Context) -> None:
    data_dir = context.configuration.data_dir
    if not is_pending(data_dir):
        context.say("restore.nothing_waits")
        return
    _expect_no_service(context)
    take_over(data_dir)
    context.say("restore.taken_over")


@contextmanager
def _backup(context: Context) -> Iterator[Path]:
    """The file that the command names, or the newest of its medium."""
    arguments = context.arguments
    if arguments.device:
        aside = context.configuration.data_dir / "media" / "stick"
        with mounted(arguments.device, aside, read_only=True) as root:
            yield _newest(context, all_in(root / FOLDER), root)
    elif arguments.file.is_dir():
        found = all_in(arguments.file / FOLDER) or all_in(arguments.file)
        yield _newest(context, found, arguments.file)
    else:
        yield arguments.file


def _newest(context: Context, found: list[Kept], place: Path) -> Path:
    box = context.arguments.box
    found = [each for each in found if box in ("", each.box)]
    if not found:
        raise NotFoundError(context.texts.say("backup.none"), str(place))
    boxes = sorted({each.box for each in found})
    if len(boxes) > 1:
        raise RefusedError(context.texts.say("restore.several", boxes=", ".join(boxes)))
    return found[-1].path


def _expect_no_service(context: Context) -> None:
    """Raise StateError while any process has the ledger open: the log ends with the last one."""
    path = context.configuration.ledger_path
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1.0)) as ledger:
            mode = ledger.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.DatabaseError as failure:
        if getattr(failure, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            return  # what is there is no ledger, and need not be whole
        mode = "wal"
    if mode != "delete":
        raise StateError(context.texts.say("restore.services_run"), str(path))
