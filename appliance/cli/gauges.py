"""The arguments of ``appliance displayqa meters``, ``measure`` and ``follow``."""

from appliance.cli.figures import whole
from appliance.cli.grammar import Commands, command

MOST = 1000


def add_meters(actions: Commands) -> None:
    """What is plugged in, and what it measures."""
    command(
        actions,
        "meters",
        "meters",
        "List the luminance meters that are plugged in",
        "接続中の測定器の一覧",
    )
    measure = command(
        actions, "measure", "meters", "Measure luminance with a meter", "測定器で輝度を測定"
    )
    measure.add_argument(
        "--port", metavar="DEVICE", help="where the meter is; default: the only one plugged in"
    )
    measure.add_argument(
        "--model",
        metavar="KEY",
        help="which it is, by its key in docs/meters.md, with --port; or `spotread`, or `typed`",
    )
    measure.add_argument(
        "--count",
        type=_count,
        default=1,
        metavar="N",
        help="how many measurements; each is several readings that agree",
    )

    _add_follow(actions)


def _add_follow(actions: Commands) -> None:
    follow = command(
        actions,
        "follow",
        "display_following",
        "Measure the grey scale while somebody pages through its pictures in a viewer",
        "ビューアでページを送りながら階調を測定",
    )
    follow.add_argument(
        "session", type=whole, metavar="SESSION", help="number of a test by way of the archive"
    )
    follow.add_argument(
        "--port", metavar="DEVICE", help="where the meter is; default: the only one plugged in"
    )
    follow.add_argument(
        "--model", metavar="KEY", help="which it is, by its key in docs/meters.md, with --port"
    )


def _count(text: str) -> int:
    return whole(text, MOST)
