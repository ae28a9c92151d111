"""From the objects of one study to its report, without a clock, a socket or a database.

``appliance read`` and the recogniser service both understand a study here, so what is read offline
is what the box would send.

**Knows:** the order of the steps: one patient, read, complete by image headers and site rules,
report, conformance.
**Does not know:** where objects come from and what happens to the report.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydicom import Dataset

from appliance.config import Configuration
from appliance.config.scanners import rules_for
from appliance.config.schema import Rule
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome, Recogniser, Recognition, default_recogniser
from appliance.dosescreen.screen import Screen
from appliance.errors import ConformanceError, UnreadableObjectError
from appliance.rdsr import (
    PersonObserver,
    Predecessor,
    RecordingDevice,
    build_report,
    nonconformities,
)
from appliance.rdsr import doubts as missing
from appliance.services.completion import completed, region_rule
from appliance.services.equipment import recording_device
from appliance.spool import read_dataset


@dataclass(frozen=True, slots=True)
class StudyReading:
    """What is known about a study, read whole.

    Attributes:
        study: Its Study Instance UID.
        outcome: Recognised, quarantined or set aside, as far as the objects go.
        record: The dose record; for a quarantined study what was read, perhaps None.
        doubts: Why it is quarantined, or why the report of a recognised one waits.
        report: The conforming report; None unless it may be sent.
        screens: The dose screens.
        pages_complete: The screens say how many they are, and all are here.
    """

    study: str
    outcome: Outcome
    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    report: Dataset | None
    screens: tuple[Screen, ...]
    pages_complete: bool

    @classmethod
    def doubtful(cls, study: str, doubt: Doubt) -> "StudyReading":
        """A study that nothing but ``doubt`` is known about."""
        return cls(study, Outcome.QUARANTINED, None, (doubt,), None, (), pages_complete=False)

    @property
    def reason(self) -> Reason | None:
        """The first doubt's reason; None when there is no doubt."""
        return self.doubts[0].reason if self.doubts else None


@dataclass(frozen=True, slots=True)
class Understander:
    """The arguments of understanding that stay the same from study to study."""

    configuration: Configuration
    recogniser: Recogniser
    device: RecordingDevice

    def understand(
        self, objects: Sequence[Dataset], predecessor: Predecessor | None = None
    ) -> StudyReading:
        """Everything about the study that ``objects`` belong to, in the order they arrived."""
        study = str(objects[0].get("StudyInstanceUID", ""))
        found = self.recogniser.recognise(objects)
        if found.outcome is not Outcome.RECOGNISED or found.record is None:
            return _doubtful(study, found, found.outcome, found.doubts)
        patients = _patients(objects)
        if patients > 1:
            doubt = Doubt(Reason.IDENTITY_INCONSISTENT, f"{patients} patient IDs in one study")
            return _doubtful(study, found, Outcome.QUARANTINED, (doubt,))
        record = completed(found.record, objects, self._rules(objects))
        found = replace(found, record=record)
        waiting = missing(record)
        if waiting:
            return _doubtful(study, found, Outcome.RECOGNISED, waiting)
        try:
            report = self.report(record, evidence(found.screens, objects), predecessor=predecessor)
        except ConformanceError as failure:
            doubt = Doubt(Reason.REPORT_NOT_CONFORMING, failure.what)
            return _doubtful(study, found, Outcome.QUARANTINED, (doubt,))
        return replace(_doubtful(study, found, Outcome.RECOGNISED, ()), report=report)

    def report(
        self,
        record: CTRadiationDose,
        objects: Sequence[Dataset],
        person: PersonObserver | None = None,
        predecessor: Predecessor | None = None,
    ) -> Dataset:
        """The report on ``record``; raises ConformanceError when it would not conform."""
        report = build_report(
            record,
            objects,
            self.device,
            person=person,
            predecessor=predecessor,
            region_rule=region_rule(self._rules(objects)),
        )
        for failure in nonconformities(report):
            raise ConformanceError(str(failure), where=record.layout)
        return report

    def _rules(self, objects: Sequence[Dataset]) -> tuple[Rule, ...]:
        maker, serial = (
            str(objects[0].get(keyword) or "") for keyword in ("Manufacturer", "DeviceSerialNumber")
        )
        return rules_for(self.configuration, maker, serial)


def understander(configuration: Configuration) -> Understander:
    """The understander of this box, with the shipped layouts and atlas."""
    recogniser = default_recogniser(
        configuration.recogniser.tesseract, configuration.recogniser.tesseract_timeout_s
    )
    return Understander(configuration, recogniser, recording_device(configuration))


def evidence(screens: Sequence[Screen], objects: Sequence[Dataset]) -> list[Dataset]:
    """The objects that ``screens`` were rendered from."""
    uids = {screen.sop_instance_uid for screen in screens}
    return [each for each in objects if str(each.get("SOPInstanceUID", "")) in uids]


def understand_files(paths: Iterable[Path], configuration: Configuration) -> Iterator[StudyReading]:
    """Every study among the DICOM files at ``paths``, in the order of its first file.

    A file that is no DICOM object is a study of its own, named by its path.
    """
    box = understander(configuration)
    studies: dict[str, list[Dataset]] = defaultdict(list)
    for path in paths:
        try:
            dataset = read_dataset(path)
        except UnreadableObjectError as failure:
            yield unreadable_object(str(path), failure)
            continue
        studies[str(dataset.StudyInstanceUID)].append(dataset)
    yield from (box.understand(objects) for objects in studies.values())


def unreadable_object(study: str, failure: UnreadableObjectError) -> StudyReading:
    """What is known about an object that cannot be opened."""
    return StudyReading.doubtful(study, Doubt(Reason.UNREADABLE_OBJECT, failure.what))


def _doubtful(
    study: str, recognition: Recognition, outcome: Outcome, doubts: tuple[Doubt, ...]
) -> StudyReading:
    return StudyReading(
        study,
        outcome,
        recognition.record,
        doubts,
        None,
        recognition.screens,
        recognition.pages_complete,
    )


def _patients(objects: Sequence[Dataset]) -> int:
    """How many different patients the objects name, those that name none aside."""
    return len({str(each.get("PatientID") or "").strip() for each in objects} - {""})
