"""The arguments of ``appliance provision``, ``appliance request`` and ``factory-reset``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command

BOOT, DATA, BOX, RUN = map(Path, ("/efi", "/data", "/data/box", "/run"))


def add_provision(commands: Commands) -> None:
    """The box's first file."""
    parser = command(
        commands,
        "provision",
        "provision",
        "The box's own file, box.toml",
        "装置の初期設定ファイル box.toml",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    check = command(
        actions,
        "check",
        "provision",
        "Check one on a laptop, with what lies beside it; changes nothing",
        "ファイルを検査(変更はしない)",
    )
    check.add_argument(
        "file", nargs="?", type=Path, default=Path("box.toml"), metavar="FILE", help="box.toml"
    )
    command(actions, "example", "provision", "Print an example to begin with", "記入例を表示")
    show = command(
        actions,
        "show",
        "provision",
        "What others need to know of this box: public keys, fingerprints",
        "公開鍵・フィンガープリントを表示",
    )
    apply = command(
        actions,
        "apply",
        "provision",
        "Take the boot partition's file over and write the system's files; at every start",
        "起動時に設定を取り込み、適用",
    )
    for each in (show, apply):
        each.add_argument("--box", type=Path, default=BOX, metavar="DIR", help="what the box keeps")
    apply.add_argument("--boot", type=Path, default=BOOT, metavar="DIR", help="boot partition")
    apply.add_argument("--run", type=Path, default=RUN, metavar="DIR", help="files to be written")
    apply.add_argument(
        "--screen",
        action="append",
        type=Path,
        default=[],
        metavar="TTY",
        help="also say there what is wrong; repeatable",
    )


def add_request(commands: Commands) -> None:
    """What the pages ask of root."""
    parser = command(
        commands,
        "request",
        "request",
        "What the pages asked the system to do",
        "画面から依頼された操作",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    carry_out = command(
        actions,
        "carry-out",
        "request",
        "Carry out the one that waits; systemd runs this",
        "待機中の依頼を実行",
    )
    carry_out.add_argument(
        "--media", action="store_true", help="the one that takes sticks or slots, not the other"
    )
    carry_out.add_argument(
        "--box", type=Path, default=BOX, metavar="DIR", help="what the box keeps"
    )
    carry_out.add_argument("--boot", type=Path, default=BOOT, metavar="DIR", help="boot partition")
    command(actions, "keep", "request", "Keep settings that are on trial", "試用中の設定を確定")
    command(actions, "show", "request", "Say how the last one went", "直近の依頼の結果を表示")


def add_factory_reset(commands: Commands) -> None:
    """Making a box as new."""
    parser = command(
        commands,
        "factory-reset",
        "factory_reset",
        "Make a box as new; for the units of systemd, a person does two acts instead",
        "初期化(systemd から実行)",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    start = command(
        actions,
        "at-start",
        "factory_reset",
        "Arm it, do it, or neither, as reset.toml and the kernel's arguments say",
        "起動時に初期化の要求を確認",
    )
    start.add_argument("--boot", type=Path, default=BOOT, metavar="DIR", help="boot partition")
    start.add_argument("--run", type=Path, default=RUN, metavar="DIR", help="for the front panel")
    start.add_argument(
        "--screen",
        action="append",
        type=Path,
        default=[],
        metavar="TTY",
        help="also say there what is done; repeatable",
    )
    confirmed = command(
        actions,
        "confirmed",
        "factory_reset",
        "Have the next start do it, for the button has asked twice",
        "次回起動時に初期化(ボタン操作)",
    )
    for each in (start, confirmed):
        each.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="data partition")
