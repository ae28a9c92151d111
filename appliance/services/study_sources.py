"""What the objects of one study say beside its dose screens, gathered object by object.

A study may have thousands of images, so of each only what counts is kept.

**Knows:** which object is a source of what, and what has to be read of an object for that.
**Does not know:** how sources are put together (``dose.merge``), and where objects come from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.tag import Tag
from pydicom.uid import UID, XRayRadiationDoseSRStorage

from appliance import headers
from appliance.config import Sources
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.merge import Merged, Particulars, SourceKind
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dosescreen import may_be_dose_screen
from appliance.errors import UnreadableObjectError
from appliance.frames.codec import BAD_PIXELS
from appliance.frames.samples import number_of_frames, stored_frame, transfer_syntax
from appliance.headers import Equipment, ImageEvidence, ImageReading
from appliance.headers.element import number
from appliance.headers.performed_step import read_performed_steps, record_of
from appliance.headers.size import (
    NoEstimate,
    SliceSize,
    is_needed,
    measure,
    size_specific_doses,
    sizes_of,
)
from appliance.rdsr import RecordingDevice, is_recorded_by, read_native
from appliance.rdsr.modules import PATIENT_AND_STUDY_TYPE_2, PATIENT_AND_STUDY_TYPE_3
from appliance.services.image_samples import without_samples
from appliance.services.step_evidence import evidence_of
from appliance.services.study_scanners import (
    is_step_of,
    of_scanner,
    scanner_of,
    scanners,
    several_scanners,
)
from appliance.sop_classes import (
    CT_IMAGES,
    NATIVE_SYNTAXES,
    PERFORMED_PROCEDURE_STEP,
    REPORTS,
)
from appliance.uids import instance_uid

WHO = ("PatientID", "PatientBirthDate")
"""Objects of one patient do not differ in these."""
HEADER_ATTRIBUTES = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    *PATIENT_AND_STUDY_TYPE_2,
    *PATIENT_AND_STUDY_TYPE_3,
    "AcquisitionDate",
    "AcquisitionTime",
    "BodyPartExamined",
    "ContentDate",
    "ContentTime",
    "DeviceSerialNumber",
    "DeviceUID",
    "InstanceNumber",
    "InstitutionName",
    "Manufacturer",
    "ManufacturerModelName",
    "PerformedProcedureCodeSequence",
    "PerformedProtocolCodeSequence",
    "ProtocolName",
    "ReferencedPerformedProcedureStepSequence",
    "RequestAttributesSequence",
    "SoftwareVersions",
    "StationName",
)
"""What a report takes from a header."""
ATTRIBUTES = tuple(
    dict.fromkeys(
        (*headers.ATTRIBUTES, *WHO, *HEADER_ATTRIBUTES, "Rows", "Columns", "NumberOfFrames")
    )
)
"""What has to be read of an object of which not everything is."""
MOST_MEASURED_BYTES = 128 << 20
"""Of one object; a larger one gives its headers, but is not held in memory to be measured."""
Sizes = Mapping[str, tuple[SliceSize, ...]]
"""The patient's sizes in images, by SOP Instance UID."""
NO_SIZES: Sizes = MappingProxyType({})
_PIXEL_DATA = Tag("PixelData")
_HEADER_TAGS = frozenset(Tag(keyword) for keyword in HEADER_ATTRIBUTES)


def is_read_whole(attributes: Dataset, settings: Sources) -> bool:
    """Whether all of an object is asked for: it may be a screen, is a report, or is measured."""
    if may_be_dose_screen(attributes) or _class(attributes) in REPORTS:
        return True
    if _pixel_bytes(attributes) > MOST_MEASURED_BYTES:
        return False
    return settings.images and settings.size_specific_dose and is_needed(attributes)


