"""``appliance backup``: copies of the whole box, encrypted."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from appliance.backup.sealing import Key, first_line, new_identity
from appliance.backup.vault import FOLDER, Kept, all_in
from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.entry import INSTALLED_FILE
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, ConfigurationError, RefusedError
from appliance.ledger import Ledger
from appliance.media.mounting import mounted
from appliance.services.backing_up import BackingUp, Target, lock_of, on_stick
from appliance.services.backup_content import Origin
from appliance.services.enrolment import enrolled_name
from appliance.services.handing import media_dir, one_export_at_a_time
from appliance.services.plugging import with_stick
from appliance.services.restoring import verify

KEY_MODE = 0o600
MIB = 1 << 20


def run(context: Context) -> int:
    """Make, list or verify backups, or make a key. Raises ApplianceError."""
    ACTIONS[context.arguments.action](context)
    return EXIT_OK


def _create(context: Context) -> None:
    settings, arguments = context.configuration.backup, context.arguments
    by_hand = arguments.stick or arguments.device or arguments.output
    if not by_hand and not settings.is_scheduled:
        if arguments.scheduled:
            context.say("backup.off")
            return
        raise ConfigurationError(context.texts.say("backup.no_target"), "backup")
    context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        _made(context, ledger)


def _made(context: Context, ledger: Ledger) -> None:
    arguments, configuration = context.arguments, context.configuration
    origin = Origin(socket.gethostname(), _file(context))
    work = BackingUp(configuration, ledger, SYSTEM_CLOCK, origin, arguments.by)

    def onto(target: Target) -> None:
        done = work.make(target, lock_of(configuration.backup))
        context.say(
            "backup.made",
            file=done.kept.path,
            size=_mib(done.kept.size_bytes),
            objects=done.manifest.taken,
            left=done.manifest.left_out,
        )

    if arguments.output or (configuration.backup.folder and not _names_stick(context)):
        onto(Target(Path(arguments.output or configuration.backup.folder).absolute()))
    elif _names_stick(context):
        with _by_hand(context, ledger) as (root, name):
            onto(on_stick(root, name))
    else:
        work.expecting(
            configuration.backup.stick,
            lambda: with_stick(
                configuration,
                ledger,
                SYSTEM_CLOCK,
                configuration.backup.stick,
                lambda root, name: onto(on_stick(root, name)),
            ),
        )


def _names_stick(context: Context) -> bool:
    return bool(context.arguments.stick or context.arguments.device)


@contextmanager
def _by_hand(context: Context, ledger: Ledger) -> Iterator[tuple[Path, str]]:
    """The enrolled stick that the command names, and its name."""
    with one_export_at_a_time(context.configuration), _root(context) as root:
        yield root, enrolled_name(context.configuration, ledger, SYSTEM_CLOCK, root)


@contextmanager
def _root(context: Context, *, read_only: bool = False) -> Iterator[Path]:
    device = context.arguments.device
    if device is None:
        yield context.arguments.stick
        return
    context.configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    aside = media_dir(context.configuration) / "stick"
    with mounted(device, aside, read_only=read_only) as root:
        yield root


def _file(context: Context) -> Path | None:
    """The configuration in force."""
    return context.config_file or (INSTALLED_FILE if INSTALLED_FILE.exists() else None)


def _list(context: Context) -> None:
    with listed(context) as found:
        if not found:
            context.say("backup.none")
            return
        names = ("file", "number", "day", "size")
        header = [context.texts.say(f"backup.{name}") for name in names]
        rows = [[e.path.name, str(e.number), e.day, _mib(e.size_bytes)] for e in found]
        print(columns([header, *rows]))  # noqa: T201 - what was asked for


@contextmanager
def listed(context: Context) -> Iterator[list[Kept]]:
    """The backups on the medium that the command names, as long as the block lasts."""
    if getattr(context.arguments, "output", None):
        yield all_in(context.arguments.output)
        return
    with _root(context, read_only=True) as root:
        yield all_in(root / FOLDER)


def _verify(context: Context) -> None:
    manifest = verify(context.arguments.file, asked_key(context))
    context.say(
        "backup.whole",
        file=context.arguments.file,
        box=manifest.box,
        number=manifest.number,
        when=iso8601(manifest.made_at),
        objects=manifest.taken,
        left=manifest.left_out,
    )


def asked_key(context: Context) -> Key:
    """What opens a backup: from a file, or as it is typed. Raises RefusedError without any."""
    arguments = context.arguments
    if arguments.identity:
        return Key(identity=_identity(arguments.identity))
    if arguments.passphrase_file:
        return Key(passphrase=first_line(arguments.passphrase_file))
    passphrase = getpass(context.texts.say("backup.passphrase") + ": ")
    if not passphrase:
        raise RefusedError(context.texts.say("backup.no_passphrase"))
    return Key(passphrase=passphrase)


def _identity(file: Path) -> str:
    """The first line that is no comment, as ``age-keygen`` writes them."""
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def _key(context: Context) -> None:
    identity, recipient = new_identity()
    file = context.arguments.file
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(file, flags, KEY_MODE)
    except FileExistsError:
        raise RefusedError(context.texts.say("backup.key_exists"), str(file)) from None
    with os.fdopen(descriptor, "w") as written:
        written.write(f"# public key: {recipient}\n{identity}\n")
    print(recipient)  # noqa: T201 - what was asked for


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / MIB:.1f} MiB"


ACTIONS: dict[str, Callable[[Context], None]] = {
    "create": _create,
    "list": _list,
    "verify": _verify,
    "key": _key,
}
