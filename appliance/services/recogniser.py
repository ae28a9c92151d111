"""The recogniser: from the spool to reports in the outbox, or to quarantine.

Every study ends as reported, set aside or quarantined; a study that gets new objects is looked at
again. Nothing here talks to a network.
"""

import os
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import sdnotify
from pydicom import Dataset

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.config.scanners import scanner_for
from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen import Outcome, may_be_dose_screen
from appliance.dosescreen.recognise import SECONDARY_CAPTURES
from appliance.errors import EXIT_OK, ConformanceError, UnreadableObjectError
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from appliance.quarantine import Closure, Quarantine, Settlement
from appliance.rdsr import PersonObserver
from appliance.services.attempts import Attempts
from appliance.services.ending import Ending
from appliance.services.signals import ended_by_signal
from appliance.services.understanding import (
    StudyReading,
    evidence,
    understander,
    unreadable_object,
)
from appliance.spool import Instance, Spool, WaitingStudy

MOST_ATTEMPTS = 5
"""Work on a study that ended the process this often in a row is not begun again."""
SETTLED, DISCARDED = "settled by a person", "discarded by a person"
BY_A_PERSON = frozenset({SETTLED, DISCARDED})


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Recognise until ``stop`` is set, or until SIGTERM or SIGINT when it is None."""
    ended = stop or ended_by_signal()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    ledger = open_ledger(configuration.ledger_path)
    bench = Bench(configuration, ledger, clock)
    bench.recover()
    notifier = sdnotify.SystemdNotifier()
    notifier.notify("READY=1")
    log.info("recogniser_started", pid=os.getpid())
    while not ended.wait(configuration.recogniser.poll_s):
        bench.look()
        notifier.notify("WATCHDOG=1")
    notifier.notify("STOPPING=1")
    ledger.close()
    log.info("recogniser_ended")
    return EXIT_OK


class Bench:
    """Where studies are worked on, one after the other."""

    def __init__(self, configuration: Configuration, ledger: Ledger, clock: Clock) -> None:
        self._configuration = configuration
        self._ledger = ledger
        self._clock = clock
        self._spool = Spool(configuration.spool_dir, ledger, clock)
        self._outbox = Outbox(configuration.outbox_dir, ledger, clock)
        self._quarantine = Quarantine(configuration.quarantine_dir, ledger, clock)
        self._alarms = Alarms(ledger, clock)
        self._attempts = Attempts(ledger)
        self._understander = understander(configuration)
        atlas = self._understander.recogniser.atlas_version
        self._ending = Ending(ledger, clock, self._spool, self._outbox, self._quarantine, atlas)
        self._looked_at: dict[str, int] = {}

    def recover(self) -> None:
        """Remove what an earlier run left half done."""
        reports, cases = self._outbox.recover(), self._quarantine.recover()
        log.info("recogniser_recovered", reports=reports, cases=cases)

    def look(self) -> None:
        """Work on whatever is due: a person's decisions first, then studies that settled."""
        while self._spool.index_arrivals():
            continue
        for settlement in self._quarantine.unapplied_settlements():
            self._guarded(settlement.study_instance_uid, partial(self._settle, settlement))
        for study in self._spool.waiting_studies():
            if self._is_due(study):
                self._guarded(study.study_instance_uid, partial(self._work, study))
        self._count_cases()

    def _is_due(self, study: WaitingStudy) -> bool:
        """Quiet for long enough, or changed since it was last found to lack pages."""
        quiet_s = self._clock.wall() - study.newest_received_at
        if quiet_s >= self._configuration.recogniser.settle_s:
            return True
        return self._looked_at.get(study.study_instance_uid) != study.last_instance_id

    def _guarded(self, study: str, work: Callable[[], None]) -> None:
        """One study's failure is that study's: it is quarantined, the others go on."""
        attempts = self._attempts.begin(study)
        try:
            if attempts > MOST_ATTEMPTS:
                self._fail(study, f"work on it ended the process {attempts - 1} times")
            else:
                work()
        except ConformanceError as failure:
            self._give_up(study, Doubt(Reason.REPORT_NOT_CONFORMING, failure.what))
            self._alarms.raise_(AlarmCode.REPORT_NOT_CONFORMING, study, failure.what)
        except Exception as failure:  # noqa: BLE001 - the loop of a service: nothing may stop it
            place = traceback.extract_tb(failure.__traceback__)[-1]
            self._fail(study, f"{type(failure).__name__} at {place.name}:{place.lineno}")
        self._attempts.end(study)

    def _fail(self, study: str, detail: str) -> None:
        log.error("study_failed", study=study, reason=detail)
        self._alarms.raise_(AlarmCode.RECOGNISER_FAILED, study, detail)
        self._give_up(study, Doubt(Reason.RECOGNISER_FAILED, detail))

    def _give_up(self, study: str, doubt: Doubt) -> None:
        reading = StudyReading.doubtful(study, doubt)
        self._ending.quarantined(study, self._spool.instances(study), reading)

    def _work(self, study: WaitingStudy) -> None:
        uid = study.study_instance_uid
        instances = [
            each for each in self._spool.instances(uid) if each.id <= study.last_instance_id
        ]
        before = self._spool.last_decision(uid)
        if (
            before is not None
            and before.reason in BY_A_PERSON
            and not _brings_screens(instances, before.last_instance_id)
        ):
            self._ending.as_before(uid, study.last_instance_id, before)
            return
        early = self._clock.wall() - study.newest_received_at < (
            self._configuration.recogniser.settle_s
        )
        if early and not _brings_screens(instances, 0):
            self._looked_at[uid] = study.last_instance_id
            return
        reading, objects = self._read(uid, instances)
        if early and not reading.pages_complete:
            self._looked_at[uid] = study.last_instance_id
            return
        self._looked_at.pop(uid, None)
        self._end(reading, instances, objects)

    def _read(
        self, study: str, instances: Sequence[Instance]
    ) -> tuple[StudyReading, list[Dataset]]:
        try:
            objects = [self._open(instance) for instance in instances]
        except UnreadableObjectError as failure:
            return unreadable_object(study, failure), []
        conflicts = [each for each in instances if each.conflict and _may_show_dose(each)]
        reading = self._understander.understand(objects)
        if conflicts and reading.outcome is not Outcome.SET_ASIDE:
            uids = ", ".join(each.sop_instance_uid for each in conflicts)
            doubt = Doubt(Reason.INSTANCE_CONFLICT, f"came with different content: {uids}")
            reading = replace(reading, doubts=(doubt, *reading.doubts), report=None)
        return reading, objects

    def _open(self, instance: Instance) -> Dataset:
        """An object; of one that cannot be a dose screen only the header."""
        scanner = scanner_for(self._configuration, instance.calling_ae, instance.address)
        dataset = self._spool.open_dataset(instance, scanner.character_set if scanner else "")
        if not may_be_dose_screen(dataset) and "PixelData" in dataset:
            del dataset.PixelData
        return dataset

    def _end(
        self, reading: StudyReading, instances: Sequence[Instance], objects: Sequence[Dataset]
    ) -> None:
        last = instances[-1].id
        if reading.doubts:
            self._ending.quarantined(reading.study, instances, reading)
        elif reading.record is None:
            self._ending.set_aside(reading.study, last)
        else:
            record, screens = reading.record, evidence(reading.screens, objects)
            self._ending.reported(
                reading.study,
                last,
                record,
                lambda before: self._understander.report(record, screens, predecessor=before),
            )

    def _settle(self, settlement: Settlement) -> None:
        """Do what a person decided; the journal has it already."""
        study, decision = settlement.study_instance_uid, settlement.decision
        before = self._spool.last_decision(study)
        last = before.last_instance_id if before else 0
        record = decision.record
        with self._ledger.transaction():
            if record is None:
                self._quarantine.close(settlement.case_id, Closure.DISCARDED)
                self._ending.set_aside(study, last, DISCARDED)
                return
            screens = self._screens(study, last)
            person = PersonObserver(decision.person, decision.reason)
            self._quarantine.close(settlement.case_id, Closure.SETTLED)
            self._ending.reported(
                study,
                last,
                record,
                lambda before: self._understander.report(record, screens, person, before),
                SETTLED,
            )

    def _screens(self, study: str, last_instance_id: int) -> list[Dataset]:
        """What a person has seen: every object that may be a dose screen."""
        instances = self._spool.instances(study)
        objects = (self._open(each) for each in instances if each.id <= last_instance_id)
        return [each for each in objects if may_be_dose_screen(each)]

    def _count_cases(self) -> None:
        waiting = len(self._quarantine.cases())
        if waiting:
            self._alarms.raise_(AlarmCode.STUDY_QUARANTINED, detail=f"{waiting} wait")
        else:
            self._alarms.clear(AlarmCode.STUDY_QUARANTINED)


def _may_show_dose(instance: Instance) -> bool:
    return instance.sop_class_uid in SECONDARY_CAPTURES


def _brings_screens(instances: Sequence[Instance], after_id: int) -> bool:
    """Whether a Secondary Capture came after the instance with that id."""
    return any(_may_show_dose(each) for each in instances if each.id > after_id)
