"""The arguments of ``appliance displayqa meters`` and ``measure``."""

import argparse

from appliance.cli.grammar import Commands, command

MOST = 1000


def add_meters(actions: Commands) -> None:
    """What is plugged in, and what it measures."""
    command(
        actions,
        "meters",
        "meters",
        "List the luminance meters that are plugged in",
        "接続中の測定器の一覧",
    )
    measure = command(
        actions, "measure", "meters", "Measure luminance with a meter", "測定器で輝度を測定"
    )
    measure.add_argument(
        "--port", metavar="DEVICE", help="where the meter is; default: the only one plugged in"
    )
    measure.add_argument(
        "--model",
        metavar="KEY",
        help="which it is, by its key in docs/meters.md, with --port; or `spotread`, or `typed`",
    )
    measure.add_argument(
        "--count",
        type=_count,
        default=1,
        metavar="N",
        help="how many measurements; each is several readings that agree",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 1 to {MOST}")
    return int(text)
