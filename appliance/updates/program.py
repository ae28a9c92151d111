"""What RAUC runs as its custom boot loader backend (RAUC integration manual, "Custom").

::

    boot-loader get-primary | get-current | set-primary SLOT | get-state SLOT
                | set-state SLOT good|bad
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.errors import ApplianceError, RefusedError, StateError
from appliance.machine import boot_of
from appliance.updates.board import Board, board_at
from appliance.updates.slot import Slot, SlotState

WELL = {SlotState.GOOD: "good", SlotState.TRIAL: "bad", SlotState.BAD: "bad"}
"""RAUC knows two states; a slot on trial has not proved itself."""


def main(arguments: Sequence[str] | None = None, root: Path = Path("/")) -> int:
    """Answer RAUC on standard output; 0, or 1 with a line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        board = board_at(root)
        if board is None or not words or words[0] not in VERBS:
            raise RefusedError("not understood", " ".join(words))
        answer = VERBS[words[0]](board, *words[1:])
    except (ApplianceError, OSError, TypeError, ValueError) as failure:
        sys.stderr.write(f"boot-loader: {failure}\n")
        return 1
    if answer:
        sys.stdout.write(f"{answer}\n")
    return 0


def _get_primary(board: Board) -> str:
    with board.opened() as loader:
        return loader.primary()


def _get_current(board: Board) -> str:
    slot = boot_of(board.root).slot
    if slot is None:
        raise StateError("the kernel was told no slot")
    return slot


def _set_primary(board: Board, slot: str) -> str:
    with board.opened() as loader, board.boot_files(Slot(slot)) as boot_files:
        loader.set_primary(Slot(slot), boot_files)
    return ""


def _get_state(board: Board, slot: str) -> str:
    with board.opened() as loader:
        return WELL[loader.state(Slot(slot))]


def _set_state(board: Board, slot: str, state: str) -> str:
    with board.opened() as loader:
        {"good": loader.set_good, "bad": loader.set_bad}[state](Slot(slot))
    return ""


VERBS: dict[str, Callable[..., str]] = {
    "get-primary": _get_primary,
    "get-current": _get_current,
    "set-primary": _set_primary,
    "get-state": _get_state,
    "set-state": _set_state,
}
