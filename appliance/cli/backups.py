"""The arguments of ``appliance backup`` and ``appliance restore``."""

import argparse
from pathlib import Path

from appliance.cli.first_boot import BOOT
from appliance.cli.grammar import Commands, command


def add_backup(commands: Commands) -> None:
    """Backups of the whole box."""
    parser = command(
        commands,
        "backup",
        "backup",
        "Copies of the whole box, encrypted",
        "装置全体の暗号化バックアップ",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    create = command(
        actions,
        "create",
        "backup",
        "Make one now; without a target where [backup] says",
        "バックアップを作成",
    )
    _media(create.add_mutually_exclusive_group(), "it goes to")
    create.add_argument(
        "--scheduled", action="store_true", help="end quietly where [backup] names no medium"
    )
    create.add_argument("--by", default="", metavar="NAME", help="who makes it")
    listing = command(actions, "list", "backup", "List those on a medium", "媒体内の一覧")
    _media(listing.add_mutually_exclusive_group(required=True), "they are on")
    verify = command(
        actions, "verify", "backup", "Read one to its end, and prove it whole", "バックアップを検証"
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="the backup")
    _key(verify)
    key = command(
        actions,
        "key",
        "backup",
        "Make a secret key, and print the public one for `recipients`",
        "秘密鍵を作成し公開鍵を表示",
    )
    key.add_argument("file", type=Path, metavar="FILE", help="a new file, for the secret key")


def add_restore(commands: Commands) -> None:
    """Another box of a backup."""
    parser = command(
        commands,
        "restore",
        "restore",
        "Make this box the one of a backup, at its next start",
        "バックアップから装置を復元(次回起動時に有効)",
    )
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="the backup, or the folder or mounted stick whose newest it is",
    )
    parser.add_argument(
        "--device", type=Path, metavar="DEV", help="the stick whose newest it is, by its device"
    )
    parser.add_argument(
        "--box", default="", metavar="NAME", help="of several boxes' backups those of this one"
    )
    _key(parser)
    parser.add_argument("--by", default="", metavar="NAME", help="who restores")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="also where this box has objects of its own: they are taken along, what was decided "
        "here is put aside",
    )
    parser.add_argument(
        "--boot", type=Path, default=BOOT, metavar="DIR", help="boot partition; default: /efi"
    )
    parser.add_argument(
        "--finish",
        action="store_true",
        help="have the restored box take its place now, while no service runs; alone: do it for "
        "one that waits",
    )


def _media(target: argparse._MutuallyExclusiveGroup, words: str) -> None:
    target.add_argument(
        "--stick", type=Path, metavar="MOUNT", help=f"the stick {words}, where it is mounted"
    )
    target.add_argument("--device", type=Path, metavar="DEV", help="the same by its device")
    target.add_argument("--output", type=Path, metavar="DIR", help=f"the folder {words}")


def _key(parser: argparse.ArgumentParser) -> None:
    key = parser.add_mutually_exclusive_group()
    key.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="file with the passphrase in its first line; default: it is asked for",
    )
    key.add_argument(
        "--identity", type=Path, metavar="FILE", help="file with the secret key of a recipient"
    )
