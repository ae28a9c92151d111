"""From the objects of one study to its report, without a clock, a socket or a database.

``appliance read`` and the recogniser service both understand a study here, so what is read offline
is what the box would send.

**Knows:** the order of the steps: read, one patient, complete by image headers and site rules,
report, conformance.
**Does not know:** where objects come from and what happens to the report.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from pydicom import Dataset
from pydicom.tag import Tag

from appliance.config import Configuration
from appliance.config.scanners import rules_for
from appliance.config.schema import Rule
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome, Recogniser, default_recogniser, may_be_dose_screen
from appliance.dosescreen.learning import Experience, LearntAtlas
from appliance.dosescreen.recognise import NOTHING_LEARNT
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.tier import Tier
from appliance.errors import (
    ApplianceError,
    ConfigurationError,
    ConformanceError,
    StateError,
    UnreadableObjectError,
)
from appliance.rdsr import (
    REGIONS,
    PersonObserver,
    Predecessor,
    RecordingDevice,
    build_report,
    nonconformities,
)
from appliance.rdsr import doubts as missing
from appliance.services.completion import completed, region_rule
from appliance.services.confirmation import asks_a_person
from appliance.services.equipment import recording_device
from appliance.services.site_layouts import known_layouts
from appliance.spool import read_attributes, read_dataset

WHO = ("PatientID", "PatientBirthDate")
"""Objects of one patient do not differ in these."""
IMAGE_ATTRIBUTES = (
    "SOPClassUID",
    "SOPInstanceUID",
    "ImageType",
    *WHO,
    "CTDIvol",
    "CTDIPhantomTypeCodeSequence",
)
"""What has to be known of an object that cannot be a dose screen."""
_PIXEL_DATA = Tag("PixelData")


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
        evidence: The headers of the objects that the dose screens are on.
        pages_complete: The screens say how many they are, and all are here.
        tier: How well the layout is proven that the record was read with; None without a record.
        needs_confirmation: Whether a box that has not seen this scanner asks a person to confirm
            what was recognised; None when nothing was.
        sightings: How each of the screens was read.
        experiences: What they teach about their scanners, and refute.
    """

    study: str
    outcome: Outcome
    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    report: Dataset | None
    screens: tuple[Screen, ...]
    evidence: tuple[Dataset, ...]
    pages_complete: bool
    tier: Tier | None = None
    needs_confirmation: bool | None = None
    sightings: tuple[Sighting, ...] = ()
    experiences: tuple[Experience, ...] = ()

    @classmethod
    def doubtful(
        cls, study: str, doubt: Doubt, record: CTRadiationDose | None = None
    ) -> "StudyReading":
        """A study that waits because of ``doubt``, with nothing to see."""
        return cls(study, Outcome.QUARANTINED, record, (doubt,), None, (), (), pages_complete=False)

    @property
    def atlas(self) -> str | None:
        """The version of the learnt atlas that it was read with; None when nothing was learnt."""
        used = [each.atlas.version for each in self.experiences if each.atlas.held]
        return "+".join(sorted(used)) or None

    @property
    def reason(self) -> Reason | None:
        """The first doubt's reason; None when there is no doubt."""
        return self.doubts[0].reason if self.doubts else None

    def quarantined(self, *doubts: Doubt) -> "StudyReading":
        """The same, but waiting because of ``doubts``."""
        return replace(
            self,
            outcome=Outcome.QUARANTINED,
            doubts=doubts,
            report=None,
            needs_confirmation=None,
        )


@dataclass(frozen=True, slots=True)
class Understander:
    """The arguments of understanding that stay the same from study to study."""

    configuration: Configuration
    recogniser: Recogniser
    device: RecordingDevice

    def understand(
        self,
        study: str,
        objects: Iterable[Dataset],
        atlases: Mapping[str, LearntAtlas] = NOTHING_LEARNT,
    ) -> StudyReading:
        """Everything about ``study``, of which ``objects`` are all, in the order they arrived.

        The objects are asked for one after the other and only their headers are kept, so that a
        study of any size fits into memory; of what cannot be a dose screen IMAGE_ATTRIBUTES
        suffice. ``atlases`` are what was learnt, by scanner.
        """
        headers: list[Dataset] = []
        found = self.recogniser.recognise(_remembered(objects, headers), atlases)
        evidence = _evidence(found.screens, headers)
        record = found.record and completed(found.record, headers, self._rules(evidence))
        tier = self._tier(record) if record else None
        reading = StudyReading(
            study,
            found.outcome,
            record,
            found.doubts,
            None,
            found.screens,
            evidence,
            found.pages_complete,
            tier,
            self._needs_confirmation(found.outcome, tier),
            found.sightings,
            found.experiences,
        )
        strangers = () if found.outcome is Outcome.SET_ASIDE else tuple(_strangers(headers))
        if strangers:
            return reading.quarantined(*strangers, *found.doubts)
        if found.outcome is Outcome.RECOGNISED and record is not None:
            return self._reported(reading, record)
        return reading

    def report(
        self,
        record: CTRadiationDose,
        evidence: Sequence[Dataset],
        person: PersonObserver | None = None,
        predecessor: Predecessor | None = None,
    ) -> Dataset:
        """The report on ``record``; raises ConformanceError when it would not conform."""
        report = build_report(
            record,
            evidence,
            self.device,
            person=person,
            predecessor=predecessor,
            region_rule=region_rule(self._rules(evidence)),
        )
        for failure in nonconformities(report):
            raise ConformanceError(str(failure), where=record.layout)
        return report

    def _reported(self, reading: StudyReading, record: CTRadiationDose) -> StudyReading:
        waiting = missing(record)
        if waiting:
            return replace(reading, doubts=waiting)
        try:
            return replace(reading, report=self.report(record, reading.evidence))
        except ConformanceError as failure:
            return reading.quarantined(Doubt(Reason.REPORT_NOT_CONFORMING, failure.what))

    def _tier(self, record: CTRadiationDose) -> Tier | None:
        tiers = {layout.identifier: layout.tier for layout in self.recogniser.layouts}
        return tiers.get(record.layout)

    def _needs_confirmation(self, outcome: Outcome, tier: Tier | None) -> bool | None:
        if outcome is not Outcome.RECOGNISED or tier is None:
            return None
        return asks_a_person(self.configuration.recogniser, tier)

    def _rules(self, evidence: Sequence[Dataset]) -> tuple[Rule, ...]:
        """The rules for the scanner that drew the dose screens."""
        header = min(evidence, key=_uid, default=Dataset())
        maker, serial = (
            str(header.get(keyword) or "") for keyword in ("Manufacturer", "DeviceSerialNumber")
        )
        return rules_for(self.configuration, maker, serial)


