"""The whole report: modules, content tree, identity, character set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dose.region import REGIONS, Region, first_region
from appliance.errors import ConformanceError
from appliance.rdsr.character_set import character_set_for
from appliance.rdsr.equipment import acquisition_equipment, recording_equipment
from appliance.rdsr.evidence import in_order, irradiating_device, stated
from appliance.rdsr.identity import irradiation_event_uids, report_uids
from appliance.rdsr.interval import interval
from appliance.rdsr.modules import (
    document,
    ordered,
    patient_and_study,
    predecessor_documents,
    series_and_equipment,
)
from appliance.rdsr.parties import PersonObserver, Predecessor, RecordingDevice
from appliance.rdsr.templates.comments import is_entered
from appliance.rdsr.templates.radiation_dose import Circumstances, ct_radiation_dose
from appliance.rdsr.waiting import doubts

RegionRule = Callable[[str], str]
"""From a scan's printed label to the name of a region (``REGIONS``); empty: no rule applies."""

_REGION_ATTRIBUTES = ("BodyPartExamined", "ProtocolName", "StudyDescription")


def no_region_rule(label: str) -> str:  # noqa: ARG001 - a RegionRule
    """The rule of a site that has none."""
    return ""


@dataclass(frozen=True, slots=True)
class Order:
    """What an order gives a report.

    Attributes:
        attributes: Of patient, study and request, in those of an image; what the evidence states
            stays.
        performed_procedure_codes: Items for Performed Procedure Code Sequence (0040,A372), behind
            those of the evidence.
    """

    attributes: Dataset = field(default_factory=Dataset)
    performed_procedure_codes: Sequence[Dataset] = ()


NO_ORDER = Order()


def build_report(  # noqa: PLR0913 - what a report is made of
    record: CTRadiationDose,
    evidence: Sequence[Dataset],
    device: RecordingDevice,
    *,
    person: PersonObserver | None = None,
    predecessor: Predecessor | None = None,
    region_rule: RegionRule = no_region_rule,
    order: Order = NO_ORDER,
    versions: Sequence[str] = (),
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
        order: What the study's order adds.
        versions: Names and versions of the tables that the report was made with, beside code and
            layout. They do not make it another report.

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
        headers = in_order(evidence)
        header = ordered(headers[0], order.attributes)
        about = _About(record, headers, header, device, person, predecessor, order)
        report = _report(about, region_rule)
        layout = [f"layout {record.layout}"] if record.layout else []
        report.ContributingEquipmentSequence = [
            acquisition_equipment(header),
            recording_equipment(device, [*layout, *versions]),
        ]
        return _encoded(report, header)


@dataclass(frozen=True, slots=True)
class _About:
    """The arguments of a report; ``header`` is the first of ``headers`` with the order's."""

    record: CTRadiationDose
    headers: Sequence[Dataset]
    header: Dataset
    device: RecordingDevice
    person: PersonObserver | None
    predecessor: Predecessor | None
    order: Order


def _report(about: _About, region_rule: RegionRule) -> Dataset:
    record, header = about.record, about.header
    regions = [target_region(event, header, region_rule) for event in record.events]
    uids = [stated(each, "SOPInstanceUID") for each in about.headers]
    asked = _asked(about.order)
    series_uid, sop_uid = report_uids(record, regions, uids, about.person, about.predecessor, asked)
    report = Dataset()
    report.update(patient_and_study(header))
    report.update(series_and_equipment(header, about.device, series_uid))
    report.update(document(header, about.headers, sop_uid, about.order.performed_procedure_codes))
    if about.predecessor is not None:
        report.update(predecessor_documents(about.predecessor))
    report.update(ct_radiation_dose(record, _circumstances(about, regions)))
    return report


def _circumstances(about: _About, regions: Sequence[Region | None]) -> Circumstances:
    study = stated(about.header, "StudyInstanceUID")
    return Circumstances(
        study_instance_uid=study,
        when=interval(about.record, about.headers),
        irradiation_event_uids=irradiation_event_uids(study, about.record),
        regions=regions,
        ct=irradiating_device(about.header),
        device=about.device,
        person=about.person,
    )


def _asked(order: Order) -> Dataset:
    """All of an order in one data set."""
    asked = Dataset()
    asked.update(order.attributes)
    if order.performed_procedure_codes:
        asked.PerformedProcedureCodeSequence = list(order.performed_procedure_codes)
    return asked


def target_regions(
    record: CTRadiationDose,
    evidence: Sequence[Dataset],
    region_rule: RegionRule,
    order: Order = NO_ORDER,
) -> list[Region | None]:
    """Where each event was aimed, as ``build_report`` states it from the same arguments.

    Raises ConformanceError when there is no evidence.
    """
    header = ordered(in_order(evidence)[0], order.attributes)
    return [target_region(event, header, region_rule) for event in record.events]


def target_region(
    event: IrradiationEvent, header: Dataset, region_rule: RegionRule
) -> Region | None:
    """Where ``event`` was aimed.

    By a person; by rule of the site; as the record says; by the words of its label, and of the
    study's headers.
    """
    label = event.label.value if event.label else ""
    name, known = region_rule(label), event.target_region
    if known is not None and (not name or is_entered(known)):
        return known.value
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
