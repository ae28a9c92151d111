"""The arguments of ``appliance displayqa panel``."""

import argparse
import re

from appliance.cli.grammar import Commands, command

SIZE = re.compile(r"([1-9][0-9]{2,4})x([1-9][0-9]{2,4})")
QUARTER = 90


def add_bare_panel(actions: Commands) -> None:
    """A panel at the box's own connector: what there is, and a pattern on it."""
    parser = command(
        actions,
        "panel",
        "bare_panel",
        "List the panels at the box's own connectors, or show a test pattern on one",
        "本装置に接続したモニタの一覧とテストパターンの表示",
    )
    parser.add_argument(
        "--show", metavar="PATTERN", help="show it until Enter or Ctrl-C; a series one by one"
    )
    parser.add_argument(
        "--connector", metavar="NAME", help="as the list names it; default: the only one in use"
    )
    parser.add_argument(
        "--mode",
        type=_size,
        metavar="WIDTHxHEIGHT",
        help="in pixels; default: the native mode, which the panel says",
    )
    parser.add_argument(
        "--bits", type=int, choices=(8, 10), default=8, help="depth of the levels; default: 8"
    )
    parser.add_argument(
        "--turned",
        type=int,
        choices=range(0, 4 * QUARTER, QUARTER),
        default=0,
        help="how far the panel stands turned clockwise, in degrees; default: 0",
    )
    parser.add_argument(
        "--surround",
        type=int,
        metavar="LEVEL",
        help="around the square of a series, at the depth asked for; default: as the list of "
        "patterns says",
    )


def _size(text: str) -> tuple[int, int]:
    found = SIZE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, as 2048x2560")
    return int(found[1]), int(found[2])