def understander(configuration: Configuration) -> Understander:
    """The understander of this box: the shipped atlas, the shipped layouts and the site's.

    Raises ConfigurationError when a rule names a region that no report can state, and for a layout
    of the site that is not sound.
    """
    _expect_known_regions(configuration)
    recogniser = default_recogniser(
        configuration.recogniser.tesseract,
        configuration.recogniser.tesseract_timeout_s,
        known_layouts(configuration.layouts_dir),
    )
    return Understander(configuration, recogniser, recording_device(configuration))


def understand_files(
    paths: Iterable[Path],
    configuration: Configuration,
    atlases: Mapping[str, LearntAtlas] = NOTHING_LEARNT,
) -> Iterator[StudyReading]:
    """Every study among the DICOM files at ``paths``, in the order of its first file.

    A file that is no DICOM object is a study of its own, named by its path. ``atlases`` are asked
    anew for each study, so that one may be read with what the one before taught.
    """
    box = understander(configuration)
    studies: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        try:
            studies[str(_opened(path).StudyInstanceUID)].append(path)
        except UnreadableObjectError as failure:
            yield unreadable_object(str(path), failure)
    for study, files in studies.items():
        try:
            yield box.understand(study, map(_opened, files), atlases)
        except StateError:
            raise  # of this machine, not of the study
        except ApplianceError as failure:
            yield StudyReading.doubtful(study, Doubt(Reason.RECOGNISER_FAILED, str(failure)))


def unreadable_object(study: str, failure: UnreadableObjectError) -> StudyReading:
    """What is known about an object that cannot be opened."""
    return StudyReading.doubtful(study, Doubt(Reason.UNREADABLE_OBJECT, failure.what))


def without_pixels(dataset: Dataset) -> Dataset:
    """The elements of ``dataset`` but for its pixel data; ``dataset`` is left as it is."""
    header = Dataset()
    header.update({each.tag: each for each in dataset if each.tag != _PIXEL_DATA})
    return header


def _expect_known_regions(configuration: Configuration) -> None:
    for scanner in configuration.scanner:
        for region in {rule.target_region for rule in scanner.rule} - {"", *REGIONS}:
            (near,) = get_close_matches(region, REGIONS, 1, 0)
            where = f"[[scanner]] {scanner.name}: target_region"
            raise ConfigurationError(f"there is no {region!r}", where, f"did you mean {near}?")


def _opened(path: Path) -> Dataset:
    attributes = read_attributes(path, IMAGE_ATTRIBUTES)
    return read_dataset(path) if may_be_dose_screen(attributes) else attributes


def _remembered(objects: Iterable[Dataset], headers: list[Dataset]) -> Iterator[Dataset]:
    for dataset in objects:
        headers.append(without_pixels(dataset))
        yield dataset


def _evidence(screens: Sequence[Screen], headers: Sequence[Dataset]) -> tuple[Dataset, ...]:
    """The headers of the objects that ``screens`` were rendered from."""
    uids = {screen.sop_instance_uid for screen in screens}
    return tuple(header for header in headers if _uid(header) in uids)


def _strangers(headers: Sequence[Dataset]) -> Iterator[Doubt]:
    """A doubt for each way in which the objects name different patients; none counts as none."""
    for keyword in WHO:
        if len({str(header.get(keyword) or "").strip() for header in headers} - {""}) > 1:
            yield Doubt(Reason.IDENTITY_INCONSISTENT, f"the objects differ in {keyword}")


def _uid(dataset: Dataset) -> str:
    return str(dataset.get("SOPInstanceUID") or "")
