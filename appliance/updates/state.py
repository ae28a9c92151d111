"""What is known of updates: what was booted, and how the last one went.

What is booted is read from the kernel's command line and the root that runs, never from here; this
file only adds what became of the last update and what lies in the other slot. Anybody on the box
may read it.
"""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from appliance.ledger.durable import write_file
from appliance.machine import boot_of
from appliance.updates.slot import Slot
from appliance.updates.trial import Trial, Trials

NAME = "state.json"
READABLE = 0o644


class Outcome(StrEnum):
    """What became of the last update."""

    INSTALLED = "installed"
    """It is in the other slot, and tried at the next start."""
    CONFIRMED = "confirmed"
    """The box was well with it; it stays."""
    ROLLED_BACK = "rolled-back"
    """It did not start, or the box was not well with it; the former version runs."""
    NOT_INSTALLED = "not-installed"
    """It was refused, or could not be written."""

    @property
    def meaning(self) -> tuple[str, str]:
        """For people: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS = {
    Outcome.INSTALLED: (
        "installed; tried at the next start",
        "導入済み(次回の起動時に試行)",
    ),
    Outcome.CONFIRMED: ("in use; the box was well with it", "使用中(動作確認済み)"),
    Outcome.ROLLED_BACK: (
        "taken back; the version before it runs",
        "取り消し(以前のバージョンに復帰)",
    ),
    Outcome.NOT_INSTALLED: ("not installed", "導入されませんでした"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last update: ``at`` in seconds since the epoch, ``detail`` for engineers."""

    outcome: Outcome
    version: str
    at: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateState:
    """All of it.

    Attributes:
        slot: What is booted; None on a machine without slots.
        version: What is booted, as its root says; None where that says nothing.
        trial: The slot that is on trial, booted or not.
        in_slots: What was last seen to be in each slot, for people.
        last: How the last update went; None before the first.
        offered: The version that the site's server has and this box has not; empty: none.
    """

    slot: Slot | None
    version: str | None
    trial: Trial | None
    in_slots: dict[Slot, str]
    last: Last | None
    offered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    in_slots: dict[Slot, str]
    last: Last | None = None
    offered: str = ""


def state(folder: Path, root: Path = Path("/")) -> UpdateState:
    """What is known in the folder of the updates, and booted at ``root``; raises nothing of it."""
    kept, boot = _kept(folder), boot_of(root)
    return UpdateState(
        slot=Slot(boot.slot) if boot.slot else None,
        version=boot.image_version,
        trial=Trials(folder).under_way(),
        in_slots=kept.in_slots,
        last=kept.last,
        offered=kept.offered,
    )


def note_last(folder: Path, last: Last) -> None:
    """Keep how an update went."""
    _keep(folder, replace(_kept(folder), last=last))


def note_slot(folder: Path, slot: Slot, version: str) -> None:
    """Keep what is in ``slot``."""
    kept = _kept(folder)
    if kept.in_slots.get(slot) != version:
        _keep(folder, replace(kept, in_slots=kept.in_slots | {slot: version}))


def note_offer(folder: Path, version: str) -> None:
    """Keep what the site's server has; empty: nothing that this box has not."""
    kept = _kept(folder)
    if kept.offered != version:
        _keep(folder, replace(kept, offered=version))


def _keep(folder: Path, kept: _Kept) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / NAME, json.dumps(asdict(kept)).encode())
    (folder / NAME).chmod(READABLE)


def _kept(folder: Path) -> _Kept:
    try:
        said = json.loads((folder / NAME).read_bytes())
        last = said["last"] and Last(**said["last"] | {"outcome": Outcome(said["last"]["outcome"])})
        slots = {Slot(slot): str(version) for slot, version in said["in_slots"].items()}
        return _Kept(in_slots=slots, last=last, offered=str(said["offered"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return _Kept(in_slots={})
