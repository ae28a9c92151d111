"""Every command and option; light, so that ``--help`` and ``version`` answer at once.

**Knows:** the words of the command line.
**Does not know:** what they do: ``group`` names the module of this package that does.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from appliance.cli.backups import add_backup, add_restore
from appliance.cli.condition import add_status
from appliance.cli.displays import add_displayqa
from appliance.cli.first_boot import add_factory_reset, add_provision, add_request
from appliance.cli.grammar import Commands, OneLineParser, command, common
from appliance.cli.identity import add_deidentify, add_reidentify
from appliance.cli.keeping import add_storage
from appliance.cli.learnt import add_atlas
from appliance.cli.past import add_backfill
from appliance.cli.persons import add_account
from appliance.cli.ris import add_orders
from appliance.cli.stand_ins import add_simulate
from appliance.cli.sticks import add_export, add_media
from appliance.cli.times import add_clock
from appliance.cli.upkeep import add_health, add_update
from appliance.dose.doubt import Reason

Arguments = argparse.Namespace


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
    parser.set_defaults(config=None, data_dir=None, speak=None)
    common(parser)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for add in (
        _services,
        _read,
        _check,
        _quarantine,
        _teach,
        _outbox,
        add_atlas,
        _journal,
        _audit,
        add_account,
        add_status,
        _drl,
        add_backfill,
        add_orders,
        add_storage,
        add_deidentify,
        add_reidentify,
        add_export,
        add_media,
        add_update,
        add_health,
        add_backup,
        add_restore,
        add_displayqa,
        add_clock,
        add_provision,
        add_request,
        add_factory_reset,
        add_simulate,
        _others,
    ):
        add(commands)
    return parser


def _services(commands: Commands) -> None:
    command(
        commands, "run", "services", "Run every service, and keep it running", "全サービスを起動"
    )
    command(commands, "receiver", "services", "Run the Storage SCP alone", "受信サービスのみを起動")
    command(
        commands, "recogniser", "services", "Run the recogniser alone", "認識サービスのみを起動"
    )
    command(commands, "forwarder", "services", "Run the forwarder alone", "送信サービスのみを起動")
    command(commands, "clerk", "services", "Run the clerk alone", "照会サービスのみを起動")
    command(commands, "keeper", "services", "Run the keeper alone", "保存サービスのみを起動")
    command(commands, "console", "services", "Run the pages alone", "ページのサービスのみを起動")
    command(
        commands,
        "frontpanel",
        "services",
        "Run the lights and the button alone",
        "前面パネルのみを起動",
    )
    command(
        commands,
        "powerfail",
        "services",
        "Run the watch over the mains alone",
        "停電監視のみを起動",
    )
    asked = command(
        commands,
        "enabled",
        "services",
        "Say by the exit code whether a service has anything to do",
        "サービスが有効かどうかを終了コードで返す",
    )
    asked.add_argument(
        "service", choices=("console", "status"), metavar="SERVICE", help="console or status"
    )


def _read(commands: Commands) -> None:
    parser = command(
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
    parser = command(commands, "check", "check", "Check a configuration file", "設定ファイルを検査")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="CONFIG", help="file to check; default: that of -c"
    )
    parser.add_argument(
        "--print", action="store_true", help="print every setting in force, with its meaning"
    )


def _quarantine(commands: Commands) -> None:
    parser = command(
        commands, "quarantine", "quarantine", "Studies that wait for a person", "保留中の検査"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    listing = command(actions, "list", "quarantine", "List what waits", "保留の一覧")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    _format(listing)
    show = command(actions, "show", "quarantine", "Show one with its evidence", "証拠を表示")
    show.add_argument("id", type=int, metavar="ID", help="number from the list")
    settle = command(
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
    _without_report(actions)


def _without_report(actions: Commands) -> None:
    discard = command(
        actions, "discard", "quarantine", "End one without a report, signed", "署名して破棄"
    )
    _signature(discard)
    wrong_patient = command(
        actions,
        "wrong-patient",
        "quarantine",
        "End one whose screen is another patient's, signed",
        "別の患者の画面として署名して終了",
    )
    _signature(wrong_patient)
    acknowledge = command(
        actions,
        "acknowledge",
        "quarantine",
        "Know of a CT's own report that its screen contradicts, or of another patient's screen, "
        "signed",
        "装置の線量レポートとの不一致、または別の患者の画面を確認",
    )
    acknowledge.add_argument("study", metavar="STUDY", help="Study Instance UID, from the alarm")
    acknowledge.add_argument("--by", required=True, metavar="NAME", help="who has compared them")
    acknowledge.add_argument("--reason", required=True, metavar="TEXT", help="what was found")


def _teach(commands: Commands) -> None:
    parser = command(
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
    parser = command(commands, "outbox", "outbox", "What is on its way out", "送信待ちの一覧")
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    command(actions, "list", "outbox", "Count them by destination", "送信先ごとの件数")
    queue = command(
        actions, "queue", "outbox", "What one does not have yet, in its order", "未送信の一覧"
    )
    queue.add_argument("destination", metavar="NAME", help="of the destination")
    queue.add_argument("--most", type=int, default=100, metavar="N", help="at most so many")
    retry = command(
        actions, "retry", "outbox", "Send what was refused or waits, now", "拒否・待機分を再送"
    )
    retry.add_argument("--destination", default="", metavar="NAME", help="to this one alone")
    retry.add_argument("--report", default="", metavar="UID", help="this SOP Instance UID alone")
    commit = command(
        actions, "commit", "outbox", "Ask again who did not commit", "保管の確約を再度依頼"
    )
    commit.add_argument("--destination", default="", metavar="NAME", help="this one alone")
    move = command(
        actions, "move", "outbox", "Move a queue to a new name", "送信待ちを新しい送信先名へ移動"
    )
    move.add_argument("old", metavar="OLD", help="former name, not in the configuration any more")
    move.add_argument("new", metavar="NEW", help="of a destination of the configuration")
    move.add_argument("--by", required=True, metavar="NAME", help="who decides")
    move.add_argument("--dry-run", action="store_true", help="count, and move nothing")


def _journal(commands: Commands) -> None:
    parser = command(commands, "journal", "journal", "The record of decisions", "判断の記録")
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    command(actions, "verify", "journal", "Check that nothing was altered", "改ざんの有無を検査")


def _audit(commands: Commands) -> None:
    words = "What waits for the site's audit repository"
    parser = command(commands, "audit", "audit", words, "未送信の監査メッセージ")
    parser.add_argument(
        "--xml", type=Path, metavar="DIR", help="write each message into DIR, signed with --by"
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who reads them")


def _drl(commands: Commands) -> None:
    parser = command(
        commands,
        "drl",
        "drl",
        "Compare the site's doses with diagnostic reference levels",
        "施設の線量を診断参考レベルと比較",
    )
    for name, words in (("--from", "first day"), ("--to", "last day")):
        parser.add_argument(
            name,
            type=_day,
            dest=f"{name[2:]}_day",
            metavar="YYYY-MM-DD",
            help=f"{words} of the studies, included; default: all there are",
        )
    parser.add_argument(
        "--edition", default="", metavar="NAME", help="reference levels; default: the configured"
    )
    parser.add_argument(
        "--each",
        choices=("exam", "scanner", "protocol"),
        default="exam",
        help="one row an examination, or one for each scanner or protocol of it",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "csv"),
        default="text",
        help="for people, for programs, or for a spreadsheet",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE",
        help="also draw it, into a file that ends in .svg or .png",
    )
    parser.add_argument(
        "--write-table",
        type=Path,
        metavar="FILE",
        help="write the edition's shipped table into FILE, to be verified; nothing is compared",
    )
    parser.add_argument(
        "--acknowledge",
        default="",
        metavar="STUDY",
        help="clear the alarm of a study above an alert value, signed; nothing is compared",
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who acknowledges")


def _others(commands: Commands) -> None:
    command(commands, "demo", "demo", "See it work, on loopback", "動作をデモで確認")
    command(commands, "layouts", "layouts", "List the known dose screens", "対応する線量画面の一覧")
    command(commands, "version", "version", "Print the version", "バージョンを表示")


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )


def _signature(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="number from the list")
    parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-04-01") from None


def _assignment(text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if not equals or not field.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return field.strip(), value.strip()
