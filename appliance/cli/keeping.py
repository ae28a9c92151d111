"""The arguments of ``appliance storage``."""

import argparse

from appliance.cli.grammar import Commands, command


def add_storage(commands: Commands) -> None:
    """What uses the disk, how long it lasts, and what is missing."""
    parser = command(
        commands, "storage", "storage", "What is kept, and for how long", "保存容量と保存状態"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    show = command(
        actions, "show", "storage", "Say what uses the disk and what goes next", "使用量と削除予定"
    )
    _format(show)
    _plan(actions)
    recall = command(
        actions, "recall", "storage", "Fetch a study's objects again, whole", "PACSから再取得"
    )
    recall.add_argument("study", metavar="STUDY", help="Study Instance UID")
    missing = command(
        actions, "missing", "storage", "List what is damaged or missing", "破損・欠落の一覧"
    )
    _format(missing)


def _plan(actions: Commands) -> None:
    plan = command(
        actions, "plan", "storage", "Days of capacity for so many exams", "検査数から容量を計算"
    )
    plan.add_argument(
        "--exams-per-month",
        type=_positive,
        metavar="N",
        help="exams a month; default: as many as this box has received lately",
    )
    plan.add_argument(
        "--modality", default="CT", help="for what an exam is by default; default: CT"
    )
    plan.add_argument("--images", type=_positive, metavar="N", help="images an exam")
    plan.add_argument("--image-mb", type=_positive, metavar="MB", help="MB an image")
    plan.add_argument(
        "--compression",
        type=_positive,
        metavar="N",
        help="images come compressed to a part in so many; default: 1, as this box compresses none",
    )
    plan.add_argument(
        "--disk-gb",
        type=_positive,
        metavar="GB",
        help="of a disk to buy; default: what is free here",
    )
    _format(plan)


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
