"""From the objects of one study to its report, without a clock, a socket or a database.

``appliance read`` and the recogniser service both understand a study here, so what is read offline
is what the box would send.

**Knows:** the order of the steps: read, one patient, put sources together, complete by the site's
rules, measure the patient, report, conformance.
**Does not know:** where objects come from and what happens to the report.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from pydicom import Dataset

from appliance.config import Configuration
from appliance.config.scanners import rules_for
from appliance.config.schema import Rule
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.merge import Merged, SourceKind, as_signed, merge
from appliance.dose.plausibility import doubts as implausibilities
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome, Recogniser, default_recogniser
from appliance.dosescreen.learning import LearntAtlas
from appliance.dosescreen.recognise import NOTHING_LEARNT
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.tier import Tier
from appliance.errors import (
    ApplianceError,
    ConfigurationError,
    ConformanceError,
    StateError,
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
from appliance.services.confirmation import asks_a_person
from appliance.services.conversion import conversion_factors, estimated
from appliance.services.equipment import recording_device
from appliance.services.ordering import Ordered, coded
from appliance.services.perspective import tables_in_force
from appliance.services.site_layouts import known_layouts
from appliance.services.site_rules import region_rule, ruled
from appliance.services.study_files import by_study, opened
from appliance.services.study_reading import StudyReading, unreadable_object
from appliance.services.study_scanners import other_scanners
from appliance.services.study_sources import NO_SIZES, Sizes, StudySources, made, objects_of
from appliance.uids import instance_uid


@dataclass(frozen=True, slots=True)
class Understander:
    """The arguments of understanding that stay the same from study to study.

    ``tables`` are the versions of the reference levels in force, which a report names.
    """

    configuration: Configuration
    recogniser: Recogniser
    device: RecordingDevice
    tables: tuple[str, ...] = ()

    def understand(
        self,
        study: str,
        objects: Iterable[Dataset],
        atlases: Mapping[str, LearntAtlas] = NOTHING_LEARNT,
        before: Sizes = NO_SIZES,
    ) -> StudyReading:
        """Everything about ``study``, of which ``objects`` are all, in the order they arrived.

        The objects are asked for one after the other and only what counts of them is kept, so that
        a study of any size fits into memory; of what ``is_read_whole`` does not name, ATTRIBUTES
        suffice. ``atlases`` are what was learnt, by scanner; ``before`` is what was read of images
        whose pixels may have gone since.
        """
        sources = StudySources(self.configuration.sources, before)
        found = self.recogniser.recognise(_taken(objects, sources), atlases)
        screens = sources.screens(_uids(found.screens))
        reading = StudyReading(
            study,
            found.outcome,
            found.record,
            found.doubts,
            None,
            found.screens,
            screens,
            found.pages_complete,
            sightings=found.sightings,
            experiences=found.experiences,
            images={} if found.doubts else sources.images_read(_uids(found.screens)),
        )
        sources.ask_about(screens)
        natives = sources.own_reports(self.device)
        if natives:
            return self._passed(reading, natives, sources)
        return self._judged(self._put_together(reading, sources), sources)

    def has_own_report(self, objects: Iterable[Dataset]) -> bool:
        """Whether one of ``objects`` is a dose report that the CT made itself."""
        sources = StudySources(self.configuration.sources)
        for each in objects:
            sources.take(each)
        return bool(sources.own_reports(self.device))

    def shows_doses(self, objects: Iterable[Dataset]) -> bool:
        """Whether a dose screen is among ``objects``, or something that cannot be looked at."""
        return self.recogniser.recognise(objects).outcome is not Outcome.SET_ASIDE

    def signed(
        self, record: CTRadiationDose, objects: Iterable[Dataset], before: Sizes = NO_SIZES
    ) -> tuple[CTRadiationDose, tuple[Dataset, ...], Sizes]:
        """What a person signed, completed by the images, and the evidence for its report.

        ``before`` as in ``understand``; the third is what was read of each image.
        """
        sources = StudySources(self.configuration.sources, before)
        for each in objects:
            sources.take(each)
        evidence = sources.screens(objects_of(record)) or sources.screens()
        sources.ask_about(evidence)
        merged = self._merged(SourceKind.PERSON, as_signed(record), sources, made="")
        evidence = evidence or sources.images_of(merged.record) or sources.images()
        images = sources.images_read(map(instance_uid, sources.screens()))
        return self._completed(merged, evidence, sources), evidence, images

    def report(
        self,
        record: CTRadiationDose,
        evidence: Sequence[Dataset],
        person: PersonObserver | None = None,
        predecessor: Predecessor | None = None,
        ordered: Ordered | None = None,
    ) -> Dataset:
        """The report on ``record``; raises ConformanceError when it would not conform.

        Without ``ordered`` it has the codes of the images and of the site's table.
        """
        ordered = coded(evidence, self.configuration) if ordered is None else ordered
        rule, factors = region_rule(self._rules(evidence)), self.configuration.effective_dose
        report = build_report(
            estimated(record, evidence, rule, ordered.order, factors),
            evidence,
            self.device,
            person=person,
            predecessor=predecessor,
            region_rule=rule,
            order=ordered.order,
            versions=(*ordered.versions, *self.tables),
        )
        for failure in nonconformities(report):
            raise ConformanceError(str(failure), where=record.layout)
        return report

    def _passed(
        self,
        reading: StudyReading,
        natives: Sequence[tuple[Dataset, CTRadiationDose]],
        sources: StudySources,
    ) -> StudyReading:
        """The CT's own reports stand, compared with the screens, which are set aside."""
        strangers = tuple(sources.strangers())
        if strangers:
            return reading.quarantined(*strangers)
        against: tuple[Doubt, ...] = ()
        if reading.outcome is Outcome.RECOGNISED and reading.record is not None:
            both = {
                SourceKind.DOSE_SCREEN: reading.record,
                SourceKind.NATIVE_REPORT: natives[-1][1],
            }
            against = merge(both, made=made(reading.evidence)).doubts
            against += other_scanners(reading.evidence, natives[-1][0])
        return replace(
            reading,
            outcome=Outcome.SET_ASIDE,
            record=None,
            doubts=(),
            natives=tuple(report for report, _ in natives),
            disagreements=against,
        )

    def _put_together(self, reading: StudyReading, sources: StudySources) -> StudyReading:
        """The same with what the other sources say: of its rows, or instead of a screen."""
        if reading.record is not None:
            date = made(reading.evidence)
            merged = self._merged(SourceKind.DOSE_SCREEN, reading.record, sources, date)
            record = self._completed(merged, reading.evidence, sources)
            several = sources.several_scanners(reading.evidence)
            doubts = _added(reading, merged, record, several)
            return replace(reading, record=record, merged=merged).doubted(doubts)
        without = self.configuration.sources.report_without_screen
        found = sources.said() if without and reading.outcome is Outcome.SET_ASIDE else {}
        if not any(record.dose_events for record in found.values()):
            return reading
        merged = self._merge(found, sources, made="")
        evidence = sources.images_of(merged.record) or sources.images()
        if not evidence:
            return reading  # steps that name no image: nothing that a report could be of
        record = self._completed(merged, evidence, sources)
        instead = replace(
            reading, outcome=Outcome.RECOGNISED, record=record, evidence=evidence, merged=merged
        )
        own = sources.doubts() if merged.sources[0] is SourceKind.IMAGE_HEADERS else ()
        several = sources.several_scanners(())
        return instead.doubted((*several, *own, *merged.doubts, *implausibilities(record)))

    def _merged(
        self, first: SourceKind, record: CTRadiationDose, sources: StudySources, made: str
    ) -> Merged:
        return self._merge({**sources.said(), first: record}, sources, made)

    def _merge(
        self, said: Mapping[SourceKind, CTRadiationDose], sources: StudySources, made: str
    ) -> Merged:
        percent = Decimal(str(self.configuration.sources.ctdi_vol_tolerance_percent))
        return merge(said, sources.names(), made, percent / 100)

    def _completed(
        self, merged: Merged, evidence: Sequence[Dataset], sources: StudySources
    ) -> CTRadiationDose:
        """By the site's rules, and by the patient's size."""
        return sources.measured(ruled(merged.record, self._rules(evidence)), merged)

    def _judged(self, reading: StudyReading, sources: StudySources) -> StudyReading:
        """The same with its report, or with the reasons why there is none."""
        tier = self._tier(reading.record) if reading.record else None
        needed = self._needs_confirmation(reading.outcome, tier)
        reading = replace(reading, tier=tier, needs_confirmation=needed)
        strangers = () if reading.outcome is Outcome.SET_ASIDE else tuple(sources.strangers())
        if strangers:
            return reading.quarantined(*strangers, *reading.doubts)
        if reading.outcome is Outcome.RECOGNISED and reading.record is not None:
            return self._reported(reading, reading.record)
        return reading

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
        header = min(evidence, key=instance_uid, default=Dataset())
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
    conversion_factors(configuration.effective_dose)
    recogniser = default_recogniser(
        configuration.recogniser.tesseract,
        configuration.recogniser.tesseract_timeout_s,
        known_layouts(configuration.layouts_dir),
    )
    device, tables = recording_device(configuration), tables_in_force(configuration)
    return Understander(configuration, recogniser, device, tables)


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
    studies, lost = by_study(paths)
    for path, failure in lost:
        yield unreadable_object(str(path), failure)
    for study, files in studies.items():
        try:
            objects = (opened(file, configuration.sources) for file in files)
            yield box.understand(study, objects, atlases)
        except StateError:
            raise  # of this machine, not of the study
        except ApplianceError as failure:
            yield StudyReading.doubtful(study, Doubt(Reason.RECOGNISER_FAILED, str(failure)))


def _expect_known_regions(configuration: Configuration) -> None:
    for scanner in configuration.scanner:
        for region in {rule.target_region for rule in scanner.rule} - {"", *REGIONS}:
            (near,) = get_close_matches(region, REGIONS, 1, 0)
            where = f"[[scanner]] {scanner.name}: target_region"
            raise ConfigurationError(f"there is no {region!r}", where, f"did you mean {near}?")


def _taken(objects: Iterable[Dataset], sources: StudySources) -> Iterator[Dataset]:
    for dataset in objects:
        sources.take(dataset)
        if not sources.was_seen(dataset):
            yield dataset


def _added(
    reading: StudyReading, merged: Merged, record: CTRadiationDose, several: tuple[Doubt, ...]
) -> tuple[Doubt, ...]:
    """What the other sources make doubtful of a screen that was read for certain."""
    if reading.outcome is not Outcome.RECOGNISED:
        return ()
    return (*several, *merged.doubts, *implausibilities(record))


def _uids(screens: Iterable[Screen]) -> Iterator[str]:
    return (screen.sop_instance_uid for screen in screens)
