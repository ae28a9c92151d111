"""The arguments of ``appliance clock``."""

from appliance.cli.grammar import Commands, command


def add_clock(commands: Commands) -> None:
    """By whose word the clock stands, now and then."""
    parser = command(
        commands,
        "clock",
        "clock",
        "By whose word the box's clock stands, and stood when a record was written",
        "本装置の時刻の根拠",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    show = command(actions, "show", "clock", "The state, and what was seen last", "時刻の状態")
    show.add_argument(
        "--at",
        metavar="TIME",
        help="a time of the ledger, such as 2026-11-21T03:04:05Z: what was it worth?",
    )
    show.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    command(
        actions,
        "raise",
        "clock",
        "Set the system's clock on to the latest time in the ledger, if it is behind",
        "時計が記録より遅れている場合に進める",
    )
