"""Every command and option; light, so that ``--help`` and ``version`` answer at once.

**Knows:** the words of the command line.
**Does not know:** what they do: ``group`` names the module of this package that does.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from appliance.dose.doubt import Reason

Arguments = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - it has no other name


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line and leaves the rest to ``--help``."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def parse(argv: Sequence[str]) -> Arguments:
    """The arguments; raises SystemExit for ``--help`` (0) and for wrong usage (2)."""
    return build_parser().parse_args(argv)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; ``docs/commands.md`` is made from it."""
    parser = OneLineParser(
        prog="appliance",
        description="Dose screens of old CTs in, conforming Radiation Dose SRs out. "
        "旧型CTの線量画面から、規格に適合した線量レポート(RDSR)を作成します。",
        allow_abbrev=False,
    )
    parser.set_defaults(config=None, data_dir=None)
    _common(parser)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for add in (
        _services,
        _read,
        _check,
        _quarantine,
        _teach,
        _outbox,
        _atlas,
        _journal,
        _status,
        _simulate,
        _others,
    ):
        add(commands)
    return parser


def _services(commands: Commands) -> None:
    _command(
        commands, "run", "services", "Run every service, and keep it running", "全サービスを起動"
    )
    _command(
        commands, "receiver", "services", "Run the Storage SCP alone", "受信サービスのみを起動"
    )
    _command(
        commands, "recogniser", "services", "Run the recogniser alone", "認識サービスのみを起動"
    )
    _command(commands, "forwarder", "services", "Run the forwarder alone", "送信サービスのみを起動")


def _read(commands: Commands) -> None:
    parser = _command(
        commands,
        "read",
        "read",
        "Say what dose screens show, without a running box",
        "線量画面の内容をオフラインで表示",
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="FILE", help="DICOM file, or a folder of them"
    )
    _format(parser)
    parser.add_argument(
        "--rdsr", type=Path, metavar="DIR", help="write the reports that would be sent into DIR"
    )
    parser.add_argument(
        "--learn",
        type=Path,
        metavar="DIR",
        help="read with what earlier calls learnt of each scanner, kept in DIR, and go on learning",
    )
    parser.add_argument(
        "--explain",
        type=Path,
        metavar="DIR",
        help="write a PNG file a screen into DIR that shows what was read, by whom, and what was "
        "checked; a name ending in .png for a single screen",
    )
    parser.add_argument(
        "--show-identity",
        action="store_true",
        help="leave on those pictures what may name the patient; else only what belongs to the "
        "dose table is shown",
    )


def _check(commands: Commands) -> None:
    parser = _command(
        commands, "check", "check", "Check a configuration file", "設定ファイルを検査"
    )
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="CONFIG", help="file to check; default: that of -c"
    )
    parser.add_argument(
        "--print", action="store_true", help="print every setting in force, with its meaning"
    )


