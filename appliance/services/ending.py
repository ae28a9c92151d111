"""How a study ends: as reported, as quarantined or set aside; each in one ledger transaction."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pydicom
from pydicom import Dataset

from appliance import log
from appliance.clock import Clock
from appliance.dose.codec import Json, record_to_json
from appliance.dose.doubt import Doubt
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.picture import crop, png
from appliance.dosescreen.screen import Screen
from appliance.ledger import Ledger
from appliance.outbox import Outbox
from appliance.quarantine import Quarantine
from appliance.rdsr import Predecessor
from appliance.services.understanding import StudyReading
from appliance.spool import Decision, Instance, Outcome, Spool

MOST_CROPS = 24


@dataclass(frozen=True, slots=True)
class Ending:
    """Writes what became of a study where it counts: outbox, quarantine, spool."""

    ledger: Ledger
    clock: Clock
    spool: Spool
    outbox: Outbox
    quarantine: Quarantine
    atlas: str

    def reported(
        self,
        study: str,
        last_instance_id: int,
        record: CTRadiationDose,
        build: Callable[[Predecessor | None], Dataset],
        reason: str = "",
    ) -> None:
        """The report goes to the outbox; one that says something new replaces the last one.

        Raises ConformanceError as ``build`` does.
        """
        report, before = self._next(study, build)
        with self.ledger.transaction():
            new = self.outbox.put(
                _part10(report),
                str(report.SOPClassUID),
                str(report.SOPInstanceUID),
                study,
                before.sop_instance_uid if before else "",
            )
            self.quarantine.supersede(study)
            self._decide(study, last_instance_id, Outcome.REPORTED, reason, record)
        log.info(
            "study_reported",
            study=study,
            report=report.SOPInstanceUID,
            events=len(record.events),
            layout=record.layout,
            new=new,
        )

    def _next(
        self, study: str, build: Callable[[Predecessor | None], Dataset]
    ) -> tuple[Dataset, Predecessor | None]:
        """The last report again when nothing changed, else one that replaces it."""
        reports = self.outbox.reports(study)
        if not reports:
            return build(None), None
        last = pydicom.dcmread(reports[-1].path, stop_before_pixels=True)
        before = _replaced_by(last)
        again = build(before)
        if again.SOPInstanceUID == last.SOPInstanceUID:
            return again, before
        replaced = Predecessor(
            str(last.StudyInstanceUID), str(last.SeriesInstanceUID), str(last.SOPInstanceUID)
        )
        return build(replaced), replaced

    def quarantined(self, study: str, instances: Sequence[Instance], reading: StudyReading) -> None:
        """The study waits for a person, with pictures and readings."""
        record = reading.record
        facts: Json = {
            "instances": [instance.id for instance in instances],
            "layout": record.layout if record else "",
            "atlas": self.atlas,
        }
        if record:
            facts["record"] = record_to_json(record)
        reason = reading.doubts[0].reason
        pictures = _pictures(reading.screens, reading.doubts)
        with self.ledger.transaction():
            case = self.quarantine.open(study, reading.doubts, facts, pictures)
            self._decide(study, instances[-1].id, Outcome.QUARANTINED, reason, record)
        log.warning("study_quarantined", study=study, case=case.id, reason=reason)

    def set_aside(self, study: str, last_instance_id: int, reason: str = "") -> None:
        """There is nothing to report."""
        with self.ledger.transaction():
            self.quarantine.supersede(study)
            self._decide(study, last_instance_id, Outcome.SET_ASIDE, reason, None)
        log.info("study_set_aside", study=study, reason=reason or "no dose screen")

    def as_before(self, study: str, last_instance_id: int, before: Decision) -> None:
        """New objects that change nothing: the last decision stands for them, too."""
        self.spool.decide(
            Decision(
                study_instance_uid=study,
                last_instance_id=last_instance_id,
                outcome=before.outcome,
                reason=before.reason,
                record=before.record,
                layout=before.layout,
                atlas=before.atlas,
                decided_at=self.clock.wall(),
            )
        )
        log.info("study_unchanged", study=study, outcome=before.outcome)

    def _decide(
        self,
        study: str,
        last_instance_id: int,
        outcome: Outcome,
        reason: str,
        record: CTRadiationDose | None,
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
            )
        )


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
    """Every screen whole, and a magnified crop for every doubt that has a place."""
    pictures = {f"page-{at}": png(screen.ink) for at, screen in enumerate(screens, start=1)}
    shown = {screen.sop_instance_uid: screen for screen in screens}
    for at, doubt in enumerate(doubts[:MOST_CROPS], start=1):
        screen = shown.get(doubt.sop_instance_uid or "")
        if screen is not None and doubt.box is not None:
            pictures[f"doubt-{at}"] = png(crop(screen.ink, doubt.box))
    return pictures
