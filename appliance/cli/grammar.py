"""How the command line is put together: what every command has, and how it says what is wrong."""

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from appliance.texts import LANGUAGES

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - it has no other name


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line and leaves the rest to ``--help``."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def command(
    commands: Commands, name: str, group: str, english: str, japanese: str
) -> argparse.ArgumentParser:
    """A command or action; ``group`` names the module that runs it."""
    summary = f"{english}. {japanese}。"
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary, allow_abbrev=False
    )
    parser.set_defaults(group=group)
    common(parser)
    return parser


def common(parser: argparse.ArgumentParser) -> None:
    """What every command takes."""
    # SUPPRESS: an option given before the command is not reset by the command's own parser.
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="configuration file; default: /etc/dose-appliance/appliance.toml if it exists",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder to use instead of the configured data_dir",
    )
    parser.add_argument(
        "--speak",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help="language of messages; default: as configured, or the locale's",
    )