def _quarantine(commands: Commands) -> None:
    parser = _command(
        commands, "quarantine", "quarantine", "Studies that wait for a person", "保留中の検査"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    listing = _command(actions, "list", "quarantine", "List what waits", "保留の一覧")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    _format(listing)
    show = _command(actions, "show", "quarantine", "Show one with its evidence", "証拠を表示")
    show.add_argument("id", type=int, metavar="ID", help="number from the list")
    settle = _command(
        actions, "settle", "quarantine", "Release one, corrected and signed", "訂正し署名して解除"
    )
    _signature(settle)
    settle.add_argument(
        "--set",
        action="append",
        type=_assignment,
        default=[],
        metavar="FIELD=VALUE",
        help="a value as the person reads it, such as events[0].dlp_mgy_cm=123.45; `none` for one "
        "that is not printed; repeatable",
    )
    settle.add_argument(
        "--accept-doubt",
        action="append",
        type=Reason,
        default=[],
        metavar="REASON",
        help="a doubt that remains and that the person stands for, by its reason; repeatable",
    )
    discard = _command(
        actions, "discard", "quarantine", "End one without a report, signed", "署名して破棄"
    )
    _signature(discard)


def _teach(commands: Commands) -> None:
    parser = _command(
        commands,
        "teach",
        "teach",
        "Draft a layout from one screen and what a person typed of it",
        "画面と入力値からレイアウトを作成",
    )
    parser.add_argument(
        "source", metavar="SCREEN", help="number of a quarantined case, or a DICOM file"
    )
    parser.add_argument(
        "--values",
        type=Path,
        metavar="FILE",
        help="JSON or TOML file with what the screen prints; default: what the case was settled "
        "with, else it is asked for",
    )
    parser.add_argument(
        "--set",
        action="append",
        type=_assignment,
        default=[],
        metavar="FIELD=VALUE",
        help="a value as printed, such as events[0].dlp_mgy_cm=123.45; repeatable",
    )
    parser.add_argument(
        "--name", default="", help="the layout's name; default: made of the model's"
    )
    parser.add_argument(
        "--date", default="", metavar="YYYY-MM-DD", help="day of the lesson; default: today"
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="make a new version of a layout that was taught before; the old one is kept aside",
    )
    parser.add_argument(
        "--archive",
        type=Path,
        metavar="DIR",
        help="also write layout and golden as one archive without identity into DIR",
    )
    parser.add_argument("--dry-run", action="store_true", help="print the draft and write nothing")


def _outbox(commands: Commands) -> None:
    parser = _command(commands, "outbox", "outbox", "Reports on their way", "送信待ちのレポート")
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    _command(actions, "list", "outbox", "Count them by destination", "送信先ごとの件数")
    retry = _command(
        actions, "retry", "outbox", "Send what was refused or waits, now", "拒否・待機分を再送"
    )
    retry.add_argument("--destination", default="", metavar="NAME", help="to this one alone")
    retry.add_argument("--report", default="", metavar="UID", help="this SOP Instance UID alone")


def _atlas(commands: Commands) -> None:
    parser = _command(
        commands, "atlas", "atlas", "What was learnt of the scanners", "装置ごとの学習内容"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    _command(actions, "list", "atlas", "List the scanners", "装置の一覧")
    export = _command(actions, "export", "atlas", "Write one to a file", "ファイルに書き出す")
    export.add_argument("file", type=Path, metavar="FILE", help="file to write")
    export.add_argument(
        "--scanner", default="", metavar="ID", help="from the list; needed if there are several"
    )
    bring = _command(
        actions, "import", "atlas", "Add what another box learnt, signed", "署名して取り込む"
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="file that was exported")
    withdraw = _command(
        actions, "withdraw", "atlas", "Take a character back, signed", "署名して学習を取り消す"
    )
    withdraw.add_argument("scanner", metavar="SCANNER", help="scanner from the list")
    withdraw.add_argument(
        "what",
        metavar="WHAT",
        help="a character with all its shapes, or one rise:columns:bits:levels",
    )
    withdraw.add_argument("--reason", required=True, metavar="TEXT", help="why")
    acknowledge = _command(
        actions, "acknowledge", "atlas", "Know of what was withdrawn, signed", "取り消しを確認"
    )
    acknowledge.add_argument("scanner", metavar="SCANNER", help="scanner from the list")
    for each in (bring, withdraw, acknowledge):
        each.add_argument("--by", required=True, metavar="NAME", help="who decides")


def _journal(commands: Commands) -> None:
    parser = _command(commands, "journal", "journal", "The record of decisions", "判断の記録")
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    _command(actions, "verify", "journal", "Check that nothing was altered", "改ざんの有無を検査")


def _status(commands: Commands) -> None:
    parser = _command(
        commands, "status", "status", "What came in, what waits, what went out", "稼働状況を表示"
    )
    _format(parser)


def _simulate(commands: Commands) -> None:
    parser = _command(
        commands, "simulate", "simulate", "Stand in for the equipment around the box", "模擬装置"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    ct = _command(actions, "ct", "simulate", "A CT that sends dose screens", "線量画面を送るCT")
    ct.add_argument("--host", default="127.0.0.1", help="where the box is")
    ct.add_argument("--port", type=int, help="its port; default: the configured one")
    ct.add_argument("--kind", help="kind of study to send; default: one of each")
    ct.add_argument("--images", action="store_true", help="send the images of each study as well")
    ct.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other studies")
    ct.add_argument("--font", type=Path, metavar="FILE", help="draw with this TrueType font")
    ct.add_argument("--size", type=int, default=12, metavar="PX", help="pixels of its em")
    ct.add_argument("--antialiased", action="store_true", help="draw its edges in grey levels")
    archive = _command(actions, "archive", "simulate", "An archive that keeps reports", "保管装置")
    archive.add_argument("--port", type=int, default=11113, help="port to listen on")
    archive.add_argument(
        "--folder", type=Path, default=Path("archive"), metavar="DIR", help="where to keep them"
    )


def _others(commands: Commands) -> None:
    _command(commands, "demo", "demo", "See it work, on loopback", "動作をデモで確認")
    _command(
        commands, "layouts", "layouts", "List the known dose screens", "対応する線量画面の一覧"
    )
    _command(commands, "version", "version", "Print the version", "バージョンを表示")


def _command(
    commands: Commands, name: str, group: str, english: str, japanese: str
) -> argparse.ArgumentParser:
    summary = f"{english}. {japanese}。"
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary, allow_abbrev=False
    )
    parser.set_defaults(group=group)
    _common(parser)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: an option given before the command is not reset by the command's own parser.
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="configuration file; default: /etc/dose-appliance/appliance.toml if it exists",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder to use instead of the configured data_dir",
    )


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )


def _signature(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="number from the list")
    parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")


def _assignment(text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if not equals or not field.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return field.strip(), value.strip()
