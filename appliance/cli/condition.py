"""The words of ``appliance status``."""

import argparse

from appliance.cli.grammar import Commands, command

LEAST_S, MOST_S = 0.5, 3600.0


def add_status(commands: Commands) -> None:
    """``status``, and ``status serve`` for the process that tells a broker."""
    parser = command(
        commands, "status", "status", "What came in, what waits, what went out", "稼働状況を表示"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
    parser.add_argument(
        "--watch", action="store_true", help="show it again and again, until it is interrupted"
    )
    parser.add_argument(
        "--every", type=_seconds, default=2.0, metavar="S", help="seconds between; default: 2"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    command(
        actions,
        "serve",
        "services",
        "Tell the broker of [mqtt], alone",
        "状態通知サービスのみを起動",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not LEAST_S <= seconds <= MOST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not from {LEAST_S:g} to {MOST_S:g}")
    return seconds
