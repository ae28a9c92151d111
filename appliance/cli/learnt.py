"""The arguments of ``appliance atlas``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_atlas(commands: Commands) -> None:
    """What was learnt of the scanners."""
    parser = command(
        commands, "atlas", "atlas", "What was learnt of the scanners", "装置ごとの学習内容"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    command(actions, "list", "atlas", "List the scanners", "装置の一覧")
    export = command(actions, "export", "atlas", "Write one to a file", "ファイルに書き出す")
    export.add_argument("file", type=Path, metavar="FILE", help="file to write")
    export.add_argument(
        "--scanner", default="", metavar="ID", help="from the list; needed if there are several"
    )
    bring = command(
        actions, "import", "atlas", "Add what another box learnt, signed", "署名して取り込む"
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="file that was exported")
    withdraw = command(
        actions, "withdraw", "atlas", "Take a character back, signed", "署名して学習を取り消す"
    )
    withdraw.add_argument("scanner", metavar="SCANNER", help="scanner from the list")
    withdraw.add_argument(
        "what",
        metavar="WHAT",
        help="a character or letters that touch, with all shapes, or one rise:columns:bits:levels",
    )
    withdraw.add_argument("--reason", required=True, metavar="TEXT", help="why")
    acknowledge = command(
        actions, "acknowledge", "atlas", "Know of what was withdrawn, signed", "取り消しを確認"
    )
    acknowledge.add_argument("scanner", metavar="SCANNER", help="scanner from the list")
    for each in (bring, withdraw, acknowledge):
        each.add_argument("--by", required=True, metavar="NAME", help="who decides")
