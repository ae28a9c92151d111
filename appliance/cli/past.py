"""The arguments of ``appliance backfill``."""

import argparse
from datetime import date
from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_backfill(commands: Commands) -> None:
    """Years of an archive."""
    parser = command(
        commands,
        "backfill",
        "backfill",
        "Read past studies of the archive; start it again to go on",
        "過去の検査をPACSから取得して読み取る(中断後は再実行で続行)",
    )
    for name, words in (("from", "first"), ("to", "last")):
        parser.add_argument(
            f"--{name}",
            dest=words,
            type=date.fromisoformat,
            required=True,
            metavar="YYYY-MM-DD",
            help=f"{words} day, included",
        )
    _which(parser)
    _how_gently(parser)
    _where(parser)


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--modality", default="CT", help="modality of the studies; default: CT")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="ask the archive what there is, and fetch nothing",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="list the days anew, and look again at studies of which there was nothing or that are "
        "held back",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )


def _how_gently(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rate",
        type=float,
        metavar="N",
        help="studies a minute, at most; 0: no limit; default: the configured studies_per_min",
    )
    parser.add_argument(
        "--hours",
        metavar="HH:MM-HH:MM",
        help="ask the archive in these hours only, local time; 00:00-00:00: always; default: the "
        "configured hours",
    )


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="processes that read; default: one fewer than there are cores",
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="read on the workers of this Dask scheduler, such as tcp://192.0.2.30:8786",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="keep everything in DIR, reports in DIR/outbox, and send nothing; default: the way of "
        "whatever the box receives",
    )
