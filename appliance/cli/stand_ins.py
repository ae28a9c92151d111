"""The arguments of ``appliance simulate``."""

from pathlib import Path

from appliance.cli.grammar import Commands, command


def add_simulate(commands: Commands) -> None:
    """The equipment around the box."""
    parser = command(
        commands, "simulate", "simulate", "Stand in for the equipment around the box", "模擬装置"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    ct = command(actions, "ct", "simulate", "A CT that sends dose screens", "線量画面を送るCT")
    ct.add_argument("--host", default="127.0.0.1", help="where the box is")
    ct.add_argument("--port", type=int, help="its port; default: the configured one")
    ct.add_argument("--kind", help="kind of study to send; default: one of each")
    ct.add_argument("--images", action="store_true", help="send the images of each study as well")
    ct.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other studies")
    ct.add_argument("--font", type=Path, metavar="FILE", help="draw with this TrueType font")
    ct.add_argument("--size", type=int, default=12, metavar="PX", help="pixels of its em")
    ct.add_argument("--antialiased", action="store_true", help="draw its edges in grey levels")
    mpps = command(
        actions, "mpps", "simulate", "A CT that says by MPPS what it did", "MPPSを送るCT"
    )
    mpps.add_argument("--host", default="127.0.0.1", help="where the box is")
    mpps.add_argument("--port", type=int, help="its port; default: the configured one")
    mpps.add_argument("--kind", help="kind of study, as `simulate ct` sends it; default: each")
    mpps.add_argument("--seed", type=int, default=1, metavar="N", help="seed of `simulate ct`")
    how = mpps.add_mutually_exclusive_group()
    how.add_argument("--in-progress", action="store_true", help="begin the steps, do not end them")
    how.add_argument("--discontinued", action="store_true", help="break the steps off")
    archive = command(actions, "archive", "simulate", "An archive that keeps reports", "保管装置")
    archive.add_argument("--port", type=int, default=11113, help="port to listen on")
    archive.add_argument(
        "--folder", type=Path, default=Path("archive"), metavar="DIR", help="where to keep them"
    )
    worklist = command(
        actions, "worklist", "simulate", "A RIS with the orders of `simulate ct`", "オーダを持つRIS"
    )
    worklist.add_argument("--port", type=int, default=11114, help="port to listen on")
    worklist.add_argument("--seed", type=int, default=1, metavar="N", help="seed of `simulate ct`")
    _add_meter(actions)
    _add_panel(actions)


def _add_panel(actions: Commands) -> None:
    panel = command(
        actions,
        "panel",
        "simulate",
        "A front panel whose lines are files: shows its lights, or presses its button",
        "前面パネル",
    )
    panel.add_argument("--folder", type=Path, metavar="DIR", help="default: front_panel.simulated")
    hands = panel.add_mutually_exclusive_group()
    hands.add_argument("--press", type=float, metavar="S", help="press the button for so long")
    hands.add_argument("--lose-mains", type=float, metavar="S", help="be without mains for so long")


def _add_meter(actions: Commands) -> None:
    meter = command(
        actions,
        "meter",
        "simulate",
        "A luminance meter at a pseudo-terminal, whose path it prints",
        "輝度計",
    )
    meter.add_argument(
        "--model", default="ls-100", metavar="KEY", help="which, by its key in docs/meters.md"
    )
    meter.add_argument(
        "--luminance", default="100", metavar="CD_M2", help="what it sees, until --follow says else"
    )
    meter.add_argument(
        "--follow",
        type=Path,
        metavar="FILE",
        help="what it sees is the last line of this file, read again for each reading",
    )
    meter.add_argument(
        "--lost", type=float, default=0, metavar="PERCENT", help="bytes that its cable loses"
    )