@dataclass(slots=True)
class StudySources:
    """Takes every object of a study once, in any order.

    Attributes:
        settings: What the site believes.
        before: What was read of images whose pixels may have gone since.
        natives: The CT's own dose reports.
        statements: Structured reports of other classes that state doses as those do.
        steps: What was said of performed procedure steps, in the order it came.
        scanner: Whose images and steps are asked about; None: all of them.
    """

    settings: Sources
    before: Sizes = field(default_factory=dict)
    natives: list[Dataset] = field(default_factory=list)
    statements: list[Dataset] = field(default_factory=list)
    steps: list[Dataset] = field(default_factory=list)
    scanner: Equipment | None = None
    _images: headers.Gathering = field(default_factory=headers.Gathering)
    _screens: list[Dataset] = field(default_factory=list)
    _faces: dict[str, Dataset] = field(default_factory=dict)
    _series: dict[str, str] = field(default_factory=dict)
    _sizes: dict[str, tuple[SliceSize, ...]] = field(default_factory=dict)
    _read: ImageReading | None = None
    _who: dict[str, set[str]] = field(default_factory=lambda: {keyword: set() for keyword in WHO})

    def take(self, dataset: Dataset) -> None:
        """Remember what ``dataset`` says; ATTRIBUTES suffice unless it ``is_read_whole``."""
        for keyword, seen in self._who.items():
            seen.add(str(dataset.get(keyword) or "").strip())
        kind = _class(dataset)
        if kind == XRayRadiationDoseSRStorage:
            self.natives.append(dataset)
        elif kind in REPORTS:
            self._take_statement(dataset)
        elif kind == PERFORMED_PROCEDURE_STEP:
            self.steps.append(dataset)
        elif may_be_dose_screen(dataset):
            self._screens.append(without_pixels(dataset))
        elif kind in CT_IMAGES:
            self._take_image(dataset)
        if kind != PERFORMED_PROCEDURE_STEP:
            self._images.take(dataset)

    def ask_about(self, evidence: Sequence[Dataset]) -> None:
        """Ask from now on about the scanner that ``evidence`` is of, its images and its steps."""
        self.scanner = scanner_of(evidence, self._reading())

    def several_scanners(self, evidence: Sequence[Dataset]) -> tuple[Doubt, ...]:
        """A doubt where a report on ``evidence`` would leave out a scanner, or mix two."""
        if not self.settings.images:
            return ()
        return tuple(several_scanners(evidence, self._reading(), self.scanner))

    def own_reports(self, device: RecordingDevice) -> list[tuple[Dataset, CTRadiationDose]]:
        """The CT's dose reports with what they state, the last one last; none that we made."""
        records = [(each, read_native(each)) for each in self.natives]
        found = [
            (report, record)
            for report, record in records
            if record is not None and not is_recorded_by(report, device)
        ]
        return sorted(found, key=lambda each: _age(each[0]))

    def strangers(self) -> Iterator[Doubt]:
        """A doubt for each way in which objects name different patients; none counts as none."""
        for keyword, seen in self._who.items():
            if len(seen - {""}) > 1:
                yield Doubt(Reason.IDENTITY_INCONSISTENT, f"the objects differ in {keyword}")

    def said(self) -> dict[SourceKind, CTRadiationDose]:
        """What each source that the site believes says."""
        images = self._asked_about()
        found: dict[SourceKind, CTRadiationDose | None] = {}
        if self.settings.images:
            found |= {
                SourceKind.IMAGE_HEADERS: without_samples(images),
                SourceKind.EXPOSURE_DOSE: images.stated,
            }
        if self.settings.performed_steps:
            imaged = scanners(self._reading())
            steps = [each for each in self.steps if is_step_of(each, self.scanner, imaged)]
            found[SourceKind.PERFORMED_STEP] = record_of(read_performed_steps(steps))
        if self.statements:
            found[SourceKind.NATIVE_REPORT] = read_native(max(self.statements, key=_age))
        return {kind: record for kind, record in found.items() if record is not None}

    def names(self) -> dict[SourceKind, list[Particulars]]:
        """Every name of each of the images' events."""
        return {SourceKind.IMAGE_HEADERS: [_names(each) for each in self._asked_about().evidence]}

    def doubts(self) -> tuple[Doubt, ...]:
        """What the images contradict themselves in, where they say which scans there were."""
        found = self._reading()
        return (*found.doubts, *found.indistinct) if self.settings.images else ()

    def measured(self, record: CTRadiationDose, merged: Merged) -> CTRadiationDose:
        """``record`` with size specific dose estimates where the images allow them."""
        series = dict(self._series_of_rows(merged))
        events = tuple(
            self._measured(event, series[at]) if at in series else event
            for at, event in enumerate(record.events)
        )
        return replace(record, events=events)

    def _series_of_rows(self, merged: Merged) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The series of each row that is one event of the images for certain."""
        images, evidence = SourceKind.IMAGE_HEADERS, self._asked_about().evidence
        if merged.sources[0] is images:
            yield from enumerate(each.series_uids for each in evidence)
        for match in merged.matches:
            if match.source is images and len(match.events) == 1:
                yield match.row, evidence[match.events[0]].series_uids

    def _measured(self, event: IrradiationEvent, series: tuple[str, ...]) -> IrradiationEvent:
        found = size_specific_doses(event, sizes_of(event, self._all_sizes(), series))
        if isinstance(found, NoEstimate):
            return event
        return replace(event, size_specific_doses=found)

    def _all_sizes(self) -> Iterator[SliceSize]:
        for found in self._sizes.values():
            yield from found

    def images_read(self, screens: Iterable[str]) -> dict[str, tuple[SliceSize, ...]]:
        """What was read of each image, ``screens`` being the dose screens; pixels may go then.

        A CT image that might have been a screen and is none is an image.
        """
        shown = set(screens)
        pictures = (instance_uid(each) for each in self._screens if _class(each) in CT_IMAGES)
        return {uid: () for uid in pictures if uid not in shown} | self._sizes

    def was_seen(self, dataset: Dataset) -> bool:
        """Whether it was looked at for doses when it had its pixels, and showed none."""
        if _PIXEL_DATA in dataset or instance_uid(dataset) not in self.before:
            return False
        return _class(dataset) in CT_IMAGES and may_be_dose_screen(dataset)

    def screens(self, uids: Iterable[str] | None = None) -> tuple[Dataset, ...]:
        """The headers of the objects that may be dose screens, or of those with these UIDs."""
        wanted = None if uids is None else set(uids)
        return tuple(
            header for header in self._screens if wanted is None or instance_uid(header) in wanted
        )

    def images_of(self, record: CTRadiationDose) -> tuple[Dataset, ...]:
        """One header of each series that a dose in ``record`` was taken from.

        Copies and further reconstructions change nothing of it.
        """
        series = {self._series[uid] for uid in objects_of(record) if uid in self._series}
        return tuple(self._faces[each] for each in sorted(series))

    def images(self) -> tuple[Dataset, ...]:
        """One header of each series of images; of those that came, else that steps tell of."""
        came = tuple(self._faces[series] for series in sorted(self._faces))
        return came or evidence_of(self.steps)

    def _reading(self) -> ImageReading:
        """What the images say; asked for when all of them are taken."""
        if self._read is None:
            self._read = self._images.reading()
        return self._read

    def _asked_about(self) -> ImageReading:
        """What the images of the scanner that is asked about say."""
        found = of_scanner(self._reading(), self.scanner)
        stated = self._images.stated_by(self.scanner) if self.scanner else found.stated
        return replace(found, stated=stated)

    def _take_statement(self, dataset: Dataset) -> None:
        """A structured report of another class: some consoles write their doses into one."""
        if read_native(dataset) is not None:
            self.statements.append(dataset)
            self._take_face(dataset)

    def _take_image(self, dataset: Dataset) -> None:
        self._take_face(dataset)
        uid = instance_uid(dataset)
        if _PIXEL_DATA in dataset:
            self._sizes[uid] = measure(dataset, _decoded(dataset))
        elif self.settings.images and self.settings.size_specific_dose:
            self._sizes[uid] = self.before.get(uid, ())
        else:
            self._sizes[uid] = ()

    def _take_face(self, dataset: Dataset) -> None:
        """One header of each series is kept."""
        uid, series = (
            str(dataset.get(keyword) or "") for keyword in ("SOPInstanceUID", "SeriesInstanceUID")
        )
        self._series[uid] = series
        face = self._faces.get(series)
        if face is None or uid < instance_uid(face):
            self._faces[series] = _header(dataset)


def objects_of(record: CTRadiationDose) -> set[str]:
    """The objects that the values of the events of a record stand in."""
    values = [value for event in record.events for _, value in event.sourced()]
    return {value.origin.sop_instance_uid for value in values if value.origin.sop_instance_uid}


def made(screens: Sequence[Dataset]) -> str:
    """When the last of the screens was made, a DT; empty when one does not say it."""
    moments = [_content_moment(header) for header in screens]
    return max(moments) if moments and all(moments) else ""


def without_pixels(dataset: Dataset) -> Dataset:
    """The elements of ``dataset`` but for its pixel data; ``dataset`` is left as it is."""
    header = Dataset()
    header.update({each.tag: each for each in dataset if each.tag != _PIXEL_DATA})
    return header


def _names(found: ImageEvidence) -> Particulars:
    low, high = found.lowest_z_mm, found.highest_z_mm
    return Particulars(
        series=found.series_numbers,
        labels=found.labels,
        span_mm=None if low is None or high is None else (low, high),
        begins=found.begins,
        repeats=found.repeats,
    )


def _content_moment(header: Dataset) -> str:
    date, time = (str(header.get(f"Content{name}") or "") for name in ("Date", "Time"))
    digits = date.replace(".", "") + time.replace(":", "").partition(".")[0]
    return digits if len(digits) == len("YYYYMMDDHHMMSS") and digits.isdigit() else ""


def _decoded(dataset: Dataset) -> list[NDArray[Any]] | None:
    """The stored values of every frame, where they are compressed; None where they are not.

    None as well where they cannot be decoded: then nothing is measured.
    """
    if transfer_syntax(dataset) in NATIVE_SYNTAXES:
        return None
    try:
        frames = range(number_of_frames(dataset))
        return [stored_frame(dataset, frame).values for frame in frames]
    except (*BAD_PIXELS, UnreadableObjectError):
        return None


def _pixel_bytes(attributes: Dataset) -> int:
    """How much the pixels of an object take once they are decoded."""
    sides = ("Rows", "Columns", "NumberOfFrames")
    return 2 * prod(int(number((attributes,), keyword) or 1) for keyword in sides)


def _age(report: Dataset) -> str:
    """Orders reports by when they were made."""
    return _content_moment(report) + instance_uid(report)


def _header(dataset: Dataset) -> Dataset:
    header = Dataset()
    header.update({each.tag: each for each in dataset if each.tag in _HEADER_TAGS})
    return header


def _class(dataset: Dataset) -> UID:
    return UID(str(dataset.get("SOPClassUID") or ""))
