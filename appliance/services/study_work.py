"""What is done about one study: read it and end it, or end it as a person decided.

**Knows:** how a study's objects are opened, and what keeps its report back.
**Does not know:** when it is a study's turn, and what happens when the work fails (``bench``).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydicom import Dataset
from pydicom.uid import XRayRadiationDoseSRStorage

from appliance import log
from appliance.config import Configuration
from appliance.config.scanners import scanner_for
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome, may_be_dose_screen
from appliance.dosescreen.learning import LearntAtlas
from appliance.dosescreen.learning.correction import refuted_by
from appliance.dosescreen.recognise import NOTHING_LEARNT
from appliance.errors import ConformanceError, UnreadableObjectError
from appliance.headers.size import sizes_from_text, sizes_to_text
from appliance.quarantine import Decision as PersonsDecision
from appliance.quarantine import Settlement
from appliance.rdsr import PersonObserver, Predecessor
from appliance.retrieve.retrievals import Retrievals
from appliance.services.confirmation import Confirming, scanner_identifier
from appliance.services.ending import Ending, is_by_a_person
from appliance.services.learning import Learning, retyped
from appliance.services.native_reports import NativeReports
from appliance.services.ordering import NOTHING_ORDERED, Ordered, Ordering
from appliance.services.study_reading import StudyReading, unreadable_object
from appliance.services.study_sources import ATTRIBUTES, Sizes, is_read_whole
from appliance.services.understanding import Understander
from appliance.sop_classes import CT_IMAGES, SECONDARY_CAPTURES
from appliance.spool import Decision, Instance, Remains, Spool, WaitingStudy
from appliance.spool import Outcome as SpoolOutcome


@dataclass(frozen=True, slots=True)
class StudyWork:
    """Everything it takes to work on a study; ``stopping`` is set when the process is to end.

    ``pulse`` is called with every object that is opened.
    """

    configuration: Configuration
    spool: Spool
    understander: Understander
    ending: Ending
    confirming: Confirming
    learning: Learning
    ordering: Ordering
    retrievals: Retrievals
    stopping: threading.Event
    pulse: Callable[[], None] = lambda: None

    def look(self, study: WaitingStudy, *, early: bool) -> float | None:
        """Read a study and end it; else the seconds after which to look again unless more comes.

        An ``early`` look, while more may be on its way, only ends what is complete. What is doubted
        while the process stops is left alone: what stops it may have stopped a reader as well.
        """
        uid = study.study_instance_uid
        instances = self.spool.instances(uid)
        before = self.spool.last_decision(uid)
        known = before.last_instance_id if before else 0
        late = [each for each in instances if each.id > known]
        if before and self._is_gone(uid):
            self._end_without_evidence(before, late, instances)
            return None
        signed = before is not None and is_by_a_person(before)
        if before and signed and not self._bring_reports(late) and not self._bring_screens(late):
            self._stand(before, instances)
            return None
        reading = self._read(uid, instances, self.learning.shelf)
        is_final = reading.is_complete and reading.report is not None
        if (early and not is_final) or (reading.doubts and self.stopping.is_set()):
            return 0.0
        rest_s = self._until_no_screen_comes(reading, study)
        if rest_s > 0:
            return rest_s
        self.end(reading, instances)
        return None

    def look_again(self, study: str) -> None:
        """Read a study without what was learnt, since its report rests on what was withdrawn.

        A person's decision stands. What is doubted while the process stops is done again later.
        """
        before = self.spool.last_decision(study)
        if before is None or is_by_a_person(before):
            self.learning.rest(study, ())
            return
        seen = before.last_instance_id
        instances = [each for each in self.spool.instances(study) if each.id <= seen]
        if self._is_gone(study):
            self._leave_to_a_person(study, instances)
            self.learning.rest(study, ())
            return
        reading = self._read(study, instances, NOTHING_LEARNT)
        if reading.doubts and self.stopping.is_set():
            return
        self.end(reading, instances)
        self.learning.rest(study, ())
        log.info("study_examined_again", study=study, outcome=reading.outcome)

    def settle(self, settlement: Settlement) -> None:
        """Do what a person decided; the journal has it already."""
        study, decision = settlement.study_instance_uid, settlement.decision
        before = self.spool.last_decision(study)
        seen = before.last_instance_id if before else 0
        if decision.record is None:
            self.ending.set_aside(study, seen, settlement)
            return
        instances = [each for each in self.spool.instances(study) if each.id <= seen]
        self._heed_person(settlement, instances)
        self._report_signed(decision, study, instances, settlement)
        self.learning.rest(study, ())

    def _is_gone(self, study: str) -> bool:
        """Whether something of a study was removed after its time: it cannot be read again."""
        return Remains.NOTHING in self.spool.reductions.of_study(study).values()

    def _end_without_evidence(
        self, before: Decision, late: Sequence[Instance], instances: Sequence[Instance]
    ) -> None:
        """What was decided stands; doses that came since are left to a person."""
        if self._bring_reports(late) or self._bring_screens(late):
            self._leave_to_a_person(before.study_instance_uid, instances)
        else:
            self.ending.as_before(before, instances[-1].id)

    def _leave_to_a_person(self, study: str, instances: Sequence[Instance]) -> None:
        doubt = Doubt(Reason.EVIDENCE_REMOVED, "some of its objects were removed after their time")
        self.ending.quarantined(StudyReading.doubtful(study, doubt), instances)

    def _sizes_before(self, study: str) -> Sizes:
        """What was read of images, whether or not their pixels are here."""
        kept = self.spool.image_readings.of_study(study)
        return {uid: sizes_from_text(text) for uid, text in kept.items()}

    def _note(self, images: Sizes, instances: Sequence[Instance]) -> None:
        """Keep what was read of images, so that pixels may go; not of a UID that came twice."""
        times = Counter(each.sop_instance_uid for each in instances)
        self.spool.image_readings.note(
            {
                each.id: sizes_to_text(images[each.sop_instance_uid])
                for each in instances
                if each.sop_instance_uid in images and times[each.sop_instance_uid] == 1
            }
        )

    def _stand(self, before: Decision, instances: Sequence[Instance]) -> None:
        """What a person decided stands; a report that a person signed may be completed."""
        study = before.study_instance_uid
        settlement = self.ending.quarantine.last_settlement(study)
        if before.outcome is SpoolOutcome.REPORTED and settlement is not None:
            self._report_signed(settlement.decision, study, instances, before)
        else:
            self.ending.as_before(before, instances[-1].id)

    def _report_signed(
        self,
        decision: PersonsDecision,
        study: str,
        instances: Sequence[Instance],
        by: Settlement | Decision,
    ) -> None:
        """Report the record that a person signed, completed by what images came until now."""
        assert decision.record is not None  # noqa: S101 - there is nothing else to report
        readable, before = self._readable(instances), self._sizes_before(study)
        record, evidence, images = self.understander.signed(decision.record, readable, before)
        self._note(images, instances)
        reading = StudyReading(
            study,
            Outcome.RECOGNISED,
            record,
            doubts=(),
            report=None,
            screens=(),
            evidence=evidence,
            pages_complete=False,
        )
        person = PersonObserver(decision.person, decision.reason, decision.seconded_by)
        self._report(reading, instances, person, by)

    def _until_no_screen_comes(self, reading: StudyReading, study: WaitingStudy) -> float:
        """Seconds for which a study without a dose screen may still get one; 0: none is missed."""
        if reading.merged is None or reading.screens:
            return 0.0
        passed_s = self.ending.clock.wall() - study.newest_received_at
        return max(self.configuration.sources.wait_for_screen_s - abs(passed_s), 0.0)

    def fail(self, study: str, detail: str, settlement: Settlement | None = None) -> None:
        """Leave to a person what the work on it failed over."""
        reading = StudyReading.doubtful(study, Doubt(Reason.RECOGNISER_FAILED, detail))
        self.ending.quarantined(reading, self.spool.instances(study), settlement)
        self.learning.rest(study, ())

    def _read(
        self, study: str, instances: Sequence[Instance], atlases: Mapping[str, LearntAtlas]
    ) -> StudyReading:
        try:
            objects, before = map(self._open, instances), self._sizes_before(study)
            reading = self.understander.understand(study, objects, atlases, before)
        except UnreadableObjectError as failure:
            return unreadable_object(study, failure)
        return self.judged(reading, instances)

    @property
    def _natives(self) -> NativeReports:
        settings, ending = self.configuration.sources, self.ending
        return NativeReports(settings, self.understander.device, self.spool, self.ordering, ending)

    def judged(self, reading: StudyReading, instances: Sequence[Instance]) -> StudyReading:
        """The same, in doubt where this box has a reason that the objects do not give.

        Images that were fetched one by one say nothing of the study as a whole.
        """
        if reading.merged and not reading.screens and self._have_fetched_images(instances):
            return reading.set_aside()
        shown = {screen.sop_instance_uid for screen in reading.screens}
        conflicts = {each.sop_instance_uid for each in instances if each.conflict} & shown
        if not conflicts:
            return self._waiting_for_confirmation(reading)
        detail = f"came with different content: {', '.join(sorted(conflicts))}"
        return reading.quarantined(Doubt(Reason.INSTANCE_CONFLICT, detail), *reading.doubts)

    def _have_fetched_images(self, instances: Sequence[Instance]) -> bool:
        images = (each for each in instances if each.sop_class_uid in CT_IMAGES)
        return any(self.retrievals.was_asked_for(each.sop_instance_uid) for each in images)

    def _waiting_for_confirmation(self, reading: StudyReading) -> StudyReading:
        """The same, in doubt if a person is to confirm this scanner's screens."""
        if reading.record is None or not reading.needs_confirmation:
            return reading
        scanner = scanner_identifier(reading.evidence)
        doubt = self.confirming.doubt(scanner, reading.record.layout)
        return reading.quarantined(*reading.doubts, doubt) if doubt else reading

    def _open(self, instance: Instance) -> Dataset:
        """An object; of one that cannot be a dose screen only what has to be known."""
        attributes = self._attributes(instance)
        if not is_read_whole(attributes, self.configuration.sources):
            return attributes
        scanner = scanner_for(self.configuration, instance.calling_ae, instance.address)
        return self.spool.open_dataset(instance, scanner.character_set if scanner else "")

    def _attributes(self, instance: Instance) -> Dataset:
        self.pulse()
        return self.spool.open_attributes(instance, ATTRIBUTES)

    def _is_screen(self, instance: Instance) -> bool:
        return may_be_dose_screen(self._attributes(instance))

    def _bring_reports(self, late: Sequence[Instance]) -> bool:
        """Whether a dose report of the CT is among ``late``; ours may come back from an archive."""
        found = [each for each in late if each.sop_class_uid == XRayRadiationDoseSRStorage]
        return self.understander.has_own_report(map(self._open, found))

    def _bring_screens(self, late: Sequence[Instance]) -> bool:
        """Whether a dose screen is among ``late``; many a reformatted image might be one."""
        pictures = (each for each in late if self._is_screen(each))
        return self.understander.shows_doses(map(self._open, pictures))

    def _readable(self, instances: Iterable[Instance]) -> Iterator[Dataset]:
        """The objects that can be read; a person has decided without the others."""
        for each in instances:
            try:
                yield self._open(each)
            except UnreadableObjectError:
                log.warning("object_left_out", object=each.sop_instance_uid)

    def _heed_person(self, settlement: Settlement, instances: Sequence[Instance]) -> None:
        """Take back what a person corrected in numbers that were read by what was learnt."""
        case = self.ending.quarantine.case(settlement.case_id)
        objects = {each.sop_instance_uid: each for each in instances}
        found = (
            refuted_by(self._open(objects[each.sop_instance_uid]), each, self.learning.shelf)
            for each in retyped(case, settlement.decision)
            if each.sop_instance_uid in objects
        )
        experiences = tuple(experience for experience in found if experience)
        self.learning.heed(settlement.study_instance_uid, experiences)

    def end(self, reading: StudyReading, instances: Sequence[Instance]) -> None:
        """Report the study that was read from all of its ``instances``, or let it wait."""
        self._note(reading.images, instances)
        self.learning.heed(reading.study, reading.experiences)
        if reading.natives:
            before = self.spool.last_decision(reading.study)
            is_new = brings_screens(instances, before.last_instance_id if before else 0)
            self._natives.pass_on(reading, instances, is_new=is_new)
            self.learning.rest(reading.study, ())
        elif reading.doubts:
            self._ending(reading).quarantined(reading, instances)
        elif reading.record is None:
            self.ending.set_aside(reading.study, instances[-1].id)
        else:
            self.learning.rest(reading.study, reading.experiences)
            self._report(reading, instances)
            self.learning.learn(reading.study, reading.experiences)

    def _report(
        self,
        reading: StudyReading,
        instances: Sequence[Instance],
        person: PersonObserver | None = None,
        by: Settlement | Decision | None = None,
    ) -> None:
        record, evidence = reading.record, reading.evidence
        settlement = by if isinstance(by, Settlement) else None
        assert record is not None  # noqa: S101 - there is nothing else to report

        ordered = self.ordering.ordered(reading.study, evidence)

        def build(before: Predecessor | None) -> Dataset:
            return self._built(record, evidence, person, before, ordered)

        try:
            self._ending(reading).reported(
                reading.study,
                instances[-1].id,
                record,
                build,
                settlement,
                scanner=scanner_identifier(evidence),
                standing=by if isinstance(by, Decision) else None,
                merged=reading.merged,
                counts=reading.counts,
            )
        except ConformanceError as failure:
            doubt = Doubt(Reason.REPORT_NOT_CONFORMING, failure.what)
            self.ending.quarantined(reading.quarantined(doubt), instances, settlement)
        self.ordering.reported(reading.study, ordered)

    def _built(
        self,
        record: CTRadiationDose,
        evidence: Sequence[Dataset],
        person: PersonObserver | None,
        before: Predecessor | None,
        ordered: Ordered,
    ) -> Dataset:
        """The report with what was ordered, or without where it would not conform with it."""
        try:
            return self.understander.report(record, evidence, person, before, ordered)
        except ConformanceError:
            if not ordered.completes:
                raise
            log.warning("order_left_out", study=evidence[0].StudyInstanceUID)
            return self.understander.report(record, evidence, person, before, NOTHING_ORDERED)

    def _ending(self, reading: StudyReading) -> Ending:
        """The ending that names every atlas the study was read with."""
        if reading.atlas is None:
            return self.ending
        return replace(self.ending, atlas=f"{self.ending.atlas}+{reading.atlas}")


def brings_screens(instances: Sequence[Instance], after_id: int) -> bool:
    """Whether a Secondary Capture came after the instance with that id; told by its class alone."""
    return any(each.sop_class_uid in SECONDARY_CAPTURES for each in instances if each.id > after_id)
