"""Arguments of ``appliance displayqa displays``, ``test``, ``sessions``, ``due`` and ``trends``."""

import argparse
from decimal import Decimal
from pathlib import Path

from appliance.cli.figures import number, whole
from appliance.cli.grammar import Commands, command
from appliance.displayqa.level import DEPTHS

OCCASIONS = ("acceptance", "constancy", "daily")
METHODS = ("contact", "front-sensor", "telescopic")
WAYS = ("elsewhere", "archive", "panel")
MANY = 100
"""Tests that are listed unless more are asked for."""


def add_rounds(actions: Commands) -> None:
    """The register of displays, their tests, and when the next is due."""
    _displays(actions)
    _test(actions)
    _sessions(actions)
    due = command(
        actions, "due", "display_dates", "List the tests that are due", "実施時期の試験の一覧"
    )
    due.add_argument("--all", action="store_true", help="those that are not due yet as well")
    _speech(due)
    trends = command(
        actions,
        "trends",
        "display_dates",
        "Say how a display's figures go, and when one will cross its limit",
        "測定値の推移と判定基準を超える時期の予測",
    )
    trends.add_argument("display", metavar="DISPLAY", help="its name, as it was entered")
    _speech(trends)


def _displays(actions: Commands) -> None:
    group = "display_register"
    parser = command(actions, "displays", group, "The register of displays", "モニタの登録台帳")
    deeds = parser.add_subparsers(metavar="ACTION", dest="deed", required=True)
    listing = command(deeds, "list", group, "List the displays in use", "使用中のモニタの一覧")
    _speech(listing)
    enter = command(deeds, "enter", group, "Enter a display, signed", "署名してモニタを登録")
    change = command(
        deeds, "change", group, "Enter anew what is known of it, signed", "署名して登録内容を変更"
    )
    for parser, is_new in ((enter, True), (change, False)):
        parser.add_argument("name", metavar="NAME", help="small letters, digits and dashes")
        _described(parser, is_new=is_new)
        _signed(parser, "who enters it")
    retire = command(
        deeds, "retire", group, "Take it out of use, signed; its tests stay", "署名して使用終了"
    )
    retire.add_argument("name", metavar="NAME", help="its name, from the list")
    _signed(retire, "who retires it")
    show = command(
        deeds, "show", group, "Show a display and every entry of it", "登録内容と変更履歴を表示"
    )
    show.add_argument("name", metavar="NAME", help="its name, in use or not")
    _speech(show)


def _described(parser: argparse.ArgumentParser, *, is_new: bool) -> None:
    """What is known of a display; of a change, what is not given stays as it was."""
    parser.add_argument(
        "--workstation", required=is_new, metavar="NAME", help="the computer that it belongs to"
    )
    parser.add_argument(
        "--ruleset", required=is_new, metavar="NAME", help="what it is judged by, so its grade"
    )
    for side, what in (("width", "pixels across"), ("height", "pixels down")):
        parser.add_argument(
            f"--{side}", type=whole, required=is_new, metavar="PX", help=f"{what}, as it stands"
        )
    parser.add_argument("--bits", type=int, choices=DEPTHS, help="depth of its levels")
    for name, meaning in _WORDS.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=meaning)
    parser.add_argument("--size-inch", type=number, metavar="INCH", help="diagonal of the panel")
    parser.add_argument(
        "--monochrome", choices=("yes", "no"), help="yes: chromaticity is not asked for"
    )
    parser.add_argument(
        "--target", type=number, metavar="CD_M2", help="luminance it was calibrated to"
    )
    parser.add_argument(
        "--rd", type=number, metavar="CD_M2_LX", help="diffuse reflection coefficient"
    )
    parser.add_argument(
        "--constancy-days",
        type=whole,
        metavar="DAYS",
        help="from one constancy test to the next; default of a new one: as its ruleset says",
    )


_WORDS = {
    "position": "where it stands among the workstation's displays, such as left",
    "room": "where the workstation stands",
    "make": "maker of the display",
    "model": "its model",
    "serial-number": "its serial number; with another one it is another panel",
    "use": "what is read from it",
}


