"""The arguments of ``appliance displayqa``."""

import argparse
from pathlib import Path

from appliance.cli.figures import number
from appliance.cli.gauges import add_meters
from appliance.cli.grammar import Commands, command
from appliance.cli.panels import add_patterns
from appliance.cli.papers import add_papers
from appliance.cli.rounds import METHODS, OCCASIONS, add_rounds
from appliance.cli.sockets import add_bare_panel
from appliance.displayqa.level import DEPTHS

MOST_DISPLAYS = 16
ANSWERS = {"yes": True, "no": False}


def add_displayqa(commands: Commands) -> None:
    """Displays: what readings make of them, and by which limits."""
    parser = command(
        commands,
        "displayqa",
        "displayqa",
        "Quality assurance of displays",
        "画像表示モニタの品質管理",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    _add_evaluate(actions)
    listing = command(
        actions,
        "rulesets",
        "displayqa",
        "List what displays can be judged by, or the limits of one",
        "判定基準の一覧",
    )
    listing.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="show the limits and checks of this one"
    )
    _speech(listing)
    add_patterns(actions)
    add_bare_panel(actions)
    add_meters(actions)
    add_rounds(actions)
    add_papers(actions)


def _add_evaluate(actions: Commands) -> None:
    parser = command(
        actions,
        "evaluate",
        "displayqa",
        "Judge a display by readings taken elsewhere",
        "測定値からモニタを判定",
    )
    parser.add_argument("readings", type=Path, metavar="READINGS.csv", help="level and luminance")
    parser.add_argument("--ruleset", required=True, metavar="NAME", help="what to judge by")
    parser.add_argument(
        "--test",
        choices=OCCASIONS,
        help="everything that the ruleset asks on this occasion; default: what the readings bear "
        "on, the grey scale always",
    )
    _speech(parser)
    _light(parser)
    _display(parser)
    _meter(parser)


def _speech(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
    parser.add_argument(
        "--language", choices=("en", "ja"), help="default: as configured, or the locale's"
    )


def _light(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=METHODS[0],
        help="how luminance was measured; telescopic readings include the ambient light",
    )
    parser.add_argument(
        "--ambient", type=number, metavar="CD_M2", help="luminance that the screen reflects"
    )
    parser.add_argument(
        "--illuminance", type=number, metavar="LX", help="at the screen; with --rd, the ambient"
    )
    parser.add_argument(
        "--rd", type=number, metavar="CD_M2_LX", help="diffuse reflection coefficient"
    )


def _display(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bits", type=int, choices=DEPTHS, help="depth of the levels; default: the least there is"
    )
    parser.add_argument("--monochrome", action="store_true", help="chromaticity is not asked for")
    parser.add_argument(
        "--target", type=number, metavar="CD_M2", help="luminance it was calibrated to"
    )
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="its readings when it was accepted"
    )
    parser.add_argument(
        "--baseline-ambient",
        type=number,
        metavar="CD_M2",
        help="ambient luminance in a baseline that was measured by telescope",
    )
    parser.add_argument(
        "--beside",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="readings of another display of the workstation; repeatable",
    )
    parser.add_argument(
        "--displays",
        type=int,
        choices=range(1, MOST_DISPLAYS + 1),
        default=1,
        metavar="N",
        help="how many the workstation has",
    )
    parser.add_argument(
        "--visual",
        action="append",
        type=_answer,
        default=[],
        metavar="NAME=yes|no",
        help="whether a visual check is fulfilled; repeatable",
    )


def _meter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accuracy",
        type=number,
        metavar="PERCENT",
        help="of the meter's luminance, an error that all readings share, k=2",
    )
    parser.add_argument(
        "--repeatability",
        type=number,
        metavar="PERCENT",
        help="of the meter's luminance, errors that readings do not share, k=2",
    )
    parser.add_argument(
        "--chromaticity-uncertainty",
        type=number,
        metavar="UV",
        help="of a difference in u', v', k=2",
    )


def _answer(text: str) -> tuple[str, bool]:
    name, _, answer = text.partition("=")
    if not name or answer not in ANSWERS:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=yes or NAME=no")
    return name, ANSWERS[answer]
