"""How a study ends: as reported, as quarantined or set aside; each in one ledger transaction.

What takes time, a report or a picture, is made before the transaction begins: the receiver writes
to the same ledger and would wait.
"""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType

import pydicom
from pydicom import Dataset

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.dose.codec import Json, record_to_json
from appliance.dose.doubt import Doubt
from appliance.dose.merge import Merged
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.picture import crop, png
from appliance.dosescreen.screen import Screen
from appliance.errors import ApplianceError, StateError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.outbox import Outbox, Outgoing, is_sound
from appliance.quarantine import Closure, Quarantine, Settlement, Verdict
from appliance.rdsr import Predecessor
from appliance.services.confirmation import Confirming, scanner_identifier
from appliance.services.merged import merged_values
from appliance.services.perspective import Perspective
from appliance.services.screen_sights import seen_on
from appliance.services.study_reading import StudyReading
from appliance.spool import Decision, Instance, Outcome, Spool

MOST_CROPS = 24
NATIVE = "native report"
"""Why a study has no report of ours."""
_CLOSURES = {
    Verdict.SETTLE: Closure.SETTLED,
    Verdict.DISCARD: Closure.DISCARDED,
    Verdict.WRONG_PATIENT: Closure.DISCARDED,
}
_BY_A_PERSON = " by a person"
Build = Callable[[Predecessor | None], Dataset]
"""Makes the report that replaces another one, or the first; may raise ConformanceError."""


def is_by_a_person(decision: Decision) -> bool:
    """Whether a person decided so."""
    return decision.reason.endswith(_BY_A_PERSON)


@dataclass(frozen=True, slots=True)
class Passing:
    """A native report on its way: its file, what stands in it, and the report it replaces.

    ``received_as`` is its row in the spool if it goes on as it was received.
    """

    content: bytes
    report: Dataset
    predecessor_uid: str
    received_as: int | None = None


