"""The whole report: modules, content tree, identity, character set."""

from collections.abc import Callable, Sequence

from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dose.region import REGIONS, Region, first_region
from appliance.errors import ConformanceError
from appliance.rdsr.character_set import character_set_for
from appliance.rdsr.evidence import in_order, irradiating_device, irradiation_bounds, stated
from appliance.rdsr.identity import irradiation_event_uids, report_uids
from appliance.rdsr.modules import (
    document,
    patient_and_study,
    predecessor_documents,
    series_and_equipment,
)
from appliance.rdsr.parties import PersonObserver, Predecessor, RecordingDevice
from appliance.rdsr.templates.radiation_dose import Circumstances, ct_radiation_dose
from appliance.rdsr.waiting import doubts

RegionRule = Callable[[str], str]
"""From a scan's printed label to the name of a region (``REGIONS``); empty: no rule applies."""

_REGION_ATTRIBUTES = ("BodyPartExamined", "ProtocolName", "StudyDescription")


def no_region_rule(label: str) -> str:  # noqa: ARG001 - a RegionRule
    """The rule of a site that has none."""
    return ""


def build_report(  # noqa: PLR0913 - what a report is made of
    record: CTRadiationDose,
    evidence: Sequence[Dataset],
    device: RecordingDevice,
    *,
    person: PersonObserver | None = None,
    predecessor: Predecessor | None = None,
    region_rule: RegionRule = no_region_rule,
) -> Dataset:
    """The X-Ray Radiation Dose SR on ``record``, ready to be written as a file.

    Args:
        record: The dose report of one study.
        evidence: Headers of the objects it was read from, pixels not needed. All of one study,
            text readable by their own Specific Character Set; never changed.
        device: This box.
        person: Who settled the study, if anybody had to.
        predecessor: The report that this one replaces.
        region_rule: The site's rule for Target Region.

    Returns:
        A data set with ``file_meta``, Explicit VR Little Endian. The same arguments give the same
        bytes, whatever the order of ``evidence``.

    Raises:
        ConformanceError: A mandatory value is missing: there are ``doubts(record)``, there is no
            evidence, or the evidence states no date and time.
        KeyError: ``region_rule`` named no region of ``REGIONS``.
    """
    for doubt in doubts(record):
        raise ConformanceError(doubt.detail, where=doubt.field)
    with disable_value_validation():  # warnings would quote what old scanners write, and whom
        return _report(record, in_order(evidence), device, person, predecessor, region_rule)


def _report(  # noqa: PLR0913, PLR0917 - as build_report
    record: CTRadiationDose,
    headers: Sequence[Dataset],
    device: RecordingDevice,
    person: PersonObserver | None,
    predecessor: Predecessor | None,
    region_rule: RegionRule,
) -> Dataset:
    header = headers[0]
    study = stated(header, "StudyInstanceUID")
    regions = [target_region(event, header, region_rule) for event in record.events]
    start, end = irradiation_bounds(headers)
    uids = [stated(each, "SOPInstanceUID") for each in headers]
    series_uid, sop_uid = report_uids(record, regions, uids, person, predecessor)
    around = Circumstances(
        study_instance_uid=study,
        start=start,
        end=end,
        irradiation_event_uids=irradiation_event_uids(study, record),
        regions=regions,
        ct=irradiating_device(header),
        device=device,
        person=person,
    )
    report = Dataset()
    report.update(patient_and_study(header))
    report.update(series_and_equipment(header, device, series_uid))
    report.update(document(headers, sop_uid))
    if predecessor is not None:
        report.update(predecessor_documents(predecessor))
    report.update(ct_radiation_dose(record, around))
    return _encoded(report, header)


def target_region(
    event: IrradiationEvent, header: Dataset, region_rule: RegionRule
) -> Region | None:
    """Where ``event`` was aimed: by rule of the site, by its label, or by the study's headers."""
    label = event.label.value if event.label else ""
    name = region_rule(label)
    if name:
        return REGIONS[name]
    return first_region([label, *(stated(header, each) for each in _REGION_ATTRIBUTES)])


def _encoded(report: Dataset, header: Dataset) -> Dataset:
    """``report`` with Specific Character Set and File Meta Information."""
    charset = character_set_for(report, header)
    if charset:
        report.SpecificCharacterSet = charset
    report.file_meta = FileMetaDataset()
    report.file_meta.MediaStorageSOPClassUID = report.SOPClassUID
    report.file_meta.MediaStorageSOPInstanceUID = report.SOPInstanceUID
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return report
