"""The arguments of ``appliance export`` and ``appliance media``."""

import argparse
from datetime import date
from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_export(commands: Commands) -> None:
    """Reports onto a stick, into a folder or a CD image."""
    parser = command(
        commands,
        "export",
        "export",
        "Write reports to a stick, a folder or the image of a disc",
        "媒体・フォルダ・ディスクイメージに書き出す",
    )
    _targets(parser.add_mutually_exclusive_group(required=True))
    _choices(parser)
    _for_a_patient(parser)
    parser.add_argument("--by", default="", metavar="NAME", help="who exports")


def _targets(target: argparse._MutuallyExclusiveGroup) -> None:
    target.add_argument(
        "--stick", type=Path, metavar="MOUNT", help="an enrolled stick, where it is mounted"
    )
    target.add_argument(
        "--device", type=Path, metavar="DEV", help="the same by its device, mounted if it is not"
    )
    target.add_argument(
        "--output", type=Path, metavar="DIR", help="a folder, made if it is not there"
    )
    target.add_argument(
        "--iso", type=Path, metavar="FILE", help="the image of one disc, a new file"
    )


def _choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to",
        default="",
        metavar="NAME",
        help="the destination of kind `medium` that it is for; default: all of them, one after the "
        "other",
    )
    parser.add_argument(
        "--study",
        action="append",
        default=[],
        metavar="UID",
        help="reports of this study, exported before or not; repeatable. Default: what waits",
    )
    parser.add_argument(
        "--since",
        type=_day,
        metavar="YYYY-MM-DD",
        help="reports made since, exported before or not",
    )


def _for_a_patient(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--patient",
        action="store_true",
        help="a medium to hand to the one patient of --study, identity kept; needs --label, --by",
    )
    parser.add_argument(
        "--images",
        action="store_true",
        help="with --patient: dose screens and images that are here, too",
    )
    parser.add_argument(
        "--label",
        type=Path,
        metavar="FILE",
        help="with --patient: page to print for the surface of the medium",
    )


def add_media(commands: Commands) -> None:
    """Sticks of the site."""
    parser = command(commands, "media", "media", "Sticks that the site enrolled", "登録済みの媒体")
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    command(actions, "list", "media", "List them", "一覧")
    enrol = command(actions, "enrol", "media", "Enrol a stick, signed", "署名して媒体を登録")
    enrol.add_argument("stick", type=Path, metavar="MOUNT", help="where it is mounted")
    enrol.add_argument("--name", required=True, metavar="NAME", help="what to call it")
    enrol.add_argument("--by", required=True, metavar="NAME", help="who enrols it")
    withdraw = command(actions, "withdraw", "media", "Take it no more, signed", "登録を取り消す")
    withdraw.add_argument("name", metavar="NAME", help="its name, from the list")
    withdraw.add_argument("--by", required=True, metavar="NAME", help="who withdraws it")
    for name, words in (
        ("plugged", ("A stick was plugged in: export to it; what udev calls", "媒体挿入時の処理")),
        ("unplugged", ("A stick was pulled out; what systemd calls", "媒体取り外し時の処理")),
    ):
        told = command(actions, name, "media", *words)
        told.add_argument("device", type=Path, metavar="DEV", help="its device")
    bring = command(
        actions,
        "import",
        "media",
        "Take signed configuration or updates from an enrolled stick; nothing comes into force",
        "署名済みの設定・更新を取り込む(適用はしない)",
    )
    bring.add_argument("stick", type=Path, metavar="MOUNT", help="where it is mounted")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-04-01") from None
