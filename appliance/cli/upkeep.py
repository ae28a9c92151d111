"""The arguments of ``appliance update`` and ``appliance health``."""

import argparse
from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_health(commands: Commands) -> None:
    """Whether the box is well."""
    parser = command(
        commands,
        "health",
        "health",
        "Say whether the box is well",
        "装置が正常に動作しているか確認",
    )
    _format(parser)


def add_update(commands: Commands) -> None:
    """New versions of the whole system."""
    parser = command(
        commands, "update", "update", "New versions of the whole system", "システムのアップデート"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    status = command(actions, "status", "update", "Say what runs and what was tried", "現在の状態")
    _format(status)
    command(actions, "list", "update", "List what has happened, from the journal", "履歴の一覧")
    _install(actions)
    back = command(
        actions,
        "rollback",
        "update",
        "Go back to the other slot, signed",
        "署名して以前のバージョンに戻す",
    )
    back.add_argument("--by", required=True, metavar="NAME", help="who decides")
    back.add_argument("--reason", required=True, metavar="TEXT", help="why")
    _restart(back)
    acknowledge = command(
        actions,
        "acknowledge",
        "update",
        "Clear the alarm of an update that failed, signed",
        "失敗を確認",
    )
    acknowledge.add_argument("--by", required=True, metavar="NAME", help="who knows of it")
    command(
        actions,
        "poll",
        "update",
        "Ask the site's server for a newer version and fetch it; systemd runs this",
        "新しいバージョンを確認し取得",
    )
    command(
        actions,
        "confirm",
        "update",
        "Judge a version on trial: good when the box is well, else left again; systemd runs this",
        "試行中のバージョンを判定",
    )
    command(
        actions,
        "report",
        "update",
        "Tell what became of a trial; systemd runs this at each start",
        "試行の結果を記録",
    )


def _install(actions: Commands) -> None:
    parser = command(
        actions,
        "install",
        "update",
        "Install a signed bundle, to be tried at the next start",
        "署名済みバンドルを導入(次回の起動時に試行)",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", type=Path, metavar="FILE", help="a bundle on this box")
    source.add_argument(
        "--stick", type=Path, metavar="MOUNT", help="an enrolled stick, where it is mounted"
    )
    source.add_argument(
        "--offered", action="store_true", help="the newest one of the site's server"
    )
    parser.add_argument(
        "--downgrade", action="store_true", help="also when it is older; needs --by and --reason"
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who decides")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")
    _restart(parser)


def _restart(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--restart", action="store_true", help="restart the box at once")


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
