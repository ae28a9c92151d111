"""From arguments to an exit code, with nothing imported that the command does not need."""

import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from io import UnsupportedOperation
from pathlib import Path

from appliance import log
from appliance.cli.arguments import Arguments, parse
from appliance.cli.context import Context
from appliance.cli.texts import Texts, texts_for
from appliance.config import Configuration, load_configuration
from appliance.config.credentials import with_credentials
from appliance.errors import ApplianceError, StateError

EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
SHARED = stat.S_ISGID | stat.S_IWGRP
INSTALLED_FILE = Path("/etc/dose-appliance/appliance.toml")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is documented in docs/commands.md."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(parse(sys.argv[1:] if argv is None else argv))
    except SystemExit as ended:  # argparse, after --help or one line on standard error
        return int(ended.code or 0)
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_BROKEN_PIPE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run(arguments: Arguments) -> int:
    texts = texts_for(arguments.speak or "auto")
    try:
        configuration = _configuration(arguments)
        texts = texts_for(arguments.speak or configuration.site.language)
        log.configure(configuration.log_level)
        _leave_to_the_group(configuration.data_dir)
        group = import_module(f"appliance.cli.{arguments.group}")
        code: int = group.run(Context(arguments, configuration, texts))
        sys.stdout.flush()
    except ApplianceError as failure:
        return _fail(texts, str(failure), failure.exit_code)
    except BrokenPipeError:
        raise
    except OSError as failure:
        if failure.filename is None:  # a socket's, or standard output's
            _silence_stdout()
            return _fail(texts, str(failure.strerror), ApplianceError.exit_code)
        return _fail(texts, f"{failure.filename}: {failure.strerror}", StateError.exit_code)
    return code


def _configuration(arguments: Arguments) -> Configuration:
    file = arguments.config
    if file is None and INSTALLED_FILE.exists():
        file = INSTALLED_FILE
    configuration = load_configuration(file)
    if arguments.data_dir is not None:
        configuration = replace(configuration, data_dir=arguments.data_dir.absolute())
    return with_credentials(configuration, os.environ)


def _leave_to_the_group(data_dir: Path) -> None:
    """Where a group of services shares the folder, they may write what this process makes."""
    with suppress(OSError):
        if data_dir.stat().st_mode & SHARED == SHARED:
            os.umask(0o007)


def _fail(texts: Texts, message: str, exit_code: int) -> int:
    headline = texts.say(f"exit.{exit_code}")
    sys.stderr.write(f"appliance: {headline}: {message}\n")
    return exit_code


def _silence_stdout() -> None:
    """Nobody can read us any more; the interpreter's last flush must not complain."""
    with suppress(UnsupportedOperation):  # a stand-in for standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
