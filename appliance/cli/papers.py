"""The arguments of ``appliance displayqa report`` and ``appliance displayqa demo``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command

FORMS = ("html", "pdf", "csv", "json")


def add_papers(actions: Commands) -> None:
    """The report of a test, and a demonstration that ends in two."""
    report = command(
        actions, "report", "report", "Write the report of a display's test", "試験報告書を作成"
    )
    report.add_argument("session", type=int, metavar="SESSION", help="number of the test")
    report.add_argument("--format", choices=FORMS, default="pdf", help="default: pdf")
    report.add_argument(
        "--language",
        choices=("en", "ja", "both"),
        help="default: as configured, or the locale's; both: each text in both",
    )
    where = report.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="default: the display's name and the test's number, in this folder",
    )
    where.add_argument(
        "--all-formats", type=Path, metavar="FOLDER", help="write every format into FOLDER instead"
    )
    demo = command(
        actions,
        "demo",
        "display_demo",
        "Test two displays that are not there, and write their reports",
        "模擬モニタ2台の受入試験と報告書作成",
    )
    demo.add_argument(
        "--out",
        type=Path,
        default=Path("demo-qa"),
        metavar="FOLDER",
        help="where the reports are left; default: demo-qa",
    )
    demo.add_argument(
        "--language", choices=("en", "ja", "both"), help="of the reports; default: as configured"
    )
