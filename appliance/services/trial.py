"""The trial of a new version, and what the start of the box after it says.

A slot on trial has to be well for a while, within bounded time; then it is good. Else it is called
bad and this process fails, upon which systemd restarts the box: the former slot runs again, and
tells. systemd does the same when nothing here runs at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK, ApplianceError, NotFoundError
from appliance.frontpanel import Subject, Word, tell
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.machine import boot_of
from appliance.services.health import meter_present, signs_of, tunnel_works
from appliance.services.updating import ROOT
from appliance.services.vitals import Sign, Vital
from appliance.updates.board import Board, board_at
from appliance.updates.rauc import Rauc
from appliance.updates.slot import Slot, SlotState
from appliance.updates.state import Last, Outcome, note_last, note_slot, state
from appliance.updates.trial import Trial, Trials

LOOK_S = 5.0
DID_NOT_START = "it did not start"
INTERRUPTED = "the power went while it was written"
Look = Callable[[Trial], tuple[Sign, ...]]


class Mark(Protocol):
    """How the boot loader is told of the slot that is booted; raises ApplianceError."""

    def __call__(self, *, good: bool) -> None:
        """As ``Rauc.mark_booted``."""


@dataclass
class Proving:
    """One start of the box, ``booted`` by the board's boot loader.

    ``look`` tells the vital signs that a trial is judged by, ``mark`` tells the boot loader.
    """

    configuration: Configuration
    clock: Clock
    board: Board
    booted: Slot
    version: str
    look: Look
    mark: Mark

    def prove(self) -> int:
        """Judge the slot that is booted if it is on trial; 0, or 1 when it has to be left again."""
        trials = Trials(self.configuration.updates.folder)
        trial = trials.under_way()
        if trial is None or trial.slot is not self.booted:
            return EXIT_OK
        found = self._wait_until_well(trials, trial)
        if found:
            log.error("update_not_well", version=self.version, found="; ".join(found))
            self.mark(good=False)
            return ApplianceError.exit_code
        self.mark(good=True)
        self._tell(Outcome.CONFIRMED, "")
        trials.end()
        return EXIT_OK

    def report(self) -> None:
        """Tell what became of a trial that ended in another slot; note what is booted."""
        folder = self.configuration.updates.folder
        if not state(folder).in_slots.get(self.booted, "").startswith(self.version):
            note_slot(folder, self.booted, self.version)
        trials = Trials(folder)
        trial = trials.under_way()
        if trial is not None and trial.slot is self.booted:
            return
        with self.board.opened() as loader:
            if loader.state(self.booted) is not SlotState.GOOD:
                loader.set_good(self.booted)  # the first start of a new disk
            pending = trial is not None and loader.state(trial.slot) is SlotState.TRIAL
        if trial is None or pending:
            return
        last = state(folder).last
        written = last is not None and last.outcome is Outcome.INSTALLED
        outcome = Outcome.ROLLED_BACK if written else Outcome.NOT_INSTALLED
        why = "; ".join(trial.found) or (DID_NOT_START if written else INTERRUPTED)
        self._tell(outcome, why, trial.version)
        trials.end()

    def _wait_until_well(self, trials: Trials, trial: Trial) -> tuple[str, ...]:
        """What was still not well at the end; empty once it was well for long enough."""
        settings = self.configuration.updates
        end = self.clock.monotonic() + settings.gate_s
        well_since: float | None = None
        while True:
            found = tuple(str(sign) for sign in self.look(trial) if not sign.is_well)
            now = self.clock.monotonic()
            well_since = None if found else (now if well_since is None else well_since)
            if well_since is not None and now - well_since >= settings.steady_s:
                return ()
            if now >= end:
                return found or ("it was not well for long enough",)
            trial = trials.note(trial, found or trial.found)
            self.clock.sleep(LOOK_S)

    def _tell(self, outcome: Outcome, why: str, version: str = "") -> None:
        version = version or self.version
        last = Last(outcome=outcome, version=version, at=self.clock.wall(), detail=why)
        note_last(self.configuration.updates.folder, last)
        is_good = outcome is Outcome.CONFIRMED
        panel = self.configuration.run_dir / PANEL
        tell(panel, Subject.UPDATE, None if is_good else Word.FAILED)
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            self._enter(ledger, last)
        finally:
            ledger.close()
        log.info("update_ended", outcome=outcome, version=version, running=self.version, found=why)

    def _enter(self, ledger: Ledger, last: Last) -> None:
        alarms = Alarms(ledger, self.clock)
        body = {"version": last.version, "running": self.version, "found": last.detail}
        with ledger.transaction():
            if last.outcome is Outcome.CONFIRMED:
                alarms.hold([AlarmCode.UPDATE_FAILED], {})
            else:
                alarms.raise_(AlarmCode.UPDATE_FAILED, last.version, last.detail)
            Journal(ledger, self.clock).append(f"update-{last.outcome}", body)


def was_so(sign: Sign, trial: Trial) -> bool:
    """Whether it is about a unit that had failed before: that is not the new version's doing."""
    return sign.vital is Vital.UNIT_SOUND and sign.subject in trial.had_failed


def proving(configuration: Configuration, clock: Clock) -> Proving:
    """Of the box at hand. Raises NotFoundError on a machine without slots."""
    board, boot = board_at(), boot_of(ROOT)
    if board is None or boot.slot is None:
        raise NotFoundError("this machine has no slots", "rauc.slot")

    def look(trial: Trial) -> tuple[Sign, ...]:
        before = [meter_present()] if trial.had_meter else []
        if trial.had_tunnel:
            before.append(tunnel_works(configuration, clock.wall()))
        signs = (sign for sign in signs_of(configuration) if not was_so(sign, trial))
        return (*signs, *before)

    version = boot.image_version or ""
    return Proving(configuration, clock, board, Slot(boot.slot), version, look, Rauc().mark_booted)
