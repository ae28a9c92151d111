"""Updates: taking a bundle in, going back, and what is said of it.

**Knows:** in which order the files of a trial, RAUC, the boot loader, the journal, the alarms and
the front panel are told, so that the power may go between any two.
**Does not know:** when a new version has proved itself (``trial``).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance import __version__, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, NotFoundError, RefusedError
from appliance.frontpanel import Subject, Word, tell
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.ledger.database import needed_schema
from appliance.ledger.schema import newest
from appliance.machine import boot_of
from appliance.services.health import meter_present, no_unit_failed, tunnel_works
from appliance.updates.board import Board, board_at
from appliance.updates.bundle import Bundle, Version, read_bundle
from appliance.updates.rauc import Rauc
from appliance.updates.rules import SIGNABLE, Objection, Standing, minimum_version, objections
from appliance.updates.slot import Slot, SlotState
from appliance.updates.state import Last, Outcome, note_last, note_slot, state
from appliance.updates.trial import Trial, Trials

ROOT = Path("/")


class Installer(Protocol):
    """RAUC, or a test's own."""

    def info(self, file: Path) -> str:
        """As ``Rauc``."""

    def install(self, file: Path) -> None:
        """As ``Rauc``."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decided, and why."""

    person: str
    reason: str


@dataclass
class Updating:
    """The updates of one box; ``ledger`` is open for as long as this is used."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    board: Board
    rauc: Installer
    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """Where what is kept of updates lies."""
        return self.configuration.updates.folder

    @property
    def booted(self) -> Slot:
        """Raises NotFoundError on a machine without slots."""
        slot = boot_of(self.root).slot
        if slot is None:
            raise NotFoundError("this machine has no slots", "rauc.slot")
        return Slot(slot)

    @property
    def running(self) -> str:
        """The version that runs, as its root says."""
        return boot_of(self.root).image_version or __version__

    def install(self, file: Path, signature: Signature | None = None) -> Bundle:
        """Write ``file`` into the other slot, which is tried at the next start.

        Raises RefusedError for what is not trusted or may not come after what runs, and
        ApplianceError when it cannot be written; either is kept, and the box goes on as it was.
        """
        name = file.name
        try:
            bundle = read_bundle(file, self.rauc.info)
            name = bundle.name
            self._expect_allowed(bundle, signature)
            self._write(file, bundle)
        except ApplianceError as failure:
            self.failed(name, str(failure))
            raise
        self._told(Outcome.INSTALLED, bundle.name, "")
        self._journal("update-installed", bundle.name, signature)
        return bundle

    def go_back(self, signature: Signature) -> str:
        """Have the other slot tried at the next start; what is in it.

        Raises RefusedError when it is not good.
        """
        other = self.booted.other
        self._expect_no_trial()
        version = state(self.folder, self.root).in_slots.get(other, other)
        with self.board.opened() as loader, self.board.boot_files(other) as boot_files:
            if loader.state(other) is not SlotState.GOOD:
                raise RefusedError("the other slot is not good", other, "there is no way back")
            self._begin(other, version)
            loader.set_primary(other, boot_files)
        self._told(Outcome.INSTALLED, version, "")
        self._journal("update-taken-back", version, signature)
        return version

    def failed(self, version: str, why: str) -> None:
        """An update did not come to be; the box goes on as it was."""
        log.warning("update_not_installed", reason=why)
        self._told(Outcome.NOT_INSTALLED, version, why)
        Alarms(self.ledger, self.clock).raise_(AlarmCode.UPDATE_FAILED, version, why)
        self._journal("update-not-installed", version, None, why=why)

    def acknowledge(self, person: str) -> bool:
        """Somebody knows of it; False when there is nothing to know."""
        alarms = Alarms(self.ledger, self.clock)
        raised = [each for each in alarms.raised() if each.code is AlarmCode.UPDATE_FAILED]
        with self.ledger.transaction():
            for alarm in raised:
                alarms.clear(alarm.code, alarm.subject)
                body = {"version": alarm.subject, "person": person}
                Journal(self.ledger, self.clock).append("update-failure-acknowledged", body)
        tell(self.configuration.run_dir / PANEL, Subject.UPDATE, None)
        return bool(raised)

    def _expect_allowed(self, bundle: Bundle, signature: Signature | None) -> None:
        self._expect_no_trial()
        if self.board.is_ambiguous():
            raise RefusedError(Objection.DISKS_AMBIGUOUS, self.board.compatible)
        needs = needed_schema(self.ledger, bundle.schema)
        standing = Standing(self.board.compatible, Version.of(self.running), newest(), needs)
        found = objections(bundle, standing, minimum_version())
        for objection in found:
            if objection not in SIGNABLE or signature is None:
                raise RefusedError(f"{objection}: {objection.meaning[0]}", bundle.name)

    def _expect_no_trial(self) -> None:
        trial = Trials(self.folder).under_way()
        if trial is not None and trial.slot is self.booted:
            objection = Objection.TRIAL_UNDER_WAY
            raise RefusedError(f"{objection}: {objection.meaning[0]}", trial.version)

    def _write(self, file: Path, bundle: Bundle) -> None:
        other, panel = self.booted.other, self.configuration.run_dir / PANEL
        tell(panel, Subject.UPDATE, Word.INSTALLING)
        self._told(Outcome.NOT_INSTALLED, bundle.name, "interrupted")
        note_slot(self.folder, other, "")
        self._begin(other, bundle.name)
        try:
            self.rauc.install(file)
        except ApplianceError:
            Trials(self.folder).end()
            raise
        note_slot(self.folder, other, bundle.name)
        tell(panel, Subject.UPDATE, None)

    def _begin(self, slot: Slot, version: str) -> None:
        now = self.clock.wall()
        trials = Trials(self.folder)
        trials.end()
        trial = Trial(
            slot=slot,
            version=version,
            before=self.running,
            began_at=now,
            had_meter=meter_present().is_well,
            had_tunnel=tunnel_works(self.configuration, now).is_well,
            had_failed=tuple(sign.subject for sign in no_unit_failed()),
        )
        trials.begin(trial)

    def _told(self, outcome: Outcome, version: str, why: str) -> None:
        last = Last(outcome=outcome, version=version, at=self.clock.wall(), detail=why)
        note_last(self.folder, last)
        failed = outcome in (Outcome.NOT_INSTALLED, Outcome.ROLLED_BACK) and why != "interrupted"
        if failed:
            tell(self.configuration.run_dir / PANEL, Subject.UPDATE, Word.FAILED)

    def _journal(
        self, kind: str, version: str, signature: Signature | None, **more: object
    ) -> None:
        signed = {"person": signature.person, "reason": signature.reason} if signature else {}
        body = {"version": version, "running": self.running, **signed, **more}
        Journal(self.ledger, self.clock).append(kind, body)
        log.info(kind.replace("-", "_"), version=version, running=self.running)


def updating(configuration: Configuration, ledger: Ledger, clock: Clock) -> Updating:
    """Of the box at hand. Raises NotFoundError on a machine without slots."""
    board = board_at()
    if board is None:
        what = "this machine has no slots: it is not updated by bundles"
        raise NotFoundError(what, "/etc/rauc/system.conf")
    return Updating(configuration, ledger, clock, board, Rauc())
