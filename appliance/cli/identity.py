"""The arguments of ``appliance deidentify`` and ``appliance reidentify``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_deidentify(commands: Commands) -> None:
    """Objects without their patient."""
    parser = command(
        commands,
        "deidentify",
        "deidentify",
        "De-identify objects as a destination would get them, without a running box",
        "オブジェクトをオフラインで匿名化",
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="FILE", help="DICOM file, or a folder of them"
    )
    parser.add_argument(
        "--preset",
        required=True,
        choices=("none", "in-house", "registry", "screening"),
        help="what may stay; see docs/deidentification.md",
    )
    parser.add_argument(
        "--output", required=True, type=Path, metavar="DIR", help="folder for what leaves"
    )
    parser.add_argument(
        "--project",
        default="",
        metavar="NAME",
        help="objects of one project stay linked; default: the preset's name, as for destinations",
    )


def add_reidentify(commands: Commands) -> None:
    """And back."""
    back = command(
        commands,
        "reidentify",
        "reidentify",
        "Say whose a pseudonym or a replaced UID is, signed",
        "仮名・置換後のUIDから元の対象を照会(署名)",
    )
    back.add_argument(
        "pseudonyms", nargs="+", metavar="PSEUDONYM", help="a Patient ID or UID that has left"
    )
    back.add_argument(
        "--among",
        default=[],
        type=Path,
        nargs="+",
        metavar="FILE",
        help="objects of the house, or folders of them, that it may be of; default: what the "
        "re-identification table says, if one is kept",
    )
    back.add_argument(
        "--project", default="registry", metavar="NAME", help="its project; default: registry"
    )
    back.add_argument("--by", required=True, metavar="NAME", help="who asks")
    back.add_argument("--reason", required=True, metavar="TEXT", help="why")