class OvertakenError(ApplianceError):
    """A person decided about the study while it was being looked at; the decision goes first."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Writes what became of a study where it counts: outbox, quarantine, spool.

    A ``settlement`` is the person's decision that a study ends by. Without one, a study about which
    a person has decided does not end: OvertakenError.
    """

    ledger: Ledger
    clock: Clock
    spool: Spool
    outbox: Outbox
    quarantine: Quarantine
    confirming: Confirming
    perspective: Perspective
    atlas: str

    def reported(  # noqa: PLR0913 - what a report is kept with
        self,
        study: str,
        last_instance_id: int,
        record: CTRadiationDose,
        build: Build,
        settlement: Settlement | None = None,
        *,
        scanner: str = "",
        standing: Decision | None = None,
        merged: Merged | None = None,
        counts: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """The report goes to the outbox; one that says something new replaces the last one.

        ``scanner`` identifies the CT in the history of doses; empty: it is not known. ``standing``
        is a person's earlier decision that stands while the report is completed. ``merged`` is
        how the sources were put together. ``counts`` goes into the log.

        Raises ConformanceError as ``build`` does.
        """
        report, before = self._next(study, build)
        content = _part10(report)
        with self._closing(study, settlement):
            new = self.outbox.put(
                content,
                str(report.SOPClassUID),
                str(report.SOPInstanceUID),
                study,
                before.sop_instance_uid if before else "",
            )
            reason = standing.reason if standing else _reason(settlement)
            self._decide(study, last_instance_id, Outcome.REPORTED, reason, record, merged)
            if new:
                self.perspective.enter(report, scanner, record.layout)
        self.perspective.review()
        log.info(
            "study_reported",
            study=study,
            report=report.SOPInstanceUID,
            events=len(record.events),
            layout=record.layout,
            new=new,
            **counts,
        )

    def passed(
        self, reading: StudyReading, last_instance_id: int, passing: Sequence[Passing]
    ) -> list[str]:
        """The study ends by the CT's own reports; the UIDs of those that go out for it now."""
        study, new = reading.study, []
        outcome = Outcome.REPORTED if passing else Outcome.SET_ASIDE
        with self._closing(study):
            for each in passing:
                uid = str(each.report.SOPInstanceUID)
                kind = str(each.report.SOPClassUID)
                replaced, row = each.predecessor_uid, each.received_as
                if self.outbox.put(each.content, kind, uid, study, replaced, received_as=row):
                    new.append(uid)
                    self.perspective.enter(each.report, scanner_identifier([each.report]), NATIVE)
            self._decide(study, last_instance_id, outcome, NATIVE, None)
            if new:
                screens = [str(each.SOPInstanceUID) for each in reading.evidence]
                body = {"study_instance_uid": study, "reports": new, "screens_set_aside": screens}
                Journal(self.ledger, self.clock).append("native-report-passed", body)
        return new

    def quarantined(
        self,
        reading: StudyReading,
        instances: Sequence[Instance],
        settlement: Settlement | None = None,
    ) -> None:
        """The study, all of ``instances``, waits for a person, with pictures and readings."""
        study = reading.study
        record = reading.record
        facts: Json = {
            "instances": [instance.id for instance in instances],
            "layout": record.layout if record else "",
            "scanner": scanner_identifier(reading.evidence),
            "atlas": self.atlas,
            **seen_on(reading),
        }
        if record:
            facts["record"] = record_to_json(record)
        reason = reading.doubts[0].reason
        shown = _pictures(reading.screens, reading.doubts)
        with self.quarantine.pictures(shown) as folder, self._closing(study, settlement):
            case = self.quarantine.open(study, reading.doubts, facts, folder)
            last = instances[-1].id
            self._decide(study, last, Outcome.QUARANTINED, reason, record, reading.merged)
        log.warning("study_quarantined", study=study, case=case.id, reason=reason, **reading.counts)

    def set_aside(
        self, study: str, last_instance_id: int, settlement: Settlement | None = None
    ) -> None:
        """There is nothing to report."""
        reason = _reason(settlement)
        with self._closing(study, settlement):
            self._decide(study, last_instance_id, Outcome.SET_ASIDE, reason, None)
        log.info("study_set_aside", study=study, reason=reason or "no dose screen")

    def as_before(self, before: Decision, last_instance_id: int) -> None:
        """New objects that change nothing: the last decision stands for them, too."""
        now = self.clock.wall()
        self.spool.decide(replace(before, last_instance_id=last_instance_id, decided_at=now))
        log.info("study_unchanged", study=before.study_instance_uid, outcome=before.outcome)

    @contextmanager
    def _closing(self, study: str, settlement: Settlement | None = None) -> Iterator[None]:
        """One transaction, in which the study's open case ends, too."""
        with self.ledger.transaction():
            if settlement is not None:
                self.quarantine.close(settlement.case_id, _CLOSURES[settlement.verdict])
                self.confirming.note(self.quarantine.case(settlement.case_id), settlement)
            elif any(
                each.study_instance_uid == study for each in self.quarantine.unapplied_settlements()
            ):
                raise OvertakenError("a person decided meanwhile", study)
            self.quarantine.supersede(study)
            self._tell_of_patient(study, settlement)
            yield

    def _tell_of_patient(self, study: str, settlement: Settlement | None) -> None:
        """Whose objects are another patient's is told until the study ends in another way."""
        alarms = Alarms(self.ledger, self.clock)
        if settlement is not None and settlement.verdict is Verdict.WRONG_PATIENT:
            alarms.raise_(AlarmCode.WRONG_PATIENT, study, f"case {settlement.case_id}")
        else:
            alarms.clear(AlarmCode.WRONG_PATIENT, study)

    def _next(self, study: str, build: Build) -> tuple[Dataset, Predecessor | None]:
        """The last report again when nothing changed, else one that replaces it."""
        reports = self.outbox.reports(study)
        if not reports:
            return build(None), None
        if not is_sound(reports[-1]):
            return _made_again(reports, build)
        last = pydicom.dcmread(reports[-1].path, stop_before_pixels=True)
        before = _replaced_by(last)
        again = build(before)
        if again.SOPInstanceUID == last.SOPInstanceUID:
            return again, before
        replaced = Predecessor(
            str(last.StudyInstanceUID), str(last.SeriesInstanceUID), str(last.SOPInstanceUID)
        )
        return build(replaced), replaced

    def _decide(  # noqa: PLR0913, PLR0917 - what a decision is kept with
        self,
        study: str,
        last_instance_id: int,
        outcome: Outcome,
        reason: str,
        record: CTRadiationDose | None,
        merged: Merged | None = None,
    ) -> None:
        self.spool.decide(
            Decision(
                study_instance_uid=study,
                last_instance_id=last_instance_id,
                outcome=outcome,
                reason=reason,
                record=json.dumps(record_to_json(record) if record else {}, ensure_ascii=False),
                layout=record.layout if record else "",
                atlas=self.atlas,
                decided_at=self.clock.wall(),
            ),
            json.dumps(merged_values(merged), ensure_ascii=False) if merged else "",
        )


def _made_again(reports: Sequence[Outgoing], build: Build) -> tuple[Dataset, Predecessor | None]:
    """The last report, whose file is damaged, as it was. Raises StateError if it would be another.

    A new report would have to name it, and what names it cannot be read.
    """
    last, before = reports[-1], None
    for each in reports[:-1]:
        if each.sop_instance_uid == last.predecessor_uid and is_sound(each):
            found = pydicom.dcmread(each.path, stop_before_pixels=True)
            uids = (found.StudyInstanceUID, found.SeriesInstanceUID, found.SOPInstanceUID)
            before = Predecessor(*map(str, uids))
    again = build(before)
    if again.SOPInstanceUID != last.sop_instance_uid:
        what = "the last report of the study is damaged, and cannot be made again"
        raise StateError(what, str(last.path), "put back its file, from a destination or a copy")
    return again, before


def _reason(settlement: Settlement | None) -> str:
    if settlement is None:
        return ""
    is_wrong = settlement.verdict is Verdict.WRONG_PATIENT
    return f"{'wrong patient' if is_wrong else _CLOSURES[settlement.verdict]}{_BY_A_PERSON}"


def _replaced_by(report: Dataset) -> Predecessor | None:
    """The report that ``report`` says it replaces."""
    for study in report.get("PredecessorDocumentsSequence") or ():
        series = study.ReferencedSeriesSequence[0]
        instance = series.ReferencedSOPSequence[0]
        uids = (study.StudyInstanceUID, series.SeriesInstanceUID, instance.ReferencedSOPInstanceUID)
        return Predecessor(*(str(uid) for uid in uids))
    return None


def _part10(report: Dataset) -> bytes:
    buffer = io.BytesIO()
    report.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _pictures(screens: Sequence[Screen], doubts: Sequence[Doubt]) -> dict[str, bytes]:
    """Every screen whole, and a magnified crop for every doubt that has a place.

    A doubt does not say on which of several frames it is, so those are shown whole only.
    """
    pictures = {f"page-{at}": png(screen.ink) for at, screen in enumerate(screens, start=1)}
    frames = Counter(screen.sop_instance_uid for screen in screens)
    shown = {each.sop_instance_uid: each for each in screens if frames[each.sop_instance_uid] == 1}
    for at, doubt in enumerate(doubts[:MOST_CROPS], start=1):
        screen = shown.get(doubt.sop_instance_uid or "")
        if screen is not None and doubt.box is not None:
            pictures[f"doubt-{at}"] = png(crop(screen.ink, doubt.box))
    return pictures