def _test(actions: Commands) -> None:
    parser = command(
        actions, "test", "display_test", "Test a display from this terminal", "端末からモニタを試験"
    )
    parser.add_argument("display", metavar="DISPLAY", help="its name, as it was entered")
    parser.add_argument(
        "--occasion", choices=OCCASIONS, required=True, help="which test of its ruleset"
    )
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=METHODS[0],
        help="how luminance is measured; telescopic readings include the ambient light",
    )
    parser.add_argument(
        "--way",
        choices=WAYS,
        default=WAYS[0],
        help="elsewhere: you show each pattern yourself; archive: you show it in the viewer, from "
        "what `displayqa pattern --send` sent; panel: at the box's own video output",
    )
    _signed(parser, "who tests it")
    _shown(parser)
    _metered(parser)


def _shown(parser: argparse.ArgumentParser) -> None:
    """Of a panel at the box's own video output."""
    parser.add_argument(
        "--connector", metavar="NAME", help="which video output, as `displayqa panel` lists them"
    )
    parser.add_argument(
        "--turned",
        type=int,
        choices=(0, 90, 180, 270),
        default=0,
        help="degrees clockwise that the panel at the video output stands turned by",
    )
    parser.add_argument(
        "--settle",
        type=number,
        default=Decimal(1),
        metavar="S",
        help="seconds from when a pattern is on the panel until it is measured",
    )


def _metered(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--meter",
        metavar="NAME",
        help="which, as `displayqa meters` lists them; default: the only one plugged in",
    )
    parser.add_argument("--port", metavar="DEVICE", help="where the meter is, instead")
    parser.add_argument(
        "--model", metavar="KEY", help="which it is, by its key in docs/meters.md, with --port"
    )
    parser.add_argument(
        "--typed",
        action="store_true",
        help="you read the meter that --meter names, and type what it says",
    )
    parser.add_argument(
        "--readings",
        type=Path,
        metavar="FILE",
        help="take what was read from a table, as `displayqa evaluate` does, with the meter that "
        "--meter names",
    )


def _sessions(actions: Commands) -> None:
    group = "display_sessions"
    parser = command(actions, "sessions", group, "Tests of displays", "モニタの試験")
    deeds = parser.add_subparsers(metavar="ACTION", dest="deed", required=True)
    listing = command(deeds, "list", group, "List them", "一覧")
    listing.add_argument("display", nargs="?", default="", metavar="DISPLAY", help="only of this")
    listing.add_argument(
        "--last", type=whole, default=MANY, metavar="N", help=f"at most; default: {MANY}"
    )
    listing.add_argument("--open", action="store_true", help="only those that have not ended")
    _speech(listing)
    show = command(
        deeds, "show", group, "Judge one, as its ruleset is today", "現在の判定基準で判定を表示"
    )
    _numbered(show)
    _speech(show)
    resume = command(
        deeds, "resume", "display_test", "Go on with one that has not ended", "中断した試験を再開"
    )
    _numbered(resume)
    _shown(resume)
    _metered(resume)
    give_up = command(
        deeds, "give-up", group, "End one for good, signed; what was read stays", "試験を中止"
    )
    _numbered(give_up)
    _signed(give_up, "who decides")
    _repeat(command(deeds, "repeat", group, "Have something done again", "再測定・再確認"))


def _repeat(parser: argparse.ArgumentParser) -> None:
    _numbered(parser)
    parser.add_argument(
        "--pattern", default="", metavar="NAME", help="this pattern, or each of this series"
    )
    parser.add_argument("--place", default="", metavar="PLACE", help="what was read at this place")
    parser.add_argument("--check", default="", metavar="NAME", help="this visual check, or `light`")
    parser.add_argument("--everything", action="store_true", help="whatever was measured")
    _signed(parser, "who decides")


def _numbered(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", type=whole, metavar="SESSION", help="number of the test")


def _signed(parser: argparse.ArgumentParser, who: str) -> None:
    parser.add_argument("--by", required=True, metavar="NAME", help=who)


def _speech(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
