"""The CT's own dose reports: sent on, and never beside one of ours.

A report that comes first passes as it was received, byte for byte. One that comes after ours was
sent takes its place, in an instance that names ours as its predecessor, because receivers would
otherwise count the dose twice.

**Knows:** in which form a native report goes out, and what contradicts it.
**Does not know:** how the dose screens were read.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydicom import Dataset, dcmread

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Sources
from appliance.dose.doubt import Doubt
from appliance.errors import NotFoundError, StateError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.outbox import Outgoing
from appliance.rdsr import (
    Predecessor,
    RecordingDevice,
    completed_native,
    is_recorded_by,
    succeeding,
)
from appliance.services.ending import Ending, Passing
from appliance.services.ordering import Ordering
from appliance.services.study_reading import StudyReading
from appliance.spool import Instance, Spool
from appliance.uids import instance_uid

ACKNOWLEDGED = "native-report-acknowledged"
_DISAGREES = AlarmCode.NATIVE_REPORT_DISAGREES
_KINDS = {_DISAGREES: ACKNOWLEDGED, AlarmCode.WRONG_PATIENT: "wrong-patient-acknowledged"}
"""What is acknowledged, with the kind of its entry in the journal."""


@dataclass(frozen=True, slots=True)
class NativeReports:
    """Passes native reports on, as the site wants it."""

    settings: Sources
    device: RecordingDevice
    spool: Spool
    ordering: Ordering
    ending: Ending

    def pass_on(
        self, reading: StudyReading, instances: Sequence[Instance], *, is_new: bool
    ) -> None:
        """End the study by its native reports; ``is_new``: its screens were not seen before."""
        study = reading.study
        wanted = [] if self.settings.native_report == "keep" else reading.natives
        passing = self._passing(study, wanted, instances)
        new = self.ending.passed(reading, instances[-1].id, passing)
        self._tell(study, reading.disagreements, is_new=is_new or bool(new))
        log.info(
            "native_report_passed",
            study=study,
            reports=[str(each.SOPInstanceUID) for each in reading.natives],
            new=len(new),
            screens=len(reading.evidence),
            disagreements=len(reading.disagreements),
        )

    def _passing(
        self, study: str, natives: Sequence[Dataset], instances: Sequence[Instance]
    ) -> list[Passing]:
        """Each report in the form in which it goes out, and what it replaces there.

        Raises StateError when an earlier one is damaged: whom it replaces would be a guess.
        """
        sent = [self._sent(each, instances) for each in self.ending.outbox.reports(study)]
        ours = [each for each in sent if is_recorded_by(each, self.device)][-1:]
        gone: dict[str, Predecessor] = {}
        passing: list[Passing] = []
        for native in natives:
            replaced = [gone[uid] for uid in _named(native) if uid in gone]
            report = self._completed(study, native)
            for before in (*map(_predecessor, ours), *replaced):
                report = succeeding(report, before, self.device)
            report = self._following(report, _forms(native, natives, sent))
            named = set(_named(report))
            before_uid = next(
                (uid for uid in map(instance_uid, reversed(sent)) if uid in named), ""
            )
            if report is native:
                passing.append(self._received(native, before_uid, instances))
            else:
                passing.append(Passing(_part10(report), report, before_uid))
                gone[instance_uid(native)] = _predecessor(report)
        return passing

    def _sent(self, report: Outgoing, instances: Sequence[Instance]) -> Dataset:
        """A report that was kept before, from its file or, as it was received, from the spool."""
        named = (each for each in instances if each.sop_instance_uid == report.sop_instance_uid)
        for path in (report.path, *map(self.spool.file, named)):
            content = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(content).hexdigest() == report.sha256:
                return dcmread(io.BytesIO(content))
        what = "an earlier report of the study is damaged"
        raise StateError(what, str(report.path), "put back its file, from a destination or a copy")

    def _following(self, report: Dataset, sent: Sequence[Dataset]) -> Dataset:
        """``report`` as what replaces the last form of it that was ``sent``, or as that form."""
        if not sent:
            return report
        *earlier, last = sent
        again = self._naming(report, earlier[-1]) if earlier else report
        return again if instance_uid(again) == instance_uid(last) else self._naming(report, last)

    def _naming(self, report: Dataset, before: Dataset) -> Dataset:
        if instance_uid(before) in _named(report):
            return report
        return succeeding(report, _predecessor(before), self.device)

    def _completed(self, study: str, native: Dataset) -> Dataset:
        if self.settings.native_report != "complete":
            return native
        order = self.ordering.ordered(study, (native,)).order
        codes = order.performed_procedure_codes
        return completed_native(native, order.attributes, codes, self.device) or native

    def _received(self, native: Dataset, before_uid: str, instances: Sequence[Instance]) -> Passing:
        instance = next(each for each in instances if each.sop_instance_uid == instance_uid(native))
        return Passing(self.spool.file(instance).read_bytes(), native, before_uid, instance.id)

    def _tell(self, study: str, disagreements: Sequence[Doubt], *, is_new: bool) -> None:
        """Raise the alarm for what was not there before, and clear it when all agrees."""
        alarms = Alarms(self.ending.ledger, self.ending.clock)
        if not disagreements:
            alarms.clear(_DISAGREES, study)
        elif is_new:
            first = disagreements[0]
            alarms.raise_(_DISAGREES, study, f"{first.field} {first.detail}".strip())


def acknowledge(ledger: Ledger, clock: Clock, study: str, person: str, reason: str) -> None:
    """Keep that ``person`` has seen to what an alarm says of a study, and clear it.

    That is a native report that disagrees with its screen, or a screen of another patient. Raises
    NotFoundError when there is no such alarm.
    """
    with ledger.transaction():
        cleared = [code for code in _KINDS if Alarms(ledger, clock).clear(code, study)]
        if not cleared:
            what = "no native report of this study disagrees, and no screen is another patient's"
            raise NotFoundError(what, study)
        body = {"study_instance_uid": study, "person": person, "reason": reason}
        for code in cleared:
            Journal(ledger, clock).append(_KINDS[code], body)


def _forms(native: Dataset, natives: Sequence[Dataset], sent: Sequence[Dataset]) -> list[Dataset]:
    """The forms in which a native report was sent; they have its content, and no other has."""
    twins = [each for each in natives if each.ContentSequence == native.ContentSequence]
    return [
        each
        for each in sent
        if instance_uid(each) == instance_uid(native)
        or (len(twins) == 1 and each.ContentSequence == native.ContentSequence)
    ]


def _predecessor(report: Dataset) -> Predecessor:
    uids = (report.StudyInstanceUID, report.SeriesInstanceUID, report.SOPInstanceUID)
    return Predecessor(*map(str, uids))


def _named(report: Dataset) -> Iterator[str]:
    """The reports that ``report`` says it replaces."""
    for study in report.get("PredecessorDocumentsSequence") or ():
        for series in study.get("ReferencedSeriesSequence") or ():
            for instance in series.get("ReferencedSOPSequence") or ():
                yield str(instance.get("ReferencedSOPInstanceUID") or "")


def _part10(report: Dataset) -> bytes:
    buffer = io.BytesIO()
    report.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
