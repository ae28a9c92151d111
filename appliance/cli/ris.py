"""The arguments of ``appliance orders``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_orders(commands: Commands) -> None:
    """What the RIS ordered, and the code of it."""
    parser = command(
        commands,
        "orders",
        "orders",
        "Orders of the RIS, and their JJ1017 codes",
        "RISのオーダとJJ1017コード",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    command(
        actions, "list", "orders", "List the studies whose order is looked for", "照会状況の一覧"
    )
    find = command(
        actions,
        "find",
        "orders",
        "Ask the RIS now; the answer names the patient",
        "RISに直接照会(回答には患者情報を含む)",
    )
    key = find.add_mutually_exclusive_group(required=True)
    key.add_argument("--accession", default="", metavar="NUMBER", help="accession number")
    key.add_argument("--study", default="", metavar="UID", help="Study Instance UID")
    key.add_argument("--patient", default="", metavar="ID", help="Patient ID")
    find.add_argument("--date", default="", metavar="YYYYMMDD", help="scheduled day")
    check = command(
        actions, "check", "orders", "Check a table of JJ1017 codes", "JJ1017コード表を検査"
    )
    check.add_argument(
        "table", nargs="?", type=Path, metavar="TABLE", help="CSV file; default: the configured one"
    )
    unmapped = command(
        actions,
        "unmapped",
        "orders",
        "Print the codes that no row maps, as a table to fill in",
        "未対応コードをCSVで出力",
    )
    unmapped.add_argument(
        "--output", type=Path, metavar="FILE", help="write it for a spreadsheet instead"
    )
