"""The arguments of ``appliance displayqa patterns`` and ``appliance displayqa pattern``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command
from appliance.displayqa.level import DEPTHS


def add_patterns(actions: Commands) -> None:
    """Test patterns: which there are, and one as a file."""
    listing = command(
        actions, "patterns", "patterns", "List the test patterns", "テストパターンの一覧"
    )
    listing.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
    parser = command(actions, "pattern", "patterns", "Draw a test pattern", "テストパターンを作成")
    parser.add_argument("name", metavar="NAME", help="from the list; one of a series as NAME-01")
    parser.add_argument("--width", type=int, required=True, metavar="PX", help="of the panel")
    parser.add_argument("--height", type=int, required=True, metavar="PX", help="of the panel")
    parser.add_argument("--bits", type=int, choices=DEPTHS, default=8, help="depth; default: 8")
    surround = parser.add_mutually_exclusive_group()
    surround.add_argument(
        "--surround",
        type=int,
        metavar="LEVEL",
        help="around the square of a series, at the depth asked for; default: as the list says",
    )
    surround.add_argument(
        "--readings",
        type=Path,
        metavar="FILE",
        help="level and luminance of this display, from black to white: the surround has the level "
        "at a fifth of the greatest luminance",
    )
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="ending in .png, or in .dcm for a DICOM object; a series is one .dcm of many frames",
    )
    way.add_argument(
        "--send",
        action="append",
        metavar="DESTINATION",
        help="put it into the outbox as a DICOM object for this destination of the configuration; "
        "repeatable",
    )
